/**
 * What a simulated volume consists of: files, the links that name them, their streams, and the opens on them.
 *
 * Source: MS-FSA 2.1.1 (per volume, file, link, stream and open), as far as filters can tell.
 */
import { FileLock, Oplock, ShareAccess, upcase, type FILE_OBJECT, type IsAssumed, type ShareTerms } from '../../engine/index.ts';
import { FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DIRECTORY } from '../../nt/values.generated.ts';
import { Contents } from './contents.ts';
import type { FolderName } from './names.ts';
import type { ModelVolume } from './volume.ts';
import type { PageCache } from './pageCache.ts';

/**
 * Which operation of a recording shows a fact about the volume: its number, or one of the two below.
 *
 * What a recording shows was so before it began (inferred); what the run itself has done is settled, and no later line of the
 * recording speaks against it.
 */
export type ShownBy = number;
/** The run itself, or whoever set the volume up, has made it so. */
export const settledHere: ShownBy = 0;
/** Nothing shows it: a value had to be assumed. */
export const notShown: ShownBy = -1;

/** 100 ns ticks since 1601. */
export interface FileTimes {
  creation: bigint;
  lastAccess: bigint;
  lastWrite: bigint;
  change: bigint;
}

export interface ReparsePoint {
  readonly tag: number;
  /** Where a mount point or symbolic link leads: a full device path; null for other tags. */
  readonly target: string | null;
  /** The REPARSE_DATA_BUFFER as it was set; null where it was never given. */
  readonly data: Uint8Array | null;
  /** Its least length, where the data are not known. */
  readonly leastBytes?: number;
  /** Opens go through it to the file: a filter or the file system itself sees to it. */
  readonly transparent?: boolean;
}

/** What a stream has while it is open. */
class StreamOpens {
  readonly share = new ShareAccess();
  readonly locks = new FileLock();
  readonly handles = new Set<Handle>();
  readonly fsContext: object;
  readonly sectionObjectPointer: object;

  constructor(id: string) {
    this.fsContext = Object.freeze({ id: `Stream(${id})` });
    this.sectionObjectPointer = Object.freeze({ id: `SectionObjectPointers(${id})` });
  }
}

export class ModelStream {
  readonly file: ModelFile;
  /** Empty for the default stream. */
  name: string;
  /** That it was there. */
  shownBy: ShownBy = settledHere;
  /** While nothing shows it this is the least it can be. */
  size = 0n;
  sizeShownBy: ShownBy = settledHere;
  allocation = 0n;
  validDataLength = 0n;
  readonly contents: Contents;
  /** Null where nothing is cached. */
  cache: PageCache | null = null;
  /** File objects that are not closed. */
  references = 0;
  /** An open that a recorded sharing violation shows, though nobody has seen it. */
  unseenOpen: ShareTerms | null = null;
  /** Data sections that can be written through. */
  writableSections = 0;
  deletePending = false;
  deleted = false;
  #opens: StreamOpens | null = null;
  #oplock: Oplock | null = null;
  readonly #is: IsAssumed;

  constructor(file: ModelFile, name: string, is: IsAssumed, unknownBytes = 0n) {
    this.file = file;
    this.name = name;
    this.#is = is;
    this.contents = new Contents(unknownBytes);
    this.size = unknownBytes;
    this.validDataLength = unknownBytes;
    this.allocation = allocationFor(unknownBytes);
  }

  /** Most streams that a recording shows are never opened: what opens need is made when one comes. */
  get #live(): StreamOpens {
    return (this.#opens ??= new StreamOpens(`${this.file.id}${this.name === '' ? '' : `:${this.name}`}`));
  }

  get share(): ShareAccess {
    return this.#live.share;
  }

  get locks(): FileLock {
    return this.#live.locks;
  }

  /** Handles that are not cleaned up. */
  get handles(): Set<Handle> {
    return this.#live.handles;
  }

  get isOpen(): boolean {
    return this.#opens !== null && this.#opens.handles.size > 0;
  }

