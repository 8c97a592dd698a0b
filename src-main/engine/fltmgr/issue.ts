/** Starting an operation: from the I/O manager at the top of a stack, or from an instance downwards. */
import {
  FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, FLTFL_CALLBACK_DATA_IRP_OPERATION, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_NETWORK_QUERY_OPEN,
  IRP_MJ_VOLUME_DISMOUNT, IRP_MJ_VOLUME_MOUNT,
  STATUS_FLT_DISALLOW_FAST_IO,
} from '../../nt/values.generated.ts';
import { fileObjectFriend } from '../iomgr/fileObject.ts';
import type { IoRequest } from '../iomgr/request.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import { setUpNewVolume } from './attach.ts';
import { operationDone } from './completion.ts';
import type { Core } from './core.ts';
import { enterFrame } from './dispatch.ts';
import { Volume, type Frame, type Instance } from './instance.ts';
import { volumeNamed } from './mounting.ts';
import { FrameCall, Operation } from './operation.ts';
import { ParameterBlock, parameterSlots } from './parameterBlock.ts';

const kindFlags = { irp: FLTFL_CALLBACK_DATA_IRP_OPERATION, fastio: FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, fsfilter: FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION } as const;

/** Issues a request at the top of its volume's stack. */
export function issueRequest(core: Core, request: IoRequest, followUp: Operation['followUp'] = null): Operation {
  const { volume } = request;
  const known = volume instanceof Volume ? volume : volumeNamed(core, volume.name);
  if (known === undefined) throw new RangeError(`The engine has no volume ${volume.name}.`);
  const slots = request.slots ?? parameterSlots(request.member, request.values);
  const block = new ParameterBlock(request.irpFlags, request.major, request.minor, request.operationFlags, 0, request.fileObject, slots);
  const index = request.index ?? core.nextIndex(request.unnumbered === true);
  core.usedIndex(index);
  const baseFlags = kindFlags[request.kind] | (request.systemBuffer === true ? FLTFL_CALLBACK_DATA_SYSTEM_BUFFER : 0);
  const operation = new Operation(index, request, block, known, null, baseFlags, request);
  if (followUp !== null) operation.followUp = followUp;
  const below = request.fileObject === null ? null : (fileObjectFriend.below(request.fileObject) as Instance | null);
  if (request.major === IRP_MJ_NETWORK_QUERY_OPEN && request.fileObject !== null) fileObjectFriend.putOnStack(request.fileObject);
  if (below !== null && below.volume === known) startBelow(core, operation, below);
  else startAtTop(core, operation);
  return operation;
}

export function startAtTop(core: Core, operation: Operation): void {
  const { thread, irql, volume } = operation;
  // VOL-012: filters are asked before the first create on a new volume reaches any of them.
  if (volume.setupDue && operation.major === IRP_MJ_CREATE) setUpNewVolume(core, volume);
  if (operation.kind === 'fastio' && !isOffered(core, operation)) {
    notOffered(core, operation);
    return;
  }
  start(core, operation, new FrameCall(operation, volume.frames[0] as Frame, null, thread, irql), thread, irql);
}

/** Mounts and dismounts have the form of fast I/O, but no file system is asked whether it takes them. */
function isOffered(core: Core, { major, volume }: Operation): boolean {
  if (major === IRP_MJ_VOLUME_MOUNT || major === IRP_MJ_VOLUME_DISMOUNT) return true;
  return core.options.lowerDevice.offersFastIo?.(volume, major) !== false || core.is('FIO-028', 'called');
}

/** FIO-028: nobody is called; the I/O manager goes on with an IRP. */
function notOffered(core: Core, operation: Operation): void {
  core.link(operation);
  core.hints?.issued(operation);
  core.observer?.operationIssued(operation);
  operation.shown.assign(STATUS_FLT_DISALLOW_FAST_IO, 0);
  operationDone(core, operation, operation.thread, operation.irql);
}

/** Prepares an operation that only the instances below `initiator` and the file system will see. Always an IRP. */
export function generatedOperation(core: Core, initiator: Instance, block: ParameterBlock, flags: number, thread: EngineThread, irql: Irql): Operation {
  return new Operation(core.nextIndex(true), { kind: 'irp', thread, irql, requestorMode: 0 }, block, initiator.volume, initiator, flags, null);
}

/** GEN-001, GEN-004: below the place of an instance, whether it is still there or not. */
export function startBelow(core: Core, operation: Operation, instance: Instance): void {
  const { thread, irql } = operation;
  const call = new FrameCall(operation, instance.frame, null, thread, irql);
  call.startBelow(instance.frame, instance.altitude);
  start(core, operation, call, thread, irql);
}

function start(core: Core, operation: Operation, call: FrameCall, thread: EngineThread, irql: Irql): void {
  core.link(operation);
  operation.shown.watcher = core.iopbWatcher;
  core.hints?.issued(operation);
  core.observer?.operationIssued(operation);
  if (operation.major === IRP_MJ_CLOSE) core.contexts.fileObjectClosed(operation.initial.targetFileObject, 'before-close', thread, irql);
  enterFrame(core, call, thread, irql);
}
