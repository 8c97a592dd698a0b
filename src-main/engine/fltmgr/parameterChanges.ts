/**
 * What a filter changed in the Iopb, and which of it counts.
 *
 * order and overlap as in filter-manager-core.md 9.1, "Changes".
 */
import {
  FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_NOCACHE,
} from '../../nt/values.generated.ts';
import { compareAltitudes } from './altitude.ts';
import { lengthOf, memberOfBlock, swapBetween, swapFits, type Swap } from './buffers.ts';
import type { Core } from './core.ts';
import { instanceOf, type Instance } from './instance.ts';
import type { Hold, Operation } from './operation.ts';
import { isReadOrWrite } from './operationFacts.ts';
import { readSlot, sameSlot, type FieldPlace, type ParameterBlock } from './parameterBlock.ts';
import type { Findings } from './findings.ts';

/** What the filter hands on. */
export interface Outcome {
  sent: ParameterBlock;
  /** The instance to continue below, when the operation was redirected. */
  target: Instance | null;
  swap: Swap | undefined;
  /** The operation fails at this filter (R-6.23, the other reading). */
  failed?: boolean;
}

const headFields = [
  ['IrpFlags', 'irpFlags'], ['MinorFunction', 'minorFunction'], ['OperationFlags', 'operationFlags'], ['TargetFileObject', 'targetFileObject'],
] as const;

/** Paths of the fields that differ, MajorFunction, Reserved and TargetInstance left out. */
export function changedFields(operation: Operation, before: ParameterBlock, after: ParameterBlock): string[] {
  if (before === after) return [];
  const paths: string[] = headFields.filter(([, key]) => before[key] !== after[key]).map(([path]) => path);
  const member = memberOfBlock(operation, before);
  const named = new Set<number>();
  for (const place of member?.fields ?? []) {
    named.add(place.slot);
    if (!sameField(before, after, place)) paths.push(`Parameters.${member?.name ?? ''}.${place.name}`);
  }
  for (let slot = 0; slot < before.slots.length; slot++) {
    if (!named.has(slot) && !sameSlot(before.slots[slot], after.slots[slot])) paths.push(`Parameters.Others.Argument${slot + 1}`);
  }
  return paths;
}

function sameField(before: ParameterBlock, after: ParameterBlock, place: FieldPlace): boolean {
  const left = readSlot(before.slots, place);
  const right = readSlot(after.slots, place);
  // A field may be written as number or bigint; what counts is the value.
  if (typeof left !== typeof right && (typeof left === 'bigint' || typeof right === 'bigint') && (typeof left === 'number' || typeof right === 'number')) return BigInt(left as number) === BigInt(right as number);
  return sameSlot(left, right);
}

/** A filter passes the operation down: settles its changes. Call only when something may have changed. */
export function settleChanges(core: Core, operation: Operation, hold: Hold, status: number, findings: Findings): Outcome {
  const { received, instance } = hold;
  const live = operation.shown.share();
  const dirty = (operation.data.Flags & FLTFL_CALLBACK_DATA_DIRTY) !== 0;
  const targetWritten = operation.iopb.TargetInstance !== instance.handle;
  let sent = live;
  if (live.majorFunction !== received.majorFunction || live.reserved !== received.reserved) {
    findings.add('FV-022');
    if (core.is('R-6.8', 'all-dropped')) {
      recordUndone(core, operation, live, received, ['MajorFunction', ...changedFields(operation, received, live)]);
      return { sent: received, target: null, swap: undefined };
    }
    sent = live.clone();
    sent.majorFunction = received.majorFunction;
    sent.reserved = received.reserved;
    recordUndone(core, operation, live, sent, ['MajorFunction']);
  }
  const changed = changedFields(operation, received, sent);
  if (!dirty) {
    if (changed.length > 0 || targetWritten) {
      findings.add('FV-021', { fields: [...changed, ...(targetWritten ? ['TargetInstance'] : [])].join(', ') });
      if (core.readings.unmarkedChangesVisible) return { sent, target: null, swap: undefined };
      recordUndone(core, operation, sent, received, changed);
    }
    return { sent: received, target: null, swap: undefined };
  }
  const outcome: Outcome = { sent, target: null, swap: undefined };
  settleTarget(core, operation, hold, outcome, findings);
  settleSwap(operation, hold, status, outcome, findings);
  settleSnapshots(operation, hold, outcome, findings);
  return outcome;
}

