/**
 * Compares two runs of one trace by their event logs: operations by their number, generated I/O by its initiator and order within it, events
 * of an operation by layer, kind, name and order.
 *
 * Both logs pass once, slot by slot (logCursor.ts). Equal pages are skipped by the hash of the log up to there, or their bytes, equal slots by their numbers; of others the rows
 * of each operation are matched. What finds no partner waits for one that comes later in the other run, as where a request is completed
 * later; so memory holds what waits. A driver that only one of the runs has is what distinguishes them: its own rows are left out.
 */
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKindCode, type EventPage } from '../replay/eventPage.ts';
import { momentOrder, type Cause, type Difference, type Differences, type Moment } from './difference.ts';
import { keyOf, loggedRow, valueOf, whatOf, withoutNumbers, member, type LoggedRow, type SideLayer } from './loggedRow.ts';
import { Recent } from './recent.ts';
import { isSamePage, LogCursor, type Chunk, type LogSide } from './logCursor.ts';

/** What a run says about an operation: because of which one it is as it is; itself where a driver changed it, 0 for nothing. */
export type CauseOf = (operation: number) => number;

export interface ComparedRun extends LogSide {
  readonly causeOf: CauseOf;
  /** Operations that edits of its plan are about. */
  readonly edited: ReadonlySet<number>;
  /** The operations that it was to issue, inclusive. */
  readonly first: number;
  readonly last: number;
}

/** Slots that a row waits for its partner. */
const patience = 4096;
/** Rows that wait, whatever their age. */
const mostWaiting = 200_000;
/** Operations remembered with their cause, and generated ones with what they are known by. */
const mostRemembered = 100_000;
const slotsPerStep = 256;

type SideName = 'a' | 'b';

interface WaitingOperation {
  readonly since: number;
  readonly a: LoggedRow[];
  readonly b: LoggedRow[];
}

/** Yields every now and then: the rows walked over, and whether nothing that still waits could come before the first difference found. */
export function* compareRuns(a: ComparedRun, b: ComparedRun, found: Differences): Generator<{ readonly done: number; readonly isFirstCertain: boolean }> {
  const comparing = new RunComparison(a, b, found);
  while (comparing.step()) yield comparing;
  comparing.end();
}

class RunComparison {
  readonly #found: Differences;
  readonly #runs: Readonly<Record<SideName, ComparedRun>>;
  readonly #cursors: Readonly<Record<SideName, LogCursor>>;
  readonly #identities: Readonly<Record<SideName, Identities>>;
  /** By layer number: the same number for the same layer in both; -1 for a driver that only one has. */
  readonly #common: Readonly<Record<SideName, Int32Array>>;
  readonly #sameLayers: boolean;
  readonly #waiting = new Map<number, WaitingOperation>();
  /** Those that wait in the order of their first rows; some have found their partners since. */
  #queue: { readonly identity: number; readonly since: number }[] = [];
  #queueHead = 0;
  readonly #groups = new Recent<number, number>(mostRemembered);
  readonly #first: number;
  readonly #last: number;
  #waitingRows = 0;

  constructor(a: ComparedRun, b: ComparedRun, found: Differences) {
    this.#found = found;
    this.#runs = { a, b };
    this.#cursors = { a: new LogCursor(a), b: new LogCursor(b) };
    this.#identities = { a: new Identities(), b: new Identities() };
    const names = new Map(a.layers.map((layer, at) => [layerKey(layer), at]));
    const others = new Set(b.layers.map(layerKey));
    this.#common = { a: Int32Array.from(a.layers, (layer, at) => (others.has(layerKey(layer)) ? at : -1)), b: Int32Array.from(b.layers, (layer) => names.get(layerKey(layer)) ?? -1) };
    this.#sameLayers = a.layers.length === b.layers.length && this.#common.b.every((layer, at) => layer === at);
    this.#first = Math.max(a.first, b.first);
    this.#last = Math.min(a.last, b.last);
  }

  get done(): number {
    return this.#cursors.a.done + this.#cursors.b.done;
  }

