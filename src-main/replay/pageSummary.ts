/**
 * What a page of events holds, in short: a search passes by a page that cannot have what it looks for, without opening it.
 *
 * A JSON object of short names, as it is stored:
 * `{"o":[120,731],"g":0,"l":[1,4198,0,12],"i":1,"s":[0,3221225524],"t":[700,712],"n":["FltGetFileNameInformation"]}`.
 * Where there would be too many values, the list is left out, and the page may hold any. A reader takes whatever it does not
 * understand for a page that may hold anything, as a session may be a stranger's.
 */
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKindCode, type EventPage, pageText } from './eventPage.ts';

export interface PageSummary {
  /** Lowest and highest number of recorded operations in it; 0: it has none. */
  readonly lowest: number;
  readonly highest: number;
  /** It has events of I/O that filters generated. */
  readonly hasGenerated: boolean;
  /** By layer, one bit for each kind of event: `1 << kind`. */
  readonly layers: readonly number[] | null;
  /** One bit for each IRQL. */
  readonly irqls: number;
  /** Of posts, status callbacks and ends. */
  readonly statuses: readonly number[] | null;
  readonly threads: readonly number[] | null;
  /** Routines, fields, violations. */
  readonly names: readonly string[] | null;
}

const mostLayers = 64;
const { post, status: statusKind, complete } = eventKindCode;

/** A few different numbers, in the order in which they come. */
class Distinct {
  readonly #values: Uint32Array;
  #count = 0;
  #isFull = false;

  constructor(most: number) {
    this.#values = new Uint32Array(most);
  }

  clear(): void {
    this.#count = 0;
    this.#isFull = false;
  }

  add(value: number): void {
    for (let at = 0; at < this.#count; at++) if (this.#values[at] === value) return;
    if (this.#count === this.#values.length) this.#isFull = true;
    else this.#values[this.#count++] = value;
  }

  get list(): number[] | undefined {
    return this.#isFull ? undefined : [...this.#values.subarray(0, this.#count)];
  }
}

// Used again and again, as pages are made on the hottest path there is.
const layerKinds = new Uint32Array(mostLayers);
const statuses = new Distinct(32);
const threads = new Distinct(48);
let seenNames = new Uint8Array(1024);
const mostNames = 200;

/** What `look` has seen. Not an object that it returns: made at the end of a loop of thousands of rows, V8 would throw the code of the loop away for it. */
const seen = new Uint32Array(5);
const [lowestAt, highestAt, generatedAt, irqlsAt, layersAt] = [0, 1, 2, 3, 4] as const;

/** `seenKinds`: gets a 1 at the code of every kind of event in the page. */
export function summarize(page: EventPage, seenKinds: Uint8Array): string {
  if (seenNames.length <= page.texts.length) seenNames = new Uint8Array(page.texts.length * 2);
  seenNames.fill(0, 0, page.texts.length + 1);
  layerKinds.fill(0);
  statuses.clear();
  threads.clear();
  look(page, seenKinds);
  const names: string[] = [];
  for (let number = 1; number <= page.texts.length; number++) if (seenNames[number] === 1) names.push(pageText(page, number));
  const [lowest = 0, highest = 0, hasGenerated, irqls, layers = 0] = seen;
  return JSON.stringify({
    o: [highest === 0 ? 0 : lowest, highest], g: hasGenerated, ...(layers <= mostLayers && { l: [...layerKinds.subarray(0, layers)] }), i: irqls,
    s: statuses.list, t: threads.list, ...(names.length <= mostNames && { n: names }),
  });
}

/** Row by row, and nothing else: so it is compiled once. */
function look({ count, columns }: EventPage, seenKinds: Uint8Array): void {
  const { operation, kind, layer, irql, thread, status, name } = columns;
  let lowest = generatedFrom;
  let highest = 0;
  let hasGenerated = 0;
  let irqls = 0;
  let layers = 0;
  let lastStatus = 0;
  let hasStatus = false;
  for (let row = 0; row < count; row++) {
    const number = operation[row] as number;
    if (number >= generatedFrom) hasGenerated = 1;
    else if (number > 0) {
      if (number < lowest) lowest = number;
      if (number > highest) highest = number;
    }
    const code = kind[row] as number;
    seenKinds[code & 63] = 1;
    const at = layer[row] as number;
    if (at < mostLayers) layerKinds[at] = (layerKinds[at] as number) | (1 << code);
    if (at >= layers) layers = at + 1;
    irqls |= 1 << (irql[row] as number);
    if (row === 0 || ((thread[row] as number) ^ (thread[row - 1] as number)) !== 0) threads.add(thread[row] as number);
    if ((code === post || code === statusKind || code === complete) && (!hasStatus || ((status[row] as number) ^ lastStatus) !== 0)) {
      lastStatus = (status[row] as number) | 0;
      hasStatus = true;
      statuses.add(status[row] as number);
    }
    if (name[row] !== 0) seenNames[name[row] as number] = 1;
  }
  seen[lowestAt] = lowest;
  seen[highestAt] = highest;
  seen[generatedAt] = hasGenerated;
  seen[irqlsAt] = irqls;
  seen[layersAt] = layers;
}

/** Null: the page may hold anything. */
export function readSummary(text: string): PageSummary | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { o, g, l, i, s, t, n } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(o) || typeof o[0] !== 'number' || typeof o[1] !== 'number' || typeof i !== 'number') return null;
  return { lowest: o[0], highest: o[1], hasGenerated: g !== 0, layers: numbers(l), irqls: i, statuses: numbers(s), threads: numbers(t), names: texts(n) };
}

const numbers = (value: unknown): readonly number[] | null => (Array.isArray(value) && value.every((one) => typeof one === 'number') ? (value as number[]) : null);
const texts = (value: unknown): readonly string[] | null => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? (value as string[]) : null);
