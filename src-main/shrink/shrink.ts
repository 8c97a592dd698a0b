/** Reduces a run that shows something to as few operations, drivers and edits as still show it, by running it again and again. */
import type { NumberedOperation } from '../trace/record.ts';
import { withoutNeedless } from '../base/deltaDebug.ts';
import { HandleUnits, selectionOf, withParts, type HandleUnit, type Part } from './handleUnits.ts';

export interface Attempt<D, E> {
  /** Numbers of the operations that are issued, upwards. */
  readonly operations: Uint32Array;
  readonly drivers: readonly D[];
  /** Changes without code, and of code in the middle of the run. They name operations by their numbers, whatever is left out. */
  readonly edits: readonly E[];
}

export interface ShrinkSource<D, E> {
  /** What the run issued. */
  readonly operations: Uint32Array;
  readonly drivers: readonly D[];
  readonly edits: readonly E[];
  /** An operation that an edit cannot do without; null where there is none. */
  readonly neededBy: (edit: E) => number | null;
  /** The last operation that had been issued when it showed. */
  readonly shownAt: number;
  /** The operation that it is about; 0 for none. */
  readonly about: number;
  readonly read: (operations: Uint32Array) => Iterable<NumberedOperation>;
  readonly pidOf: (op: NumberedOperation) => number;
  /** Whether an attempt still shows it. Throws where the work was cancelled. */
  readonly shows: (attempt: Attempt<D, E>) => Promise<boolean>;
  /** A smaller one that shows it. */
  readonly found: (attempt: Attempt<D, E>, doing: string) => void;
  /** Called every now and then in long loops: lets others have a turn, and throws where the work was cancelled. */
  readonly pause: () => Promise<void>;
}

/** So many operations between pauses. */
const betweenPauses = 2048;

/** Null where it does not show at all when it is run again. */
export async function shrink<D, E>(source: ShrinkSource<D, E>): Promise<Attempt<D, E> | null> {
  const shrinking = new Shrinking(source);
  return shrinking.run();
}

class Shrinking<D, E> {
  readonly #source: ShrinkSource<D, E>;
  #best: Attempt<D, E>;
  #units: readonly HandleUnit[] = [];

  constructor(source: ShrinkSource<D, E>) {
    this.#source = source;
    this.#best = { operations: source.operations, drivers: source.drivers, edits: source.edits };
  }

  async run(): Promise<Attempt<D, E> | null> {
    const { shows, shownAt } = this.#source;
    if (!(await shows(this.#best))) return null;
    const cut = { ...this.#best, operations: this.#best.operations.filter((index) => index <= shownAt) };
    if (await this.#shows(cut, 'without what came later')) this.#best = cut;
    this.#units = await this.#readUnits();
    await this.#nearOnly();
    for (let before = ''; before !== this.#size; ) {
      before = this.#size;
      await this.#handles();
      await this.#singleOperations();
      await this.#drivers();
      await this.#edits();
    }
    return this.#best;
  }

  async #readUnits(): Promise<readonly HandleUnit[]> {
    const { read, pidOf, pause } = this.#source;
    const found = new HandleUnits(pidOf);
    let passed = 0;
    for (const op of read(this.#best.operations)) {
      found.add(op);
      if (++passed % betweenPauses === 0) await pause();
    }
    return found.units;
  }

  get #size(): string {
    const { operations, drivers, edits } = this.#best;
    return `${operations.length} ${drivers.length} ${edits.length}`;
  }

  /** What happens to one file is most often about nothing else: worth a guess before all is tried. */
  async #nearOnly(): Promise<void> {
    const { about, read, pidOf, pause } = this.#source;
    if (about === 0 || this.#units.length < 4) return;
    const all = new Map<number, string>();
    let path = '';
    let process = -1;
    const processes = new Map<number, number>();
    for (const op of read(this.#best.operations)) {
      all.set(op.index, (op.path ?? '').toUpperCase());
      processes.set(op.index, pidOf(op));
      if (all.size % betweenPauses === 0) await pause();
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

  async #edits(): Promise<void> {
    const edits = await withoutNeedless(this.#best.edits, (kept) => this.#shows({ ...this.#best, edits: kept }, 'without edits'));
    this.#best = { ...this.#best, edits };
  }

  #with(units: readonly HandleUnit[]): Attempt<D, E> {
    return { ...this.#best, operations: selectionOf(units) };
  }

  async #shows(attempt: Attempt<D, E>, doing: string): Promise<boolean> {
    if (attempt.operations.length === 0 || !this.#isWhole(attempt) || !(await this.#source.shows(attempt))) return false;
    this.#source.found(attempt, doing);
    return true;
  }

  /** Whether every edit has the operation that it cannot do without. */
  #isWhole({ operations, edits }: Attempt<D, E>): boolean {
    return edits.every((edit) => {
      const needed = this.#source.neededBy(edit);
      return needed === null || operations.includes(needed);
    });
  }
}