  /** What drivers see as FsContext. */
  get fsContext(): object {
    return this.#live.fsContext;
  }

  get sectionObjectPointer(): object {
    return this.#live.sectionObjectPointer;
  }

  /** The last file object on it is closed: what opens need goes, as the next one gets another FsContext. */
  forgetOpens(): void {
    if (this.#opens?.handles.size === 0 && !this.#opens.locks.any && this.unseenOpen === null && this.#oplock === null) this.#opens = null;
  }

  get oplock(): Oplock {
    this.#oplock ??= new Oplock(this.#is);
    return this.#oplock;
  }

  /** Null as long as nobody has asked for one. */
  get oplockIfAny(): Oplock | null {
    return this.#oplock;
  }

  /** A write behind the end: what is not known stays unknown, but for its least. */
  growTo(size: bigint): void {
    const { sizeShownBy } = this;
    this.setSize(size);
    if (sizeShownBy === notShown) this.sizeShownBy = notShown;
  }

  setSize(size: bigint): void {
    this.sizeShownBy = settledHere;
    if (size < this.size) {
      this.contents.truncate(size);
      this.cache?.truncate(size);
    }
    this.size = size;
    if (this.validDataLength > size) this.validDataLength = size;
    if (this.allocation < size || this.allocation - size >= clusterBytes) this.allocation = allocationFor(size);
  }
}

const clusterBytes = 4096n;
export const allocationFor = (size: bigint): bigint => ((size + clusterBytes - 1n) / clusterBytes) * clusterBytes;

export class ModelFile {
  readonly id: bigint;
  /** Changes only while `kindShownBy` says that it was assumed. */
  directory: boolean;
  kindShownBy: ShownBy = settledHere;
  attributes: number;
  attributesShownBy: ShownBy = settledHere;
  /** Rights that a recorded open was refused, where nothing else explains it: there is no model of security descriptors. */
  refusedAccess = 0;
  readonly times: FileTimes;
  readonly links: Link[] = [];
  /** Index of `ModelVolume.epoch` in which it was last opened or shown. */
  epoch = 0;
  #defaultStream: ModelStream;
  /** Alternate streams by upper-case name. */
  #alternates: Map<string, ModelStream> | null = null;
  /** Bytes of extended attributes that nobody has named; 0: there are none. */
  unknownEaBytes = 0;
  /** Bytes of its security descriptor, by the SECURITY_INFORMATION asked for; null while nothing shows any. */
  descriptorBytes: Map<number, number> | null = null;
  /** A directory that holds something nobody has named. */
  holdsUnnamed = false;
  /** Extended attributes by name. */
  #ea: Map<string, ExtendedAttribute> | null = null;
  security: Uint8Array | null = null;
  #reparse: ReparsePoint | null = null;
  objectId: Uint8Array | null = null;
  pagingFile = false;
  caseSensitive = false;
  /** File objects on any of its streams that are not closed. */
  references = 0;
  /** The last name is gone and no handle is left: STATUS_FILE_DELETED. */
  deleted = false;
  #children: Map<string, Link> | null = null;
  #shortNames: Map<string, Link> | null = null;
  /** Upper-case names that the run itself has taken away: their absence is settled. */
  #takenAway: Set<string> | null = null;
  readonly #is: IsAssumed;

  constructor(id: bigint, directory: boolean, now: bigint, is: IsAssumed, unknownBytes = 0n) {
    this.id = id;
    this.directory = directory;
    this.#is = is;
    this.attributes = directory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE;
    this.times = { creation: now, lastAccess: now, lastWrite: now, change: now };
    this.#defaultStream = new ModelStream(this, '', is, unknownBytes);
  }

  get defaultStream(): ModelStream {
    return this.#defaultStream;
  }

  get reparse(): ReparsePoint | null {
    return this.#reparse;
  }

  set reparse(point: ReparsePoint | null) {
    foldersChanged();
    this.#reparse = point;
  }

