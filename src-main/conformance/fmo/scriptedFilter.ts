/** A filter whose callbacks do what the `on` lines say (rules 4, 6, 10 and 17). */
import {
  instanceOf, type FLT_CALLBACK_DATA, type FLT_OPERATION_REGISTRATION, type FLT_REGISTRATION, type FLT_RELATED_OBJECTS, type PFLT_FILTER, type Ref,
} from '../../engine/index.ts';
import {
  FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_REISSUED_IO,
  FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH, FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, IRP_MJ_OPERATION_END, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { Facts } from './journal.ts';
import { NotationError } from './lineReader.ts';
import type { Call, EventName, Option, Value } from './vector.ts';
import { constantNamed, majorNamed, majorWord, needFlags } from './words.ts';
import type { FilterSeat, Scope, World } from './world.ts';

/** What runs a call of a script line; the calls know the filter and not the other way round. */
export type Running<T> = Generator<unknown, T, unknown>;

export interface ScriptLine {
  readonly line: number;
  readonly call: Call;
  readonly result: Value;
  readonly names: readonly string[];
}

interface Script {
  readonly lines: ScriptLine[];
  returns: Value | null;
}

/** Performs one line inside a callback. A number is what the callback has to return at once. */
export type PerformLine = (line: ScriptLine, scope: Scope) => Running<number | undefined>;

interface RegisteredOperation {
  readonly major: number;
  readonly flags: number;
  readonly pre: boolean;
  readonly post: boolean;
}

export interface InstanceDefinition {
  readonly name: string;
  readonly altitude: string;
  readonly flags: number;
}

const usualCallbacks = ['unload', 'setup', 'query', 'start', 'complete'];

/** What FLT_NAME_CONTROL looks like to a name provider. */
interface NameControl {
  Name: { Buffer: string };
}

export class ScriptedFilter {
  readonly name: string;
  readonly seat: FilterSeat;
  readonly registered: boolean;
  readonly instances: readonly InstanceDefinition[];
  readonly group: string | null;
  readonly #world: World;
  readonly #perform: PerformLine;
  readonly #options: ReadonlyMap<string, Value>;
  readonly #callbacks: ReadonlySet<string>;
  readonly #operations: readonly RegisteredOperation[];
  readonly #scripts = new Map<string, Script>();

  constructor(world: World, name: string, options: readonly Option[], perform: PerformLine) {
    this.name = name;
    this.#world = world;
    this.#perform = perform;
    this.#options = new Map(options.map(({ key, value }) => [key, value]));
    const cbs = this.#options.get('cbs');
    this.#callbacks = new Set(cbs === undefined ? usualCallbacks : cbs.text === 'none' ? [] : cbs.text.split('+'));
    this.seat = { name, handle: { value: null }, irql: 0, topLevelIrp: null, objects: new Map() };
    world.filters.set(name, this.seat);
    this.registered = this.#options.get('registry')?.text !== 'missing';
    const group = this.#options.get('group');
    this.group = group === undefined ? null : String(group.value);
    this.instances = this.#instanceDefinitions();
    this.#operations = this.#operationRows();
  }

  // -- what the options say

  #instanceDefinitions(): InstanceDefinition[] {
    const instances = this.#options.get('instances');
    if (instances === undefined) {
      const altitude = this.#options.get('alt')?.text;
      if (altitude === undefined) throw new NotationError(null, `filter ${this.name} needs alt= or instances=.`);
      return [{ name: this.name, altitude, flags: 0 }];
    }
    return instances.text.split('+').map((part) => {
      const match = /^([^@/]+)@([^/]+)(?:\/(\w+))?$/.exec(part);
      if (match === null) throw new NotationError(null, `“${part}” is no instance definition: write name@altitude/flags.`);
      return { name: match[1] ?? '', altitude: match[2] ?? '', flags: Number(match[3] ?? 0) };
    });
  }

  #operationRows(): RegisteredOperation[] {
    const rows: RegisteredOperation[] = [];
    const add = (key: string, pre: boolean, post: boolean): void => {
      for (const part of this.#options.get(key)?.text.split('+') ?? []) {
        const [major = '', flags = '0'] = part.split('/');
        rows.push({ major: majorNamed(major), flags: Number(flags), pre, post });
      }
    };
    add('ops', true, true);
    add('pre', true, false);
    add('post', false, true);
    return rows;
  }

  #contextRows(): unknown[] {
    return (this.#options.get('ctx')?.text.split('+') ?? []).map((part) => {
      const match = /^([A-Z]+)(?::(\d+))?((?:\/[a-z]+)*)$/.exec(part);
      const type = match === null ? undefined : constantNamed(`FLT_${match[1] ?? ''}_CONTEXT`);
      if (match === null || type === undefined) throw new NotationError(null, `“${part}” is no context definition: write TYPE:size/v or TYPE:size/n.`);
      const marks = match[3] ?? '';
      return {
        ContextType: type, Flags: marks.includes('n') ? FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH : 0, Size: marks.includes('v') ? 0xffffffff : Number(match[2] ?? 0), PoolTag: 'ctxT',
        ContextCleanupCallback: this.#routine(function* (this: ScriptedFilter, context: unknown) {
          yield* this.#happen(`cleanup.${match[1] ?? ''}`, { ctx: context }, null);
        }),
        ContextAllocateCallback: null, ContextFreeCallback: null,
      };
    });
  }

  /** Adds an `on` line. */
  addScript(event: EventName, line: ScriptLine | null, returns: Value | null): void {
    const key = event.text.slice(event.filter.length + 1);
    let script = this.#scripts.get(key);
    if (script === undefined) {
      script = { lines: [], returns: null };
      this.#scripts.set(key, script);
    }
    if (line !== null) script.lines.push(line);
    if (returns !== null) script.returns = returns;
  }

  // -- running

  /** A generator function with this filter as `this`: drivers may block (driver-api-usage.md 5.6). */
  #routine(body: (this: ScriptedFilter, ...args: never[]) => Running<unknown>): (...args: never[]) => unknown {
    const self = this;
    return function* (...args: never[]) {
      return yield* body.apply(self, args);
    };
  }

  /** Records the callback, runs its lines, gives its return value; undefined where neither a line nor `=>` says one. */
  *#happen(event: string, facts: Facts, data: FLT_CALLBACK_DATA | null): Running<number | undefined> {
    this.#world.journal.add({ kind: 'cb', name: `${this.name}.${event}`, facts: { irql: this.#world.engine.activation?.irql ?? 0, ...facts } });
    return yield* this.#lines(event, data);
  }

  *#lines(event: string, data: FLT_CALLBACK_DATA | null): Running<number | undefined> {
    const script = this.#scripts.get(event);
    const scope: Scope = { filter: this.name, data };
    for (const line of script?.lines ?? []) {
      const verdict = yield* this.#perform(line, scope);
      if (verdict !== undefined) return verdict;
    }
    const returns = script?.returns ?? null;
    return returns === null ? undefined : needFlags(returns, 'return value');
  }

  /** Whether the lines of an event call the routine themselves, so that the default body must not. */
  #calls(event: string, routine: string): boolean {
    return this.#scripts.get(event)?.lines.some(({ call }) => call.routine === routine) === true;
  }

  #has(callback: string): boolean {
    return this.#callbacks.has(callback) || this.#scripts.has(callback);
  }

  *#call(routine: string, ...args: unknown[]): Running<unknown> {
    const bound = this.#world.engine.routines[routine];
    if (bound === undefined) throw new NotationError(null, `the engine does not provide ${routine}.`);
    const result = bound(...args);
    return isGenerator(result) ? yield* result : result;
  }

  // -- life cycle

  /** The default entry routine: registers and starts filtering; undone when starting fails. */
  *entry(): Running<number> {
    const scripted = this.#scripts.get('entry');
    const returned = yield* this.#lines('entry', null);
    if (returned !== undefined) return returned;
    if (scripted !== undefined && this.#calls('entry', 'FltRegisterFilter')) {
      return this.#calls('entry', 'FltStartFiltering') ? STATUS_SUCCESS : Number(yield* this.#call('FltStartFiltering', this.seat.handle.value));
    }
    const status = Number(yield* this.register({}));
    if (status !== STATUS_SUCCESS) return status;
    const started = Number(yield* this.#call('FltStartFiltering', this.seat.handle.value));
    if (started !== STATUS_SUCCESS) yield* this.#call('FltUnregisterFilter', this.seat.handle.value);
    return started;
  }

  /** FltRegisterFilter with this filter's record; `overrides` are members that the vector names. */
  *register(overrides: Readonly<Record<string, unknown>>): Running<unknown> {
    const result: Ref<PFLT_FILTER | null> = { value: null };
    const status = yield* this.#call('FltRegisterFilter', { DriverName: this.name }, { ...this.registration(), ...overrides }, result);
    if (result.value !== null) this.seat.handle.value = result.value;
    return status;
  }

  registration(): FLT_REGISTRATION {
    const lifecycle = (callback: string, body: (this: ScriptedFilter, ...args: never[]) => Running<unknown>): ((...args: never[]) => unknown) | null => (this.#has(callback) ? this.#routine(body) : null);
    const record: Record<string, unknown> = {
      Version: 0x0203,
      Flags: needFlags(this.#options.get('flags') ?? { kind: 'number', value: 0, text: '0' }, 'registration flag'),
      ContextRegistration: this.#contextRows(),
      OperationRegistration: [...this.#operations.map((row) => this.#operationRow(row)), ...(this.#options.get('end')?.text === 'no' ? [] : [[IRP_MJ_OPERATION_END]])],
      FilterUnloadCallback: lifecycle('unload', this.#unload),
      InstanceSetupCallback: lifecycle('setup', this.#setup),
      InstanceQueryTeardownCallback: lifecycle('query', this.#query),
      InstanceTeardownStartCallback: lifecycle('start', this.#start),
      InstanceTeardownCompleteCallback: lifecycle('complete', this.#complete),
      TransactionNotificationCallback: lifecycle('transaction', this.#transaction),
      SectionNotificationCallback: lifecycle('section', this.#section),
    };
    if (this.#has('names') || this.#has('generate') || this.#has('normalize')) {
      record['GenerateFileNameCallback'] = this.#routine(this.#generate);
      record['NormalizeNameComponentCallback'] = this.#routine(this.#normalize);
      record['NormalizeContextCleanupCallback'] = null;
    }
    return record as FLT_REGISTRATION;
  }

  *#unload(flags: number): Running<number> {
    const returned = yield* this.#happen('unload', { flags }, null);
    if (returned !== undefined) return returned;
    if (!this.#calls('unload', 'FltUnregisterFilter')) yield* this.#call('FltUnregisterFilter', this.seat.handle.value);
    return STATUS_SUCCESS;
  }

  #instanceFacts(objects: FLT_RELATED_OBJECTS): Facts {
    const instance = this.#world.remember(objects.Instance);
    return { vol: this.#world.shortName(instance?.volume), inst: instance?.name };
  }

  *#setup(objects: FLT_RELATED_OBJECTS, flags: number, deviceType: number, fileSystemType: number): Running<number> {
    return (yield* this.#happen('setup', { ...this.#instanceFacts(objects), flags, type: deviceType, fs: fileSystemType }, null)) ?? STATUS_SUCCESS;
  }

  *#query(objects: FLT_RELATED_OBJECTS, flags: number): Running<number> {
    return (yield* this.#happen('query', { ...this.#instanceFacts(objects), flags }, null)) ?? STATUS_SUCCESS;
  }

  *#start(objects: FLT_RELATED_OBJECTS, reason: number): Running<void> {
    yield* this.#happen('start', { ...this.#instanceFacts(objects), reason }, null);
  }

  *#complete(objects: FLT_RELATED_OBJECTS, reason: number): Running<void> {
    yield* this.#happen('complete', { ...this.#instanceFacts(objects), reason }, null);
  }

  *#transaction(objects: FLT_RELATED_OBJECTS, context: unknown, mask: number): Running<number> {
    return (yield* this.#happen('transaction', { ...this.#instanceFacts(objects), ctx: context, flags: mask, mask }, null)) ?? STATUS_SUCCESS;
  }

  *#section(instance: unknown, context: unknown): Running<number> {
    return (yield* this.#happen('section', { inst: instanceOf(instance)?.name, ctx: context }, null)) ?? STATUS_SUCCESS;
  }

  // -- names

  /** The default provider gives the name that it gets from below. */
  *#generate(instance: unknown, fileObject: unknown, data: FLT_CALLBACK_DATA | null, options: number, _cache: unknown, name: NameControl): Running<number> {
    const returned = yield* this.#happen('generate', { inst: instanceOf(instance)?.name, flags: options }, data);
    if (returned !== undefined) return returned;
    const found: Ref<{ readonly Name: { readonly Buffer: string } } | null> = { value: null };
    const status = Number(data === null ? yield* this.#call('FltGetFileNameInformationUnsafe', fileObject, instance, options, found) : yield* this.#call('FltGetFileNameInformation', data, options, found));
    if (found.value === null) return status;
    const text = found.value.Name.Buffer;
    if (this.#world.engine.routines['FltCheckAndGrowNameControl'] !== undefined) yield* this.#call('FltCheckAndGrowNameControl', name, text.length * 2);
    name.Name.Buffer = text;
    yield* this.#call('FltReleaseFileNameInformation', found.value);
    return STATUS_SUCCESS;
  }

  /** Leaves the component as it is. */
  *#normalize(instance: unknown, _directory: unknown, _length: number, component: { Buffer: string } | string): Running<number> {
    return (yield* this.#happen('normalize', { inst: instanceOf(instance)?.name, component }, null)) ?? STATUS_SUCCESS;
  }

  // -- operations

  #operationRow({ major, flags, pre, post }: RegisteredOperation): FLT_OPERATION_REGISTRATION {
    const word = majorWord(major);
    const row = {
      MajorFunction: major, Flags: flags,
      PreOperation: pre ? this.#routine((data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => this.#pre(word, data, objects, post)) : null,
      PostOperation: post
        ? this.#routine((data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, context: unknown, postFlags: number) => this.#post(word, data, objects, context, postFlags))
        : null,
    };
    return row as unknown as FLT_OPERATION_REGISTRATION;
  }

  #operationFacts(data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS): Facts {
    const { engine, pending } = this.#world;
    const instance = this.#world.remember(objects.Instance);
    const { Flags } = data;
    return {
      vol: this.#world.shortName(instance?.volume), inst: instance?.name, op: pending.nameOf(data, engine.activation?.operation ?? null),
      kind: (Flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION) !== 0 ? 'FAST' : (Flags & FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION) !== 0 ? 'FSFILTER' : 'IRP',
      gen: (Flags & FLTFL_CALLBACK_DATA_GENERATED_IO) === 0 ? 0 : 1, reissued: (Flags & FLTFL_CALLBACK_DATA_REISSUED_IO) === 0 ? 0 : 1,
      status: data.IoStatus.Status, info: data.IoStatus.Information, irpflags: data.Iopb.IrpFlags, fo: objects.FileObject,
    };
  }

  *#pre(major: string, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, hasPost: boolean): Running<number> {
    const returned = yield* this.#happen(`pre.${major}`, this.#operationFacts(data, objects), data);
    return returned ?? (hasPost ? FLT_PREOP_SUCCESS_WITH_CALLBACK : FLT_PREOP_SUCCESS_NO_CALLBACK);
  }

  *#post(major: string, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, context: unknown, flags: number): Running<number> {
    const returned = yield* this.#happen(`post.${major}`, { ...this.#operationFacts(data, objects), drain: flags & 1, flags, cookie: context }, data);
    return returned ?? FLT_POSTOP_FINISHED_PROCESSING;
  }

  // -- callbacks handed to routines

  /** The callback of a port, an asynchronous request, a work item, a wait. */
  readonly callback = (event: string): ((...args: never[]) => unknown) => {
    switch (event) {
      case 'io': return this.#routine(this.#io);
      case 'connect': return this.#routine(this.#connect);
      case 'disconnect': return this.#routine(this.#disconnect);
      case 'message': return this.#routine(this.#message);
      case 'wait': return this.#routine(this.#wait);
      case 'safe': return this.#routine(this.#safe);
      case 'status': return this.#routine(this.#status);
      case 'cancel': return this.#routine(this.#cancel);
      case 'work': return this.#routine(this.#work);
      default: throw new NotationError(null, `${event} is no callback of a routine.`);
    }
  };

  #dataFacts(data: FLT_CALLBACK_DATA): Facts {
    return { status: data.IoStatus.Status, info: data.IoStatus.Information, op: this.#world.pending.nameOf(data, this.#world.engine.activation?.operation ?? null) };
  }

  *#io(data: FLT_CALLBACK_DATA, context: unknown): Running<void> {
    yield* this.#happen('io', { ...this.#dataFacts(data), cookie: context }, data);
  }

  /** The default accepts. The program's connection remembers the filter's variable with the client port. */
  *#connect(client: unknown, serverCookie: unknown, context: unknown, size: number, cookie: Ref<unknown>): Running<number> {
    const connection = this.#world.connecting;
    this.#world.connecting = null;
    if (connection !== null) connection.clientPort.value = client;
    cookie.value = connection?.cookie ?? null;
    return (yield* this.#happen('connect', { size, cookie: serverCookie, context }, null)) ?? STATUS_SUCCESS;
  }

  *#disconnect(cookie: unknown): Running<void> {
    const connection = this.#world.connectionOf(cookie);
    yield* this.#happen('disconnect', { cookie }, null);
    const returns = this.#scripts.get('disconnect')?.returns ?? null;
    if (returns === null && connection !== null && !this.#calls('disconnect', 'FltCloseClientPort')) yield* this.#call('FltCloseClientPort', this.seat.handle.value, connection.clientPort);
  }

  *#message(cookie: unknown, input: unknown, inputLength: number, output: unknown, outputLength: number, returned: Ref<number>): Running<number> {
    returned.value = 0;
    this.seat.objects.set('input', input as object);
    this.seat.objects.set('output', output as object);
    return (yield* this.#happen('message', { cookie, size: inputLength, out: outputLength }, null)) ?? STATUS_SUCCESS;
  }

  /** A wait that is over: the operation goes on. */
  *#wait(data: FLT_CALLBACK_DATA, context: unknown): Running<void> {
    const returned = yield* this.#happen('wait', { ...this.#dataFacts(data), cookie: context }, data);
    if (returned === undefined && !this.#calls('wait', 'FltCompletePendedPreOperation')) yield* this.#call('FltCompletePendedPreOperation', data, FLT_PREOP_SUCCESS_WITH_CALLBACK, null);
  }

  *#safe(data: FLT_CALLBACK_DATA, _objects: unknown, context: unknown, flags: number): Running<number> {
    return (yield* this.#happen('safe', { ...this.#dataFacts(data), cookie: context, flags }, data)) ?? FLT_POSTOP_FINISHED_PROCESSING;
  }

  *#status(_objects: unknown, _snapshot: unknown, status: number, context: unknown): Running<void> {
    yield* this.#happen('status', { status, cookie: context }, null);
  }

  /** Of one operation, or of a cancel-safe queue, which stands first. */
  *#cancel(first: unknown, second: unknown): Running<void> {
    const data = (typeof first === 'object' && first !== null && 'Iopb' in first ? first : second) as FLT_CALLBACK_DATA;
    yield* this.#happen('cancel', this.#dataFacts(data), data);
  }

  *#work(_item: unknown, object: unknown, context: unknown): Running<void> {
    const data = typeof object === 'object' && object !== null && 'Iopb' in object ? (object as FLT_CALLBACK_DATA) : null;
    yield* this.#happen('work', { cookie: context, ...(data === null ? {} : this.#dataFacts(data)) }, data);
  }
}

export const isGenerator = (value: unknown): value is Generator<unknown, unknown, unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function' && typeof (value as { throw?: unknown }).throw === 'function';
