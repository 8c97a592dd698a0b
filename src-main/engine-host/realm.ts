/**
 * A driver's own JavaScript realm: the WDK, a virtual clock, a seeded random source, and nothing else.
 *
 * Source: driver-api-usage.md 5.7. The realm stops accidents; what stops an attack is that the whole process runs without rights
 * (--permission) and without code generation.
 */
import vm from 'node:vm';
import type { CallUnderWay } from '../engine/index.ts';
import type { LineRow } from './breakpointWatch.ts';
import type { RealmExpression } from './breakpointCode.ts';
import { calledFrom, withoutPlaces } from './callNames.ts';
import { breakpointHookName, editHookName, editUrl, lineHookName, stopUrl } from './control.ts';
import { removedGlobals } from './driverNames.ts';
import type { CheckedDriver, CheckedScript } from './loader.ts';
import type { StopFunction } from './stops.ts';
import { followName, nextName, privateName } from './switchableCode.ts';

export interface RealmWorld {
  readonly globals: Readonly<Record<string, unknown>>;
  /** 100 ns since 1601. */
  now(): bigint;
  /** The next number in [0, 1). */
  random(): number;
  print(text: string): void;
  /** Where drivers say which call is under way; absent: nobody asks. */
  readonly callUnderWay?: CallUnderWay;
  /** Absent: the run changes no values. */
  readonly edits?: EditHook;
  /** What the debugger's own line breakpoints ask; drivers cannot name it. */
  lineReached?(place: number): boolean;
  /** V8 has come to a line with breakpoints; drivers cannot name it. */
  breakpointReached?(rows: readonly LineRow[]): boolean;
}

/** What a driver module gives to the engine. */
export interface LoadedDriver {
  readonly DriverEntry: (driverObject: unknown, registryPath: unknown) => unknown;
}

/** A driver module whose routines can be followed by newer ones. */
export interface SwitchableModule extends LoadedDriver {
  readonly get: Readonly<Record<string, () => unknown>>;
  readonly set: Readonly<Record<string, (value: unknown) => void>>;
  /** Newer routines by name. */
  readonly next: Record<string, unknown>;
  /** Under which members that are private in the source are kept. */
  readonly privates: Readonly<Record<string, symbol>>;
}

/** A generator goes on in whatever took its place: another generator, or a function that has returned. */
const followSource = '(function* (result) { return result !== null && typeof result === "object" && typeof result.next === "function" ? yield* result : result; })';

const onlyEntry = 'return{DriverEntry};';

const unixEpochTicks = 116_444_736_000_000_000n;

// Runs inside the realm, so that Date and Math are the realm's own.
const setUpSource = `(function (world, removed) {
  "use strict";
  for (const name of removed) delete globalThis[name];
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...args) { if (args.length === 0) super(world.milliseconds()); else super(...args); }
    static now() { return world.milliseconds(); }
  }
  Object.defineProperty(RealDate.prototype, "constructor", { value: VirtualDate });
  Object.defineProperty(globalThis, "Date", { value: VirtualDate, writable: false, configurable: false });
  // The calendar is UTC and texts are the language's own, wherever the run happens (UTC is also the child's time zone).
  RealDate.prototype.getTimezoneOffset = () => 0;
  for (const [name, plain] of [["toLocaleString", "toString"], ["toLocaleDateString", "toDateString"], ["toLocaleTimeString", "toTimeString"]])
    RealDate.prototype[name] = function () { return this[plain](); };
  for (const { prototype } of [Number, BigInt, Array, Object.getPrototypeOf(Uint8Array)]) prototype.toLocaleString = function () { return this.toString(); };
  String.prototype.localeCompare = function (other) { const a = String(this), b = String(other); return a < b ? -1 : a > b ? 1 : 0; };
  String.prototype.toLocaleLowerCase = String.prototype.toLowerCase;
  String.prototype.toLocaleUpperCase = String.prototype.toUpperCase;
  Math.random = () => world.random();
  const log = (...values) => { world.print(values.map((value) => typeof value === "string" ? value : String(value)).join(" ")); };
  Object.defineProperty(globalThis, "console", { value: Object.freeze({ log, info: log, warn: log, error: log, debug: log }) });
  // Built-ins do not change under a driver. Object, Function and the errors stay writable where ordinary code assigns
  // (this.name = ... in an error class), but take no new members.
  const open = new Set([Object, Function, ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = Object.getOwnPropertyDescriptor(globalThis, name).value;
    if ((typeof value !== "function" && typeof value !== "object") || value === null || value === globalThis) continue;
    const close = open.has(value) ? Object.seal : Object.freeze;
    close(value);
    if (typeof value === "function" && value.prototype) close(value.prototype);
  }
})`;

// The parameters are what scopes and evaluation show at a callback stop.
const stopSource = `(function fltreplayStop(stopNumber, routine, Data, FltObjects, CompletionContext, IopbSnapshot, OperationStatus, RequesterContext, Flags) { debugger; })`;

// Names as at a stop. The statement is where the condition of the edits is asked: on a line of its own, as the first one belongs to the script.
const editSource = `(function fltreplayEdit(fltreplayNumber, Data, FltObjects, CompletionContext, IopbSnapshot, OperationStatus, RequesterContext, Flags) {
return fltreplayNumber;
})`;

/** Evaluates the edits at the entry of a callback. */
export type EditFunction = (edit: number, Data: unknown, FltObjects: unknown, CompletionContext: unknown, IopbSnapshot: unknown, OperationStatus: unknown, RequesterContext: unknown, Flags: unknown) => unknown;

