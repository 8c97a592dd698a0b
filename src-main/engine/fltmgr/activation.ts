/** One call of a driver routine, as observers see it. Records are reused by nesting depth. */
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Activation, ActivationKind, CallSite } from '../observer.ts';
import type { FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS } from './callbackData.ts';
import type { PFLT_INSTANCE, Ref } from './handles.ts';
import type { Filter, Instance } from './instance.ts';
import type { FrameCall, Operation, StatusRequest } from './operation.ts';
import type { ParameterBlock } from './parameterBlock.ts';
import { FLT_IO_PARAMETER_BLOCK } from './parameters.ts';

export class ActivationRecord implements Activation {
  /** Both change when a routine that was set aside goes on elsewhere on the stack. */
  depth: number;
  parent: ActivationRecord | null;
  kind: ActivationKind = 'routine';
  name = '';
  operation: Operation | null = null;
  instance: Instance | null = null;
  /** Of a routine that belongs to no instance. */
  ownFilter: Filter;
  thread: EngineThread;
  irql: Irql = 0;
  data: FLT_CALLBACK_DATA | null = null;
  fltObjects: FLT_RELATED_OBJECTS | null = null;
  routine: ((...args: never[]) => unknown) | null = null;
  flags = 0;
  iopbSnapshot: FLT_IO_PARAMETER_BLOCK | null = null;
  operationStatus = 0 as NTSTATUS;
  requesterContext: unknown = null;
  requestSite: CallSite | null = null;
  frameCall: FrameCall | null = null;
  receivedBlock: ParameterBlock | null = null;
  receivedTarget: PFLT_INSTANCE | null = null;
  /** Some of the fields above are set: those of a pre or post callback, or any. */
  detailed: 'no' | 'callback' | 'any' = 'no';
  /** pre: the variable the callback may store its context in. */
  readonly contextRef: Ref<unknown> = { value: null };
  givenContext: unknown = null;
  /** The routine is a generator function: what it returned, while it runs. */
  body: Generator<unknown, unknown, void> | null = null;
  /** Where it waits, as far as the line is known: for the wait graph. */
  waitSite: CallSite | null = null;
  /** The call that made it run. */
  callAround: CallSite | null = null;
  /** IRQL the routine was called at, once it has changed it. */
  enteredIrql: Irql | null = null;

  constructor(depth: number, parent: ActivationRecord | null, filter: Filter, thread: EngineThread) {
    this.depth = depth;
    this.parent = parent;
    this.ownFilter = filter;
    this.thread = thread;
  }

  get filter(): Filter {
    return this.instance?.filter ?? this.ownFilter;
  }

  begin(kind: ActivationKind, name: string, operation: Operation | null, filter: Filter, instance: Instance | null, thread: EngineThread, irql: Irql): void {
    if (this.detailed !== 'no') this.#clearDetails();
    this.detailed = 'any';
    this.kind = kind;
    this.name = name;
    this.operation = operation;
    this.ownFilter = filter;
    this.instance = instance;
    this.thread = thread;
    this.irql = irql;
    this.contextRef.value = null;
  }

  /** A pre or post callback: by far most of what is called, so nothing is stored that is there already. */
  beginCallback(kind: 'pre' | 'post', operation: Operation, instance: Instance, thread: EngineThread, irql: Irql): void {
    // The details of a callback give way to those of the next.
    if (this.detailed === 'any') this.#clearDetails();
    this.kind = kind;
    // The record is an old object and the operation a young one: such a store is dear.
    if (this.operation !== operation) this.operation = operation;
    this.instance = instance;
    if (this.thread !== thread) this.thread = thread;
    this.irql = irql;
    if (this.contextRef.value !== null) this.contextRef.value = null;
  }

  /** What only observers and rarer kinds need: left out of plain callbacks when nobody watches. */
  #clearDetails(): void {
    this.detailed = 'no';
    this.name = '';
    this.data = null;
    this.fltObjects = null;
    this.routine = null;
    this.flags = 0;
    this.frameCall = null;
    this.receivedBlock = null;
    this.receivedTarget = null;
    this.givenContext = null;
    this.iopbSnapshot = null;
    this.requestSite = null;
    this.requesterContext = null;
  }

  /** The details of a pre or post callback. */
  describe(call: FrameCall, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, routine: (...args: never[]) => unknown, received: ParameterBlock, target: PFLT_INSTANCE, context: unknown): void {
    this.detailed = 'callback';
    if (this.givenContext !== context) this.givenContext = context;
    if (this.frameCall !== call) this.frameCall = call;
    if (this.data !== data) this.data = data;
    if (this.fltObjects !== objects) this.fltObjects = objects;
    this.routine = routine;
    if (this.receivedBlock !== received) this.receivedBlock = received;
    this.receivedTarget = target;
  }

  beginStatus(request: StatusRequest, snapshot: FLT_IO_PARAMETER_BLOCK, status: NTSTATUS, objects: FLT_RELATED_OBJECTS): void {
    this.fltObjects = objects;
    this.iopbSnapshot = snapshot;
    this.operationStatus = status;
    this.requesterContext = request.requesterContext;
    this.requestSite = request.site;
    this.routine = request.routine;
    this.receivedBlock = request.received;
    this.receivedTarget = request.instance.handle;
  }

  get completionContext(): unknown {
    return this.kind === 'pre' ? this.contextRef.value : this.givenContext;
  }

  get received(): FLT_IO_PARAMETER_BLOCK | null {
    return this.receivedBlock === null ? null : new FLT_IO_PARAMETER_BLOCK(this.receivedBlock, this.receivedTarget);
  }

  get sent(): FLT_IO_PARAMETER_BLOCK | null {
    const block = this.frameCall?.sentBlock ?? this.operation?.sentBlock ?? null;
    return block === null ? null : new FLT_IO_PARAMETER_BLOCK(block, null);
  }

  get now(): FLT_IO_PARAMETER_BLOCK | null {
    if (this.kind === 'drain' && this.data !== null) return this.data.Iopb;
    return this.operation?.now ?? null;
  }
}
