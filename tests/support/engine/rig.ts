/** A small stack of filters over a scripted lower device, and a note of everything the engine tells. */
import {
  createEngine, createThread, FILE_OBJECT, type Activation, type Engine, type EngineEvent, type EngineObserver, type EngineOptions, type EngineThread, type Filter, type FLT_REGISTRATION,
  type Instance, type IoRequest, type LowerAnswer, type LowerCall, type Operation, type PFLT_FILTER, type Ref, type Violation, type Volume,
} from '../../../src-main/engine/index.ts';
import { IRP_MJ_READ, STATUS_SUCCESS } from '../../../src-main/nt/values.generated.ts';

export interface RigFilter {
  readonly name: string;
  readonly altitude: string;
  readonly registration: FLT_REGISTRATION;
}

export interface Rig {
  readonly engine: Engine;
  readonly volume: Volume;
  readonly thread: EngineThread;
  /** `pre A`, `post B`, `status A` ... in order. */
  readonly calls: string[];
  readonly events: EngineEvent[];
  readonly violations: Violation[];
  readonly violationIds: () => string[];
  call(routine: string, ...args: unknown[]): unknown;
  filter(name: string): Filter;
  instance(name: string): Instance;
  issue(request?: Partial<IoRequest>): Operation;
}

export const success: LowerAnswer = { kind: 'complete', status: STATUS_SUCCESS, information: 4096 };

export function makeRig(filters: readonly RigFilter[] | ((rig: Rig) => readonly RigFilter[]), dispatch: (call: LowerCall) => LowerAnswer = () => success, options: Partial<EngineOptions> = {}): Rig {
  const calls: string[] = [];
  const events: EngineEvent[] = [];
  const violations: Violation[] = [];
  const observer: EngineObserver = {
    operationIssued: () => undefined,
    callbackEntered: ({ kind, filter }: Activation) => void calls.push(`${kind} ${filter.name}`),
    callbackReturned: () => undefined,
    lowerCalled: () => void calls.push('lower'),
    lowerCompleted: () => void calls.push('done'),
    lowerReturned: () => void calls.push('ret'),
    operationCompleted: () => undefined,
    event: (event) => {
      events.push(event);
      if (event.kind === 'violation') violations.push(event.violation);
    },
  };
  const engine = createEngine({ lowerDevice: { dispatch }, observer, ...options });
  const volume = engine.addVolume({ name: 'V1' });
  const thread = createThread({ tid: 4711, pid: 42, process: 'app.exe', kind: 'requestor', name: 'T1' });
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('not there');
    return value;
  };
  const rig: Rig = {
    engine, volume, thread, calls, events, violations,
    violationIds: () => violations.map(({ id }) => id),
    call: (routine, ...args) => found(engine.routines[routine])(...args),
    filter: (name) => found(engine.filterByName(name)),
    instance: (name) => found(engine.filterByName(name)?.instances[0]),
    issue: (request = {}) => engine.issue({
      kind: 'irp', major: IRP_MJ_READ, minor: 0, irpFlags: 0, operationFlags: 0, fileObject: new FILE_OBJECT({ id: 'fo1', volume: 'V1' }), member: 'Read',
      values: { Length: 4096, ByteOffset: 8192n, ReadBuffer: 'ubuf' }, thread, irql: 0, requestorMode: 1, volume, ...request,
    }),
  };
  for (const { name, altitude, registration } of typeof filters === 'function' ? filters(rig) : filters) {
    load(rig, name, registration);
    engine.attach(rig.filter(name), volume, altitude, name);
  }
  calls.length = 0;
  // Filters of tests register what they need, and no unload callback for the look of it (H-17).
  events.splice(0, events.length, ...events.filter(({ kind }) => kind !== 'hint'));
  return rig;
}

/** Registers a filter and starts it; returns what FltRegisterFilter said. */
export function load(rig: Rig, name: string, registration: FLT_REGISTRATION): number {
  return rig.engine.runDriverEntry({ name }, () => {
    const filter: Ref<PFLT_FILTER | null> = { value: null };
    const status = Number(rig.call('FltRegisterFilter', null, registration, filter));
    if (status === 0) rig.call('FltStartFiltering', filter.value);
    return status;
  });
}
