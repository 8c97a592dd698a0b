/**
 * Which structure an operation has in its buffer.
 *
 * Source: ntifs.h, the parameters of FltQueryInformationFile, FltSetInformationFile, FltQueryDirectoryFile, FltFsControlFile and their kin; MS-FSCC 2.3 to 2.5.
 */
import { fileInformationClassName, fsctlNameOf, fsInformationClassName } from '../../nt/names.ts';
import {
  IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION,
  IRP_MJ_SET_VOLUME_INFORMATION, IRP_MN_NOTIFY_CHANGE_DIRECTORY,
} from '../../nt/values.generated.ts';
import { structures } from './index.ts';

/** What decides: the class or control code of the request. */
export interface StructureFacts {
  readonly major: number;
  readonly minor: number;
  readonly fileInformationClass: number | null;
  readonly fsInformationClass: number | null;
  readonly fsControlCode: number | null;
  /** The buffer is the output of a control request. */
  readonly isOutput: boolean;
}

const byControl: Readonly<Record<string, readonly [input: string | null, output: string | null]>> = {
  FSCTL_GET_REPARSE_POINT: ['REPARSE_DATA_BUFFER', 'REPARSE_DATA_BUFFER'], FSCTL_SET_REPARSE_POINT: ['REPARSE_DATA_BUFFER', null], FSCTL_DELETE_REPARSE_POINT: ['REPARSE_DATA_BUFFER', null],
  FSCTL_REQUEST_OPLOCK: ['REQUEST_OPLOCK_INPUT_BUFFER', 'REQUEST_OPLOCK_OUTPUT_BUFFER'], FSCTL_SET_ZERO_DATA: ['FILE_ZERO_DATA_INFORMATION', null],
  FSCTL_GET_OBJECT_ID: [null, 'FILE_OBJECTID_BUFFER'], FSCTL_CREATE_OR_GET_OBJECT_ID: [null, 'FILE_OBJECTID_BUFFER'], FSCTL_SET_OBJECT_ID: ['FILE_OBJECTID_BUFFER', null],
};

/** `FILE_BOTH_DIR_INFORMATION`, or null where none is known. */
export function structureOf(facts: StructureFacts): string | null {
  switch (facts.major) {
    case IRP_MJ_QUERY_INFORMATION: case IRP_MJ_SET_INFORMATION: return facts.fileInformationClass === null ? null : structureOfClass(fileInformationClassName(facts.fileInformationClass));
    case IRP_MJ_QUERY_VOLUME_INFORMATION: case IRP_MJ_SET_VOLUME_INFORMATION: return facts.fsInformationClass === null ? null : structureOfClass(fsInformationClassName(facts.fsInformationClass));
    case IRP_MJ_DIRECTORY_CONTROL:
      if (facts.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY) return 'FILE_NOTIFY_INFORMATION';
      return facts.fileInformationClass === null ? null : structureOfClass(fileInformationClassName(facts.fileInformationClass));
    case IRP_MJ_NETWORK_QUERY_OPEN: return 'FILE_NETWORK_OPEN_INFORMATION';
    case IRP_MJ_QUERY_EA: case IRP_MJ_SET_EA: return 'FILE_FULL_EA_INFORMATION';
    case IRP_MJ_FILE_SYSTEM_CONTROL: return facts.fsControlCode === null ? null : controlStructure(fsctlNameOf(facts.fsControlCode), facts.isOutput);
    default: return null;
  }
}

function controlStructure(code: string, isOutput: boolean): string | null {
  const [input, output] = byControl[code] ?? [null, null];
  return isOutput ? (output ?? input) : (input ?? output);
}

/** `FileRenameInformationEx`: `FILE_RENAME_INFORMATION`, which has the flags of both. */
function structureOfClass(className: string): string | null {
  const name = className.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  const candidates = [name, name.replace('_DIRECTORY_', '_DIR_'), name.replace(/_BYPASS_ACCESS_CHECK$/, ''), name.replace(/(_EX)?(_BYPASS_ACCESS_CHECK)?$/, '')];
  return candidates.find((candidate) => candidate in structures) ?? (/_NAME_INFORMATION$/.test(name) ? 'FILE_NAME_INFORMATION' : null);
}
