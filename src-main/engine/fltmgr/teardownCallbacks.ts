/** The callbacks of an instance's end (PFLT_INSTANCE_TEARDOWN_CALLBACK; PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK), VOL-021, VOL-022, VOL-030. */
import { STATUS_FLT_DO_NOT_DETACH, STATUS_NOT_SUPPORTED, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Blocking } from '../kernel/wait.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import type { Instance } from './instance.ts';

/** Manual detach: an absent query-teardown callback refuses, and so does an error or warning status. */
export function* queryTeardown(core: Core, instance: Instance, thread: EngineThread): Blocking<number> {
  const routine = instance.filter.registration.InstanceQueryTeardownCallback;
  if (typeof routine !== 'function') return core.is('VOL-022', 'not-supported') ? STATUS_NOT_SUPPORTED : STATUS_FLT_DO_NOT_DETACH;
  const objects = instance.objectsFor(null);
  const record = core.enter('queryTeardown', '', null, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.routine = routine;
  const result = yield* core.threads.invoke(record, () => routine(objects, 0));
  return typeof result === 'number' ? result >>> 0 : STATUS_SUCCESS;
}

type TeardownKind = 'teardownStart' | 'teardownComplete';

function enterTeardown(core: Core, kind: TeardownKind, instance: Instance, thread: EngineThread, reason: number): { readonly record: ActivationRecord; readonly call: () => unknown } | null {
  const { InstanceTeardownStartCallback, InstanceTeardownCompleteCallback } = instance.filter.registration;
  const routine = kind === 'teardownStart' ? InstanceTeardownStartCallback : InstanceTeardownCompleteCallback;
  if (typeof routine !== 'function') return null;
  const objects = instance.objectsFor(null);
  const record = core.enter(kind, '', null, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.flags = reason;
  record.routine = routine;
  return { record, call: () => routine(objects, reason) };
}

/** As a step of a sequence that may be set aside. */
export function* callTeardown(core: Core, kind: TeardownKind, instance: Instance, thread: EngineThread, reason: number): Blocking<void> {
  const entered = enterTeardown(core, kind, instance, thread, reason);
  if (entered !== null) yield* core.threads.invoke(entered.record, entered.call);
}

/** To its end, at once. */
export function runTeardownCallback(core: Core, kind: TeardownKind, instance: Instance, thread: EngineThread, reason: number): void {
  const entered = enterTeardown(core, kind, instance, thread, reason);
  if (entered !== null) core.run(entered.record, entered.call);
}
