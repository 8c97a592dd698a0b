import { describe, expect, it } from 'vitest';
import { formatDbgPrint } from '../../../src-main/driver-api/format.ts';

describe('DbgPrint formats', () => {
  it.each<[string, unknown[], string]>([
    ['%08x', [0xc00000e2], 'c00000e2'], ['%x', [-1], 'ffffffff'], ['%d', [0xffffffff], '-1'], ['%I64x', [0x123456789abn], '123456789ab'], ['%Iu', [5_000_000_000], '5000000000'],
    ['%wZ', [{ Buffer: '\\a' }], '\\a'], ['%ws and %S', ['one', 'two'], 'one and two'], ['%p', [{ id: 'MDL#3' }], 'MDL#3'], ['%p', [null], '0000000000000000'], ['100%%', [], '100%'],
    ['%-6s|', ['ab'], 'ab    |'], ['%6u|', [42], '    42|'], ['%*d', [4, 7], '   7'], ['%#x', [255], '0xff'], ['%.3s', ['abcdef'], 'abc'], ['%c', [65], 'A'], ['%q', [1], '%q'], ['%s', [], '(null)'],
    ['%lld', [{ QuadPart: -5n }], '-5'], ['%hx', [0x12345], '2345'],
  ])('%s', (format, args, expected) => expect(formatDbgPrint(format, args)).toBe(expected));
});
