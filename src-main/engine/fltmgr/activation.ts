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
  filter: Filter;
  instance: Instance | null = null;
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
  /** Some of the fields above are set. */
  detailed = false;
  /** pre: the variable the callback may store its context in. */
  readonly contextRef: Ref<unknown> = { value: null };
  givenContext: unknown = null;
  /** The routine is a generator function: what it returned, while it runs. */
  body: Generator<unknown, unknown, void> | null = null;
  /** IRQL the routine was called at, once it has changed it. */
  enteredIrql: Irql | null = null;

  constructor(depth: number, parent: ActivationRecord | null, filter: Filter, thread: EngineThread) {
    this.depth = depth;
    this.parent = parent;
    this.filter = filter;
    this.thread = thread;
  }

  begin(kind: ActivationKind, name: string, operation: Operation | null, filter: Filter, instance: Instance | null, thread: EngineThread, irql: Irql): void {
    this.kind = kind;
    this.name = name;
    this.operation = operation;
    this.filter = filter;
    this.instance = instance;
    this.thread = thread;
    this.irql = irql;
    this.contextRef.value = null;
    if (this.detailed) this.#clearDetails();
  }

  /** What only observers and rarer kinds need: left out of plain callbacks when nobody watches. */
  #clearDetails(): void {
    this.detailed = false;
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
  describe(call: FrameCall, data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS, routine: (...args: never[]) => unknown, received: ParameterBlock, target: PFLT_INSTANCE): void {
    this.detailed = true;
    this.frameCall = call;
    this.data = data;
    this.fltObjects = objects;
    this.routine = routine;
    this.receivedBlock = received;
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
