import { describe, expect, it } from 'vitest';
import { EventPageBuilder, eventKindCode, noResult, pageText, pageWord, unpackPlainColumns } from '../../../src-main/replay/eventPage.ts';
import { packEventPage, unpackEventPage } from '../../../src-main/replay/packedEventPage.ts';

function addEvent(builder: EventPageBuilder, operation: number, sequence: number, name = '', result = noResult): number {
  return builder.add(operation, operation, sequence, eventKindCode.pre, 0, 1, 4242, 0, 0xc0000022, 0, result, 12, builder.text(name), 0, 0);
}

describe('EventPageBuilder', () => {
  it('keeps rows, texts and late results over growth and packing', () => {
    const builder = new EventPageBuilder();
    const first = addEvent(builder, 1, 1, 'FltSetCallbackDataDirty');
    for (let i = 2; i <= 5000; i++) addEvent(builder, i, 1, i % 2 === 0 ? 'even' : '');
    builder.set(first, 'result', 4);
    const page = builder.take();
    const packed = packEventPage(page);
    const back = unpackEventPage(packed.columns, packed.first, packed.count, JSON.parse(packed.texts) as string[]);

    expect(back.count).toBe(5000);
    expect(back.columns.result[0]).toBe(4);
    expect(back.columns.result[1]).toBe(noResult);
    expect(back.columns.status[4999]).toBe(0xc0000022);
    expect(back.columns.operation[4999]).toBe(5000);
    expect(pageText(back, back.columns.name[0] ?? 0)).toBe('FltSetCallbackDataDirty');
    expect(pageText(back, back.columns.name[2] ?? 0)).toBe('');
    expect(back.texts).toEqual(['FltSetCallbackDataDirty', 'even']);
  });

  it('gives a word the number of its text in each page, also with two pages open', () => {
    const [one, other] = [new EventPageBuilder(), new EventPageBuilder()];
    const word = pageWord('R-1.4');
    expect([one.text('R-1.1'), one.word(word), other.word(word), one.text('R-1.4')]).toEqual([1, 2, 1, 2]);
    expect(pageWord('R-1.4')).toBe(word);
    one.clear();
    expect([one.word(word), other.text('R-1.1'), other.word(word)]).toEqual([1, 2, 1]);
    expect(one.take().texts).toEqual(['R-1.4']);
  });

  it('goes on counting from page to page, with texts of its own in each', () => {
    const builder = new EventPageBuilder();
    addEvent(builder, 1, 1, 'a');
    addEvent(builder, 1, 2, 'b');
    expect(builder.take().first).toBe(0);
    addEvent(builder, 2, 1, 'b');
    expect(builder.next).toBe(3);
    const second = builder.take();
    expect(second).toMatchObject({ first: 2, count: 1, texts: ['b'] });
  });

  it('shows the open page without closing it', () => {
    const builder = new EventPageBuilder();
    addEvent(builder, 1, 1);
    const look = builder.peek();
    addEvent(builder, 1, 2);
    expect(look.count).toBe(1);
    expect(builder.take().count).toBe(2);
  });

  it('refuses a block of bytes that does not fit its row count', () => {
    expect(() => unpackPlainColumns(new Uint8Array(12), 0, 1, [])).toThrow(/event page/);
  });
});
