import { expect, it } from 'vitest';
import type { BufferView } from '../../../../src-preload/contract/index.ts';
import { cArrayText, hexRows, hexText, parseOffset } from '../../../../src-renderer/workbench/buffer/hexRows.ts';

const view: BufferView = {
  id: 'UserBuffer#1', kind: 'user', length: 64, freed: false, offset: 16, bytes: '48690a00'.padEnd(34, '0'), overlay: null, structures: [], history: [],
  origins: [{ offset: 16, length: 3, origin: 'written', writer: 'probe' }, { offset: 19, length: 14, origin: 'unknown', writer: null }],
};

it('rows of sixteen bytes know where each byte comes from; what nobody knows is ? in the text', () => {
  const rows = hexRows(view);
  expect(rows.map(({ offset, text }) => [offset, text])).toEqual([[16, 'Hi.?????????????'], [32, '?']]);
  expect(rows[0]?.bytes[1]).toEqual({ offset: 17, hex: '69', origin: 'written', words: 'written by probe' });
  expect(hexText(rows).split('\n')[1]).toBe(`00000020  00${' '.repeat(45)}  ?`);
  expect(cArrayText(rows)).toMatch(/^const unsigned char bytes\[17\] = \{\n {2}0x48, 0x69, 0x0a, 0x00,/);
});

it('offsets are decimal, or hexadecimal with 0x', () => {
  expect(['0x1a0', '416', ' 16 ', '-1', '1a0', ''].map(parseOffset)).toEqual([416, 416, 16, null, null, null]);
});
