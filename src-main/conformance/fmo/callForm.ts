/** How the short calls of a vector become calls with a routine's full argument list. */
import { UNICODE_STRING, type Ref } from '../../engine/index.ts';
import { NotationError } from './lineReader.ts';
import { plain, type FilterSeat, type Scope, type World } from './world.ts';
import type { Call, Value } from './vector.ts';

/** One call under way: what its arguments can refer to, and where its results come back. */
export interface CallSite {
  readonly world: World;
  readonly scope: Scope;
  readonly filter: FilterSeat;
  readonly call: Call;
  /** Callbacks that the filter hands to routines, by the name of their event. */
  readonly callback: (event: string) => (...args: never[]) => unknown;
}

export class Binding {
  readonly site: CallSite;
  /** Named results, in the order of the routine's parameters; an old context comes first (rule 16). */
  readonly results: (() => unknown)[] = [];
  /** What parameters of one call share: a reply buffer and its length. */
  readonly shared = new Map<string, unknown>();
  /** Sets `last` from the out-parameters after the call. */
  readonly afterwards: ((last: Record<string, unknown>) => void)[] = [];
  readonly #keyed = new Map<string, Value>();
  readonly #positional: Value[] = [];
  readonly #used = new Set<string>();

  constructor(site: CallSite) {
    this.site = site;
    for (const { key, value } of site.call.args) {
      if (key === null) this.#positional.push(value);
      else this.#keyed.set(key.toLowerCase(), value);
    }
  }

  get world(): World {
    return this.site.world;
  }

  /** The argument under one of the keys. */
  keyed(keys: readonly string[]): Value | null {
    for (const key of keys) {
      const value = this.#keyed.get(key.toLowerCase());
      if (value === undefined) continue;
      this.#used.add(key.toLowerCase());
      return value;
    }
    return null;
  }

  nextPositional(accepts: (value: Value) => boolean = () => true): Value | null {
    const [next] = this.#positional;
    if (next === undefined || !accepts(next)) return null;
    this.#positional.shift();
    return next;
  }

  /** How many arguments without a key are left. */
  get left(): number {
    return this.#positional.length;
  }

  evaluate(value: Value): unknown {
    return this.world.evaluate(value, this.site.scope);
  }

  out(first = false): Ref<unknown> {
    const ref: Ref<unknown> = { value: null };
    const read = (): unknown => ref.value;
    if (first) this.results.unshift(read);
    else this.results.push(read);
    return ref;
  }

  /** Every argument must have found its parameter. */
  finish(): void {
    const [extra] = this.#positional;
    if (extra !== undefined) throw new NotationError(null, `${this.site.call.routine} has no place for the argument ${extra.text}.`);
    for (const key of this.#keyed.keys()) {
      if (key !== 'op' && !this.#used.has(key)) throw new NotationError(null, `${this.site.call.routine} has no argument “${key}”.`);
    }
  }
}

/** A parameter of a routine: takes what it needs from the call, or makes its value. */
export type Parameter = (binding: Binding) => unknown;

const missing = (binding: Binding, what: string): never => {
  throw new NotationError(null, `${binding.site.call.routine}: the argument ${what} is missing.`);
};

/** An argument of the vector: by key, else the next one without a key, else `otherwise`. */
export function input(keys: readonly string[], read: (value: Value, binding: Binding) => unknown, otherwise?: (binding: Binding) => unknown): Parameter {
  return (binding) => {
    const value = binding.keyed(keys) ?? binding.nextPositional();
    if (value !== null) return read(value, binding);
    return otherwise === undefined ? missing(binding, keys[0] ?? '') : otherwise(binding);
  };
}

/** The same, only by key. */
export function option(keys: readonly string[], read: (value: Value, binding: Binding) => unknown, otherwise: (binding: Binding) => unknown = () => null): Parameter {
  return (binding) => {
    const value = binding.keyed(keys);
    return value === null ? otherwise(binding) : read(value, binding);
  };
}

export const constant = (value: unknown): Parameter => () => value;
export const computed = (make: (binding: Binding) => unknown): Parameter => make;
export const out: Parameter = (binding) => binding.out();
/** An out-parameter without a name in vectors. */
export const ignoredOut: Parameter = () => ({ value: null });
/** An out-parameter that vectors see as `last.<name>`. */
export const lastOut = (name: string): Parameter => (binding) => {
  const ref: Ref<unknown> = { value: 0 };
  binding.afterwards.push((last) => {
    last[name] = plain(ref.value);
  });
  return ref;
};

export const object = (value: Value, binding: Binding): unknown => plain(binding.evaluate(value));
export const raw = (value: Value, binding: Binding): unknown => binding.evaluate(value);
export const text = (value: Value, binding: Binding): unknown => {
  if (value.text === 'NULL') return null;
  return new UNICODE_STRING(value.kind === 'string' ? value.value : String(plain(binding.evaluate(value))));
};

/** The filter itself where the vector does not name one. */
export const filter: Parameter = (binding) => {
  const named = binding.keyed(['filter']) ?? binding.nextPositional((value) => value.kind === 'word' && binding.world.filters.has(value.value));
  return named === null ? binding.site.filter.handle.value : binding.world.seat(named.value as string).handle.value;
};

/** `NULL` or `OLD`: the old context comes back as the first named result. */
export const old: Parameter = (binding) => {
  const value = binding.keyed(['old']) ?? binding.nextPositional();
  if (value === null || value.text === 'NULL') return null;
  if (value.text !== 'OLD') throw new NotationError(null, `“${value.text}” must be OLD or NULL.`);
  return binding.out(true);
};

