/** Runs the actions of a scripted routine by calling the engine's routines. Source: filter-manager-core.md 9.1, "Actions". */
import { assertExists } from '../../base/assert.ts';
import { fsctlNameOf } from '../../nt/names.ts';
import {
  APC_LEVEL, operationOf, REFUSED, type Engine, type FLT_CALLBACK_DATA, type FLT_IO_PARAMETER_BLOCK, type FLT_RELATED_OBJECTS, type Operation, type Ref,
} from '../../engine/index.ts';
import { controlCode, fieldAt, initialParameters } from './defaults.ts';
import type { VectorLog } from './vectorLog.ts';
import type { Action, Script } from './vector.ts';
import { fileObjectFlag, irqlOf, majorOf, majorWord, postValues, preValues, statusAndInformation, statusWord, unknownValue, VectorError, word } from './words.ts';
import type { VectorWorld } from './vectorWorld.ts';

/** What one run of a routine works on. */
export interface RoutineContext {
  readonly filter: string;
  operation: Operation | null;
  data: FLT_CALLBACK_DATA | null;
  readonly objects: FLT_RELATED_OBJECTS | null;
  /** scb: the copy that `get` reads. */
  readonly snapshot: FLT_IO_PARAMETER_BLOCK | null;
  readonly completionContext: Ref<unknown> | null;
  safeAnswer: Ref<number> | null;
  got: boolean;
  cleared: boolean;
}

const asWord = (text: string | undefined): unknown => (text === undefined || text === 'NULL' ? null : text);

export class ScriptRunner {
  readonly #engine: Engine;
  readonly #world: VectorWorld;
  readonly #log: VectorLog;
  /** The next FltRequestOperationStatusCallback finds no memory. */
  noMemory = false;
  readonly #reserve = new Map<string, FLT_CALLBACK_DATA>();

  constructor(engine: Engine, world: VectorWorld, log: VectorLog) {
    this.#engine = engine;
    this.#world = world;
    this.#log = log;
  }

  /** Runs the actions, then gives the value of the return word. */
  run(script: Script | undefined, context: RoutineContext, values: Readonly<Record<string, number>>, defaultWord: string): number {
    for (const action of script?.actions ?? []) this.#act(action, context);
    const returns = script?.returns ?? defaultWord;
    if (returns === 'RET') {
      const value = context.safeAnswer?.value ?? unknownValue;
      this.#log.returnWord = Object.keys(postValues).find((name) => postValues[name] === value) ?? this.#world.unknownWord;
      return value;
    }
    this.#log.returnWord = returns;
    const value = values[returns];
    if (value !== undefined) return value;
    this.#world.unknownWord = returns;
    return unknownValue;
  }

  /** A routine under a free name: work, timer, racing or safe. */
  freeRoutine(filter: string, name: string, context: RoutineContext): void {
    for (const action of this.#world.script(filter, name, context.operation)?.actions ?? []) this.#act(action, context);
  }

  #call(name: string, ...args: unknown[]): unknown {
    return assertExists(this.#engine.routines[name], `no routine ${name}`)(...args);
  }

  #data(context: RoutineContext): FLT_CALLBACK_DATA {
    if (context.data === null) throw new VectorError('The routine acts on no operation.');
    return context.data;
  }

