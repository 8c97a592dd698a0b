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
import { routineAt, type PathStep } from './routinePaths.ts';
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
  /** Routines that somebody holds and that have no successor: they keep the older code. */
  readonly stays: readonly KeptRoutine[];
}

export interface KeptRoutine {
  readonly name: string;
  /** Of the older source; null where it is not known. */
  readonly line: number | null;
  /** `registered as PreOperation`, `in handlers` */
  readonly what: string;
}

export type SwitchResult = { readonly kind: 'switched'; readonly driver: SwitchableDriver; readonly outcome: SwitchOutcome } | { readonly kind: 'refused'; readonly sentence: string };

/** The first version of a driver that will be switched. */
export function loadSwitchable(realm: DriverRealm, checked: CheckedDriver): SwitchableDriver {
  const shape = switchableCode(checked.code, false);
  return { name: checked.driver.name, realm, shape, module: realm.loadSwitchable({ ...checked, code: shape.code }, shape.end, shape.privates) };
}

/** `lineOf`: where a routine of the driver stands in its source. */
export function switchDriver(engine: Engine, old: SwitchableDriver, checked: CheckedDriver, version: number, lineOf: (routine: Routine) => number | null = () => null): SwitchResult {
  const { name, realm } = old;
  const shape = switchableCode(checked.code, true);
  const own = new Map(old.shape.paths.flatMap(({ key, path }): [Routine, string][] => {
    const routine = routineOf(old, path);
    return routine === undefined ? [] : [[routine, key]];
  }));
  const next = new Set(shape.paths.map(({ key }) => key));
  const [first] = engine.routinesOf(name).flatMap(({ routine, what }) => {
    const key = own.get(routine);
    return key === undefined || next.has(key) ? [] : [{ key, what }];
  });
  if (first !== undefined) {
    return { kind: 'refused', sentence: `${name}.ts version ${version} cannot go on from here: ${first.key} is still ${first.what}, and the new version has no routine of that name. Keep the name, or run from the start.` };
  }
  const module = realm.loadSwitchable({ ...checked, code: shape.code }, shape.end, shape.privates);
  const newer: SwitchableDriver = { name, realm, shape, module };
  const successors = succeed(old, newer, own);
  const outcome = carryOver(old, newer, successors);
  const stays = keptRoutines(engine, old, newer, successors, lineOf);
  engine.replaceRoutines(name, (routine) => successors.get(routine) ?? routine);
  return { kind: 'switched', driver: newer, outcome: { ...outcome, stays } };
}

const routineOf = ({ module }: SwitchableDriver, path: readonly PathStep[]): Routine | undefined => routineAt(module.get[path[0]?.key ?? '']?.(), path, module.privates);

/** Every routine of the older version leads to the newer one of the same name, and objects of its classes to the newer methods. */
function succeed(old: SwitchableDriver, newer: SwitchableDriver, own: ReadonlyMap<Routine, string>): Map<Routine, Routine> {
  const successors = new Map<Routine, Routine>();
  const later = new Map(newer.shape.paths.map(({ key, path }) => [key, path]));
  for (const [routine, key] of own) {
    const path = later.get(key);
    const after = path === undefined ? undefined : routineOf(newer, path);
    if (after === undefined) continue;
    old.module.next[key] = after;
    successors.set(routine, after);
  }
  for (const name of namesOf(old.shape)) {
    const [before, after] = [old.module.get[name]?.(), newer.module.get[name]?.()];
    if (!isClass(before) || !isClass(after)) continue;
    followClass(before, after);
    keepStatics(before, after, old.shape.statics.get(name), newer.shape.statics.get(name), newer.module.privates);
  }
  return successors;
}

const isClass = (value: unknown): boolean => typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');

const namesOf = ({ routines, classes, variables }: SwitchableCode): string[] => [...routines, ...classes, ...variables.map(({ name }) => name)];

function carryOver(old: SwitchableDriver, { shape, module }: SwitchableDriver, successors: ReadonlyMap<Routine, Routine>): Omit<SwitchOutcome, 'stays'> {
  const before = new Map(old.shape.variables.map((one) => [one.name, one]));
  const carried: string[] = [];
  const fresh: string[] = [];
  for (const variable of shape.variables) {
    const known = before.get(variable.name);
    const value = known === undefined ? undefined : old.module.get[variable.name]?.();
    // Which of its routines a variable has been given is state; the code behind it is new.
    const chosen = known?.isReassigned === true && typeof value === 'function' ? successors.get(value as Routine) : undefined;
    if (chosen !== undefined) {
      module.set[variable.name]?.(chosen);
      carried.push(variable.name);
    } else if (known !== undefined && isCarried(known, variable, value)) {
      module.set[variable.name]?.(value);
      carried.push(variable.name);
    } else if (known !== undefined && mergeMembers(known, variable, value, module.get[variable.name]?.())) {
      module.set[variable.name]?.(value);
      if ([...(variable.members ?? [])].some(([, text]) => text !== null)) carried.push(variable.name);
    } else if (!variable.holdsCode) fresh.push(variable.name);
  }
  const now = new Set(namesOf(shape));
  return { carried, fresh, gone: namesOf(old.shape).filter((name) => !now.has(name)) };
}