/** FV-025 is judged first, FV-026 with what it left. */
function settleTarget(core: Core, operation: Operation, hold: Hold, outcome: Outcome, findings: Findings): void {
  const { instance, received } = hold;
  const handle = operation.iopb.TargetInstance;
  let target: Instance | null = null;
  if (handle !== instance.handle) {
    const wanted = instanceOf(handle);
    if (wanted !== undefined && isSibling(instance, wanted)) target = wanted;
    else findings.add('FV-025');
    if (target === null) outcome.failed = core.is('R-6.23', 'failed');
  }
  const fileObject = outcome.sent.targetFileObject;
  const touched = target !== null || fileObject !== received.targetFileObject;
  if (touched && fileObject !== null && fileObject.volume !== (target ?? instance).volume.name) {
    findings.add('FV-026');
    outcome.failed = core.is('R-6.23', 'failed');
    target = null;
    const restored = outcome.sent.clone();
    restored.targetFileObject = received.targetFileObject;
    recordUndone(core, operation, outcome.sent, restored, ['TargetFileObject']);
    outcome.sent = restored;
  }
  outcome.target = target;
}

function isSibling(instance: Instance, other: Instance): boolean {
  return other.filter === instance.filter && other.volume !== instance.volume && other.state === 'attached'
    && compareAltitudes(other.altitude, instance.altitude) === 0 && other.volume.stackSize >= instance.volume.stackSize;
}

function settleSwap(operation: Operation, hold: Hold, status: number, outcome: Outcome, findings: Findings): void {
  const swap = swapBetween(operation, hold, hold.received, outcome.sent);
  if (swap === undefined) return;
  outcome.swap = swap;
  if (!swapFits(operation, swap, (operation.baseFlags & FLTFL_CALLBACK_DATA_SYSTEM_BUFFER) !== 0)) findings.add('FV-027');
  if (status === FLT_PREOP_SUCCESS_NO_CALLBACK) findings.add('FV-028');
  if (swap.bufferChanged && isTooSmall(operation, outcome.sent, swap, hold.instance.volume.sectorSize)) findings.add('FV-030');
}

/** file systems round non-cached transfers at end of file up to the sector size. */
function isTooSmall(operation: Operation, sent: ParameterBlock, swap: Swap, sectorSize: number): boolean {
  if (!isReadOrWrite(operation.major) || (sent.irpFlags & IRP_NOCACHE) === 0) return false;
  const place = memberOfBlock(operation, sent)?.fieldByName.get('Length');
  const size = lengthOf(swap.now.buffer);
  const length = place === undefined ? undefined : readSlot(sent.slots, place);
  return size !== undefined && typeof length === 'number' && size < Math.ceil(length / sectorSize) * sectorSize;
}

/** FV-084: the Iopb that goes down differs from a snapshot by what the filter validly changed. */
function settleSnapshots(operation: Operation, hold: Hold, outcome: Outcome, findings: Findings): void {
  for (const request of hold.requests ?? []) {
    const fields = changedFields(operation, request.snapshot, outcome.sent);
    if (outcome.target !== null && request.snapshotTarget !== outcome.target.handle) fields.push('TargetInstance');
    // A file object that the engine put back is not the filter's change.
    const own = fields.filter((path) => path !== 'TargetFileObject' || outcome.sent.targetFileObject !== hold.received.targetFileObject);
    if (own.length === 0) continue;
    findings.add('FV-084', { fields: own.join(', ') });
    return;
  }
}

/** FV-024: whether the target was changed by a filter that does not pass the operation down. */
export function targetChanged(operation: Operation, hold: Hold): boolean {
  return operation.iopb.TargetInstance !== hold.instance.handle || operation.shown.block.targetFileObject !== hold.received.targetFileObject;
}

/** The history says who put a field back. */
function recordUndone(core: Core, operation: Operation, from: ParameterBlock, to: ParameterBlock, paths: readonly string[]): void {
  if (!core.trackWrites) return;
  for (const path of paths) core.recordChange(operation, path, fieldAt(operation, from, path), fieldAt(operation, to, path), 'Filter Manager', null);
}

function fieldAt(operation: Operation, block: ParameterBlock, path: string): unknown {
  const head = headFields.find(([name]) => name === path);
  if (head !== undefined) return block[head[1]];
  if (path === 'MajorFunction') return block.majorFunction;
  const place = memberOfBlock(operation, block)?.fieldByName.get(path.split('.').at(-1) ?? '');
  return place === undefined ? undefined : readSlot(block.slots, place);
}
