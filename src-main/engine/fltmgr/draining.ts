/**
 * Draining: the posts a dying instance is owed are called now, before their operations have completed.
 *
 * VOL-033 to VOL-035 (PFLT_POST_OPERATION_CALLBACK; performing-completion-processing-for-an-i-o-operation;
 * modifying-parameters).
 */
import {
  FLTFL_CALLBACK_DATA_DRAINING_IO, FLTFL_CALLBACK_DATA_POST_OPERATION, FLTFL_POST_OPERATION_DRAINING, FLT_POSTOP_FINISHED_PROCESSING, STATUS_FLT_POST_OPERATION_CLEANUP,
} from '../../nt/values.generated.ts';
import { PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import { FLT_CALLBACK_DATA } from './callbackData.ts';
import type { Core } from './core.ts';
import type { Instance } from './instance.ts';
import type { CompletionNode, FrameCall, Operation } from './operation.ts';
import { FLT_IO_PARAMETER_BLOCK, iopbState } from './parameters.ts';
import { cancelOperation } from './pending.ts';

export const frameCallsOf = (operation: Operation): FrameCall[] => {
  const calls: FrameCall[] = [];
  for (let call = operation.current; call !== null; call = call.upper) calls.push(call);
  return calls;
};

/** Operations that owe the instance a post, oldest first. */
export function owedPosts(core: Core, instance: Instance): Set<CompletionNode> {
  const nodes = new Set<CompletionNode>();
  for (const operation of core.active()) {
    for (const call of frameCallsOf(operation)) {
      for (let node = call.lowestNode; node !== null; node = node.above) if (node.instance === instance && !node.drained) nodes.add(node);
    }
  }
  return nodes;
}

/**
 * Drains every operation that owes the instance a post, oldest first; what cannot be drained is cancelled.
 *
 * `among`: only these (VOL-041, the other reading).
 */
export function drainInstance(core: Core, instance: Instance, thread: EngineThread, among: ReadonlySet<CompletionNode> | null): void {
  const operations = core.active();
  if (core.is('VOL-033', 'newest-first')) operations.reverse();
  for (const operation of operations) drainOperation(core, operation, instance, thread, among);
}

function drainOperation(core: Core, operation: Operation, instance: Instance, thread: EngineThread, among: ReadonlySet<CompletionNode> | null): void {
  for (const call of frameCallsOf(operation)) {
    for (let node = call.lowestNode; node !== null; node = node.above) {
      if (node.instance !== instance || node.drained || among?.has(node) === false) continue;
      if (node.swapped !== null) {
        cancelOperation(core, operation, thread, PASSIVE_LEVEL);
        return;
      }
      drainNode(core, call, node, thread);
    }
  }
}

/** R-3.13 (INFERRED): in the teardown thread at PASSIVE; `Data` is a copy, writes to it go nowhere. */
function drainNode(core: Core, call: FrameCall, node: CompletionNode, thread: EngineThread): void {
  const { operation } = call;
  const { instance, received, completionContext, post } = node;
  node.drained = true;
  const status = core.readings.drainStatusUnchanged ? operation.status : STATUS_FLT_POST_OPERATION_CLEANUP;
  const flags = operation.baseFlags | FLTFL_CALLBACK_DATA_DRAINING_IO | FLTFL_CALLBACK_DATA_POST_OPERATION;
  const iopb = new FLT_IO_PARAMETER_BLOCK(received, instance.handle);
  const data = new FLT_CALLBACK_DATA(operation, iopb, flags, operation.thread.ethread, operation.requestorMode);
  iopbState(iopb).assign(status, 0);
  const objects = instance.objectsFor(received.targetFileObject);
  const record = core.enter('drain', '', operation, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.frameCall = call;
  record.data = data;
  record.fltObjects = objects;
  record.routine = post;
  record.givenContext = completionContext;
  record.flags = FLTFL_POST_OPERATION_DRAINING;
  record.receivedBlock = received;
  record.receivedTarget = instance.handle;
  const result = core.run(record, () => post(data, objects, completionContext, FLTFL_POST_OPERATION_DRAINING));
  const where = { filter: instance.filter, instance, operation };
  // Writes to the copy go nowhere; marking it dirty says that the filter means them to count.
  iopbState(iopb).watcher = core.iopbWatcher;
  iopbState(iopb).close();
  if (data.Flags !== flags) core.violate('OV-029', where, { did: 'marked its changes of the callback data dirty' }, null);
  if (result !== FLT_POSTOP_FINISHED_PROCESSING) core.violate('FV-043', where, {}, null);
}

/** Routines that do more than free: I/O, names, work. Answered STATUS_FLT_DELETING_OBJECT (OV-029). */
const forbidden = /^Flt(CreateFile|CreateNamedPipeFile|CreateMailslotFile|ReadFile|WriteFile|Query(Information|Volume|Directory|Ea|Security|Quota)|Set(Information|Volume|Ea|Security|Quota)|FsControl|DeviceIoControl|FlushBuffers|Tag|Untag|Perform|Reissue|OpenVolume|Get(Destination)?FileName|GetTunneledName)/;

/** Whether a routine may not be called in the post callback that drains; it is told. */
export function refusedInDrain(core: Core, name: string): boolean {
  const { activation } = core;
  if (activation?.kind !== 'drain' || !forbidden.test(name)) return false;
  core.violate('OV-029', { filter: activation.filter, instance: activation.instance, operation: activation.operation }, { did: `called ${name}` });
  return true;
}