  /** The default stream first. */
  get streams(): readonly ModelStream[] {
    return this.#alternates === null ? [this.#defaultStream] : [this.#defaultStream, ...this.#alternates.values()];
  }

  get hasAlternateStreams(): boolean {
    return this.#alternates !== null && this.#alternates.size > 0;
  }

  stream(name: string): ModelStream | undefined {
    return name === '' ? this.#defaultStream : this.#alternates?.get(upcase(name));
  }

  addStream(name: string): ModelStream {
    const stream = new ModelStream(this, name, this.#is);
    (this.#alternates ??= new Map()).set(upcase(name), stream);
    return stream;
  }

  removeStream(stream: ModelStream): void {
    this.#alternates?.delete(upcase(stream.name));
    stream.deleted = true;
  }

  /** With an empty name it takes the place of the default stream. */
  renameStream(stream: ModelStream, name: string): void {
    this.#alternates?.delete(upcase(stream.name));
    stream.name = name;
    namesMoved();
    if (name === '') this.#defaultStream = stream;
    else (this.#alternates ??= new Map()).set(upcase(name), stream);
  }

  get ea(): ReadonlyMap<string, ExtendedAttribute> {
    return this.#ea ?? noAttributes;
  }

  setEa(name: string, attribute: ExtendedAttribute): void {
    (this.#ea ??= new Map()).set(name, attribute);
  }

  removeEa(name: string): void {
    this.#ea?.delete(name);
  }

  clearEas(): void {
    this.#ea = null;
    this.unknownEaBytes = 0;
  }

  /** The entry of a directory, by long or short name. */
  child(name: string): Link | undefined {
    return this.childOf(upcase(name));
  }

  /** The same where the name is in upper case already. */
  childOf(key: string): Link | undefined {
    return this.#children?.get(key) ?? this.#shortNames?.get(key);
  }

  get children(): Iterable<Link> {
    return this.#children?.values() ?? [];
  }

  get childCount(): number {
    return this.#children?.size ?? 0;
  }

  /** For whoever wants to remove a directory. */
  get isEmpty(): boolean {
    return this.childCount === 0 && !this.holdsUnnamed;
  }

  addChild(link: Link): void {
    namesMoved();
    // A long name hides the same short one.
    if (this.#shortNames !== null) foldersChanged();
    this.#takenAway?.delete(upcase(link.name));
    (this.#children ??= new Map()).set(upcase(link.name), link);
    if (link.shortName !== null) (this.#shortNames ??= new Map()).set(upcase(link.shortName), link);
  }

  removeChild(link: Link): void {
    namesMoved();
    if (link.file.directory) foldersChanged();
    this.#children?.delete(upcase(link.name));
    if (link.shortName !== null) this.#shortNames?.delete(upcase(link.shortName));
  }

  /** The run has removed or renamed what had this name. */
  tookAway(name: string): void {
    this.#takenAway ??= new Set();
    this.#takenAway.add(upcase(name));
    if (this.#takenAway.size <= maximumTakenAway) return;
    for (const oldest of this.#takenAway) {
      this.#takenAway.delete(oldest);
      return;
    }
  }

  /** Whether the absence of a name is the run's own doing. */
  hasTakenAway(name: string): boolean {
    return this.#takenAway?.has(upcase(name)) ?? false;
  }

  /** Whether anything that the run has settled would be lost with it. */
  get hasHistory(): boolean {
    return this.#takenAway !== null && this.#takenAway.size > 0;
  }

  get handleCount(): number {
    let count = 0;
    for (const stream of this.streams) if (stream.isOpen) count += stream.handles.size;
    return count;
  }
}

export interface ExtendedAttribute {
  readonly flags: number;
  readonly value: Uint8Array;
}

const noAttributes: ReadonlyMap<string, ExtendedAttribute> = new Map();

/** Of each directory so many names are remembered as taken away: temporary files come and go by the thousand. */
const maximumTakenAway = 1024;

/** How often a name has been moved or taken away, in all volumes: as long as it stays, paths are what they were. */
let moves = 0;

export const namesMoved = (): void => void moves++;

/** How often a directory has gone, or has become something else, in all volumes: as long as it stays, paths lead to the same directories. */
let folderChanges = 0;

export const foldersChanged = (): void => void folderChanges++;

/** The directories that names have led to, for as long as `foldersChanged` is not called. */
export class FoundFolders {
  readonly #found: ({ readonly folder: FolderName; readonly link: Link } | undefined)[] = new Array<undefined>(foundFolders).fill(undefined);
  #changes = -1;

  get(folder: FolderName): Link | null {
    if (this.#changes !== folderChanges) return null;
    const found = this.#found[folder.number & (foundFolders - 1)];
    return found?.folder === folder ? found.link : null;
  }

  set(folder: FolderName, link: Link): void {
    if (this.#changes !== folderChanges) {
      this.#found.fill(undefined);
      this.#changes = folderChanges;
    }
    this.#found[folder.number & (foundFolders - 1)] = { folder, link };
  }
}

/** A power of two. */
const foundFolders = 256;

/** The path of a handle, kept while the same one is asked for again and nothing has been moved. */
export class LastPath {
  #handle: Handle | null = null;
  #moves = -1;
  #path = '';

  of(handle: Handle): string {
    if (this.#handle !== handle || this.#moves !== moves) {
      this.#handle = handle;
      this.#moves = moves;
      this.#path = pathOf(handle);
    }
    return this.#path;
  }
}

/** One name of a file in one directory. */
export class Link {
  readonly file: ModelFile;
  /** That the name was there. */
  shownBy: ShownBy = settledHere;
  parent: ModelFile | null;
  name: string;
  shortName: string | null;
  /** Delete disposition; the name goes with the last handle that was opened by it. */
  deletePending = false;
  /** The name is gone; handles may be left (POSIX delete). */
  removed = false;
  /** Handles opened by this name that are not cleaned up. */
  handles = 0;

  constructor(file: ModelFile, parent: ModelFile | null, name: string, shortName: string | null = null) {
    this.file = file;
    this.parent = parent;
    this.name = name;
    this.shortName = shortName;
  }

  /** From the root, `\` for the root itself. */
  get path(): string {
    if (this.parent === null) return this.removed && this.name !== '' ? `\\${this.name}` : '\\';
    const above = this.parent.links[0]?.path ?? '\\';
    return above === '\\' ? `\\${this.name}` : `${above}\\${this.name}`;
  }
}

/** Where an enumeration stands. */
export interface DirectoryCursor {
  pattern: string;
  /** Names still to come, as they were when the scan began. */
  entries: string[];
  next: number;
}

/** An open file object. */
export interface Handle {
  readonly fileObject: FILE_OBJECT;
  readonly kind: 'file' | 'volume';
  /** The volume it was opened on; null for one that nobody has opened. */
  volume: ModelVolume | null;
  /** The file system that it is open in. */
  system: object | null;
  readonly file: ModelFile;
  readonly stream: ModelStream;
  readonly link: Link;
  readonly openedPath: string;
  /** Operation that shows it to be open; `settledHere` where its create was seen. */
  readonly shownBy: ShownBy;
  /** Grows only while the handle was adopted and more of it is shown. */
  access: number;
  readonly options: number;
  /** Null when the open is not counted. */
  share: ShareTerms | null;
  deleteOnClose: boolean;
  /** It marked its link with POSIX semantics: the name goes when this handle does. */
  posixDelete: boolean;
  cleanedUp: boolean;
  closed: boolean;
  cursor: DirectoryCursor | null;
  modified: boolean;
  /** Locks that were taken before anybody looked. */
  unseenLocks: UnseenLock[] | null;
}

export interface UnseenLock {
  readonly key: number;
  readonly offset: bigint;
  readonly length: bigint;
}

/** `\dir\file`, or `\dir\file:stream` for an alternate stream. */
export const pathOf = (handle: Handle): string => (handle.stream.name === '' ? handle.link.path : `${handle.link.path}:${handle.stream.name}`);
