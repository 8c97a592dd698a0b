import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTraces, type TracedOperation } from '../../../src-main/compare/compareTraces.ts';
import { Differences, type Difference } from '../../../src-main/compare/difference.ts';

const operation = (index: number, key: string, fields: Partial<TracedOperation> = {}): TracedOperation => ({ index, stream: 'notes.exe', key, title: 'ReadFile', status: 0, information: 10, ...fields });

function compared(a: readonly TracedOperation[], b: readonly TracedOperation[]): { list: Difference[]; matched: number } {
  const found = new Differences();
  const steps = compareTraces(a, b, found);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done !== true) continue;
    found.sort();
    return { list: Array.from({ length: found.kept }, (_, at) => found.at(at)), matched: step.value };
  }
}

describe('two traces', () => {
  it('are the same where nothing differs, however long', () => {
    const all = Array.from({ length: 20_000 }, (_, at) => operation(at + 1, `file ${at % 7}`));
    expect(compared(all, all)).toEqual({ list: [], matched: all.length });
  });

  it('tell what was left out and put in, whatever the place', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 4999 }), { maxLength: 40 }), fc.uniqueArray(fc.integer({ min: 0, max: 4999 }), { maxLength: 40 }), (left, put) => {
      const a = Array.from({ length: 5000 }, (_, at) => operation(at + 1, `${at}`));
      const b: TracedOperation[] = [];
      for (const one of a) {
        if (!left.includes(one.index - 1)) b.push({ ...one, index: b.length + 1 });
        if (put.includes(one.index - 1)) b.push(operation(b.length + 1, `new ${one.index}`));
      }
      const { list } = compared(a, b);
      expect(list.filter(({ operationB }) => operationB === 0).map((one) => one.operationA - 1).sort((x, y) => x - y)).toEqual([...left].sort((x, y) => x - y));
      expect(list.filter(({ operationA }) => operationA === 0)).toHaveLength(put.length);
      expect(list.every(({ kind }) => kind === 'issued')).toBe(true);
    }), { numRuns: 30 });
  });

  it('match threads by themselves, so that the order between them means nothing', () => {
    const one = Array.from({ length: 100 }, (_, at) => operation(0, `${at}`, { stream: 'one' }));
    const other = Array.from({ length: 100 }, (_, at) => operation(0, `${at}`, { stream: 'other' }));
    const numbered = (list: readonly TracedOperation[]): TracedOperation[] => list.map((op, at) => ({ ...op, index: at + 1 }));
    const mixed = one.flatMap((op, at) => [op, other[at] ?? op]);
    expect(compared(numbered([...one, ...other]), numbered(mixed)).list).toEqual([]);
  });

  it('tell another status and another information, with both numbers', () => {
    const a = [operation(1, 'x'), operation(2, 'y'), operation(3, 'z')];
    const b = [operation(1, 'new'), operation(2, 'x'), operation(3, 'y', { status: 0xc0000022 }), operation(4, 'z', { information: 11 })];
    expect(compared(a, b).list.map(({ kind, operationA, operationB, a: was, b: is }) => [kind, operationA, operationB, was, is])).toEqual([
      ['issued', 0, 1, null, 'ReadFile'], ['status', 2, 3, 'STATUS_SUCCESS', 'STATUS_ACCESS_DENIED'], ['information', 3, 4, '10', '11'],
    ]);
  });
});
