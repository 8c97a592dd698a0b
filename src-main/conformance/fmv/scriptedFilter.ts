/**
 * A minifilter whose routines are the `do` lines of a vector. Source: filter-manager-core.md 9.1, "Actions".
 *
 * It uses the routines that any driver uses; what it does between them is written in the vector.
 */
import { assertExists } from '../../base/assert.ts';
import { APC_LEVEL, type Activation, type Engine, type FLT_CALLBACK_DATA, type FLT_IO_PARAMETER_BLOCK, type FLT_RELATED_OBJECTS, type Instance, type Irql, type Operation, type Ref } from '../../engine/index.ts';
import { irpMjFromName } from '../../nt/names.ts';
import { ntStatusFromName, ntStatusShortName } from '../../nt/ntStatus.ts';
import * as values from '../../nt/values.generated.ts';
import { initialParameters, readField, writeField, type World } from './fields.ts';
import { postWords, preWords, resultText } from './logLines.ts';
import type { Action, Script } from './vector.ts';

/** What the runner offers to scripted filters. */
export interface ScriptHost extends World {
  readonly engine: Engine;
  /** The script of `F.routine` for operation n: `pre#2` before `pre`. */
  script(filter: string, routine: string, operation: number): Script | undefined;
  /** Writes a log line for the operation a routine acts on. */
  log(operation: number | null, text: string): void;
  /** The next allocation made inside `call` fails. */
  withoutMemory<T>(call: () => T): T;
  /** Runs the oldest item queued under that name, or the routine by itself, as another thread. */
  runInline(filter: ScriptedFilter, name: string, thread: string, irql: Irql): void;
  /** Keeps the name under which a work routine was queued. */
  nameRoutine(routine: object, name: string): void;
  /** Entries made inside `call` belong to no operation. */
  withoutPrefix<T>(call: () => T): T;
  queueIsMutex(name: string): boolean;
}

/** What a routine is working on. */
interface Frame {
  operation: Operation | null;
  data: FLT_CALLBACK_DATA | null;
  readonly routine: string;
  /** In a status callback `get` reads the copy. */
  readonly snapshot: FLT_IO_PARAMETER_BLOCK | null;
  readonly objects: FLT_RELATED_OBJECTS | null;
  readonly contextRef: Ref<unknown> | null;
  readonly completionContext: unknown;
  readonly postFlags: number;
  /** The filter controls the operation. */
  readonly controls: boolean;
  got: boolean;
  cleared: boolean;
  safeResult: number | null;
}

const flag = (name: string): number => Number((values as unknown as Record<string, number>)[name] ?? 0);
const numberOf = (word: string): number => (/^0x/i.test(word) ? Number(word) : [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) | 0x1000);

export class ScriptedFilter {
  readonly name: string;
  readonly host: ScriptHost;
  readonly instances: Instance[] = [];
  #spareData: FLT_CALLBACK_DATA | null = null;
  readonly #queues = new Map<string, object>();
  readonly #routines = new Map<string, (...args: never[]) => unknown>();

  constructor(name: string, host: ScriptHost) {
    this.name = name;
    this.host = host;
  }