  get isFirstCertain(): boolean {
    const { first } = this.#found;
    if (first === null) return false;
    const issued = Math.min(first.pointA?.issued ?? Infinity, first.pointB?.issued ?? Infinity);
    for (const { since } of this.#waiting.values()) if (since <= issued) return false;
    return true;
  }

  /** False at the end of both. */
  step(): boolean {
    for (let slots = 0; slots < slotsPerStep; slots++) {
      const { a, b } = this.#cursors;
      if (this.#skipSamePages()) return true;
      const [left, right] = [a.issued, b.issued];
      if (left === null && right === null) return false;
      const now = Math.min(left ?? Infinity, right ?? Infinity);
      const [inA, inB] = [left === now ? a.slot() : [], right === now ? b.slot() : []];
      const outside = now !== 0 && (now < this.#first || now > this.#last);
      if (!outside && !this.#isSame(inA, inB)) this.#compareSlot(inA, inB);
      this.#settle(now - patience);
    }
    return true;
  }

  end(): void {
    this.#settle(Infinity);
  }

  #skipSamePages(): boolean {
    if (!this.#sameLayers) return false;
    const { a, b } = this.#cursors;
    const [one, other] = [a.untouched, b.untouched];
    if (one === null || other === null || !isSamePage(one, other)) return false;
    a.skipPage();
    b.skipPage();
    return true;
  }

  /** True where the slots hold the same rows in the same order; most do. */
  #isSame(inA: readonly Chunk[], inB: readonly Chunk[]): boolean {
    const [a, b] = [inA[0], inB[0]];
    if (a === undefined || b === undefined || inA.length > 1 || inB.length > 1) return false;
    let right = b.from;
    for (let left = a.from; ; left++, right++) {
      while (left < a.to && this.#isLeftOut('a', a.page, left)) left++;
      while (right < b.to && this.#isLeftOut('b', b.page, right)) right++;
      if (left >= a.to || right >= b.to) return left >= a.to && right >= b.to;
      if (!this.#isSameRow(a.page, left, b.page, right)) return false;
    }
  }

  /** Rows of a driver that the other run does not have, and of the I/O that it generates. */
  #isLeftOut(side: SideName, page: EventPage, row: number): boolean {
    const { layer, operation, kind } = page.columns;
    const own = (this.#common[side][layer[row] as number] ?? -1) < 0;
    const number = operation[row] as number;
    if (number < generatedFrom) return own;
    if (own && kind[row] === eventKindCode.issue) this.#identities[side].leaveOut(number);
    return own || this.#identities[side].isLeftOut(number);
  }

  #isSameRow(pageA: EventPage, a: number, pageB: EventPage, b: number): boolean {
    const [x, y] = [pageA.columns, pageB.columns];
    const kind = x.kind[a] as number;
    if (kind !== y.kind[b] || this.#common.a[x.layer[a] as number] !== this.#common.b[y.layer[b] as number]) return false;
    if (x.status[a] !== y.status[b] || x.information[a] !== y.information[b] || x.result[a] !== y.result[b]) return false;
    const [operationA, operationB] = [x.operation[a] as number, y.operation[b] as number];
    if (operationA >= generatedFrom && operationB >= generatedFrom && kind === eventKindCode.issue && operationA !== operationB) this.#identities.b.same(operationB, this.#identities.a.of(operationA));
    if (this.#identities.a.of(operationA) !== this.#identities.b.of(operationB)) return false;
    const [nameA, nameB] = [x.name[a] as number, y.name[b] as number];
    if ((nameA !== 0 || nameB !== 0) && pageA.texts[nameA - 1] !== pageB.texts[nameB - 1]) return false;
    if (kind !== eventKindCode.change && kind !== eventKindCode.log && kind !== eventKindCode.error) return true;
    const [detailA, detailB] = [pageA.texts[(x.detail[a] as number) - 1] ?? '', pageB.texts[(y.detail[b] as number) - 1] ?? ''];
    return detailA === detailB || withoutNumbers(detailA) === withoutNumbers(detailB);
  }

  #compareSlot(inA: readonly Chunk[], inB: readonly Chunk[]): void {
    const scope = new Map<string, number>();
    const [rowsA, rowsB] = [this.#rows('a', inA, scope), this.#rows('b', inB, scope)];
    for (const identity of new Set([...rowsA.keys(), ...rowsB.keys()])) this.#compareOperation(identity, parametersFolded(rowsA.get(identity) ?? []), parametersFolded(rowsB.get(identity) ?? []));
  }

  /** The rows of a slot by their operation. `scope`: generated I/O of this slot by who initiated it. */
  #rows(side: SideName, chunks: readonly Chunk[], scope: Map<string, number>): Map<number, LoggedRow[]> {
    const rows = new Map<number, LoggedRow[]>();
    const layers = this.#runs[side].layers;
    const identities = this.#identities[side];
    const orders = new Map<string, number>();
    /** By layer: the operation whose callback ran last. */
    const running: number[] = [];
    for (const { page, from, to } of chunks) {
      const { operation, kind, layer } = page.columns;
      for (let at = from; at < to; at++) {
        if (this.#isLeftOut(side, page, at)) continue;
        const number = operation[at] as number;
        const place = layer[at] as number;
        if (kind[at] === eventKindCode.issue && number >= generatedFrom) {
          const by = `${running[place] ?? 0} ${this.#common[side][place] ?? -1}`;
          const order = (orders.get(by) ?? 0) + 1;
          orders.set(by, order);
          const key = `${by} ${order}`;
          const known = scope.get(key);
          if (known === undefined) scope.set(key, identities.of(number));
          else identities.same(number, known);
        }
        const identity = identities.of(number);
        if (kind[at] === eventKindCode.pre || kind[at] === eventKindCode.post || kind[at] === eventKindCode.status) running[place] = identity;
        const list = rows.get(identity);
        const row = loggedRow(page, at, identity, layers[place] ?? { name: '', isFilter: false });
        if (list === undefined) rows.set(identity, [row]);
        else list.push(row);
      }
    }
    return rows;
  }

  #compareOperation(identity: number, rowsA: readonly LoggedRow[], rowsB: readonly LoggedRow[]): void {
    const waiting = this.#waiting.get(identity);
    const [leftA, leftB] = [[...(waiting?.a ?? []), ...rowsA], [...(waiting?.b ?? []), ...rowsB]];
    this.#waitingRows -= (waiting?.a.length ?? 0) + (waiting?.b.length ?? 0);
    this.#waiting.delete(identity);
    const byKey = new Map<string, LoggedRow[]>();
    for (const row of leftB) byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), row]);
    const differing: [LoggedRow, LoggedRow][] = [];
    const onlyA: LoggedRow[] = [];
    const paired = new Set<LoggedRow>();
    for (const row of leftA) {
      const partner = byKey.get(keyOf(row))?.shift();
      if (partner === undefined) onlyA.push(row);
      else {
        paired.add(partner);
        if (withoutNumbers(valueOf(row)) !== withoutNumbers(valueOf(partner))) differing.push([row, partner]);
      }
    }
    const onlyB = leftB.filter((row) => !paired.has(row));
    const [first] = [...differing.map(([row]) => row), ...onlyA, ...onlyB].sort((one, other) => momentOrder(one) - momentOrder(other));
    if (first === undefined) return;
    if (!this.#groups.has(identity)) this.#remember(identity, this.#causeOf(first));
    for (const [one, other] of differing) this.#add(one, other);
    if (onlyA.length === 0 && onlyB.length === 0) return;
    if (waiting === undefined) this.#queue.push({ identity, since: first.issued });
    this.#waiting.set(identity, { since: waiting?.since ?? first.issued, a: onlyA, b: onlyB });
    this.#waitingRows += onlyA.length + onlyB.length;
  }

  /** Gives up what has waited since slot `before` or longer. */
  #settle(before: number): void {
    for (let head = this.#queue[this.#queueHead]; head !== undefined; head = this.#queue[++this.#queueHead]) {
      const { identity, since } = head;
      if (since > before && this.#waitingRows <= mostWaiting) break;
      const one = this.#waiting.get(identity);
      if (one?.since !== since) continue;
      this.#waiting.delete(identity);
      this.#waitingRows -= one.a.length + one.b.length;
      for (const row of wholeOrParts(one.a)) this.#add(row, null);
      for (const row of wholeOrParts(one.b)) this.#add(null, row);
    }
    if (this.#queueHead < 4096 || this.#queueHead * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#queueHead);
    this.#queueHead = 0;
  }

  #remember(identity: number, cause: Cause): void {
    this.#groups.set(identity, this.#found.groupOf(cause));
  }

  /** What a driver does that only one of the runs has is seen in what the others get. */
  #causeOf(row: LoggedRow): Cause {
    const number = row.operation >= generatedFrom ? row.issued : row.operation;
    let changedIn: SideName | null = null;
    for (const side of ['b', 'a'] as const) {
      const cause = number === 0 ? 0 : this.#runs[side].causeOf(number);
      if (cause !== 0 && cause !== number) return { kind: 'operation', side, operation: cause };
      if (cause !== 0) changedIn ??= side;
    }
    if (this.#runs.a.edited.has(number) || this.#runs.b.edited.has(number)) return { kind: 'edit' };
    if (changedIn !== null && this.#onlyDriver(changedIn) !== '' && this.#runs[changedIn === 'a' ? 'b' : 'a'].causeOf(number) === 0) return { kind: 'driver', name: this.#onlyDriver(changedIn) };
    if (row.isFilter) return { kind: 'driver', name: row.layer };
    return row.kind === 'issue' && row.operation < generatedFrom ? { kind: 'selection' } : { kind: 'system' };
  }

  /** The driver that only this side has; empty where there are none or several. */
  #onlyDriver(side: SideName): string {
    const names = this.#runs[side].layers.filter((layer, at) => layer.isFilter && this.#common[side][at] === -1).map(({ name }) => name);
    return names.length === 1 ? (names[0] ?? '') : '';
  }

  #add(a: LoggedRow | null, b: LoggedRow | null): void {
    const row = a ?? b;
    if (row === null) return;
    const group = this.#groups.get(row.identity) ?? this.#found.groupOf({ kind: 'system' });
    const base = { operationA: numberOf(a, row), operationB: numberOf(b, row), pointA: pointOf(a), pointB: pointOf(b), group };
    const add = (kind: Difference['kind'], what: string, textA: string | null, textB: string | null): void => this.#found.add({ ...base, kind, what, a: textA, b: textB });
    if (row.kind === 'complete' && row.operation < generatedFrom && a !== null && b !== null) {
      if (a.status !== b.status) add('status', 'final status', valueOf(a), valueOf(b));
      else add('information', 'IoStatus.Information', String(a.information), String(b.information));
      return;
    }
    add(kindOf(row), whatOf(row), a === null ? null : valueOf(a), b === null ? null : valueOf(b));
  }
}

const layerKey = ({ name, isFilter }: SideLayer): string => `${isFilter ? 'filter' : ''} ${name}`;
const pointOf = (row: LoggedRow | null): Moment | null => (row === null ? null : { issued: row.issued, sequence: row.sequence });

/** A side that does not have the row has the operation, unless it was not issued there. */
function numberOf(own: LoggedRow | null, row: LoggedRow): number {
  if (own === null && row.kind === 'issue') return row.operation >= generatedFrom ? row.issued : row.operation;
  const { operation, issued } = own ?? row;
  return operation >= generatedFrom ? issued : operation;
}

function kindOf(row: LoggedRow): Difference['kind'] {
  switch (row.kind) {
    case 'issue': return row.operation >= generatedFrom ? 'event' : 'issued';
    case 'change': return 'parameter';
    case 'violation': case 'hint': return 'violation';
    case 'complete': return row.operation >= generatedFrom ? 'event' : 'status';
    default: return 'event';
  }
}

/** An operation that was not issued in the other run is one difference, with what drivers did wrong in it. */
function wholeOrParts(rows: readonly LoggedRow[]): readonly LoggedRow[] {
  return rows.some(({ kind }) => kind === 'issue') ? rows.filter(({ kind }) => kind === 'issue' || kind === 'violation' || kind === 'hint') : rows;
}

/** Of the changes to a parameter what the file system gets to see: those before it was sent the request, taken together. */
function parametersFolded(rows: readonly LoggedRow[]): readonly LoggedRow[] {
  if (!rows.some(({ kind }) => kind === 'change')) return rows;
  const sent = rows.findIndex(({ kind }) => kind === 'lower');
  const changes = new Map<string, { readonly from: string; row: LoggedRow }>();
  for (const [at, row] of rows.entries()) {
    if (row.kind !== 'change' || (sent >= 0 && at > sent)) continue;
    const known = changes.get(row.name);
    if (known === undefined) changes.set(row.name, { from: member(row.detail, 'from'), row });
    else known.row = row;
  }
  const kept = new Set([...changes.values()].filter(({ from, row }) => from !== member(row.detail, 'to')).map(({ row }) => row));
  return rows.filter((row) => row.kind !== 'change' || kept.has(row));
}

/** What generated I/O is known by in both runs, where its numbers differ. */
class Identities {
  readonly #same = new Recent<number, number>(mostRemembered);
  readonly #leftOut = new Recent<number, true>(mostRemembered);

  of(operation: number): number {
    return operation < generatedFrom ? operation : (this.#same.get(operation) ?? operation);
  }

  same(operation: number, identity: number): void {
    this.#same.set(operation, identity);
  }

  leaveOut(operation: number): void {
    this.#leftOut.set(operation, true);
  }

  isLeftOut(operation: number): boolean {
    return this.#leftOut.has(operation);
  }
}
