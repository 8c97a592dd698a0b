/**
 * Whether the request that reached the file system is the one that was issued.
 *
 * Blocks are copied at their first write (parameterBlock.ts), so an untouched request is found by identity. Otherwise what the file system
 * acts on is compared: numbers, names, file object; a buffer that stands in for another with the same bytes changes nothing.
 */
import type { FLT_IO_PARAMETER_BLOCK, Operation } from '../engine/index.ts';
import { IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION } from '../nt/values.generated.ts';

/** `issuedName`: FileName as a create was issued with; `wasWritten`: whether a driver has put bytes into a buffer. */
export function requestChanged(operation: Operation, iopb: FLT_IO_PARAMETER_BLOCK, issuedName: string | null, wasWritten: (buffer: unknown) => boolean): boolean {
  const { initial, block } = operation;
  if (operation.major === IRP_MJ_SET_INFORMATION && wasWritten(iopb.Parameters.SetFileInformation['InfoBuffer'])) return true;
  if (operation.major === IRP_MJ_CREATE && issuedName !== null && iopb.TargetFileObject?.FileName.Buffer !== issuedName) return true;
  if (block === initial) return false;
  if (block.majorFunction !== initial.majorFunction || block.minorFunction !== initial.minorFunction || block.operationFlags !== initial.operationFlags) return true;
  if (block.targetFileObject !== initial.targetFileObject) return true;
  return block.slots.some((value, slot) => !sameToTheFileSystem(initial.slots[slot], value));
}

function sameToTheFileSystem(issued: unknown, sent: unknown): boolean {
  if (issued === sent) return true;
  if (isNumeric(issued) || isNumeric(sent)) return isNumeric(issued) && isNumeric(sent) && BigInt(issued) === BigInt(sent);
  const [name, otherName] = [nameOf(issued), nameOf(sent)];
  if (name !== null || otherName !== null) return name === otherName;
  const [access, otherAccess] = [accessOf(issued), accessOf(sent)];
  return access === otherAccess;
}

const isNumeric = (value: unknown): value is number | bigint => typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));

/** A PUNICODE_STRING: the pattern of a directory query. */
const nameOf = (value: unknown): string | null => (typeof value === 'object' && value !== null && 'Buffer' in value && typeof value.Buffer === 'string' ? value.Buffer : null);

/** PIO_SECURITY_CONTEXT */
const accessOf = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'DesiredAccess' in value ? value.DesiredAccess : null);
