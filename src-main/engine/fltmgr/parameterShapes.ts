/** Which member of the FLT_PARAMETERS union an operation uses, and whether another member's field reads the same there. */
import { irpMajor, irpMinor } from '../../nt/tables.generated.ts';
import { parameterMembers, type FieldPlace, type ParameterBlock, type ParameterMember } from './parameterBlock.ts';

/** By major function: the member, or the group of members that minor function or control code choose from; null without parameters. */
const groups: (string | null)[] = new Array<string | null>(256).fill(null);
for (const row of irpMajor) groups[row.value] = row.fltParameters;

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
  const group = groups[major] ?? null;
  if (group === null || parameterMembers.has(group)) return group;
  const minorName = minorNames.get(`${majorNames.get(major) ?? ''}/${minor}`);
  return `${group}.${subMember(group, minorName, controlCode, fastIo)}`;
}

/** The member a block belongs to. Control codes are in slot 2 of all their forms. */
export function memberForBlock(block: ParameterBlock, fastIo: boolean): ParameterMember | null {
  const name = memberNameFor(block.majorFunction, block.minorFunction, block.slots[2], fastIo);
  return name === null ? null : (parameterMembers.get(name) ?? null);
}

/** What a field of a member is to operations of a major function. */
export const fit = { foreign: 0, own: 1, dependsOnMinor: 2 } as const;

/** By major function, for the fields of one member. */
export function fitTable(memberName: string): Uint8Array {
  const [outer] = memberName.split('.');
  const table = new Uint8Array(256);
  if (memberName === 'Others') return table.fill(fit.own);
  groups.forEach((group, major) => {
    if (group === outer) table[major] = group === memberName ? fit.own : fit.dependsOnMinor;
  });
  return table;
}

/** Whether the operation's own member has a field of the same width and kind in the same place. */
export function hasSameField(member: ParameterMember | null, place: FieldPlace): boolean {
  return member !== null && member.fields.some((own) => own.slot === place.slot && own.shift === place.shift && own.width === place.width && own.kind === place.kind);
}

/** The fields of the operation's own member that lie where another member's field is. */
export function fieldsUnder(member: ParameterMember | null, place: FieldPlace): string[] {
  if (member === null) return [];
  return member.fields.filter((own) => own.slot === place.slot && own.shift < place.shift + place.width && place.shift < own.shift + own.width).map((own) => `${member.name}.${own.name}`);
}
