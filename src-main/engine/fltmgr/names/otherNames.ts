/**
 * Names that no file object has: of a rename's target, and after tunneling.
 *
 * NAM-031, NAM-032, NAM-035 to NAM-037 of filter-manager-objects.md (FltGetDestinationFileNameInformation; FltGetTunneledName;
 * FILE_RENAME_INFORMATION).
 */
import { ntSuccess } from '../../../nt/ntStatus.ts';
import {
  FileLinkInformation, FileLinkInformationEx, FileRenameInformation, FileRenameInformationEx, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_QUERY_CACHE_ONLY,
  FLT_FILE_NAME_SHORT, IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_NAME_CACHE_MISS, STATUS_INVALID_PARAMETER,
  STATUS_MOUNT_POINT_NOT_RESOLVED, STATUS_NOT_SAME_DEVICE, STATUS_REPARSE, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { FileSystemServices } from '../../iomgr/fileSystemServices.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import type { Instance } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { openFilesOf } from '../ownIo/openFiles.ts';
import { topLevelIrpOf } from '../ownIo/topLevelIrp.ts';
import { optionsOf } from './names.ts';
import { parseName } from './parseName.ts';

/** A rename's target as the routine is given it. */
export interface Destination {
  readonly fileObject: unknown;
  readonly rootDirectory: unknown;
  readonly fileName: string;
  readonly options: unknown;
}

const directoryOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('\\'), 0));

/** The open file behind RootDirectory: a handle of the filter's own, or the object itself. */
function rootPath(core: Core, fileSystem: FileSystemServices, root: unknown): string | null {
  const held: unknown = root instanceof FILE_OBJECT ? root : (openFilesOf(core).byHandle(root)?.fileObject ?? (typeof root === 'object' && root !== null && 'fileObject' in root ? root.fileObject : null));
  return held instanceof FILE_OBJECT ? (fileSystem.locate(held)?.path ?? null) : null;
}

/** What a full name of the object namespace leaves behind its volume: `\??\C:\a` gives `\a`. */
function withoutVolume(name: string, volume: string): string {
  if (name.toUpperCase().startsWith(`${volume.toUpperCase()}\\`)) return name.slice(volume.length);
  return name.replace(/^(?:\\(?:\?\?|DosDevices)\\)?[A-Za-z]:(?=\\)/, '');
}

/** NAM-032. Null where the root directory or the file is not open. */
function targetPath(core: Core, fileSystem: FileSystemServices, volume: string, { fileObject, rootDirectory, fileName }: Destination, opened: boolean): string | null {
  if (rootDirectory !== null && rootDirectory !== undefined && rootDirectory !== 0 && rootDirectory !== 0n) {
    const root = rootPath(core, fileSystem, rootDirectory);
    return root === null ? null : `${root.replace(/\\$/, '')}\\${fileName.replace(/^\\/, '')}`;
  }
  const name = withoutVolume(fileName, volume);
  if (name.startsWith('\\')) return name;
  const location = fileObject instanceof FILE_OBJECT ? fileSystem.locate(fileObject) : null;
  if (location === null) return null;
  return `${directoryOf(opened ? location.openedPath : location.path)}\\${name}`;
}

/** FltGetDestinationFileNameInformation. The name belongs to no file object, so it is never cached. */
export function destinationName(core: Core, instance: Instance, destination: Destination, result: Ref<unknown>): number {
  const options = optionsOf(destination.options);
  if (options === undefined || destination.fileName === '') return STATUS_INVALID_PARAMETER;
  const { activation } = core;
  if (options.format === FLT_FILE_NAME_SHORT || activation?.operation?.topLevelIrp === true || (activation !== null && topLevelIrpOf(core, activation.thread) !== null)) return STATUS_FLT_INVALID_NAME_REQUEST;
  if (options.method === FLT_FILE_NAME_QUERY_CACHE_ONLY) return STATUS_FLT_NAME_CACHE_MISS;
  const { fileSystem } = core.options;
  const { volume } = instance;
  const path = fileSystem === undefined ? null : targetPath(core, fileSystem, volume.name, destination, options.format === FLT_FILE_NAME_OPENED);
  if (fileSystem === undefined || path === null) return STATUS_FLT_INVALID_NAME_REQUEST;
  const found = fileSystem.resolve(volume.name, path);
  if (found.status === STATUS_NOT_SAME_DEVICE || (ntSuccess(found.status) && found.volume !== volume.name)) return STATUS_MOUNT_POINT_NOT_RESOLVED;
  if (options.format === FLT_FILE_NAME_NORMALIZED && !ntSuccess(found.status)) return found.status;
  // The final component is what the file will be called: only the directories are looked up.
  const last = path.slice(path.lastIndexOf('\\') + 1);
  const directory = directoryOf(found.path);
  const name = options.format === FLT_FILE_NAME_OPENED ? path : found.exists ? `${directory}\\${last.replace(/:{1,2}\$DATA$/i, '')}` : found.path;
  const record = core.names.make(volume, options.format, volume.name + name);
  core.names.give(record, activation?.filter ?? null);
  result.value = record;
  return STATUS_SUCCESS;
}

const tunnelingClasses = new Set<number>([FileRenameInformation, FileLinkInformation, FileRenameInformationEx, FileLinkInformationEx]);

/** Post of CREATE, and of SET_INFORMATION for rename and link. */
function mayTunnel(operation: Operation): boolean {
  if (operation.hold?.phase !== 'post') return false;
  if (operation.major === IRP_MJ_CREATE) return true;
  // FileInformationClass stands in the second slot.
  return operation.major === IRP_MJ_SET_INFORMATION && tunnelingClasses.has(Number(operation.shown.block.slots[1]));
}

/** FltGetTunneledName: NULL where tunneling has changed nothing. */
export function tunneledName(core: Core, operation: Operation | null, given: unknown, result: Ref<unknown>): number {
  result.value = null;
  const record = core.names.usable(given, 'FltGetTunneledName');
  if (record === null) return STATUS_INVALID_PARAMETER;
  if (operation === null || !mayTunnel(operation)) {
    core.violate('OV-056', { filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation });
    return core.is('NAM-035', 'no-name') ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
  }
  const { status } = operation;
  const { fileSystem } = core.options;
  const { activation } = core;
  const volume = activation?.instance?.volume ?? operation.volume;
  if (record.Format !== FLT_FILE_NAME_NORMALIZED) return STATUS_INVALID_PARAMETER;
  if (!ntSuccess(status) || status === STATUS_REPARSE || fileSystem === undefined) return STATUS_SUCCESS;
  const { parentDir, finalComponent, stream, share } = parseName(record.Name.Buffer, record.Volume.Buffer);
  const component = stream === '' ? finalComponent : finalComponent.slice(0, -stream.length);
  const tunneled = fileSystem.tunneled(volume.name, parentDir.length > 1 ? parentDir.slice(0, -1) : parentDir, component);
  if (tunneled === null || tunneled.longName === component) return STATUS_SUCCESS;
  const made = core.names.make(volume, FLT_FILE_NAME_NORMALIZED, volume.name + share + parentDir + tunneled.longName + stream);
  core.names.give(made, activation?.filter ?? null);
  result.value = made;
  return STATUS_SUCCESS;
}
