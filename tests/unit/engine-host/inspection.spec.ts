import vm from 'node:vm';
import { expect, it } from 'vitest';
import { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';
import { viewSource } from '../../../src-main/engine-host/inspection.ts';

it('a kernel buffer shows its bytes with their origins', () => {
  const buffer = KBUFFER.make(1, 'user', 20, { seed: 1, origin: 1, base: 0 });
  buffer.setU32(16, 0x0403_0201);
  const view = (vm.runInThisContext(`(${viewSource})`) as (this: unknown) => Record<string, unknown>).call(buffer);
  expect(view).toMatchObject({ id: 'UserBuffer#1', kind: 'user', length: 20, '+0x10': '01 02 03 04  written' });
  expect(view['+0x00']).toMatch(/^(?:[0-9a-f]{2} ){16} unknown$/);
});
