/**
 * What each start event means to the Filter Manager: name, major and minor function, and the detail keys its parameters become.
 *
 * Source: etw-formats.md 9.2 (types), 9.4 (field meanings), 10.5 (ids 31 to 34), 11.5 (replay parameters).
 */
import { fileInformationClassName } from '../../nt/names.ts';
import { controlCodeText } from '../formats/procmon/controlCodes.ts';
import { dispositions, fileClassNames, openResults } from '../formats/procmon/vocabulary.ts';
import type { DetailValue } from '../record.ts';
import { fileStartTypes } from './kernelEvent.ts';
import type { EtwFileStart, FileParameters, FileStartType } from './kernelEvent.ts';
import { unsignedPointer } from './pointer.ts';

export type Detail = { [key: string]: DetailValue };

export interface OperationType {
  /** Of the event, without its class: `Create`. */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
}

const t = fileStartTypes;
const types: readonly (readonly [FileStartType, string, number, number])[] = [
  [t.create, 'Create', 0x00, 0], [t.cleanup, 'Cleanup', 0x12, 0], [t.close, 'Close', 0x02, 0], [t.read, 'Read', 0x03, 0], [t.write, 'Write', 0x04, 0],
  [t.setInfo, 'SetInfo', 0x06, 0], [t.delete, 'Delete', 0x06, 0], [t.rename, 'Rename', 0x06, 0], [t.setLink, 'SetLink', 0x06, 0],
  [t.dirEnum, 'DirEnum', 0x0c, 1], [t.dirNotify, 'DirNotify', 0x0c, 2], [t.flush, 'Flush', 0x09, 0], [t.queryInfo, 'QueryInfo', 0x05, 0],
  [t.fsControl, 'FSControl', 0x0d, 0], [t.setSecurity, 'SetSecurity', 0x15, 0], [t.querySecurity, 'QuerySecurity', 0x14, 0],
  [t.setEa, 'SetEA', 0x08, 0], [t.queryEa, 'QueryEA', 0x07, 0],
];

const byType: (OperationType | undefined)[] = [];
for (const [type, name, major, minor] of types) byType[type] = { name, major, minor };

const operationNames = {
  'FileIo': byType.map((type) => (type === undefined ? '' : `FileIo/${type.name}`)),
  'Kernel-File': byType.map((type) => (type === undefined ? '' : `Kernel-File/${type.name}`)),
} as const;

const unknownType: OperationType = { name: 'Unknown', major: 0, minor: 0 };

export const operationTypeOf = (type: FileStartType): OperationType => byType[type] ?? unknownType;

/** `FileIo/Create`, `Kernel-File/Create`: what the operation is called, whatever form the trace has. */
export const operationNameOf = (event: EtwFileStart): string => operationNames[event.provider][event.type] ?? '';

const fileOpenByFileId = 0x2000;
const fileEndOfFileInformation = 20;
const fileAllocationInformation = 19;
const fileDispositionInformationEx = 64;

/** The keys of trace/README.md for the parameters of a start event. */
export function parameterDetail(event: EtwFileStart): Detail {
  const { parameters, type } = event;
  switch (parameters.class) {
    case 'create': return createDetail(parameters);
    case 'simple': return {};
    case 'readWrite': return readWriteDetail(parameters);
    case 'info': return infoDetail(parameters, type);
    case 'dir': return dirDetail(parameters, type);
  }
}

type Of<Class extends FileParameters['class']> = Extract<FileParameters, { class: Class }>;

function createDetail({ createOptions, fileAttributes, shareAccess }: Of<'create'>): Detail {
  const disposition = createOptions >>> 24;
  return {
    Disposition: dispositions[disposition] ?? String(disposition), CreateDisposition: disposition, CreateOptions: createOptions & 0xff_ffff,
    FileAttributes: fileAttributes, ShareAccess: shareAccess,
  };
}

export const opensById = (parameters: FileParameters): boolean => parameters.class === 'create' && (parameters.createOptions & fileOpenByFileId) !== 0;

/** IoFlags are those of the IRP; bits 17 to 19 hold the I/O priority. */
export const irpFlagsOf = (ioFlags: number): number => (ioFlags & ~0xe_0000) >>> 0;

function readWriteDetail({ ioFlags, extraFlags }: Of<'readWrite'>): Detail {
  const detail: Detail = {};
  const priority = (ioFlags >>> 17) & 7;
  if (priority !== 0) detail['Priority'] = priority;
  if (extraFlags !== null && extraFlags !== 0) detail['ExtraFlags'] = extraFlags;
  return detail;
}

function infoDetail({ infoClass, extraInfo }: Of<'info'>, type: FileStartType): Detail {
  if (type === t.fsControl) return { Control: controlCodeText(infoClass), ControlCode: infoClass };
  if (type >= t.setSecurity) return { InfoClass: infoClass };
  const detail: Detail = { Class: fileClassNames[infoClass] ?? fileInformationClassName(infoClass), FileInformationClass: infoClass };
  const extra = unsignedPointer(extraInfo);
  if (type === t.setInfo && infoClass === fileEndOfFileInformation) detail['EndOfFile'] = extra;
  else if (type === t.setInfo && infoClass === fileAllocationInformation) detail['AllocationSize'] = extra;
  else if (type === t.delete && infoClass === fileDispositionInformationEx) detail['Flags'] = extra;
  else if (type === t.delete) detail['DeleteFile'] = extra !== 0;
  else if (extra !== 0) detail['ExtraInfo'] = extra;
  return detail;
}

function dirDetail({ infoClass, fileIndex, fileName }: Of<'dir'>, type: FileStartType): Detail {
  if (type === t.dirNotify) return { CompletionFilter: infoClass };
  const detail: Detail = { Class: fileClassNames[infoClass] ?? fileInformationClassName(infoClass), FileInformationClass: infoClass };
  if (fileName !== '') detail['Filter'] = fileName;
  detail['FileIndex'] = fileIndex;
  return detail;
}

/** What a create did, by its Information; nothing for a failed one. */
export function openResult(status: number, information: number | null): string | null {
  return status < 0x8000_0000 && information !== null ? (openResults[information] ?? null) : null;
}
