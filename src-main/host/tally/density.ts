/** Operations over time, in buckets of equal length, divided by what they are. */
import { filterValueText, type DensityBy, type DensitySeries } from '../../../src-preload/contract/index.ts';
import { operationFlags } from '../../replay/operationPage.ts';
import { asciiLower, type PageEntry, type StoredOperationPage, type WhereTrace } from '../../session/index.ts';
import { Ticks } from './ticks.ts';

/** Processes with a series of their own. */
const mostProcesses = 6;

interface Kind {
  readonly title: string;
  readonly where: string | null;
}

/** Which series a row belongs to, by number. Kept from one count to the next, so that numbers mean the same. */
export interface Divider {
  readonly by: DensityBy;
  readonly kinds: readonly Kind[];
  readonly divide: (page: StoredOperationPage) => (row: number) => number;
}

// By the major functions of wdm.h and, 242, fltKernel.h's IRP_MJ_NETWORK_QUERY_OPEN.
const classes: readonly (Kind & { readonly majors: readonly number[] })[] = [
  { title: 'Open and close', majors: [0, 1, 2, 18] }, { title: 'Read', majors: [3] }, { title: 'Write', majors: [4] }, { title: 'Information', majors: [5, 6, 7, 8, 10, 11, 20, 21, 25, 26, 242] }, { title: 'Directory', majors: [12] },
].map(({ title, majors }) => ({ title, majors, where: `major in (${majors.join(', ')})` }));
const otherClass: Kind = { title: 'Other', where: `not major in (${classes.flatMap(({ majors }) => majors).join(', ')})` };
const classOfMajor = new Uint8Array(256).fill(classes.length);
for (const [at, { majors }] of classes.entries()) for (const major of majors) classOfMajor[major] = at;

const statuses: readonly Kind[] = [
  { title: 'Success', where: 'status < 0x40000000' }, { title: 'Information', where: 'status = information' }, { title: 'Warning', where: 'status = warning' }, { title: 'Error', where: 'status = error' }, { title: 'None recorded', where: 'status = null' },
];

export function dividerOf(by: DensityBy, about: WhereTrace): Divider {
  const kinds: Kind[] = [];
  return { by, kinds, divide: divideBy(by, about, kinds) };
}

function divideBy(by: DensityBy, about: WhereTrace, kinds: Kind[]): Divider['divide'] {
  if (by === 'class') {
    kinds.push(...classes, otherClass);
    return (page) => {
      const [major, flags] = [page.column('major'), page.column('flags')];
      return (row) => (((flags[row] ?? 0) & operationFlags.hasMajor) === 0 ? classes.length : (classOfMajor[major[row] ?? 0] ?? classes.length));
    };
  }
  if (by === 'status') {
    kinds.push(...statuses);
    return (page) => {
      const [status, flags] = [page.column('status'), page.column('flags')];
      return (row) => (((flags[row] ?? 0) & operationFlags.hasStatus) === 0 ? 4 : (status[row] ?? 0) >>> 30);
    };
  }
  // Processes of one name are one.
  const byName = new Map<string, number>();
  const byProcess = new Map<number, number>();
  const numberOf = (process: number): number => {
    const name = about.processes.get(process)?.name ?? null;
    const key = name === null ? '' : `=${asciiLower(name)}`;
    let number = byName.get(key);
    if (number === undefined) byName.set(key, (number = kinds.push({ title: name ?? 'unknown process', where: name === null ? 'process = null' : `process = ${filterValueText(name)}` }) - 1));
    byProcess.set(process, number);
    return number;
  };
  return (page) => {
    const process = page.column('process');
    return (row) => byProcess.get(process[row] ?? 0) ?? numberOf(process[row] ?? 0);
  };
}

export class Density {
  readonly from: bigint;
  readonly to: bigint;
  readonly #buckets: number;
  readonly #span: number;
  readonly #counts: Float64Array[] = [];
  readonly #divider: Divider;

  /** Times as recorded; `to` is behind the last tick. */
  constructor(divider: Divider, from: bigint, to: bigint, buckets: number) {
    this.from = from;
    this.to = to;
    this.#buckets = buckets;
    this.#span = Number(to - from);
    this.#divider = divider;
  }

