import { expect, it } from 'vitest';
import { operationNumber } from '../../../../src-renderer/formatting/operationNumber.ts';

it('numbers what is recorded, names what a driver generated, and says nothing where there is no operation', () => {
  expect(operationNumber(7)).toBe('#7');
  expect(operationNumber(0x8000_0003)).toBe('generated I/O 3');
  expect(operationNumber(0)).toBe('');
});
