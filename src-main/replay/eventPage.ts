/**
 * The recorded event log of a run: columns of numbers with a small heap of texts, in pages.
 *
 * A page is filled by the engine host, packed (packedEventPage.ts), sent to the host and stored as it is. Rows are in log order; `sequence` counts from 1
 * since the last recorded operation was issued, so (issued, sequence) is the event's execution point, e.g. `18204:7`, and points order like numbers.
 */
import { assert } from '../base/assert.ts';

/** Index in this list is the number in column `kind`. Append only: stored pages keep their numbers. */
export const eventKinds = [
  'issue', 'pre', 'post', 'status', 'lower', 'done', 'ret', 'complete', 'api', 'change', 'violation', 'hint', 'log', 'work', 'cancel', 'teardown', 'error', 'load', 'wait', 'port', 'unknown',
] as const;
export type EventKindName = (typeof eventKinds)[number];
export const eventKindCode = Object.fromEntries(eventKinds.map((name, code) => [name, code])) as Readonly<Record<EventKindName, number>>;

/**
 * Columns in storage order, all Uint32.
 *
 * - `operation`: number of the operation the event belongs to (0: none, e.g. loading a driver); generated I/O counts on from 0x80000000
 * - `issued`: the recorded operation that was issued last (0: none yet), whichever operation the event belongs to
 * - `sequence`: from 1 since then
 * - `kind`: index into `eventKinds`
 * - `depth`: nesting of callbacks and calls
 * - `layer`: index into the run's layers (0 the I/O manager, then filters from the highest altitude, last the file system)
 * - `thread`: thread id; `irql`: 0 PASSIVE, 1 APC, 2 DISPATCH
 * - `status`: IoStatus.Status at entry (post), OperationStatus (status), what the lower device answered (done, ret), final (complete)
 * - `information`: low 32 bits of IoStatus.Information
 * - `result`: what a callback returned or an API call answered; 0xFFFFFFFF while it has not
 * - `line`: line in the driver's source (0: none)
 * - `name`: index + 1 into `texts`: API routine, violation id, changed field, work routine (0: none)
 * - `rule`: index + 1 into `texts`: rule, e.g. `R-5.14` (0: none)
 * - `detail`: index + 1 into `texts`: JSON with what else the kind has (0: none)
 */
export const eventColumns = ['operation', 'issued', 'sequence', 'kind', 'depth', 'layer', 'thread', 'irql', 'status', 'information', 'result', 'line', 'name', 'rule', 'detail'] as const;
export type EventColumn = (typeof eventColumns)[number];

/** A page of rows. `first` is the log position of its first row; columns may be longer than `count`. */
export interface EventPage {
  readonly first: number;
  readonly count: number;
  readonly columns: Readonly<Record<EventColumn, Uint32Array>>;
  readonly texts: readonly string[];
}

/** Pages of all builders, so that a word knows for which one it has its number. */
let pagesBegun = 0;

/** A text that almost every page has: it knows its number in the page that is open, so that nothing is looked up for each row. */
export class PageWord {
  readonly text: string;
  page = 0;
  number = 0;

  constructor(text: string) {
    this.text = text;
  }
}

const words = new Map<string, PageWord>();

/** The same word for the same text. */
export function pageWord(text: string): PageWord {
  let word = words.get(text);
  if (word === undefined) words.set(text, (word = new PageWord(text)));
  return word;
}

/** Callback has not returned. */
export const noResult = 0xffffffff;

const initialCapacity = 1024;

/** Columns that few rows have a value in: they are emptied with the page, so that a row stores nothing there. */
const mostlyZero = ['irql', 'status', 'information', 'line', 'name', 'detail'] as const satisfies readonly EventColumn[];

/** Collects rows and hands them out as pages. Reused from page to page: arrays are copied out, the buffers stay. */
export class EventPageBuilder {
  #first = 0;
  #count = 0;
  #capacity = initialCapacity;
  readonly #columns: Record<EventColumn, Uint32Array>;
  #texts: string[] = [];
  #textIndex = new Map<string, number>();
  #page = ++pagesBegun;

  constructor() {
    this.#columns = Object.fromEntries(eventColumns.map((name) => [name, new Uint32Array(initialCapacity)])) as Record<EventColumn, Uint32Array>;
  }

  /** Rows in the open page. */
  get count(): number {
    return this.#count;
  }

  /** Log position of the next row. */
  get next(): number {
    return this.#first + this.#count;
  }

  /** Interns a text; 0 is "none". */
  text(value: string): number {
    if (value === '') return 0;
    const known = this.#textIndex.get(value);
    if (known !== undefined) return known;
    this.#texts.push(value);
    this.#textIndex.set(value, this.#texts.length);
    return this.#texts.length;
  }

  /** The same for a word. */
  word(word: PageWord): number {
    if (word.page !== this.#page) {
      word.page = this.#page;
      word.number = this.text(word.text);
    }
    return word.number;
  }

