/**
 * The end of an instance, as a sequence: start, drain, wait, complete.
 *
 * VOL-021 to VOL-043 of filter-manager-objects.md, R-5.21 (PFLT_INSTANCE_TEARDOWN_CALLBACK;
 * FltDetachVolume). Two ways through it: as a step of a thread that waits for its end (a detach, an unload, a dismount), and on
 * its own, completed at the end of an event, for a host that only starts it.
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import { FLTFL_INSTANCE_TEARDOWN_MANUAL, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Blocking } from '../kernel/wait.ts';
import { compareAltitudes } from './altitude.ts';
import { describeOperation, type Core } from './core.ts';
import { drainInstance, frameCallsOf, owedPosts } from './draining.ts';
import { hooksOf } from './hooks.ts';
import type { Filter, Instance, Volume } from './instance.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { CompletionNode, Operation } from './operation.ts';
import { sameName } from './services.ts';
import { callTeardown, queryTeardown, runTeardownCallback } from './teardownCallbacks.ts';

// ---- the steps

/** From here on new operations skip the instance (VOL-030, step 1). */
function markTeardown(core: Core, instance: Instance): void {
  instance.state = 'tearing';
  core.event({ kind: 'teardown', instance, phase: 'start', rule: 'R-1.16' });
}

const isPendedBy = ({ hold }: Operation, instance: Instance): boolean => hold?.pended === true && hold.instance === instance;

/** OV-027: a queue that is still enabled is disabled. */
function disableQueues(core: Core, instance: Instance): void {
  for (const queue of instance.queues) {
    if (!queue.enabled) continue;
    core.violate('OV-027', { filter: instance.filter, instance, operation: null }, {}, null);
    queue.enabled = false;
  }
}

/** What the start callback left behind: FV-120, OV-027, OV-032 (VOL-036). */
function checkAfterStart(core: Core, instance: Instance): void {
  const where = { filter: instance.filter, instance, operation: null };
  disableQueues(core, instance);
  const active = core.active();
  const held = active.filter((operation) => isPendedBy(operation, instance));
  if (held.length > 0) core.violate('FV-120', where, { n: String(held.length) }, null);
  const own = active.filter(({ initiator, asyncCallback }) => initiator === instance && asyncCallback !== null);
  if (own.length > 0) core.violate('OV-032', where, { objects: own.map(describeOperation).join(', ') }, null);
}

function dropRequests(core: Core, instance: Instance): void {
  for (const operation of core.active()) {
    for (const call of frameCallsOf(operation)) {
      const rest = call.requests?.filter((request) => request.instance !== instance) ?? [];
      call.requests = rest.length === 0 ? null : rest;
    }
  }
}

function afterStart(core: Core, instance: Instance, thread: EngineThread, among: ReadonlySet<CompletionNode> | null): void {
  checkAfterStart(core, instance);
  if (core.readings.requestDroppedAtTeardown) dropRequests(core, instance);
  drainInstance(core, instance, thread, among);
}

/** Steps 6 and 7, after the complete callback: contexts go, then the instance leaves its volume. */
function leave(core: Core, instance: Instance): void {

  const open = hooksOf(core).files?.openThrough(instance) ?? [];
  if (open.length > 0) core.violate('OV-030', { filter: instance.filter, instance, operation: null }, { objects: open.join(', ') }, null);
  core.contexts.instanceTornDown(instance);
  instance.state = 'none';
  instance.frame.remove(instance);
  const at = instance.filter.instances.indexOf(instance);
  if (at >= 0) instance.filter.instances.splice(at, 1);
}

const complete = (core: Core, instance: Instance): void => core.event({ kind: 'teardown', instance, phase: 'complete', rule: 'R-1.17' });

// ---- who holds the instance (VOL-036)

const ofInstance = new Set(['pre', 'post', 'drain', 'status', 'safe', 'cancel', 'queue', 'async', 'work']);

function callbackRuns(core: Core, instance: Instance): boolean {
  for (let record = core.activation; record !== null; record = record.parent) if (record.instance === instance && ofInstance.has(record.kind)) return true;
  for (const record of core.parked) if (record.instance === instance && ofInstance.has(record.kind)) return true;
  return false;
}

/** A generic work item holds the instance that it was queued with until its routine has run (driver-api-usage.md 2.12, 5.10). */
const isQueued = (core: Core, instance: Instance): boolean => core.workItems.some((item) => item.kind === 'generic' && item.instance === instance);

/** Whether the operation still needs the instance. */
function holds(operation: Operation, instance: Instance): boolean {
  if (operation.initiator === instance || operation.hold?.instance === instance) return true;
  for (let call = operation.current; call !== null; call = call.upper) {
    for (let node = call.lowestNode; node !== null; node = node.above) if (node.instance === instance && !node.drained) return true;
    if (call.requests?.some((request) => request.instance === instance) === true) return true;
  }
  return false;
}

function isHeld(core: Core, instance: Instance): boolean {
  if (callbackRuns(core, instance) || isQueued(core, instance)) return true;
  for (let operation = core.lastActive; operation !== null; operation = operation.previousActive) if (holds(operation, instance)) return true;
  return false;
}

const holdersOf = (core: Core, instance: Instance): readonly string[] => [
  ...(callbackRuns(core, instance) ? [`a callback of ${instance.filter.name}`] : []), ...(isQueued(core, instance) ? [`a work item of ${instance.filter.name}`] : []),
  ...core.active().filter((operation) => holds(operation, instance)).map((operation) =>
    (isPendedBy(operation, instance) ? `${describeOperation(operation)}, pended by ${instance.filter.name}` : describeOperation(operation))),
];