/** An object with routines and values written out lives on: its routines are the newer ones, its values its own where the source says the same of them as before. */
function mergeMembers(old: TopVariable, { members }: TopVariable, value: unknown, newer: unknown): boolean {
  if (old.members === null || members === null || typeof value !== 'object' || value === null || typeof newer !== 'object' || newer === null || !Object.isExtensible(value)) return false;
  for (const [name, text] of members) {
    const descriptor = Object.getOwnPropertyDescriptor(newer, name);
    const isState = text !== null && old.members.get(name) === text && name in value;
    if (!isState && descriptor !== undefined) Object.defineProperty(value, name, descriptor);
  }
  return true;
}

// ---- what keeps the older code

const deepest = 6;
const mostObjects = 20_000;

/** What the Filter Manager and the driver's own state hold of code that has no successor: routines that were made while another one ran. */
function keptRoutines(engine: Engine, old: SwitchableDriver, newer: SwitchableDriver, successors: ReadonlyMap<Routine, Routine>, lineOf: (routine: Routine) => number | null): KeptRoutine[] {
  const kept = new Map<Routine, KeptRoutine>();
  const after = new Set(successors.values());
  const look = (routine: Routine, what: string): void => {
    if (kept.has(routine) || successors.has(routine) || after.has(routine) || isClass(routine)) return;
    const text = Function.prototype.toString.call(routine);
    // What the new source says too is no older code.
    if (old.shape.code.includes(text) && !newer.shape.code.includes(text)) kept.set(routine, { name: routine.name === '' ? 'a function without a name' : routine.name, line: lineOf(routine), what });
  };
  for (const { routine, what } of engine.routinesOf(old.name)) look(routine, what);
  for (const { filter, routine } of engine.workItems) if (filter.name === old.name) look(routine, 'queued as a work item');
  for (const name of namesOf(newer.shape)) eachRoutine(newer.module.get[name]?.(), (routine) => look(routine, `in ${name}`));
  return [...kept.values()];
}

/** The routines in a value: members, elements, and what maps and sets hold. Accessors are not read. */
function eachRoutine(root: unknown, visit: (routine: Routine) => void): void {
  const seen = new Set<object>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'function') visit(value as Routine);
    if (typeof value !== 'object' || value === null || depth === 0 || seen.has(value) || seen.size >= mostObjects || ArrayBuffer.isView(value)) return;
    seen.add(value);
    const kind = Object.prototype.toString.call(value);
    if (kind === '[object Map]') for (const [key, one] of value as Map<unknown, unknown>) [key, one].forEach((each) => walk(each, depth - 1));
    else if (kind === '[object Set]') for (const one of value as Set<unknown>) walk(one, depth - 1);
    for (const key of Reflect.ownKeys(value)) walk(Object.getOwnPropertyDescriptor(value, key)?.value, depth - 1);
  };
  walk(root, deepest);
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

/** Static fields are state like variables: what the source says the same of as before goes on with its value. */
function keepStatics(before: unknown, after: unknown, texts: ReadonlyMap<string, string> | undefined, now: ReadonlyMap<string, string> | undefined, symbols: Readonly<Record<string, symbol>>): void {
  for (const [name, text] of now ?? []) {
    const key = symbols[name] ?? name;
    const descriptor = texts?.get(name) === text ? Object.getOwnPropertyDescriptor(before, key) : undefined;
    if (descriptor !== undefined) Object.defineProperty(after, key, descriptor);
  }
}

/** Those of the versions before, of a class that has been followed. */
const olderPrototypes = new WeakMap<object, readonly object[]>();

/** Objects of the older class get the newer one's methods, and count as its instances. */
function followClass(before: unknown, after: unknown): void {
  if (typeof before !== 'function' || typeof after !== 'function') return;
  const newer = after.prototype as object;
  const older = [before.prototype as object, ...(olderPrototypes.get(before.prototype as object) ?? [])];
  olderPrototypes.set(newer, older);
  Object.defineProperty(after, Symbol.hasInstance, { value: (object: unknown) => typeof object === 'object' && object !== null && [newer, ...older].some((one) => Object.prototype.isPrototypeOf.call(one, object)), configurable: true });
  for (const name of Reflect.ownKeys(newer)) {
    const descriptor = name === 'constructor' ? undefined : Object.getOwnPropertyDescriptor(newer, name);
    if (descriptor !== undefined) for (const one of older) Object.defineProperty(one, name, descriptor);
  }
}

/** `counter, names are kept; limit is new; old is gone; PreRead (line 12, registered as PreOperation) keeps its old code` */
export function switchWords({ carried, fresh, gone, stays }: SwitchOutcome, lineText: (line: number) => string): string {
  const part = (names: readonly string[], one: string, many: string): string[] => (names.length === 0 ? [] : [`${names.join(', ')} ${names.length === 1 ? one : many}`]);
  const kept = stays.map(({ name, line, what }) => `${name} (${line === null ? '' : `${lineText(line)}, `}${what})`);
  const parts = [...part(carried, 'is kept', 'are kept'), ...part(fresh, 'is as the new source says', 'are as the new source says'), ...part(gone, 'is gone', 'are gone'), ...part(kept, 'keeps its old code', 'keep their old code')];
  return parts.length === 0 ? 'it keeps no variables' : parts.join('; ');
}
