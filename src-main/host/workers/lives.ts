/** Lives that were asked for lately, kept so that their lists scroll; a trace that grows has them found anew. */
import type { SessionReader, StoredLife } from '../../session/index.ts';
import type { LifeAnswer, LifeAnswerRow, LifeQuestion } from './messages.ts';

const kept = 4;
const shownHandles = 500;
const shownRanges = 512;

export class Lives {
  readonly #recent = new Map<string, StoredLife>();

  info(reader: SessionReader, question: LifeQuestion): LifeAnswer | null {
    const life = this.#life(reader, question);
    if (life === null) return null;
    const { indexes, handles, names, bytes } = life;
    const position = indexes.indexOf(question.index);
    const [first, last] = [indexes[0], indexes.at(-1)].map((index) => (index === undefined ? null : timeOf(reader, question.trace, index)));
    const [read, written] = [life.read.list(shownRanges), life.written.list(shownRanges)];
    return {
      count: indexes.length, position: position < 0 ? null : position, firstTime: first ?? null, lastTime: last ?? null, names, bytes, handles: handles.slice(0, shownHandles), handleCount: handles.length,
      ranges: { read, written, size: Math.max(0, read.at(-1)?.[1] ?? 0, written.at(-1)?.[1] ?? 0), coarse: life.read.coarse || life.written.coarse },
    };
  }

  page(reader: SessionReader, question: LifeQuestion & { offset: number; limit: number }): { rows: readonly LifeAnswerRow[]; count: number } {
    const life = this.#life(reader, question);
    if (life === null) return { rows: [], count: 0 };
    const { indexes, handleOf } = life;
    const [offset, end] = [Math.max(0, question.offset), Math.min(indexes.length, question.offset + question.limit)];
    const start = indexes[0] === undefined ? null : timeOf(reader, question.trace, indexes[0]);
    const rows: LifeAnswerRow[] = [];
    let before = offset === 0 ? null : timeOf(reader, question.trace, indexes[offset - 1] ?? 0);
    for (let at = offset; at < end; at++) {
      const operation = reader.traces.operation(question.trace, indexes[at] ?? 0);
      if (operation === undefined) continue;
      rows.push({ operation, handle: handleOf[at] ?? 0, since: operation.time - (start ?? operation.time), gap: before === null ? null : operation.time - before });
      before = operation.time;
    }
    return { rows, count: indexes.length };
  }

  #life(reader: SessionReader, { session, trace, of, index, path }: LifeQuestion): StoredLife | null {
    const key = JSON.stringify([session, trace, reader.traces.count(trace), of, index, path]);
    const known = this.#recent.get(key) ?? reader.lives.life(trace, { of, index, path });
    if (known === null) return null;
    this.#recent.delete(key);
    this.#recent.set(key, known);
    for (const oldest of this.#recent.keys()) if (this.#recent.size > kept) this.#recent.delete(oldest);
    return known;
  }
}

const timeOf = (reader: SessionReader, trace: number, index: number): bigint | null => reader.traces.range(trace, index, index)[0]?.time ?? null;
