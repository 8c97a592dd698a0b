/**
 * Renames and hard links: FileRenameInformation, FileLinkInformation and their Ex and bypass forms.
 *
 * Sources: MS-FSA 2.1.5.15.11 (link), 2.1.5.15.12 (rename); filter-manager-objects.md NAM-031, NAM-032 (forms of the target),
 * OPL-020 (handle caching of the stream, of a replaced link, and below a renamed directory), NAM-036.
 */
import { fileAction, findDevice, upcase, type LowerAnswer, type TunneledName } from '../../engine/index.ts';
import {
  FILE_ATTRIBUTE_READONLY, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck, FileRenameInformationEx, FileRenameInformationExBypassAccessCheck, STATUS_ACCESS_DENIED,
  STATUS_DELETE_PENDING, STATUS_FILE_IS_A_DIRECTORY, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NOT_SAME_DEVICE, STATUS_OBJECT_NAME_COLLISION,
  STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { breakDirectory, mustWait } from './breaks.ts';
import type { StructureReader } from './bytes.ts';
import { isValidComponent, parseName } from './names.ts';
import { settledHere, type Handle, type Link, type ModelFile, type ModelStream } from './nodes.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

/** FILE_RENAME_* and FILE_LINK_* flags of the Ex forms. */
const flag = { replaceIfExists: 1, posix: 2, ignoreReadonly: 64 } as const;

interface Target {
  readonly directory: ModelFile;
  readonly name: string;
  readonly flags: number;
}

const exClasses: readonly number[] = [FileRenameInformationEx, FileRenameInformationExBypassAccessCheck, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck];

function flagsOf(request: ModelRequest, info: StructureReader): number {
  const view = request.parameters('SetFileInformation');
  if (exClasses.includes(numberOf(view['FileInformationClass']))) return info.u32('Flags', 0) ?? 0;
  return (info.u8('ReplaceIfExists', 0) ?? numberOf(view['ReplaceIfExists'])) === 0 ? 0 : flag.replaceIfExists;
}

/** The target of NAM-032, or a status; null when the recording does not tell it. */
function targetOf(request: ModelRequest, handle: Handle, info: StructureReader): Target | number | null {
  const { services, volume } = request;
  const length = info.u32('FileNameLength', 16);
  if (length !== undefined && 20 + length > numberOf(request.parameters('SetFileInformation')['Length'])) return STATUS_INVALID_PARAMETER;
  const text = info.text('FileName', 20, length);
  if (text === undefined) return null;
  const flags = flagsOf(request, info);
  const parentFile = request.parameters('SetFileInformation')['ParentOfTarget'] ?? info.field('RootDirectory');
  if (typeof parentFile === 'object' && parentFile !== null && 'FileName' in parentFile) {
    const above = services.handleOf(parentFile as Handle['fileObject']);
    if (above === null) return STATUS_NOT_SAME_DEVICE;
    // With a fully qualified name the parent is the directory of its last component.
    return targetUnder(above.link, text.startsWith('\\') ? text.slice(text.lastIndexOf('\\') + 1) : text, flags, request);
  }
  if (!text.startsWith('\\')) return handle.link.parent === null ? STATUS_INVALID_PARAMETER : targetUnder(handle.link.parent.links[0] ?? volume.root, text, flags, request);
  // The object manager's name of the Windows directory.
  const local = findDevice(text, [volume])?.path ?? text.replace(/^\\SystemRoot(?=\\)/i, '\\Windows');
  // The name of another device, or of none.
  if (local === text && /^\\(?:device|\?\?|dosdevices)\\/i.test(text)) return STATUS_NOT_SAME_DEVICE;
  return targetUnder(volume.root, local, flags, request);
}

function targetUnder(start: Link, name: string, flags: number, request: ModelRequest): Target | number {
  const parsed = parseName(name, false);
  if (parsed.status !== STATUS_SUCCESS || !isValidComponent(parsed.name)) return STATUS_OBJECT_NAME_INVALID;
  const walk = request.volume.walk(start, parsed, true);
  if (walk.status !== STATUS_SUCCESS || walk.parent === null) return STATUS_OBJECT_PATH_NOT_FOUND;
  if (walk.reparse !== null) return STATUS_NOT_SAME_DEVICE;
  return { directory: walk.parent, name: parsed.name, flags };
}

/** What stands at the target: nothing, an obstacle (a status), or a link to be replaced. */
function replaced(request: ModelRequest, target: Target, source: Link): Link | null | number {
  const present = target.directory.child(target.name);
  if (present === undefined || present === source) return null;
  if ((target.flags & flag.replaceIfExists) === 0) return STATUS_OBJECT_NAME_COLLISION;
  if (present.deletePending) return STATUS_DELETE_PENDING;
  const posix = (target.flags & flag.posix) !== 0;
  if (present.file.directory) return posix && source.file.directory && present.file.childCount === 0 && present.handles === 0 ? present : STATUS_ACCESS_DENIED;
  if ((present.file.attributes & FILE_ATTRIBUTE_READONLY) !== 0 && (target.flags & flag.ignoreReadonly) === 0) return STATUS_ACCESS_DENIED;
  return request.volume.readOnly ? STATUS_MEDIA_WRITE_PROTECTED : present;
}

/** Every stream below a directory: their handle caching keeps a rename waiting. */
function* streamsBelow(directory: ModelFile): Generator<ModelStream> {
  for (const child of directory.children) {
    yield* child.file.streams;
    if (child.file.directory) yield* streamsBelow(child.file);
  }
}

function anyWaits(request: ModelRequest, streams: Iterable<ModelStream>): boolean {
  for (const stream of streams) if (stream.oplockIfAny !== null && mustWait(request, stream, 'rename')) return true;
  return false;
}

function take(request: ModelRequest, gone: Link): void {
  const { volume } = request;
  const { parent, file } = gone;
  volume.removeLink(gone, gone.name);
  volume.reportName(gone, fileAction.removed, parent);
  if (file.links.length === 0 && file.handleCount === 0) file.deleted = true;
}

export function rename(request: ModelRequest, handle: Handle, info: StructureReader): LowerAnswer {
  const { link: source, stream, file } = handle;
  const text = info.text('FileName', 20, info.u32('FileNameLength', 16));
  if (text?.startsWith(':') === true) return renameStream(request, handle, text);
  if (stream.name !== '') return complete(STATUS_INVALID_PARAMETER);
  if (source.parent === null) return complete(STATUS_INVALID_PARAMETER);
  if (source.removed || source.deletePending) return complete(STATUS_DELETE_PENDING);
  const target = targetOf(request, handle, info);
  // A target that is not told still breaks what a rename breaks.
  if (target === null) return mustWait(request, stream, 'rename') ? pend : complete(STATUS_SUCCESS);
  if (typeof target === 'number') return complete(target);
  if (request.volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  if (file.directory && isBelow(target.directory, file)) return complete(STATUS_INVALID_PARAMETER);
  const gone = replaced(request, target, source);
  if (typeof gone === 'number') return complete(gone);
  if (mustWait(request, stream, 'rename')) return pend;
  if (gone !== null && anyWaits(request, gone.file.streams)) return pend;
  if (file.directory && anyWaits(request, streamsBelow(file))) return pend;
  if (file.directory && hasOpenBelow(file)) return complete(STATUS_ACCESS_DENIED);
  if (gone !== null && gone.handles > 0 && (target.flags & flag.posix) === 0) return complete(STATUS_ACCESS_DENIED);
  if (gone !== null) take(request, gone);
  move(request, handle, target);
  return complete(STATUS_SUCCESS);
}

function move(request: ModelRequest, { link: source, openedPath }: Handle, target: Target): void {
  const { volume, services } = request;
  const { parent, name } = source;
  if (parent === null) return;
  const oldPath = source.path;
  volume.tunnel.remember(parent, removedName(source, openedPath), { longName: name, shortName: source.shortName, creationTime: source.file.times.creation }, services.now());
  parent.removeChild(source);
  parent.tookAway(name);
  const tunneled = volume.tunnel.find(target.directory, target.name, services.now());
  const samePlace = parent === target.directory && upcase(name) === upcase(target.name);
  source.parent = target.directory;
  source.name = target.name;
  source.shownBy = settledHere;
  if (!samePlace) {
    takeNames(source, target, tunneled);
    if (tunneled !== null) source.file.times.creation = tunneled.creationTime;
  }
  target.directory.addChild(source);
  volume.touch(parent);
  if (parent !== target.directory) volume.touch(target.directory);
  source.file.times.change = services.now();
  volume.nameChanged(oldPath);
  breakDirectory(request, parent);
  if (parent !== target.directory) breakDirectory(request, target.directory);
  const withinDirectory = parent === target.directory;
  volume.reportName(source, withinDirectory ? fileAction.renamedOldName : fileAction.removed, parent, name);
  volume.reportName(source, withinDirectory ? fileAction.renamedNewName : fileAction.added);
}

/** NAM-036: the name that a rename removes is the one the file was opened by. */
function removedName({ name, shortName }: Link, openedPath: string): string {
  const spelled = openedPath.slice(openedPath.lastIndexOf('\\') + 1);
  return shortName !== null && upcase(spelled) === upcase(shortName) ? shortName : name;
}

/** NAM-036: the pair that was remembered under the added name comes back, as far as its other half is free. */
function takeNames(source: Link, { directory, name }: Target, tunneled: TunneledName | null): void {
  const isFree = (other: string | null | undefined): other is string => other !== null && other !== undefined && upcase(other) !== upcase(name) && directory.child(other) === undefined;
  source.shortName = null;
  if (tunneled !== null && upcase(tunneled.longName) !== upcase(name)) {
    if (!isFree(tunneled.longName)) return;
    source.name = tunneled.longName;
    source.shortName = name;
  } else if (isFree(tunneled?.shortName)) {
    source.shortName = tunneled?.shortName ?? null;
  }
}

function isBelow(directory: ModelFile, ancestor: ModelFile): boolean {
  for (let at: ModelFile | null = directory; at !== null; at = at.links[0]?.parent ?? null) if (at === ancestor) return true;
  return false;
}

function hasOpenBelow(directory: ModelFile): boolean {
  for (const stream of streamsBelow(directory)) if (stream.isOpen) return true;
  return false;
}

/** A target that begins with a colon renames the stream. */
function renameStream(request: ModelRequest, handle: Handle, text: string): LowerAnswer {
  const { stream, file } = handle;
  if (!request.volume.features.streams || file.directory) return complete(STATUS_INVALID_PARAMETER);
  const [, name = '', type = '$DATA'] = text.split(':');
  if (type.toUpperCase() !== '$DATA') return complete(STATUS_OBJECT_NAME_INVALID);
  const present = file.stream(name);
  if (present === stream) return complete(STATUS_SUCCESS);
  if (present !== undefined && (name !== '' || present.size > 0n || present.isOpen)) return complete(STATUS_OBJECT_NAME_COLLISION);
  if (stream.name === '') return complete(STATUS_INVALID_PARAMETER);
  if (mustWait(request, stream, 'rename')) return pend;
  const path = handle.link.path;
  file.renameStream(stream, name);
  request.volume.nameChanged(path);
  return complete(STATUS_SUCCESS);
}

export function link(request: ModelRequest, handle: Handle, info: StructureReader): LowerAnswer {
  const { stream, file } = handle;
  const { volume } = request;
  if (!volume.features.hardLinks) return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (file.directory || stream.name !== '') return complete(STATUS_FILE_IS_A_DIRECTORY);
  if (handle.link.removed || handle.link.deletePending) return complete(STATUS_ACCESS_DENIED);
  const target = targetOf(request, handle, info);
  if (target === null) return mustWait(request, stream, 'rename') ? pend : complete(STATUS_SUCCESS);
  if (typeof target === 'number') return complete(target);
  if (volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  const gone = replaced(request, target, handle.link);
  if (typeof gone === 'number') return complete(gone);
  if (gone === null && target.directory.child(target.name) === handle.link) return complete((target.flags & flag.replaceIfExists) === 0 ? STATUS_OBJECT_NAME_COLLISION : STATUS_SUCCESS);
  if (mustWait(request, stream, 'rename')) return pend;
  if (gone !== null && anyWaits(request, gone.file.streams)) return pend;
  if (gone !== null && gone.handles > 0 && (target.flags & flag.posix) === 0) return complete(STATUS_ACCESS_DENIED);
  if (gone !== null) take(request, gone);
  const added = volume.addLink(file, target.directory, target.name, null);
  volume.touch(target.directory);
  file.times.change = request.services.now();
  breakDirectory(request, target.directory);
  volume.reportName(added, fileAction.added);
  return complete(STATUS_SUCCESS);
}
