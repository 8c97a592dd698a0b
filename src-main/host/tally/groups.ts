/** Sums of many groups, by the number of the group: columns that grow. */
import type { StatisticNumbers } from '../../../src-preload/contract/index.ts';
import { DurationHistogram } from './durationHistogram.ts';

export const numberColumns = ['operations', 'errors', 'duration', 'longest', 'read', 'written'] as const satisfies readonly (keyof StatisticNumbers)[];
export type NumberColumn = (typeof numberColumns)[number];

/** One operation as it is counted. `duration` -1: not known. */
export interface Counted {
  isError: boolean;
  duration: number;
  read: number;
  written: number;
}

export class Groups {
  readonly #byKey = new Map<string, number>();
  readonly names: string[] = [];
  columns: Record<NumberColumn, Float64Array> = columnsOf(64);
  readonly #histograms: (DurationHistogram | undefined)[] = [];
  readonly #mostHistograms: number;
  readonly #most: number;

  /** `most`: groups behind them are one. */
  constructor(options: { readonly histograms?: number; readonly most?: number } = {}) {
    this.#mostHistograms = options.histograms ?? 0;
    this.#most = options.most ?? Infinity;
  }

  get count(): number {
    return this.names.length;
  }

  /** Everything that found no place of its own; null where all did. */
  get rest(): number | null {
    return this.#byKey.get(restKey) ?? null;
  }

  /** The number of a group, from 0; `name` is kept where it is new. */
  number(key: string, name: string): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.names.length >= this.#most && key !== restKey) return this.number(restKey, 'all others');
    const number = this.names.push(name) - 1;
    this.#byKey.set(key, number);
    if (number >= this.columns.operations.length) this.#grow();
    return number;
  }

  add(group: number, one: Counted): void {
    const c = this.columns;
    c.operations[group] = (c.operations[group] ?? 0) + 1;
    if (one.isError) c.errors[group] = (c.errors[group] ?? 0) + 1;
    if (one.read > 0) c.read[group] = (c.read[group] ?? 0) + one.read;
    if (one.written > 0) c.written[group] = (c.written[group] ?? 0) + one.written;
    if (one.duration < 0) return;
    c.duration[group] = (c.duration[group] ?? 0) + one.duration;
    if (one.duration > (c.longest[group] ?? 0)) c.longest[group] = one.duration;
    if (group < this.#mostHistograms) (this.#histograms[group] ??= new DurationHistogram()).add(one.duration);
  }

  /** Adds all of another table's group. */
  merge(group: number, other: Groups, from: number): void {
    for (const name of numberColumns) {
      const [into, value] = [this.columns[name], other.columns[name][from] ?? 0];
      into[group] = name === 'longest' ? Math.max(into[group] ?? 0, value) : (into[group] ?? 0) + value;
    }
  }

  quantile(group: number, share: number): number | null {
    return this.#histograms[group]?.quantile(share) ?? null;
  }

  value(group: number, name: NumberColumn): number {
    return this.columns[name][group] ?? 0;
  }

  #grow(): void {
    const larger = columnsOf(this.columns.operations.length * 2);
    for (const name of numberColumns) larger[name].set(this.columns[name]);
    this.columns = larger;
  }
}

/** No text of a trace begins so. */
const restKey = '\u0000rest';

const columnsOf = (length: number): Record<NumberColumn, Float64Array> => Object.fromEntries(numberColumns.map((name) => [name, new Float64Array(length)])) as Record<NumberColumn, Float64Array>;
