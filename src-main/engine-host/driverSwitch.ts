/**
 * A driver goes on with another version of its source, in the middle of a run.
 *
 * Between two operations the new version's top level runs in the driver's own realm; its DriverEntry does not. The values of variables are carried
 * over by name; every routine of the older version leads to the newer one of the same name. A routine that is running, or waits, goes on in its
 * old code until it returns.
 */
import type { Engine } from '../engine/index.ts';
import type { CheckedDriver } from './loader.ts';
import type { DriverRealm, SwitchableModule } from './realm.ts';
import { switchableCode, type SwitchableCode, type TopVariable } from './switchableCode.ts';

type Routine = (...args: never[]) => unknown;

/** A driver that can be switched, with the version that runs. */
export interface SwitchableDriver {
  readonly name: string;
  readonly realm: DriverRealm;
  readonly shape: SwitchableCode;
  readonly module: SwitchableModule;
}

/** What became of the state. Names of variables, routines and classes at the top level. */
export interface SwitchOutcome {
  readonly carried: readonly string[];
  /** They begin with the new version's value. */
  readonly fresh: readonly string[];
  /** The new version does not have them. */
  readonly gone: readonly string[];
}

export type SwitchResult = { readonly kind: 'switched'; readonly driver: SwitchableDriver; readonly outcome: SwitchOutcome } | { readonly kind: 'refused'; readonly sentence: string };

/** The first version of a driver that will be switched. */
export function loadSwitchable(realm: DriverRealm, checked: CheckedDriver): SwitchableDriver {
  const shape = switchableCode(checked.code, false);
  return { name: checked.driver.name, realm, shape, module: realm.loadSwitchable({ ...checked, code: shape.code }, shape.end) };
}

export function switchDriver(engine: Engine, old: SwitchableDriver, checked: CheckedDriver, version: number): SwitchResult {
  const { name, realm } = old;
  const shape = switchableCode(checked.code, true);
  const missing = engine.routinesOf(name).filter(({ routine }) => isOwn(old, routine) && !hasSuccessor(shape, nameOf(old, routine)));
  const [first] = missing;
  if (first !== undefined) {
    return { kind: 'refused', sentence: `${name}.ts version ${version} cannot go on from here: ${nameOf(old, first.routine) ?? 'a routine'} is still ${first.what}, and the new version has no routine of that name. Keep the name, or run from the start.` };
  }
  const module = realm.loadSwitchable({ ...checked, code: shape.code }, shape.end);
  const outcome = carryOver(old, shape, module);
  const successors = new Map<Routine, Routine>();
  for (const routine of namesOf(old.shape)) {
    const [before, after] = [old.module.get[routine]?.(), module.get[routine]?.()];
    if (typeof before !== 'function' || typeof after !== 'function' || old.shape.classes.includes(routine)) continue;
    old.module.next[routine] = after;
    successors.set(before as Routine, after as Routine);
  }
  for (const one of old.shape.classes) if (shape.classes.includes(one)) followClass(old.module.get[one]?.(), module.get[one]?.());
  engine.replaceRoutines(name, (routine) => successors.get(routine) ?? routine);
  return { kind: 'switched', driver: { name, realm, shape, module }, outcome };
}

const namesOf = ({ routines, classes, variables }: SwitchableCode): string[] => [...routines, ...classes, ...variables.map(({ name }) => name)];

const nameOf = ({ shape, module }: SwitchableDriver, routine: Routine): string | null => namesOf(shape).find((name) => module.get[name]?.() === routine) ?? null;
const isOwn = (driver: SwitchableDriver, routine: Routine): boolean => nameOf(driver, routine) !== null;
const hasSuccessor = ({ routines, variables }: SwitchableCode, name: string | null): boolean => name === null || routines.includes(name) || variables.some((one) => one.name === name && one.holdsCode);

function carryOver(old: SwitchableDriver, shape: SwitchableCode, module: SwitchableModule): SwitchOutcome {
  const before = new Map(old.shape.variables.map((one) => [one.name, one]));
  const carried: string[] = [];
  const fresh: string[] = [];
  for (const variable of shape.variables) {
    const known = before.get(variable.name);
    const value = known === undefined ? undefined : old.module.get[variable.name]?.();
    if (known !== undefined && isCarried(known, variable, value)) {
      module.set[variable.name]?.(value);
      carried.push(variable.name);
    } else if (!variable.holdsCode) fresh.push(variable.name);
  }
  const now = new Set(namesOf(shape));
  return { carried, fresh, gone: namesOf(old.shape).filter((name) => !now.has(name)) };
}

/**
 * Whether the run goes on with the older value.
 *
 * State is what was assigned or made by the run. A value that stands in the source and is never assigned is part of the code, so what the new
 * source says counts; an object that is filled as the run goes on is state, unless the source now makes another one.
 */
function isCarried(old: TopVariable, { holdsCode, initializer }: TopVariable, value: unknown): boolean {
  if (holdsCode || old.holdsCode) return false;
  if (old.isReassigned) return true;
  return typeof value === 'object' && value !== null && old.initializer === initializer;
}

/** Those of the versions before, of a class that has been followed. */
const olderPrototypes = new WeakMap<object, readonly object[]>();

/** Objects of the older class get the newer one's methods, and count as its instances. Private members belong to the code that made them. */
function followClass(before: unknown, after: unknown): void {
  if (typeof before !== 'function' || typeof after !== 'function') return;
  const newer = after.prototype as object;
  const older = [before.prototype as object, ...(olderPrototypes.get(before.prototype as object) ?? [])];
  olderPrototypes.set(newer, older);
  Object.defineProperty(after, Symbol.hasInstance, { value: (object: unknown) => typeof object === 'object' && object !== null && [newer, ...older].some((one) => Object.prototype.isPrototypeOf.call(one, object)), configurable: true });
  if (/#\w/.test(Function.prototype.toString.call(before)) || /#\w/.test(Function.prototype.toString.call(after))) return;
  for (const name of Reflect.ownKeys(newer)) {
    const descriptor = name === 'constructor' ? undefined : Object.getOwnPropertyDescriptor(newer, name);
    if (descriptor !== undefined) for (const one of older) Object.defineProperty(one, name, descriptor);
  }
}

/** `counter, names are kept; limit is new; old is gone` */
export function switchWords({ carried, fresh, gone }: SwitchOutcome): string {
  const part = (names: readonly string[], one: string, many: string): string[] => (names.length === 0 ? [] : [`${names.join(', ')} ${names.length === 1 ? one : many}`]);
  const parts = [...part(carried, 'is kept', 'are kept'), ...part(fresh, 'is as the new source says', 'are as the new source says'), ...part(gone, 'is gone', 'are gone')];
  return parts.length === 0 ? 'it keeps no variables' : parts.join('; ');
}