  #act(action: Action, context: RoutineContext): void {
    const { name, args, guarded } = action;
    const [first = '', second, third] = args;
    switch (name) {
      case 'if-got': return context.got && guarded !== null ? this.#act(guarded, context) : undefined;
      case 'if-clear': return context.cleared && guarded !== null ? this.#act(guarded, context) : undefined;
      case 'get': return this.#get(first, context);
      case 'set': return this.#set(first, context);
      case 'dirty': return void this.#call('FltSetCallbackDataDirty', this.#data(context));
      case 'clean': return void this.#call('FltClearCallbackDataDirty', this.#data(context));
      case 'io': return this.#setIoStatus(first, context);
      case 'ctx': return this.#setContext(first, context);
      case 'statuscb': return this.#requestStatus(args, context);
      case 'queue': return this.#queue(first, second, context);
      case 'complete-pre': return this.#completePre(args, context);
      case 'complete-post': return void this.#call('FltCompletePendedPostOperation', this.#data(context));
      case 'whensafe': return this.#whenSafe(first, context);
      case 'cancelopen': return void this.#call('FltCancelFileOpen', this.#instance(), this.#data(context).Iopb.TargetFileObject);
      case 'reissue': return void this.#call('FltReissueSynchronousIo', this.#instance(), this.#data(context));
      case 'perform': return this.#perform(first, second, context);
      case 'lockuser': return void this.#call('FltLockUserBuffer', this.#data(context));
      case 'getmdl': return void this.#call('FltGetSwappedBufferMdlAddress', this.#data(context));
      case 'retainmdl': return void this.#call('FltRetainSwappedBufferMdlAddress', this.#data(context));
      case 'cbdq-insert': return void this.#call('FltCbdqInsertIo', this.#world.queue(context.filter, first), this.#data(context), asWord(second), null);
      case 'cbdq-next': return this.#taken(this.#call('FltCbdqRemoveNextIo', this.#world.queue(context.filter, first), null), context);
      case 'cbdq-remove': return this.#taken(this.#call('FltCbdqRemoveIo', this.#world.queue(context.filter, first), asWord(second)), context);
      case 'cbdq-disable': return void this.#call('FltCbdqDisable', this.#world.queue(context.filter, first));
      case 'cbdq-enable': return void this.#call('FltCbdqEnable', this.#world.queue(context.filter, first));
      case 'set-cancel': return void this.#call('FltSetCancelCompletion', this.#data(context), (data: FLT_CALLBACK_DATA) => this.canceled(context.filter, data));
      case 'clear-cancel': {
        context.cleared = this.#call('FltClearCancelCompletion', this.#data(context)) === 0;
        return undefined;
      }
      case 'iscanceled': return void this.#call('FltIsIoCanceled', this.#data(context));
      case 'issync': return void this.#call('FltIsOperationSynchronous', this.#data(context));
      case 'call': return this.#callOther(first, second, context);
      case 'free-cbd': return void this.#call('FltFreeCallbackData', this.#data(context));
      case 'run-inline': return this.#runInline(first, second, third, context);
      case 'race-teardown': return this.#raceTeardown();
      default: throw new VectorError(`"${name}" is no action.`);
    }
  }

  #instance(): object | null {
    return this.#engine.activation?.instance?.handle ?? null;
  }

  // -- reading and writing

  #get(path: string, context: RoutineContext): void {
    this.#log.add(context.operation, `see ${context.filter} ${path}=${this.#read(path, context)}`);
  }

  #read(path: string, context: RoutineContext): string {
    const data = this.#data(context);
    if (path === 'Flags') return `0x${(data.Flags >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
    if (path === 'dirty') return this.#call('FltIsCallbackDataDirty', data) === true ? '1' : '0';
    if (path === 'IoStatus') return `${statusWord(data.IoStatus.Status, context.operation?.kind === 'fsfilter')}/${data.IoStatus.Information}`;
    if (path.startsWith('fo.')) return ((data.Iopb.TargetFileObject?.Flags ?? 0) & fileObjectFlag(path.slice(3))) === 0 ? '0' : '1';
    if (path === 'FltObjects.Instance') return this.#world.instanceWord(context.objects?.Instance ?? this.#instance());
    if (path === 'FltObjects.FileObject') return word((context.objects ?? { FileObject: data.Iopb.TargetFileObject }).FileObject?.id);
    const { object, field } = fieldAt(context.snapshot ?? data.Iopb, path);
    return this.#fieldWord(field, object[field]);
  }

  #fieldWord(field: string, value: unknown): string {
    if (field === 'MajorFunction') return majorWord(Number(value));
    if (field === 'TargetInstance') return this.#world.instanceWord(value);
    if (field === 'FsControlCode' && typeof value === 'number') return value === 0 ? '0' : fsctlNameOf(value);
    return word(value);
  }

  #set(text: string, context: RoutineContext): void {
    const equals = text.indexOf('=');
    const path = text.slice(0, equals);
    const value = text.slice(equals + 1);
    const { object, field } = fieldAt(this.#data(context).Iopb, path);
    object[field] = this.#fieldValue(field, value, context);
  }

  #fieldValue(field: string, value: string, context: RoutineContext): unknown {
    if (field === 'MajorFunction') return majorOf(value);
    if (field === 'TargetInstance') return this.#world.instanceHandle(value);
    if (field === 'TargetFileObject') return this.#world.fileObject(value, context.operation);
    if (field === 'FsControlCode') return controlCode(value);
    if (/^(IrpFlags|MinorFunction|OperationFlags)$/.test(field)) return Number(value);
    return asWord(value);
  }

  #setIoStatus(text: string, context: RoutineContext): void {
    const { status, information } = statusAndInformation(text);
    const { IoStatus } = this.#data(context);
    IoStatus.Status = status;
    IoStatus.Information = information;
  }

  #setContext(value: string, { completionContext }: RoutineContext): void {
    if (completionContext === null) throw new VectorError('"ctx" belongs to a pre callback.');
    completionContext.value = asWord(value);
  }

  // -- calls

  #requestStatus([value, option]: readonly string[], context: RoutineContext): void {
    const { filter } = context;
    this.noMemory = option === 'nomem';
    const routine = (objects: FLT_RELATED_OBJECTS, snapshot: FLT_IO_PARAMETER_BLOCK): void => {
      const operation = this.#engine.activation?.operation ?? null;
      this.run(this.#world.script(filter, 'scb', operation), this.context(filter, operation, operation?.data ?? null, objects, snapshot), {}, '');
    };
    this.#call('FltRequestOperationStatusCallback', this.#data(context), option === 'nullcb' ? null : routine, asWord(value));
    this.noMemory = false;
  }

  #queue(name: string, option: string | undefined, context: RoutineContext): void {
    const { filter } = context;
    const item = this.#call('FltAllocateDeferredIoWorkItem');
    const routine = named(name, (_item: unknown, data: FLT_CALLBACK_DATA) => this.freeRoutine(filter, name, this.context(filter, operationOf(data), data)));
    this.#call('FltQueueDeferredIoWorkItem', item, this.#data(context), routine, option === 'HYPER' ? 2 : 1, null);
  }

  #completePre(args: readonly string[], context: RoutineContext): void {
    const [status = '', value] = args;
    this.#log.resumeWords = args.join(',');
    this.#call('FltCompletePendedPreOperation', this.#data(context), preValues[status] ?? unknownValue, asWord(value));
  }

  #whenSafe(name: string, context: RoutineContext): void {
    const { filter } = context;
    const answer: Ref<number> = { value: unknownValue };
    context.safeAnswer = answer;
    const routine = named(name, (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS | null) => {
      const operation = operationOf(data);
      return this.run(this.#world.script(filter, name, operation), this.context(filter, operation, data, objects), postValues, 'FINISHED');
    });
    this.#call('FltDoCompletionProcessingWhenSafe', this.#data(context), context.objects, this.#engine.activation?.completionContext ?? null, 0, routine, answer);
  }

  #perform(majorName: string, mode: string | undefined, context: RoutineContext): void {
    const major = majorOf(majorName);
    const data = this.#generatedData(context);
    data.Iopb.MajorFunction = major;
    const { minor, member, values } = initialParameters(major, this.#world.defaultSub(major));
    data.Iopb.MinorFunction = minor;
    for (const [field, value] of Object.entries(values)) {
      const place = fieldAt(data.Iopb, `${member ?? ''}.${field}`);
      place.object[place.field] = value;
    }
    if (mode === 'sync') this.#call('FltPerformSynchronousIo', data);
    else this.#call('FltPerformAsynchronousIo', data, () => undefined, null);
  }

  /** New callback data; at DISPATCH, where none can be allocated, the one a filter keeps in reserve. */
  #generatedData(context: RoutineContext): FLT_CALLBACK_DATA {
    const { activation } = this.#engine;
    if (activation !== null && activation.irql > APC_LEVEL) return assertExists(this.#reserve.get(context.filter));
    return this.#allocate(this.#instance());
  }

  #allocate(instance: unknown): FLT_CALLBACK_DATA {
    const result: Ref<FLT_CALLBACK_DATA | null> = { value: null };
    this.#call('FltAllocateCallbackData', instance, this.#world.generatedFileObject(), result);
    return assertExists(result.value);
  }

  /** Instance setup: puts callback data in reserve for I/O that is generated where nothing can be allocated. */
  setUp(filter: string, instance: unknown): void {
    this.#reserve.set(filter, this.#allocate(instance));
  }

  #taken(data: unknown, context: RoutineContext): void {
    context.got = data !== null && data !== undefined;
    if (!context.got) return;
    context.data = data as FLT_CALLBACK_DATA;
    context.operation = operationOf(context.data);
  }

  canceled(filter: string, data: FLT_CALLBACK_DATA): void {
    this.run(this.#world.script(filter, 'canceled', operationOf(data)), this.context(filter, operationOf(data), data), {}, '');
  }

  #callOther(api: string, result: string | undefined, context: RoutineContext): void {
    const outcome = this.#engine.checkCall(api, this.#data(context));
    const text = outcome === undefined ? (result ?? 'SUCCESS') : outcome === REFUSED ? REFUSED : statusWord(Number(outcome));
    this.#log.add(context.operation, `api ${context.filter} ${api} = ${text}`);
  }

  #runInline(name: string, thread: string | undefined, irql: string | undefined, context: RoutineContext): void {
    const engine = this.#engine;
    const { filter, operation } = context;
    const where = this.#world.thread(thread ?? '');
    const level = irqlOf(irql);
    const item = this.#world.queuedItem(filter, name);
    if (item !== undefined) engine.runWorkItem(item, where, level);
    else engine.runRoutine(this.#world.filter(filter), name, where, level, operation, () => this.freeRoutine(filter, name, this.context(filter, operation, context.data)));
  }

  #raceTeardown(): void {
    const instance = this.#engine.activation?.instance ?? null;
    if (instance !== null) this.#engine.startTeardownRace(instance);
  }

  context(
    filter: string, operation: Operation | null, data: FLT_CALLBACK_DATA | null, objects: FLT_RELATED_OBJECTS | null = null, snapshot: FLT_IO_PARAMETER_BLOCK | null = null,
    completionContext: Ref<unknown> | null = null,
  ): RoutineContext {
    return { filter, operation, data, objects, snapshot, completionContext, safeAnswer: null, got: false, cleared: false };
  }
}

/** The engine logs a routine under its function's name. */
function named<T extends (...args: never[]) => unknown>(name: string, routine: T): T {
  return Object.defineProperty(routine, 'name', { value: name });
}
