/** The fields of a parameter block in the order in which a person reads them. */
import { irpMajor, irpMinor } from '../../nt/tables.generated.ts';
import { parameterMembers, readSlot, type ParameterMember } from './parameterBlock.ts';
import { iopbFriend, type FLT_IO_PARAMETER_BLOCK } from './parameters.ts';

export interface IopbFieldValue {
  /** WDK path: `IrpFlags`, `Parameters.Read.ReadBuffer`. */
  readonly path: string;
  /** Raw: 64-bit values as bigint, objects as they are. */
  readonly value: unknown;
  /** WDK type of the field. */
  readonly type: string;
}

const memberByMajor = new Map(irpMajor.map((row) => [row.value, row.fltParameters]));
const minorNames = new Map(irpMinor.map((row) => [`${row.major}/${row.value}`, row.name]));
const majorNames = new Map(irpMajor.map((row) => [row.value, row.name]));

const directoryMembers: Readonly<Record<string, string>> = {
  IRP_MN_NOTIFY_CHANGE_DIRECTORY: 'NotifyDirectory', IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX: 'NotifyDirectoryEx',
};
const pnpMembers: Readonly<Record<string, string>> = {
  IRP_MN_START_DEVICE: 'StartDevice', IRP_MN_QUERY_DEVICE_RELATIONS: 'QueryDeviceRelations', IRP_MN_QUERY_INTERFACE: 'QueryInterface',
  IRP_MN_QUERY_CAPABILITIES: 'DeviceCapabilities', IRP_MN_FILTER_RESOURCE_REQUIREMENTS: 'FilterResourceRequirements', IRP_MN_READ_CONFIG: 'ReadWriteConfig',
  IRP_MN_WRITE_CONFIG: 'ReadWriteConfig', IRP_MN_SET_LOCK: 'SetLock', IRP_MN_QUERY_ID: 'QueryId', IRP_MN_QUERY_DEVICE_TEXT: 'QueryDeviceText',
  IRP_MN_DEVICE_USAGE_NOTIFICATION: 'UsageNotification',
};

/** METHOD_BUFFERED 0, IN_DIRECT 1, OUT_DIRECT 2, NEITHER 3: the low two bits of a control code. */
const methodMember = (code: number): string => ['Buffered', 'Direct', 'Direct', 'Neither'][code & 3] ?? 'Common';

function subMember(group: string, minorName: string | undefined, code: unknown, fastIo: boolean): string {
  switch (group) {
    case 'DirectoryControl': return directoryMembers[minorName ?? ''] ?? 'QueryDirectory';
    case 'Pnp': return pnpMembers[minorName ?? ''] ?? 'StartDevice';
    case 'FileSystemControl': return minorName === 'IRP_MN_VERIFY_VOLUME' ? 'VerifyVolume' : typeof code === 'number' ? methodMember(code) : 'Common';
    default: return fastIo ? 'FastIo' : typeof code === 'number' ? methodMember(code) : 'Common';
  }
}

/** The union member that holds the parameters of such an operation; null where it has none. */
export function memberNameFor(major: number, minor: number, controlCode: unknown, fastIo = false): string | null {
  const group = memberByMajor.get(major) ?? null;
  if (group === null || parameterMembers.has(group)) return group;
  const minorName = minorNames.get(`${majorNames.get(major) ?? ''}/${minor}`);
  return `${group}.${subMember(group, minorName, controlCode, fastIo)}`;
}

/** The member a live block belongs to. Control codes are in slot 2 of all their forms. */
export function memberOfIopb(iopb: FLT_IO_PARAMETER_BLOCK, fastIo = false): ParameterMember | null {
  const block = iopbFriend.block(iopb);
  const name = memberNameFor(block.majorFunction, block.minorFunction, block.slots[2], fastIo);
  return name === null ? null : (parameterMembers.get(name) ?? null);
}

/** Only the fields that the major function's member has, plus the head of the block. */
export function describeIopb(iopb: FLT_IO_PARAMETER_BLOCK): IopbFieldValue[] {
  const block = iopbFriend.block(iopb);
  const head: IopbFieldValue[] = [
    { path: 'MajorFunction', value: block.majorFunction, type: 'UCHAR' },
    { path: 'MinorFunction', value: block.minorFunction, type: 'UCHAR' },
    { path: 'IrpFlags', value: block.irpFlags, type: 'ULONG' },
    { path: 'OperationFlags', value: block.operationFlags, type: 'UCHAR' },
    { path: 'TargetFileObject', value: block.targetFileObject, type: 'PFILE_OBJECT' },
    { path: 'TargetInstance', value: iopb.TargetInstance, type: 'PFLT_INSTANCE' },
  ];
  const member = memberOfIopb(iopb);
  if (member === null) return head;
  return [...head, ...member.fields.map((field) => ({ path: `Parameters.${member.name}.${field.name}`, value: readSlot(block.slots, field), type: field.type }))];
}
