import { describe, expect, it } from 'vitest';
import { onlyLooks } from '../../../src-main/engine-host/readOnlyExpression.ts';

describe('an expression that only looks', () => {
  it.each([
    'Data.Iopb.Parameters.Read.Length', 'a === b && !c', '`${name}: ${x?.y[2]}`', 'buffer.u32(4) & 0xff', 'Data.IoStatus.Status >>> 0', 'list.filter((one) => one.open).length', 'NT_SUCCESS(OperationStatus)', 'Object.keys(ctx)', 'typeof x', '[1, 2, ...rest]',
    'view(FILE_BASIC_INFORMATION, buffer).FileAttributes', 'Number.MAX_VALUE', 'Math.max(1, 2)', '{ a: 1 }',
  ])('%s', (expression) => expect(onlyLooks(expression)).toBe(true));

  it.each([
    'Data.Iopb.Parameters.Read.Length = 1', 'count++', 'delete x.y', 'FltSetCallbackDataDirty(Data)', 'own()', 'list.push(1)', 'map.set(1, 2)', 'new Thing()', 'buffer.setU32(0, 1)', 'x[f]()', 'Math.random()', 'Object.assign(a, b)', 'a; b()', '(() => f())()',
    'list.map(change)', 'list.map(change)((1))', 'not an expression', 'f`x`', 'list.forEach((one) => { one.x = 1; })', '',
  ])('not: %s', (expression) => expect(onlyLooks(expression)).toBe(false));
});