const keepsOperations = (core: Core, instance: Instance): boolean => core.active().some((operation) => isPendedBy(operation, instance));

/** Waits until nothing holds the instance. What only the filter itself could hand back ends by nothing that is still to come (VOL-037). */
function* waitUntilFree(core: Core, instance: Instance): Blocking<void> {
  while (isHeld(core, instance)) {
    const external = !keepsOperations(core, instance);
    // What a running callback has pended meanwhile makes it another wait (VOL-032).
    yield lifecycleOf(core).until(() => !isHeld(core, instance) || external === keepsOperations(core, instance), {
      what: `the end of instance ${instance.name} on ${instance.volume.name}`, holders: () => holdersOf(core, instance), external,
    });
  }
}

// ---- as a step of a thread

/** Steps 1 to 3. */
export function* beginTeardown(core: Core, instance: Instance, thread: EngineThread, reason: number): Blocking<void> {
  markTeardown(core, instance);
  if (core.is('VOL-030', 'drain-first')) drainInstance(core, instance, thread, null);
  const among = core.is('VOL-041', 'waited-for') ? owedPosts(core, instance) : null;
  yield* callTeardown(core, 'teardownStart', instance, thread, reason);
  afterStart(core, instance, thread, among);
}

/** Steps 4 to 7. */
export function* finishTeardown(core: Core, instance: Instance, thread: EngineThread, reason: number): Blocking<void> {
  yield* waitUntilFree(core, instance);
  complete(core, instance);
  yield* callTeardown(core, 'teardownComplete', instance, thread, reason);
  leave(core, instance);
}

/** VOL-030. An instance whose end has begun elsewhere is waited for. */
export function* tearDown(core: Core, instance: Instance, thread: EngineThread, reason: number): Blocking<void> {
  if (instance.state === 'attached') {
    yield* beginTeardown(core, instance, thread, reason);
    yield* finishTeardown(core, instance, thread, reason);
    return;
  }
  while (instance.state === 'tearing') {
    yield lifecycleOf(core).until(() => instance.state !== 'tearing', { what: `the end of instance ${instance.name} on ${instance.volume.name}`, holders: () => holdersOf(core, instance) });
  }
}

/** VOL-021, VOL-024: asks the filter, then tears down. */
export function* detachInstance(core: Core, instance: Instance, thread: EngineThread): Blocking<number> {
  if (instance.state !== 'attached') return STATUS_FLT_DELETING_OBJECT;
  const status = yield* queryTeardown(core, instance, thread);
  if (!ntSuccess(status)) return status;
  if (core.is('VOL-023', 'returns-at-once')) startTeardown(core, instance, thread, FLTFL_INSTANCE_TEARDOWN_MANUAL);
  else yield* tearDown(core, instance, thread, FLTFL_INSTANCE_TEARDOWN_MANUAL);
  return STATUS_SUCCESS;
}

/** The filter's instance of that name on the volume; NULL for the highest (VOL-023, VOL-062). */
export function instanceNamed(filter: Filter, volume: Volume, name: string | null): Instance | null {
  const own = filter.instances.filter((one) => one.volume === volume).sort((a, b) => compareAltitudes(b.altitude, a.altitude));
  return (name === null ? own[0] : own.find((one) => sameName(one.name, name))) ?? null;
}

/** FltDetachVolume and FilterDetach. */
export function* detachVolume(core: Core, filter: Filter, volume: Volume, name: string | null, thread: EngineThread): Blocking<number> {
  if (filter.unloading || volume.state === 'dismounting') return STATUS_FLT_DELETING_OBJECT;
  const instance = instanceNamed(filter, volume, name);
  return instance === null ? STATUS_FLT_INSTANCE_NOT_FOUND : yield* detachInstance(core, instance, thread);
}

// ---- on its own

/** A teardown that another thread starts while a callback runs: teardown-start has run there already. */
export function startTeardownRace(core: Core, instance: Instance): void {
  if (instance.state !== 'attached') return;
  markTeardown(core, instance);
  core.teardowns.push({ instance, thread: core.systemThread, reason: FLTFL_INSTANCE_TEARDOWN_MANUAL });
}

/** Starts a teardown that nobody waits for. */
export function startTeardown(core: Core, instance: Instance, thread: EngineThread, reason: number): void {
  if (instance.state !== 'attached') return;
  markTeardown(core, instance);
  core.teardowns.push({ instance, thread, reason });
  const among = core.is('VOL-041', 'waited-for') ? owedPosts(core, instance) : null;
  if (core.is('VOL-030', 'drain-first')) drainInstance(core, instance, thread, null);
  runTeardownCallback(core, 'teardownStart', instance, thread, reason);
  afterStart(core, instance, thread, among);
}

/** instances that became free complete in the order in which their teardown started; then waits for them end. */
export function completeTeardowns(core: Core): void {
  for (const teardown of core.teardowns.length === 0 ? [] : [...core.teardowns]) {
    const { instance, thread, reason } = teardown;
    if (isHeld(core, instance)) continue;
    core.teardowns.splice(core.teardowns.indexOf(teardown), 1);
    complete(core, instance);
    runTeardownCallback(core, 'teardownComplete', instance, thread, reason);
    leave(core, instance);
  }
  lifecycleOf(core).check();
}