  pre = (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, contextRef: Ref<unknown>): number => {
    const activation = this.#activation();
    const frame = this.#frame('pre', activation, { data, objects, contextRef });
    const script = this.#find('pre', frame);
    if (script !== undefined) this.#perform(script, frame);
    const word = script?.returns ?? (this.#registeredPost(activation) ? 'WITH_CB' : 'NO_CB');
    const code = preWords.indexOf(word);
    return code >= 0 ? code : numberOf(word);
  };

  post = (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, completionContext: unknown, flags: number): number => {
    const draining = (flags & values.FLTFL_POST_OPERATION_DRAINING) !== 0;
    const frame = this.#frame('post', this.#activation(), { data, objects, completionContext, postFlags: flags });
    const script = (draining ? this.#find('drain', frame) : undefined) ?? this.#find('post', frame);
    return this.#postResult(script, frame);
  };

  status = (objects: FLT_RELATED_OBJECTS, snapshot: FLT_IO_PARAMETER_BLOCK): void => {
    const frame = this.#frame('scb', this.#activation(), { objects, snapshot, controls: false });
    this.#run('scb', frame);
  };

  /** Instance setup: callback data for I/O that is generated where nothing can be allocated. */
  setup = (objects: FLT_RELATED_OBJECTS): number => {
    this.#spareData = this.#allocate(objects.Instance);
    return values.STATUS_SUCCESS;
  };

  teardownStart = (): void => {
    const activation = this.#activation();
    const operation = this.heldOperation();
    const frame = this.#frame('tstart', activation, { operation, data: operation?.data ?? null, controls: operation !== null && this.#holds(operation) });
    this.#run('tstart', frame);
  };

  /** Work, timer and racing routines, by name. The same function object every time, so that the runner can name it. */
  routine(name: string): (...args: never[]) => unknown {
    let routine = this.#routines.get(name);
    if (routine === undefined) {
      routine = (): void => {
        const activation = this.#activation();
        const operation = activation.operation ?? this.heldOperation();
        const frame = this.#frame(name, activation, { operation, data: activation.data ?? operation?.data ?? null, controls: operation !== null && this.#holds(operation) });
        this.#run(name, frame);
      };
      this.#routines.set(name, routine);
      this.host.nameRoutine(routine, name);
    }
    return routine;
  }

  /** `run` and `tstart` act on the lowest-numbered operation held in pre, else in post, else on operation 1. */
  heldOperation(): Operation | null {
    const pending = [...this.host.engine.pendingOperations()].sort((a, b) => a.index - b.index);
    const held = (phase: 'pre' | 'post'): Operation | undefined => pending.find((operation) => this.#holds(operation, phase));
    return held('pre') ?? held('post') ?? pending.find((operation) => operation.index === 1) ?? this.host.engine.activation?.operation ?? null;
  }

  #holds(operation: Operation, phase?: 'pre' | 'post'): boolean {
    const { hold } = operation;
    return hold !== null && hold.instance.filter.name === this.name && (phase === undefined || hold.phase === phase);
  }

  #activation(): Activation {
    return assertExists(this.host.engine.activation, 'a scripted routine runs inside an activation');
  }

  #registeredPost(activation: Activation): boolean {
    const entry = activation.operation === null ? undefined : activation.filter.entries[activation.operation.major];
    return entry?.post !== undefined && entry.post !== null;
  }

