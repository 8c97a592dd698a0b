import { describe, expect, it } from 'vitest';
import { parseFunctionBreakpoint } from '../../../src-main/dap/functionBreakpoints.ts';
import type { DriverInfo } from '../../../src-preload/contract/index.ts';

const drivers = [{ id: 3, name: 'statusWatch' }, { id: 4, name: 'of' }] as unknown as DriverInfo[];
const majors = [{ value: 0, name: 'IRP_MJ_CREATE', meaning: '' }, { value: 3, name: 'IRP_MJ_READ', meaning: '' }, { value: 255, name: 'IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION', meaning: '' }];
const callback = (...callbacks: string[]): object => ({ kind: 'callback', callbacks });

describe('a function breakpoint', () => {
  it.each([
    ['pre', { at: callback('pre') }],
    ['  Post  any ', { at: callback('post') }],
    ['any READ', { at: callback(), where: { major: 3 } }],
    ['status READ', { at: callback('status'), where: { major: 3 } }],
    ['pre irp_mj_create of StatusWatch', { at: callback('pre'), driverId: 3, where: { major: 0 } }],
    ['post of statusWatch', { at: callback('post'), driverId: 3 }],
    ['contextcleanup', { at: callback('contextCleanup') }],
    ['pre READ on C:\\my docs\\*.txt', { at: callback('pre'), where: { major: 3, path: 'C:\\my docs\\*.txt' } }],
    ['post CREATE of statusWatch on *\\docs\\* with STATUS_ACCESS_DENIED by note*.exe', { at: callback('post'), driverId: 3, where: { major: 0, path: '*\\docs\\*', status: 'STATUS_ACCESS_DENIED', process: 'note*.exe' } }],
    ['post with error', { at: callback('post'), where: { status: 'error' } }],
    ['complete READ by 4120', { at: { kind: 'operation', step: 'complete' }, where: { major: 3, process: '4120' } }],
    ['ExAllocatePool2', { at: { kind: 'api', routine: 'ExAllocatePool2' } }],
    ['FltReadFile of statusWatch', { at: { kind: 'api', routine: 'FltReadFile' }, driverId: 3 }],
  ])('%s', (text, spec) => {
    expect(parseFunctionBreakpoint(text, drivers, majors)).toEqual({ driverId: null, ...spec, where: { major: null, ...('where' in spec ? spec.where : {}) } });
  });

  it.each([['', /names no callback/], ['PreRead', /names no callback/], ['pre READ WRITE', /names no callback/], ['FltReadFile READ', /names no callback/], ['pre WRITE', /no major function “WRITE”/], ['pre of nobody', /there are statusWatch, of/]])('%s is refused', (text, says) => {
    expect(() => parseFunctionBreakpoint(text, drivers, majors)).toThrow(says);
  });
});
