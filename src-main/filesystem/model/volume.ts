/**
 * One simulated volume: its namespace, what it supports, and how to set it up.
 *
 * Sources: filter-manager-objects.md 0.4 (default volume), 3.1 (VOL-002), NAM-036 (tunneling), CTX-003 (context support).
 */
import {
  DirectoryNotify, fileAction, TunnelCache, upcase, type ContextSupport, type FileSystemListener, type IsAssumed,
} from '../../engine/index.ts';
import {
  FILE_ATTRIBUTE_REPARSE_POINT, FILE_NOTIFY_CHANGE_DIR_NAME, FILE_NOTIFY_CHANGE_FILE_NAME, IO_REPARSE_TAG_MOUNT_POINT, IO_REPARSE_TAG_SYMLINK, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { modelErrors } from './errors.ts';
import { generateShortName, parseName, type ParsedName } from './names.ts';
import { FoundFolders, Link, ModelFile, notShown, type Handle, type ModelStream } from './nodes.ts';
import { ShownState } from './shownState.ts';

export type ModelFileSystemName = 'NTFS' | 'ReFS' | 'FAT' | 'exFAT' | 'RDR';

/** What a file system can do; chosen by its name, changed by options. */
export interface VolumeFeatures {
  readonly streams: boolean;
  readonly hardLinks: boolean;
  readonly oplocks: boolean;
  readonly reparsePoints: boolean;
  readonly objectIds: boolean;
  readonly security: boolean;
  readonly extendedAttributes: boolean;
  /** Fast I/O entry points are offered (FIO-028). */
  readonly fastIo: boolean;
}

export interface VolumeDescriptionOfModel {
  /** `\Device\HarddiskVolume1` */
  readonly name: string;
  readonly fileSystem: ModelFileSystemName;
  readonly sectorSize?: number;
  readonly contextSupport?: Partial<ContextSupport>;
  readonly features?: Partial<VolumeFeatures>;
  readonly label?: string;
  readonly serialNumber?: number;
  readonly totalBytes?: bigint;
  readonly readOnly?: boolean;
  /** Makes 8.3 names for new files that need one. Default no. */
  readonly generatesShortNames?: boolean;
  /** 100 ns ticks a removed name is remembered (NAM-036). */
  readonly tunnelLifetime?: bigint;
}

export interface FileOptions {
  /** Bytes, with contents that nobody knows. */
  readonly size?: number | bigint;
  /** Known contents. */
  readonly contents?: Uint8Array;
  readonly shortName?: string;
  /** Path of the file that gets this name as a hard link. */
  readonly linkTo?: string;
  /** Full device path that a directory junction leads to. */
  readonly junction?: string;
  readonly symlink?: string;
  readonly directory?: boolean;
  readonly attributes?: number;
}

const all: VolumeFeatures = { streams: true, hardLinks: true, oplocks: true, reparsePoints: true, objectIds: true, security: true, extendedAttributes: true, fastIo: true };
const plain: VolumeFeatures = { streams: false, hardLinks: false, oplocks: true, reparsePoints: false, objectIds: false, security: false, extendedAttributes: false, fastIo: true };

const featuresOf: Readonly<Record<ModelFileSystemName, VolumeFeatures>> = {
  NTFS: all, ReFS: { ...all, objectIds: false, extendedAttributes: false }, FAT: plain, exFAT: plain, RDR: { ...all, objectIds: false, oplocks: false },
};

export interface Walk {
  readonly status: number;
  /** Directory of the final component; null for the root itself. */
  readonly parent: ModelFile | null;
  readonly name: string;
  readonly link: Link | null;
  /** A reparse point was met: its link and the components behind it. */
  readonly reparse: { readonly link: Link; readonly rest: readonly string[] } | null;
}

export class ModelVolume {
  readonly name: string;
  readonly fileSystem: ModelFileSystemName;
  readonly features: VolumeFeatures;
  readonly contextSupport: ContextSupport;
  readonly sectorSize: number;
  serialNumber: number;
  readonly totalBytes: bigint;
  readonly readOnly: boolean;
  createdAt: bigint;
  label: string;
  /** VOL-002 */
  state: 'mounted' | 'dismounting' | 'gone' = 'mounted';
  /** Handle that holds FSCTL_LOCK_VOLUME. */
  lockedBy: object | null = null;
  readonly root: Link;
  /** What a volume open (DASD) reads and writes. */
  readonly wholeVolume: Link;
  /** Files that are open without a name anybody could open them by lie in this directory, which no path leads to. */
  readonly nameless: ModelFile;
  readonly files = new Map<bigint, ModelFile>();
  readonly handles = new Set<Handle>();
  readonly tunnel: TunnelCache;
  readonly notify = new DirectoryNotify();
  readonly #foundFolders = new FoundFolders();
  /** Counts the times that files were forgotten; a file keeps the one in which it was last needed. */
  epoch = 0;
  /** What a recording shows of this volume. */
  readonly shown: ShownState;
  /** How requests ended by control code that nothing here models: as the recording first shows it. */
  readonly shownControls = new Map<number, number>();
  /** Fast I/O by IRP_MJ_* that something below the recorder has refused on this volume whenever it was tried. */
  readonly refusedFastIo = new Set<number>();
  /** Those that were answered at least once. */
  readonly answersFastIo = new Set<number>();
  readonly is: IsAssumed;
  readonly now: () => bigint;
  readonly #listener: () => FileSystemListener | null;
  readonly #generatesShortNames: boolean;
  #nextId = 0x0001_0000_0000_0024n;

  constructor(description: VolumeDescriptionOfModel, is: IsAssumed, now: () => bigint, listener: () => FileSystemListener | null) {
    this.name = description.name;
    this.fileSystem = description.fileSystem;
    this.features = { ...featuresOf[description.fileSystem], ...description.features };
    const fileContexts = description.fileSystem !== 'FAT' && description.fileSystem !== 'exFAT';
    this.contextSupport = { stream: true, streamHandle: true, file: fileContexts, ...description.contextSupport };
    this.sectorSize = description.sectorSize ?? 512;
    this.serialNumber = description.serialNumber ?? 0x4d4f_4445;
    this.totalBytes = description.totalBytes ?? 1n << 38n;
    this.readOnly = description.readOnly ?? false;
    this.label = description.label ?? '';
    this.is = is;
    this.now = now;
    this.createdAt = now();
    this.#listener = listener;
    this.shown = new ShownState(this);
    this.#generatesShortNames = description.generatesShortNames ?? false;
    this.tunnel = new TunnelCache(is('NAM-036', 'not-at-all') ? 0n : description.tunnelLifetime);
    // The root directory has file record 5 on NTFS.
    const root = new ModelFile(0x0005_0000_0000_0005n, true, this.createdAt, is);
    this.root = new Link(root, null, '');
    root.links.push(this.root);
    this.files.set(root.id, root);
    const whole = new ModelFile(0x0003_0000_0000_0003n, false, this.createdAt, is, this.totalBytes);
    this.wholeVolume = new Link(whole, null, '');
    this.nameless = new ModelFile(0n, true, this.createdAt, is);
    whole.links.push(this.wholeVolume);
  }

  // -- Setting up ------------------------------------------------------------------------------------------------------------

  /** Makes a file, directory, stream, hard link or junction, with the directories above it. No events, no checks by open handles. */
  makeFile(path: string, options: FileOptions = {}): void {
    const parsed = parseName(path, true);
    const { name } = parsed;
    if (!path.startsWith('\\') || parsed.status !== STATUS_SUCCESS || name === '') throw modelErrors.badPath(path);
    const parent = this.#directoryFor(parsed.components.slice(0, -1));
    if (options.linkTo !== undefined) {
      const target = this.find(options.linkTo);
      if (target === null) throw modelErrors.missing(options.linkTo);
      this.addLink(target.file, parent, name, options.shortName ?? null);
      return;
    }
    const target = options.junction ?? options.symlink;
    const link = parent.child(name) ?? this.addFile(parent, name, { directory: options.directory === true || options.junction !== undefined, shortName: options.shortName ?? null });
    const stream = parsed.stream === '' ? link.file.defaultStream : (link.file.stream(parsed.stream) ?? link.file.addStream(parsed.stream));
    if (options.attributes !== undefined) link.file.attributes = options.attributes | (link.file.directory ? 0x10 : 0);
    if (target !== undefined) {
      link.file.reparse = { tag: options.junction !== undefined ? IO_REPARSE_TAG_MOUNT_POINT : IO_REPARSE_TAG_SYMLINK, target, data: null };
      link.file.attributes |= FILE_ATTRIBUTE_REPARSE_POINT;
    }
    if (options.contents !== undefined) this.#fill(stream, options.contents);
    else if (options.size !== undefined) this.#resize(stream, BigInt(options.size));
  }

  #fill(stream: ModelStream, contents: Uint8Array): void {
    stream.contents.clear();
    stream.setSize(BigInt(contents.length));
    stream.contents.put(0n, contents);
    stream.validDataLength = stream.size;
  }

  #resize(stream: ModelStream, size: bigint): void {
    stream.contents.clear();
    stream.setSize(size);
    stream.contents.write(0n, Number(size), null);
    stream.validDataLength = size;
  }

  #directoryFor(components: readonly string[]): ModelFile {
    let directory = this.root.file;
    for (const component of components) directory = (directory.child(component) ?? this.addFile(directory, component, { directory: true })).file;
    return directory;
  }

  /** The link a path names, short names included; null when there is none. Does not follow reparse points. */
  find(path: string): Link | null {
    const parsed = parseName(path, true);
    if (parsed.status !== STATUS_SUCCESS) return null;
    return this.linkOf(parsed) ?? null;
  }

  /** Reparse points are not followed. */
  linkOf(parsed: ParsedName): Link | undefined {
    const folder = this.folderOf(parsed);
    if (folder !== null) return folder.file.childOf(parsed.key);
    const { keys } = parsed;
    let link: Link | undefined = this.root;
    for (let at = 0; at < keys.length && link !== undefined; at++) link = link.file.childOf(keys[at] ?? '');
    return link;
  }

  /** What the last component of a plain name lies in, where everything above it is known to be a directory and none is a reparse point. Else null: walk. */
  folderOf({ folder }: ParsedName): Link | null {
    if (folder === null) return null;
    const found = this.#foundFolders.get(folder);
    if (found !== null) return found;
    let link: Link | undefined = this.root;
    for (let at = 0; at < folder.keys.length && link !== undefined; at++) {
      link = link.file.childOf(folder.keys[at] ?? '');
      if (link?.file.directory !== true || link.file.kindShownBy === notShown || link.file.reparse !== null) return null;
    }
    if (link !== undefined) this.#foundFolders.set(folder, link);
    return link ?? null;
  }

  findStream(path: string): ModelStream | null {
    return this.find(path)?.file.stream(parseName(path, true).stream) ?? null;
  }

  /** State name of the oplocks of a stream (OPL-002). */
  oplockState(path: string): string {
    const stream = this.findStream(path);
    if (stream === null) throw modelErrors.missing(path);
    return stream.oplockIfAny?.state ?? 'NONE';
  }

  // -- Namespace -------------------------------------------------------------------------------------------------------------

  addFile(parent: ModelFile, name: string, options: { readonly directory: boolean; readonly shortName?: string | null; readonly detached?: boolean }): Link {
    const file = new ModelFile(this.#nextId++, options.directory, this.now(), this.is);
    if (options.detached === true) {
      const link = new Link(file, parent, name);
      file.links.push(link);
      return link;
    }
    file.epoch = this.epoch;
    this.files.set(file.id, file);
    return this.addLink(file, parent, name, options.shortName ?? null);
  }

  addLink(file: ModelFile, parent: ModelFile, name: string, shortName: string | null): Link {
    const short = shortName ?? (this.#generatesShortNames ? generateShortName(name, (candidate) => parent.child(candidate) !== undefined) : null);
    const link = new Link(file, parent, name, short !== null && upcase(short) === upcase(name) ? null : short);
    file.links.push(link);
    parent.addChild(link);
    return link;
  }

  /** Takes a name away and remembers it for tunneling. `openedName`: as the open spelled the final component. */
  removeLink(link: Link, openedName: string): void {
    const { parent, file } = link;
    if (parent === null) return;
    const path = link.path;
    const byShortName = link.shortName !== null && upcase(openedName) === upcase(link.shortName);
    this.tunnel.remember(parent, byShortName ? (link.shortName ?? link.name) : link.name, { longName: link.name, shortName: link.shortName, creationTime: file.times.creation }, this.now());
    parent.removeChild(link);
    parent.tookAway(link.name);
    link.removed = true;
    file.links.splice(file.links.indexOf(link), 1);
    if (file.links.length === 0) {
      this.files.delete(file.id);
      if (file.directory) this.tunnel.forgetDirectory(file);
    }
    this.touch(parent);
    this.nameChanged(path);
  }

  nameChanged(path: string): void {
    this.#listener()?.nameChanged(this.name, path);
  }

  get listener(): FileSystemListener | null {
    return this.#listener();
  }

  /** A directory's contents or a file's data have changed. */
  touch(file: ModelFile): void {
    const now = this.now();
    file.times.lastWrite = now;
    file.times.change = now;
  }

  /** Tells watchers that a name appeared, went, or stands for something else. */
  reportName(link: Link, action: number, parent: ModelFile | null = link.parent, name: string = link.name): void {
    this.report(parent, name, action, link.file.directory ? FILE_NOTIFY_CHANGE_DIR_NAME : FILE_NOTIFY_CHANGE_FILE_NAME);
  }

  /** Tells watchers that something about a file has changed. */
  reportChange(link: Link, filter: number, action: number = fileAction.modified): void {
    this.report(link.parent, link.name, action, filter);
  }

  report(parent: ModelFile | null, name: string, action: number, filter: number): void {
    if (parent === null || !this.notify.watching) return;
    const ancestors: { directory: object; name: string }[] = [];
    for (let directory: ModelFile | null = parent; directory !== null; directory = directory.links[0]?.parent ?? null) ancestors.push({ directory, name: directory.links[0]?.name ?? '' });
    this.notify.report({ action, filter, name, ancestors });
  }

  /** Follows components from a directory. Stops at reparse points, except at the final one when `openReparsePoint`. */
  walk(start: Link, parsed: ParsedName, openReparsePoint: boolean): Walk {
    const folder = start === this.root ? this.folderOf(parsed) : null;
    if (folder !== null) return arrived(folder.file, parsed.name, folder.file.childOf(parsed.key) ?? null, openReparsePoint);
    const { components, keys } = parsed;
    if (components.length === 0) return { status: STATUS_SUCCESS, parent: start.parent, name: '', link: start, reparse: null };
    let link = start;
    for (let at = 0; ; at++) {
      const { file } = link;
      if (at > 0 && file.reparse !== null && file.reparse.target !== null) return { status: STATUS_SUCCESS, parent: link.parent, name: link.name, link, reparse: { link, rest: components.slice(at) } };
      if (!file.directory) return missingPath;
      const next = file.childOf(keys[at] ?? '') ?? null;
      if (at === components.length - 1) return arrived(file, parsed.name, next, openReparsePoint);
      if (next === null) return missingPath;
      link = next;
    }
  }
}

/** At the last component of a name; `link`: null where there is none. */
function arrived(parent: ModelFile, name: string, link: Link | null, openReparsePoint: boolean): Walk {
  const stops = link !== null && link.file.reparse !== null && link.file.reparse.transparent !== true && !openReparsePoint;
  return { status: STATUS_SUCCESS, parent, name, link, reparse: stops ? { link, rest: [] } : null };
}

const missingPath: Walk = { status: STATUS_OBJECT_PATH_NOT_FOUND, parent: null, name: '', link: null, reparse: null };