  /** The number of a long text that hardly comes twice: looking for it would cost more than it saves. */
  longText(value: string): number {
    return this.#texts.push(value);
  }

  /** Appends a row and returns its index within the open page, for `setResult`. */
  add(
    operation: number, issued: number, sequence: number, kind: number, depth: number, layer: number, thread: number, irql: number,
    status: number, information: number, result: number, line: number, name: number, rule: number, detail: number,
  ): number {
    if (this.#count === this.#capacity) this.#grow();
    const row = this.#count++;
    const c = this.#columns;
    c.operation[row] = operation;
    c.issued[row] = issued;
    c.sequence[row] = sequence;
    c.kind[row] = kind;
    c.depth[row] = depth;
    c.layer[row] = layer;
    c.thread[row] = thread;
    c.result[row] = result;
    c.rule[row] = rule;
    if (irql !== 0) c.irql[row] = irql;
    if (status !== 0) c.status[row] = status;
    if (information !== 0) c.information[row] = information;
    if (line !== 0) c.line[row] = line;
    if (name !== 0) c.name[row] = name;
    if (detail !== 0) c.detail[row] = detail;
    return row;
  }

  /** Fills in what only the return of a callback tells. `row` is from `add`, in the page that is still open. */
  set(row: number, column: EventColumn, value: number): void {
    this.#columns[column][row] = value;
  }

  /** A copy of the open page, which stays open (for a look while the run is stopped). */
  peek(): EventPage {
    return this.#copy();
  }

  /** The open page without a copy: it is good until the next row is added. */
  view(): EventPage {
    return { first: this.#first, count: this.#count, columns: this.#columns, texts: this.#texts };
  }

  /** Closes the open page and hands out a copy. Must not be called while a callback that has a row in it is still running. */
  take(): EventPage {
    const page = this.#copy();
    this.clear();
    return page;
  }

  /** Closes the open page. */
  clear(): void {
    for (const name of mostlyZero) this.#columns[name].fill(0, 0, this.#count);
    this.#first += this.#count;
    this.#count = 0;
    this.#texts = [];
    this.#textIndex = new Map();
    this.#page = ++pagesBegun;
  }

  #copy(): EventPage {
    const columns = Object.fromEntries(eventColumns.map((name) => [name, this.#columns[name].slice(0, this.#count)])) as Record<EventColumn, Uint32Array>;
    return { first: this.#first, count: this.#count, columns, texts: this.#texts.slice() };
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const name of eventColumns) {
      const larger = new Uint32Array(this.#capacity);
      larger.set(this.#columns[name]);
      this.#columns[name] = larger;
    }
  }
}

/** The text behind a text column's number. */
export function pageText(page: EventPage, index: number): string {
  return index === 0 ? '' : (page.texts[index - 1] ?? '');
}

/** A page as sessions up to version 5 have it: the columns one after the other, little endian. */
export function unpackPlainColumns(bytes: Uint8Array, first: number, count: number, texts: readonly string[]): EventPage {
  assert(bytes.length === eventColumns.length * count * 4, `event page has ${bytes.length} bytes for ${count} rows`);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const all = new Uint32Array(aligned.buffer, aligned.byteOffset, eventColumns.length * count);
  const columns = Object.fromEntries(eventColumns.map((name, at) => [name, all.subarray(at * count, (at + 1) * count)])) as Record<EventColumn, Uint32Array>;
  return { first, count, columns, texts };
}

/** Final results of operations `firstOperation`, `firstOperation + 1`, ... of a run. */
export interface ResultPage {
  readonly firstOperation: number;
  /** Final IoStatus.Status; meaningless where `state` is not completed. */
  readonly statuses: Uint32Array;
  /** Index into `replayedStates`. */
  readonly states: Uint8Array;
  /** Number of violations reported for it, at most 255. */
  readonly violations: Uint8Array;
  /** Index into `answerSources`. */
  readonly answers: Uint8Array;
  /** Index into `effects`. */
  readonly effects: Uint8Array;
  /** The operation because of which it has its effect; 0: none. */
  readonly causes: Uint32Array;
}

export const replayedStates = ['none', 'completed', 'pending', 'not-issued'] as const;

/** Who gave the answer that an operation ended with: as it was recorded, the model file system, a filter, an edit of this run. */
export const answerSources = ['none', 'recorded', 'model', 'filter', 'edit'] as const;
export type AnswerSource = (typeof answerSources)[number];

/**
 * What a change in this run has done to an operation.
 *
 * - `changed`: a filter or an edit has changed its request or its outcome; the cause is the operation itself
 * - `consequence`: what it depends on was changed, so the model file system answered
 * - `redirected`: its file object leads to another file than in the recording
 * - `not-issued`: its handle never came to be, or the request has become pointless; by an edit where the cause is the operation itself
 */
export const effects = ['none', 'changed', 'consequence', 'redirected', 'not-issued'] as const;
export type Effect = (typeof effects)[number];

