/**
 * Buffers and MDLs of an operation: which field they are in, who swapped them, who frees them.
 *
 * to R-6.21 (modifying-parameters; FltGetSwappedBufferMdlAddress; FltRetainSwappedBufferMdlAddress; FltLockUserBuffer).
 */
import type { Core } from './core.ts';
import { memberNameFor } from './describeIopb.ts';
import type { CompletionNode, Hold, Operation } from './operation.ts';
import { parameterMembers, readSlot, writeSlot, type ParameterBlock, type ParameterMember } from './parameterBlock.ts';

/** The union member of a block's major function; null without parameters. */
export function memberOfBlock(operation: Operation, block: ParameterBlock): ParameterMember | null {
  const name = memberNameFor(block.majorFunction, block.minorFunction, block.slots[2], operation.kind === 'fastio');
  return name === null ? null : (parameterMembers.get(name) ?? null);
}

export interface BufferFields {
  readonly buffer: unknown;
  readonly mdl: unknown;
  readonly hasMdl: boolean;
}

const isNull = (value: unknown): boolean => value === null || value === undefined || value === 0;

/** Buffer and MDL as a block names them; NULL is null. Undefined for an operation without a buffer. */
export function bufferFields(operation: Operation, block: ParameterBlock): BufferFields | undefined {
  const member = memberOfBlock(operation, block);
  if (member?.buffer === undefined) return undefined;
  const buffer = readSlot(block.slots, member.buffer);
  const mdl = member.mdl === undefined ? null : readSlot(block.slots, member.mdl);
  return { buffer: isNull(buffer) ? null : buffer, mdl: isNull(mdl) ? null : mdl, hasMdl: member.mdl !== undefined };
}

/** The buffer that went to the file system. */
export const memberBuffer = (operation: Operation): unknown => (operation.sentBlock === null ? null : (bufferFields(operation, operation.sentBlock)?.buffer ?? null));

export function rememberMdl(operation: Operation, buffer: unknown, mdl: unknown): void {
  if (buffer === null || mdl === null) return;
  operation.lockedMdls ??= new Map();
  operation.lockedMdls.set(buffer, mdl);
}

/** R-6.19 (INFERRED): a post whose block names a locked buffer with a NULL MDL sees the MDL that was made for it. */
export function withLockedMdl(core: Core, operation: Operation, received: ParameterBlock): ParameterBlock {
  const { lockedMdls } = operation;
  if (lockedMdls === null || core.readings.lockedMdlHidden) return received;
  const member = memberOfBlock(operation, received);
  const fields = bufferFields(operation, received);
  if (member?.mdl === undefined || fields === undefined || fields.mdl !== null) return received;
  const mdl = lockedMdls.get(fields.buffer);
  if (mdl === undefined) return received;
  const shown = received.clone();
  writeSlot(shown.slots, member.mdl, mdl);
  return shown;
}

/** What a filter swapped: it wrote the buffer, or the MDL (and not through FltLockUserBuffer). */
export interface Swap {
  readonly bufferChanged: boolean;
  /** The MDL it put in; null where it put in none. */
  readonly mdl: unknown;
  readonly mdlWritten: boolean;
  readonly now: BufferFields;
}

export function swapBetween(operation: Operation, hold: Hold, received: ParameterBlock, sent: ParameterBlock): Swap | undefined {
  const before = bufferFields(operation, received);
  const now = bufferFields(operation, sent);
  if (before === undefined || now === undefined) return undefined;
  const bufferChanged = before.buffer !== now.buffer;
  const mdlWritten = before.mdl !== now.mdl && (now.mdl !== hold.lockedMdl || now.mdl === null);
  if (!bufferChanged && !mdlWritten) return undefined;
  return { bufferChanged, mdlWritten, mdl: mdlWritten ? now.mdl : null, now };
}

/** whether the new buffer and the MDL field fit the kind of operation. */
export function swapFits(operation: Operation, swap: Swap, systemBuffer: boolean): boolean {
  if (!swap.bufferChanged || !swap.now.hasMdl) return true;
  if (poolOf(swap.now.buffer) === 'paged' && systemBuffer) return false;
  if (operation.kind !== 'irp' || systemBuffer) return swap.now.mdl === null;
  // A new buffer needs a new MDL; one that FltLockUserBuffer made for it will do.
  return swap.now.mdl !== null && (swap.mdlWritten || operation.lockedMdls?.get(swap.now.buffer) === swap.now.mdl);
}

/** Buffers may say what pool they are from; opaque ones do not. */
function poolOf(buffer: unknown): string | undefined {
  if (typeof buffer !== 'object' || buffer === null || !('pool' in buffer)) return undefined;
  return typeof buffer.pool === 'string' ? buffer.pool : undefined;
}

/** Length in bytes where a buffer says so. */
export function lengthOf(buffer: unknown): number | undefined {
  if (typeof buffer !== 'object' || buffer === null || !('length' in buffer)) return undefined;
  return typeof buffer.length === 'number' ? buffer.length : undefined;
}

/** FltGetSwappedBufferMdlAddress: also an MDL that a component below made for the swapped buffer. */
export function swappedMdlOf(operation: Operation, node: CompletionNode): unknown {
  const { swapped } = node;
  if (swapped === null || operation.kind === 'fastio') return null;
  if (swapped.mdl !== null) return swapped.mdl;
  return swapped.buffer === null ? null : (operation.lockedMdls?.get(swapped.buffer) ?? null);
}