  add(page: StoredOperationPage, mask: Uint8Array | null): void {
    const time = new Ticks(page.column('time'), this.from);
    const seriesOf = this.#divider.divide(page);
    const scale = this.#buckets / this.#span;
    for (let row = 0; row < page.count; row++) {
      if (mask !== null && mask[row] !== 1) continue;
      const ticks = time.at(row);
      if (ticks < 0 || ticks >= this.#span) continue;
      const counts = this.#series(seriesOf(row));
      const bucket = Math.min(this.#buckets - 1, Math.floor(ticks * scale));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }

  /** The bucket that all rows of a page lie in; null where they do not. */
  onlyBucket(entry: PageEntry): number | null {
    if (entry.firstTime < this.from || entry.lastTime >= this.to) return null;
    const scale = this.#buckets / this.#span;
    const first = Math.min(this.#buckets - 1, Math.floor(Number(entry.firstTime - this.from) * scale));
    return first === Math.min(this.#buckets - 1, Math.floor(Number(entry.lastTime - this.from) * scale)) ? first : null;
  }

  /** How many of each series a page has. */
  tally(page: StoredOperationPage, mask: Uint8Array | null): Uint32Array {
    const seriesOf = this.#divider.divide(page);
    let counts = new Uint32Array(Math.max(8, this.#divider.kinds.length));
    for (let row = 0; row < page.count; row++) {
      if (mask !== null && mask[row] !== 1) continue;
      const series = seriesOf(row);
      if (series >= counts.length) {
        const larger = new Uint32Array(series * 2);
        larger.set(counts);
        counts = larger;
      }
      counts[series] = (counts[series] ?? 0) + 1;
    }
    return counts;
  }

  addTally(bucket: number, tally: Uint32Array): void {
    for (let series = 0; series < tally.length; series++) {
      const count = tally[series] ?? 0;
      if (count === 0) continue;
      const counts = this.#series(series);
      counts[bucket] = (counts[bucket] ?? 0) + count;
    }
  }

  /** The largest first; small processes are one. `ahead`: pages that were not looked at yet. */
  series(ahead: readonly PageEntry[]): DensitySeries[] {
    const all = this.#counts.flatMap((counts, at) => {
      const { title, where } = this.#divider.kinds[at] ?? { title: '', where: null };
      const total = counts.reduce((sum, count) => sum + count, 0);
      return total === 0 ? [] : [{ title, where, counts: Array.from(counts), total }];
    });
    if (this.#divider.by === 'process') all.sort((a, b) => b.total - a.total);
    const shown = this.#divider.by === 'process' && all.length > mostProcesses + 1 ? [...all.slice(0, mostProcesses), together(all.slice(mostProcesses), this.#buckets)] : all;
    return ahead.length === 0 ? shown : [...shown, this.#spread(ahead)];
  }

  /** What the directory of pages says before they are opened. */
  #spread(entries: readonly PageEntry[]): DensitySeries {
    const counts = new Float64Array(this.#buckets);
    const scale = this.#buckets / this.#span;
    for (const entry of entries) {
      const [first, last] = [Number(entry.firstTime - this.from) * scale, Number(entry.lastTime - this.from) * scale];
      const [low, high] = [Math.floor(first), Math.floor(last)];
      for (let bucket = Math.max(0, low); bucket <= Math.min(this.#buckets - 1, high); bucket++) counts[bucket] = (counts[bucket] ?? 0) + entry.count / (high - low + 1);
    }
    const rounded = Array.from(counts, (count) => Math.round(count));
    return { title: 'not divided yet', where: null, counts: rounded, total: rounded.reduce((sum, count) => sum + count, 0) };
  }

  #series(at: number): Float64Array {
    while (this.#counts.length <= at) this.#counts.push(new Float64Array(this.#buckets));
    return this.#counts[at] as Float64Array;
  }
}

function together(series: readonly DensitySeries[], buckets: number): DensitySeries & { counts: number[] } {
  const counts = Array.from({ length: buckets }, (_, bucket) => series.reduce((sum, one) => sum + (one.counts[bucket] ?? 0), 0));
  return { title: `${series.length} other names`, where: null, counts, total: series.reduce((sum, one) => sum + one.total, 0) };
}
