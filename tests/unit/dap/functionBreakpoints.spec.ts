import { describe, expect, it } from 'vitest';
import { parseFunctionBreakpoint } from '../../../src-main/dap/functionBreakpoints.ts';
import { breakpointSpec, type DriverInfo } from '../../../src-preload/contract/index.ts';

const drivers = [{ id: 3, name: 'statusWatch' }, { id: 4, name: 'of' }] as unknown as DriverInfo[];
const majors = [{ value: 0, name: 'IRP_MJ_CREATE', meaning: '' }, { value: 3, name: 'IRP_MJ_READ', meaning: '' }, { value: 255, name: 'IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION', meaning: '' }];

describe('a function breakpoint', () => {
  it.each([
    ['pre', { callback: 'pre' }],
    ['  Post  any ', { callback: 'post' }],
    ['status READ', { callback: 'status', major: 3 }],
    ['pre irp_mj_create of StatusWatch', { callback: 'pre', major: 0, driverId: 3 }],
    ['post of statusWatch', { callback: 'post', driverId: 3 }],
    ['pre READ on C:\\my docs\\*.txt', { callback: 'pre', major: 3, path: 'C:\\my docs\\*.txt' }],
    ['post CREATE of statusWatch on *\\docs\\* with STATUS_ACCESS_DENIED', { callback: 'post', major: 0, driverId: 3, path: '*\\docs\\*', status: 'STATUS_ACCESS_DENIED' }],
    ['post with error', { callback: 'post', status: 'error' }],
  ])('%s', (text, { callback, driverId = null, ...where }: { callback: string; driverId?: number | null; major?: number; path?: string; status?: string }) => {
    expect(parseFunctionBreakpoint(text, drivers, majors)).toEqual(breakpointSpec({ at: { kind: 'callback', callbacks: [callback as 'pre'] }, driverId, where }));
  });

  it.each([['', /names no callback/], ['PreRead', /names no callback/], ['pre READ WRITE', /names no callback/], ['pre WRITE', /no major function “WRITE”/], ['pre of nobody', /there are statusWatch, of/]])('%s is refused', (text, says) => {
    expect(() => parseFunctionBreakpoint(text, drivers, majors)).toThrow(says);
  });
});
