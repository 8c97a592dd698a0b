import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyColumns, PackedColumns, packColumns, type ColumnsOf } from '../../../../src-main/replay/pages/columns.ts';
import { PageBuilder, TextMap } from '../../../../src-main/replay/pages/pageBuilder.ts';

const schema = { time: 'i64', sourceIndex: 'f64', number: 'u32', small: 'u8', name: 'text', more: 'detail' } as const;
type Columns = ColumnsOf<typeof schema>;

function columnsOf(rows: readonly (readonly [bigint, number, number, number])[]): Columns {
  const columns = emptyColumns(schema, rows.length);
  for (const [row, [time, sourceIndex, number, small]] of rows.entries()) {
    columns.time[row] = time;
    columns.sourceIndex[row] = sourceIndex;
    columns.number[row] = number;
    columns.small[row] = small;
  }
  return columns;
}

describe('packed columns', () => {
  it('give back every value, however the values of a column lie to each other', () => {
    const wide = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 2n ** 32n - 3n, max: 2n ** 32n + 300n }), fc.constantFrom(-1n, 0n, 2n ** 63n - 1n));
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(2 ** 53, 0.5, 2 ** 32, 70_000));
    const row = fc.tuple(wide, number, fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 255 }));
    const near = fc.tuple(fc.bigInt({ min: -40n, max: 40n }), fc.integer({ min: 1_000_000, max: 1_070_000 }), fc.integer({ min: 5, max: 5 }), fc.integer({ min: 3, max: 4 }));
    fc.assert(fc.property(fc.oneof(fc.array(row, { maxLength: 40 }), fc.array(near, { maxLength: 40 })), (rows) => {
      const columns = columnsOf(rows);
      const back = new PackedColumns(schema, packColumns(schema, columns, rows.length), rows.length);
      expect(back.column('time')).toEqual(columns.time);
      expect([...back.column('sourceIndex')].map((value) => value + 0)).toEqual([...columns.sourceIndex].map((value) => value + 0));
      expect(back.column('number')).toEqual(columns.number);
      expect(back.column('small')).toEqual(columns.small);
    }));
  });

  it('take the room their values need, not their type', () => {
    const rows = Array.from({ length: 1000 }, (_, at) => [132_539_328_000_000_000n + BigInt(at * 40), 70_000 + at, 7, at % 2] as const);
    // A header of 16 bytes for each of six columns; 2 bytes a row for time and sourceIndex, 1 for small, none for what is always the same.
    expect(packColumns(schema, columnsOf(rows), 1000).length).toBe(6 * 16 + 2000 + 2000 + 1000);
  });

  it('survive any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 20 }), (bytes, count) => {
      const columns = new PackedColumns(schema, bytes, count).all();
      for (const column of Object.values(columns)) expect(column.length).toBe(count);
    }));
  });
});

type Row = readonly [time: number, sourceIndex: number, name: string];

function addRow(builder: PageBuilder<typeof schema>, [time, sourceIndex, name]: Row): void {
  builder.columns.time[builder.count] = BigInt(time);
  builder.columns.sourceIndex[builder.count] = sourceIndex;
  builder.columns.name[builder.count] = name === '' ? 0 : builder.texts.add(name);
  builder.added(BigInt(time), sourceIndex);
}

describe('a page builder', () => {
  it('hands out rows in order of time and source, each with its text, and keeps the rest', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('', 'a', 'b', 'c', 'd'));
    fc.assert(fc.property(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (times, size) => {
      const builder = new PageBuilder(schema, 30);
      const rows = times.map(([time, name], at): Row => [time, at, name]);
      for (const one of rows) addRow(builder, one);
      const taken: Row[] = [];
      while (builder.count > 0) {
        const page = builder.take(size);
        for (let at = 0; at < page.count; at++) taken.push([Number(page.columns.time[at]), page.columns.sourceIndex[at] ?? -1, page.texts[(page.columns.name[at] ?? 0) - 1] ?? '']);
      }
      expect(taken).toEqual(rows.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    }));
  });

  it('takes rows over from another page with their texts', () => {
    const [from, to] = [new PageBuilder(schema, 4), new PageBuilder(schema, 4)];
    for (const row of [[1, 1, 'x'], [2, 2, 'y'], [3, 3, 'x']] as const) addRow(from, row);
    addRow(to, [0, 0, 'y']);
    const page = from.take(4);
    to.copyRows(page, 1, 3, new TextMap(page));
    const both = to.take(4);
    expect(both.count).toBe(3);
    expect([...both.columns.name.subarray(0, 3)].map((number) => both.texts[number - 1])).toEqual(['y', 'y', 'x']);
    expect(both.texts).toEqual(['y', 'x']);
  });
});