  #frame(routine: string, activation: Activation, more: Partial<Frame>): Frame {
    return {
      routine, operation: activation.operation, data: activation.data, snapshot: null, objects: activation.fltObjects, contextRef: null, completionContext: null, postFlags: 0,
      controls: true, got: false, cleared: false, safeResult: null, ...more,
    };
  }

  #find(routine: string, frame: Frame): Script | undefined {
    return this.host.script(this.name, routine, frame.operation?.index ?? 1);
  }

  #run(routine: string, frame: Frame): void {
    const script = this.#find(routine, frame);
    if (script !== undefined) this.#perform(script, frame);
  }

  #postResult(script: Script | undefined, frame: Frame): number {
    if (script !== undefined) this.#perform(script, frame);
    const word = script?.returns ?? 'FINISHED';
    if (word === 'RET') return frame.safeResult ?? values.FLT_POSTOP_FINISHED_PROCESSING;
    return postWords.get(word) ?? numberOf(word);
  }

  #perform(script: Script, frame: Frame): void {
    for (const action of script.actions) this.#act(action, frame);
  }

  #call(name: string, ...args: readonly unknown[]): unknown {
    return assertExists(this.host.engine.routines[name], `the engine has no ${name}`)(...args);
  }

  #act(action: Action, frame: Frame): void {
    const { verb, args } = action;
    const [first = '', second] = args;
    const data = frame.data;
    switch (verb) {
      case 'get':
        this.host.log(frame.operation?.index ?? 1, `see ${this.name} ${first}=${this.#read(first, frame)}`);
        break;
      case 'set': {
        const at = first.indexOf('=');
        if (data !== null && frame.controls) writeField(data.Iopb, first.slice(0, at), first.slice(at + 1), this.host);
        break;
      }
      case 'dirty':
        if (frame.controls) this.#call('FltSetCallbackDataDirty', data);
        break;
      case 'clean':
        if (frame.controls) this.#call('FltClearCallbackDataDirty', data);
        break;
      case 'io':
        if (data !== null && frame.controls) {
          const [status = '', information = '0'] = first.split('/');
          data.IoStatus.Status = assertExists(ntStatusFromName(status), `no status ${status}`);
          data.IoStatus.Information = Number(information);
        }
        break;
      case 'ctx':
        if (frame.contextRef !== null) frame.contextRef.value = first;
        break;
      case 'statuscb':
        this.#requestStatus(frame, first, second);
        break;
      case 'if-got':
        if (frame.got) this.#act({ verb: first, args: args.slice(1) }, frame);
        break;
      case 'if-clear':
        if (frame.cleared) this.#act({ verb: first, args: args.slice(1) }, frame);
        break;
      case 'call':
        this.#callAny(frame, first, second ?? 'SUCCESS');
        break;
      case 'race-teardown':
        for (const instance of this.instances.slice(0, 1)) this.host.engine.startTeardownRace(instance);
        break;
      case 'run-inline':
        this.host.runInline(this, first, second ?? '', args[2] === 'D' ? 2 : args[2] === 'A' ? 1 : 0);
        break;
      default:
        this.#callFlt(verb, args, frame);
    }
  }

  #callFlt(verb: string, args: readonly string[], frame: Frame): void {
    const [first = '', second] = args;
    const { data, operation } = frame;
    const instance = this.#activation().instance ?? this.instances[0] ?? null;
    switch (verb) {
      case 'queue': {
        const item = this.#call('FltAllocateDeferredIoWorkItem');
        this.#call('FltQueueDeferredIoWorkItem', item, data, this.routine(first), second === 'HYPER' ? 2 : 1, null);
        break;
      }
      case 'complete-pre':
        this.#call('FltCompletePendedPreOperation', data, preWords.includes(first) ? preWords.indexOf(first) : numberOf(first), second ?? null);
        break;
      case 'complete-post':
        this.#call('FltCompletePendedPostOperation', data);
        break;
      case 'whensafe': {
        const result: Ref<number> = { value: 0 };
        this.#call('FltDoCompletionProcessingWhenSafe', data, frame.objects, frame.completionContext, frame.postFlags, this.#safeRoutine(first), result);
        frame.safeResult = result.value;
        break;
      }
      case 'cancelopen':
        this.#call('FltCancelFileOpen', instance?.handle ?? null, operation?.iopb.TargetFileObject ?? null);
        break;
      case 'reissue':
        this.#call('FltReissueSynchronousIo', instance?.handle ?? null, data);
        break;
      case 'perform':
        this.#generate(first, second === 'async', instance);
        break;
      case 'lockuser':
        this.#call('FltLockUserBuffer', data);
        break;
      case 'getmdl':
        this.#call('FltGetSwappedBufferMdlAddress', data);
        break;
      case 'retainmdl':
        this.#call('FltRetainSwappedBufferMdlAddress', data);
        break;
      case 'cbdq-insert':
        this.#call('FltCbdqInsertIo', this.#queue(first, instance), data, null, second ?? null);
        break;
      case 'cbdq-next':
        this.#take(frame, this.host.withoutPrefix(() => this.#call('FltCbdqRemoveNextIo', this.#queue(first, instance), null)));
        break;
      case 'cbdq-remove':
        this.#take(frame, this.host.withoutPrefix(() => this.#call('FltCbdqRemoveIo', this.#queue(first, instance), second ?? null)));
        break;
      case 'cbdq-disable':
        this.host.withoutPrefix(() => this.#call('FltCbdqDisable', this.#queue(first, instance)));
        break;
      case 'cbdq-enable':
        this.host.withoutPrefix(() => this.#call('FltCbdqEnable', this.#queue(first, instance)));
        break;
      case 'set-cancel':
        this.#call('FltSetCancelCompletion', data, this.#canceled);
        break;
      case 'clear-cancel':
        frame.cleared = this.#call('FltClearCancelCompletion', data) === 0;
        break;
      case 'iscanceled':
        this.#call('FltIsIoCanceled', data);
        break;
      case 'issync':
        this.#call('FltIsOperationSynchronous', data);
        break;
      case 'free-cbd':
        this.#call('FltFreeCallbackData', data);
        break;
      default:
        throw new Error(`unknown action ${verb}`);
    }
  }

  #read(path: string, frame: Frame): string {
    const { data, snapshot, objects, operation } = frame;
    const instance = objects?.Instance ?? null;
    if (path === 'FltObjects.Instance') return instance === null ? 'NULL' : (this.instances.find((one) => one.handle === instance)?.name ?? 'NULL');
    if (path === 'FltObjects.FileObject') return objects?.FileObject?.id ?? 'NULL';
    if (path.startsWith('fo.')) return ((data?.Iopb.TargetFileObject ?? operation?.iopb.TargetFileObject)?.Flags ?? 0) & flag(path.slice(3)) ? '1' : '0';
    if (path === 'Flags') return `0x${(data?.Flags ?? 0).toString(16).toUpperCase().padStart(8, '0')}`;
    if (path === 'dirty') return this.#call('FltIsCallbackDataDirty', data) ? '1' : '0';
    if (path === 'IoStatus') return data === null ? '-' : resultText(data.IoStatus.Status, data.IoStatus.Information);
    const iopb = snapshot ?? data?.Iopb ?? null;
    return iopb === null ? 'NULL' : readField(iopb, path);
  }

  #requestStatus(frame: Frame, context = 'NULL', how?: string): void {
    const routine = how === 'nullcb' ? null : this.status;
    const request = (): unknown => this.#call('FltRequestOperationStatusCallback', frame.data ?? frame.operation?.data ?? null, routine, context === '' || context === 'NULL' ? null : context);
    if (how === 'nomem') this.host.withoutMemory(request);
    else request();
  }

  #callAny(frame: Frame, name: string, result: string): void {
    const refused = this.host.engine.checkCall(name, frame.data);
    const shown = refused === undefined ? result : typeof refused === 'number' ? ntStatusShortName(refused) : String(refused);
    this.host.log(frame.operation?.index ?? 1, `api ${this.name} ${name} = ${shown}`);
  }

  #safeRoutine(name: string): (...args: never[]) => unknown {
    const key = `safe ${name}`;
    let routine = this.#routines.get(key);
    if (routine === undefined) {
      const safe = (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, completionContext: unknown, flags: number): number => {
        const frame = this.#frame(name, this.#activation(), { data, objects, completionContext, postFlags: flags });
        return this.#postResult(this.#find(name, frame), frame);
      };
      routine = safe as unknown as (...args: never[]) => unknown;
      this.#routines.set(key, routine);
      this.host.nameRoutine(routine, name);
    }
    return routine;
  }

  #canceled = (data: FLT_CALLBACK_DATA): void => {
    const activation = this.#activation();
    this.#run('canceled', this.#frame('canceled', activation, { data }));
  };

  #generate(major: string, asynchronous: boolean, instance: Instance | null): void {
    const data = this.#activation().irql > APC_LEVEL ? this.#spareData : this.#allocate(instance?.handle ?? null);
    if (data === null) return;
    data.Iopb.MajorFunction = assertExists(irpMjFromName(major), `no major ${major}`);
    const { member, values: fields } = initialParameters(major, null);
    for (const [field, value] of Object.entries(fields)) {
      if (member !== null) writeField(data.Iopb, `${member}.${field}`, value === null ? 'NULL' : String(value), this.host);
    }
    if (asynchronous) this.#call('FltPerformAsynchronousIo', data, () => undefined, null);
    else this.#call('FltPerformSynchronousIo', data);
  }

  #allocate(instance: unknown): FLT_CALLBACK_DATA | null {
    const made: Ref<FLT_CALLBACK_DATA | null> = { value: null };
    this.#call('FltAllocateCallbackData', instance, this.host.fileObject('fo1'), made);
    return made.value;
  }

  #take(frame: Frame, data: unknown): void {
    frame.got = data !== null && data !== undefined;
    if (!frame.got) return;
    frame.data = data as FLT_CALLBACK_DATA;
    frame.operation = this.host.engine.pendingOperations().find((operation) => operation.data === data) ?? frame.operation;
  }

  #queue(name: string, instance: Instance | null): object {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    // the lock's kind decides at which IRQL the queue may be used.
    const queue = { id: name, LockKind: this.host.queueIsMutex(name) ? 'mutex' : 'spinLock' };
    this.#queues.set(name, queue);
    const waiting: { data: FLT_CALLBACK_DATA; context: unknown }[] = [];
    const insert = (_queue: object, data: FLT_CALLBACK_DATA, context: unknown): number => {
      waiting.push({ data, context });
      return values.STATUS_SUCCESS;
    };
    const remove = (_queue: object, data: FLT_CALLBACK_DATA): void => {
      const at = waiting.findIndex((entry) => entry.data === data);
      if (at >= 0) waiting.splice(at, 1);
    };
    const peek = (_queue: object, after: FLT_CALLBACK_DATA | null): FLT_CALLBACK_DATA | null => {
      const from = after === null ? 0 : waiting.findIndex((entry) => entry.data === after) + 1;
      return waiting[from]?.data ?? null;
    };
    const completeCanceled = (_queue: object, data: FLT_CALLBACK_DATA): void => this.#canceled(data);
    this.#call('FltCbdqInitialize', instance?.handle ?? null, queue, insert, remove, peek, () => undefined, () => undefined, completeCanceled);
    return queue;
  }
}