/** What conditions of edits ask. */
export interface EditHook {
  /** The callback data of the routine that runs. */
  readonly data: unknown;
  isDue(edit: number): boolean;
  done(edit: number): boolean;
}

/** Holds the child where no driver is loaded. */
export const stopWithoutRealm = (): StopFunction => new vm.Script(stopSource, { filename: stopUrl }).runInThisContext() as StopFunction;

export class DriverRealm {
  /** Holds the child at a callback of this realm's driver. */
  readonly stop: StopFunction;
  /** Null where the run changes no values. */
  readonly edit: EditFunction | null = null;
  readonly #context: object;
  readonly #given: Readonly<Record<string, unknown>>;
  /** The same as drivers have it by its own names. */
  readonly #globals: Readonly<Record<string, unknown>>;
  readonly #callUnderWay: CallUnderWay | null;
  #follow: unknown = null;
  readonly #privates: Record<string, symbol> = Object.create(null) as Record<string, symbol>;

  constructor(world: RealmWorld) {
    this.#given = world.globals;
    this.#callUnderWay = world.callUnderWay ?? null;
    this.#globals = this.#callUnderWay === null ? world.globals : withoutPlaces(world.globals, this.#callUnderWay);
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
    const setUp = new vm.Script(setUpSource, { filename: 'fltreplay:realm' }).runInContext(this.#context) as (world: object, removed: readonly string[]) => void;
    setUp({ milliseconds: () => Number((world.now() - unixEpochTicks) / 10_000n), random: world.random, print: world.print }, removedGlobals);
    // FltGetRoutineAddress hands them out as they are.
    for (const value of Object.values(world.globals)) if (typeof value === 'function') Object.freeze(value);
    for (const [name, value] of Object.entries(this.#globals)) Object.defineProperty(this.#context, name, { value, writable: false, configurable: false, enumerable: false });
    const { lineReached, breakpointReached } = world;
    if (lineReached !== undefined) Object.defineProperty(this.#context, lineHookName, { value: Object.freeze((place: number) => lineReached(place)), writable: false, configurable: false, enumerable: false });
    if (breakpointReached !== undefined) Object.defineProperty(this.#context, breakpointHookName, { value: Object.freeze((rows: readonly LineRow[]) => breakpointReached(rows)), writable: false, configurable: false, enumerable: false });
    this.stop = new vm.Script(stopSource, { filename: stopUrl }).runInContext(this.#context) as StopFunction;
    const { edits } = world;
    if (edits === undefined) return;
    Object.defineProperty(this.#context, editHookName, { value: Object.freeze({ isDue: (at: number) => edits.isDue(at), done: (at: number) => edits.done(at) }), writable: false, configurable: false, enumerable: false });
    // For frames whose routine calls it otherwise. Drivers cannot name it: what their own code does not declare is refused before it is loaded.
    Object.defineProperty(this.#context, 'Data', { get: () => edits.data, configurable: false, enumerable: false });
    this.edit = new vm.Script(editSource, { filename: editUrl }).runInContext(this.#context) as EditFunction;
  }

  /**
   * Runs the top level of a driver.
   *
   * The names it uses are handed in as parameters: a parameter is read many times faster than a global of another realm, and the
   * wrapper stays on the first line, where `columnOffset` takes it out of the positions again.
   */
  load(checked: CheckedDriver): LoadedDriver {
    const underWay = this.#callUnderWay;
    if (underWay === null) return this.#run(checked, onlyEntry) as LoadedDriver;
    const { code, usedNames, calls } = checked.named();
    const routines = calls.map(({ name, routine, site }) => [name, calledFrom(site, this.#given[routine] as Parameters<typeof calledFrom>[1], underWay)] as const);
    return this.#run({ ...checked, code, usedNames }, onlyEntry, Object.fromEntries(routines)) as LoadedDriver;
  }

  /** The same for code that a newer version can follow; `end` says what it gives. */
  loadSwitchable(checked: CheckedDriver, end: string, privates: readonly string[]): SwitchableModule {
    const next: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    this.#follow ??= new vm.Script(followSource, { filename: 'fltreplay:realm' }).runInContext(this.#context);
    for (const name of privates) this.#privates[name] ??= Symbol(name);
    const module = this.#run(checked, end, { [nextName]: next, [followName]: this.#follow, [privateName]: this.#privates }) as Omit<SwitchableModule, 'next' | 'privates'>;
    return { ...module, next, privates: this.#privates };
  }

  /** Runs the top level of a service script, which names its threads and ports. */
  runTopLevel(checked: CheckedScript): void {
    this.#run(checked, '');
  }

  /** An expression of the debugger's, as a function of the names it may see beside those of the realm. */
  compile(names: readonly string[], code: string): RealmExpression {
    return new vm.Script(`(function(${names.join(',')}){"use strict";return ${code};})`, { filename: 'fltreplay:expression' }).runInContext(this.#context) as RealmExpression;
  }

  #run(checked: CheckedScript, end: string, own: Readonly<Record<string, unknown>> = {}): unknown {
    const names = [...Object.keys(own), ...checked.usedNames];
    const head = `(function(${names.join(',')}){"use strict";`;
    const script = new vm.Script(`${head}${checked.code}\n${end}})`, { filename: checked.url, columnOffset: -head.length });
    const factory = script.runInContext(this.#context) as (...values: unknown[]) => unknown;
    return factory(...names.map((name) => own[name] ?? this.#globals[name]));
  }
}
