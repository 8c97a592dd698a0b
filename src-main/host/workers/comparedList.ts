/** The list of differences with what the traces say of their operations: pages, groups and exports of it. */
import type { CompareGroup, CompareRow, DifferenceKind, ExecutionPoint } from '../../../src-preload/contract/index.ts';
import { differenceKinds, type Cause, type Difference, type Differences, type Moment } from '../../compare/difference.ts';
import type { ListedOperation, SessionReader } from '../../session/index.ts';
import { stringifyJsonLine } from '../operationJson.ts';
import { differenceLine } from '../differenceText.ts';
import type { CompareOrder, CompareQuestions } from './messages.ts';

const mostRows = 500;
const rowsAtOnce = 2000;
/** Operations are read so many at a time: a list in order asks for neighbours. */
const blockSize = 256;
const blocksKept = 32;

export class ComparedList {
  readonly #reader: SessionReader;
  readonly #order: CompareOrder;
  readonly #found: Differences;
  readonly #blocks = new Map<string, readonly ListedOperation[]>();
  /** The positions of the last filter. */
  #filtered: { readonly key: string; readonly positions: readonly number[] } | null = null;

  constructor(reader: SessionReader, order: CompareOrder, found: Differences) {
    this.#reader = reader;
    this.#order = order;
    this.#found = found;
  }

  /** The list has been put in order. */
  settled(): void {
    this.#filtered = null;
  }

  page({ offset, limit, kinds, text, cause }: CompareQuestions['page']['params']): CompareQuestions['page']['result'] {
    const found = this.#found;
    const most = Math.max(0, Math.min(limit, mostRows));
    const from = Math.max(0, Math.floor(offset));
    if (kinds === null && text === '' && cause === null) {
      const rows = Array.from({ length: Math.max(0, Math.min(most, found.kept - from)) }, (_, at) => this.row(from + at, found.at(from + at)));
      return { rows, count: found.kept };
    }
    const positions = this.#positions(kinds, text, cause);
    return { rows: positions.slice(from, from + most).map((at) => this.row(at, found.at(at))), count: positions.length };
  }

  groups(): CompareGroup[] {
    return this.#found.groups
      .map(({ cause, count, counts }, at): CompareGroup => ({ cause: at, title: this.#causeText(cause), operation: cause.kind === 'operation' ? { side: cause.side, index: cause.operation } : null, count, counts: { ...counts } }))
      .filter(({ count }) => count > 0).sort((one, other) => other.count - one.count || one.cause - other.cause);
  }

  export({ format, from }: CompareQuestions['export']['params']): CompareQuestions['export']['result'] {
    const found = this.#found;
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(found.kept, start + rowsAtOnce);
    let text = '';
    for (let at = start; at < end; at++) {
      const row = this.row(at, found.at(at));
      text += format === 'json' ? `${stringifyJsonLine(differenceJson(row, this.#causeText(found.groups[row.cause]?.cause ?? { kind: 'system' })))}\n` : `${differenceLine(row)}\n`;
    }
    return { text, next: end < found.kept ? end : null };
  }

  row(position: number, d: Difference): CompareRow {
    const operation = this.#operation('a', d.operationA) ?? this.#operation('b', d.operationB);
    return {
      number: position + 1, kind: d.kind, operationA: d.operationA || null, operationB: d.operationB || null, operation: operation?.operation ?? (d.operationA + d.operationB === 0 ? 'before the first operation' : ''),
      path: operation?.path ?? null, process: operation?.processName ?? '', what: d.what, a: d.a, b: d.b, pointA: pointOf(d.pointA), pointB: pointOf(d.pointB), cause: d.group,
    };
  }

  #positions(kinds: readonly DifferenceKind[] | null, text: string, cause: number | null): readonly number[] {
    const found = this.#found;
    const key = JSON.stringify([kinds, text, cause, found.kept]);
    if (this.#filtered?.key === key) return this.#filtered.positions;
    const wanted = kinds === null ? null : new Set(kinds.map((kind) => differenceKinds.indexOf(kind)));
    const part = text.toLowerCase();
    const positions: number[] = [];
    for (let at = 0; at < found.kept; at++) {
      if (wanted !== null && !wanted.has(found.kindAt(at))) continue;
      if (cause !== null && found.groupAt(at) !== cause) continue;
      if (part !== '' && !this.#contains(found.at(at), part)) continue;
      positions.push(at);
    }
    this.#filtered = { key, positions };
    return positions;
  }

  #contains(d: Difference, part: string): boolean {
    const has = (text: string | null | undefined): boolean => text?.toLowerCase().includes(part) === true;
    if (has(d.what) || has(d.a) || has(d.b)) return true;
    const operation = this.#operation('a', d.operationA) ?? this.#operation('b', d.operationB);
    return has(operation?.operation) || has(operation?.path) || has(operation?.processName);
  }

  #operation(side: 'a' | 'b', index: number): ListedOperation | null {
    if (index === 0) return null;
    const { trace } = this.#order[side];
    const first = index - ((index - 1) % blockSize);
    const key = `${trace} ${first}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = this.#reader.traces.range(trace, first, first + blockSize - 1);
      if (this.#blocks.size >= blocksKept) for (const oldest of this.#blocks.keys()) {
        this.#blocks.delete(oldest);
        break;
      }
      this.#blocks.set(key, block);
    }
    return block[index - first] ?? null;
  }

  #causeText(cause: Cause): string {
    const { a, b } = this.#order;
    switch (cause.kind) {
      case 'operation': {
        const operation = this.#operation(cause.side, cause.operation);
        return `because of #${cause.operation} ${operation?.operation ?? ''} ${operation?.path ?? ''}`.trimEnd() + (a.run !== null && b.run !== null ? ` in ${this.#order[cause.side].title}` : '');
      }
      case 'driver': return cause.name === '' ? 'a driver' : `driver ${cause.name}`;
      case 'edit': return 'an edit of the run';
      case 'selection': return a.trace === b.trace ? 'which operations were issued' : 'operations that only one of them has';
      case 'system': return a.trace === b.trace ? 'the file system and the I/O manager' : 'what they ended with';
    }
  }
}

/** One line of JSON. */
function differenceJson(row: CompareRow, cause: string): Record<string, unknown> {
  const point = (one: ExecutionPoint | null): string | null => (one === null ? null : `${one.operation}:${one.sequence}`);
  const { kind, operationA, operationB, operation, path, process, what, a, b, pointA, pointB } = row;
  return { type: 'difference', kind, operationA, operationB, operation, path, process, what, a, b, pointA: point(pointA), pointB: point(pointB), cause };
}

const pointOf = (moment: Moment | null): ExecutionPoint | null => (moment === null ? null : { operation: moment.issued, sequence: moment.sequence, line: null });
