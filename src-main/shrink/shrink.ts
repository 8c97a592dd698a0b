/** Reduces a run that shows something to as few operations and drivers as still show it, by running it again and again. */
import type { NumberedOperation } from '../trace/record.ts';
import { withoutNeedless } from '../base/deltaDebug.ts';
import { handleUnits, selectionOf, withParts, type HandleUnit, type Part } from './handleUnits.ts';

export interface Attempt<D> {
  /** Numbers of the operations that are issued, upwards. */
  readonly operations: Uint32Array;
  readonly drivers: readonly D[];
}

export interface ShrinkSource<D> {
  /** What the run issued. */
  readonly operations: Uint32Array;
  readonly drivers: readonly D[];
  /** The last operation that had been issued when it showed. */
  readonly shownAt: number;
  /** The operation that it is about; 0 for none. */
  readonly about: number;
  readonly read: (operations: Uint32Array) => Iterable<NumberedOperation>;
  readonly pidOf: (op: NumberedOperation) => number;
  /** Whether an attempt still shows it; false where the work was cancelled. */
  readonly shows: (attempt: Attempt<D>) => Promise<boolean>;
  /** A smaller one that shows it. */
  readonly found: (attempt: Attempt<D>, doing: string) => void;
}

/** Null where it does not show at all when it is run again. */
export async function shrink<D>(source: ShrinkSource<D>): Promise<Attempt<D> | null> {
  const shrinking = new Shrinking(source);
  return shrinking.run();
}

class Shrinking<D> {
  readonly #source: ShrinkSource<D>;
  #best: Attempt<D>;
  #units: readonly HandleUnit[] = [];

  constructor(source: ShrinkSource<D>) {
    this.#source = source;
    this.#best = { operations: source.operations, drivers: source.drivers };
  }

  async run(): Promise<Attempt<D> | null> {
    const { shows, shownAt, read, pidOf } = this.#source;
    if (!(await shows(this.#best))) return null;
    const cut = { ...this.#best, operations: this.#best.operations.filter((index) => index <= shownAt) };
    if (await this.#shows(cut, 'without what came later')) this.#best = cut;
    this.#units = handleUnits(read(this.#best.operations), pidOf);
    await this.#nearOnly();
    for (let before = ''; before !== this.#size; ) {
      before = this.#size;
      await this.#handles();
      await this.#singleOperations();
      await this.#drivers();
    }
    return this.#best;
  }

  get #size(): string {
    return `${this.#best.operations.length} ${this.#best.drivers.length}`;
  }

  /** What happens to one file is most often about nothing else: worth a guess before all is tried. */
  async #nearOnly(): Promise<void> {
    const { about, read, pidOf } = this.#source;
    if (about === 0 || this.#units.length < 4) return;
    const all = new Map<number, string>();
    let path = '';
    let process = -1;
    const processes = new Map<number, number>();
    for (const op of read(this.#best.operations)) {
      all.set(op.index, (op.path ?? '').toUpperCase());
      processes.set(op.index, pidOf(op));
      if (op.index === about) [path, process] = [(op.path ?? '').toUpperCase(), pidOf(op)];
    }
    const numbers = ({ open, parts }: HandleUnit): readonly number[] => [...(open === null ? [] : [open]), ...parts.flatMap(({ operations }) => operations)];
    const guesses = [
      this.#units.filter((unit) => numbers(unit).includes(about)), this.#units.filter((unit) => numbers(unit).some((index) => all.get(index) === path)),
      this.#units.filter((unit) => numbers(unit).some((index) => processes.get(index) === process)),
    ];
    for (const guess of guesses) {
      if (!(await this.#shows(this.#with(guess), 'only what is near it'))) continue;
      this.#units = guess;
      this.#best = this.#with(guess);
      return;
    }
  }

  async #handles(): Promise<void> {
    this.#units = await withoutNeedless(this.#units, (kept) => this.#shows(this.#with(kept), 'without handles'));
    this.#best = this.#with(this.#units);
  }

  async #singleOperations(): Promise<void> {
    const units = this.#units;
    const only = (parts: readonly Part[]): readonly HandleUnit[] => withParts(units, new Set(parts));
    const parts = await withoutNeedless(units.flatMap((unit) => unit.parts), (kept) => this.#shows(this.#with(only(kept)), 'without single operations'));
    this.#units = only(parts);
    this.#best = this.#with(this.#units);
  }

  async #drivers(): Promise<void> {
    const drivers = await withoutNeedless(this.#best.drivers, (kept) => this.#shows({ ...this.#best, drivers: kept }, 'without drivers'));
    this.#best = { ...this.#best, drivers };
  }

  #with(units: readonly HandleUnit[]): Attempt<D> {
    return { ...this.#best, operations: selectionOf(units) };
  }

  async #shows(attempt: Attempt<D>, doing: string): Promise<boolean> {
    if (attempt.operations.length === 0 || !(await this.#source.shows(attempt))) return false;
    this.#source.found(attempt, doing);
    return true;
  }
}
