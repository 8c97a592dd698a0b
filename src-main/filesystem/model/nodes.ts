/**
 * What a simulated volume consists of: files, the links that name them, their streams, and the opens on them.
 *
 * Source: MS-FSA 2.1.1 (per volume, file, link, stream and open), as far as filters can tell.
 */
import { FileLock, Oplock, ShareAccess, upcase, type FILE_OBJECT, type IsAssumed, type ShareTerms } from '../../engine/index.ts';
import { FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DIRECTORY } from '../../nt/values.generated.ts';
import { Contents } from './contents.ts';
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
  readonly share = new ShareAccess();
  readonly locks = new FileLock();
  /** Handles that are not cleaned up. */
  readonly handles = new Set<Handle>();
  /** File objects that are not closed. */
  references = 0;
  /** An open that a recorded sharing violation shows, though nobody has seen it. */
  unseenOpen: ShareTerms | null = null;
  /** Data sections that can be written through. */
  writableSections = 0;
  deletePending = false;
  deleted = false;
  /** What drivers see as FsContext and SectionObjectPointer. */
  readonly fsContext: object;
  readonly sectionObjectPointer: object;
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
    this.fsContext = Object.freeze({ id: `Stream(${file.id}${name === '' ? '' : `:${name}`})` });
    this.sectionObjectPointer = Object.freeze({ id: `SectionObjectPointers(${file.id}${name === '' ? '' : `:${name}`})` });
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
  /** By upper-case name; the default stream under the empty one. */
  readonly streams = new Map<string, ModelStream>();
  /** Bytes of extended attributes that nobody has named; 0: there are none. */
  unknownEaBytes = 0;
  /** Bytes of its security descriptor, by the SECURITY_INFORMATION asked for; null while nothing shows any. */
  descriptorBytes: Map<number, number> | null = null;
  /** A directory that holds something nobody has named. */
  holdsUnnamed = false;
  /** Extended attributes by name. */
  readonly ea = new Map<string, { readonly flags: number; readonly value: Uint8Array }>();
  security: Uint8Array | null = null;
  reparse: ReparsePoint | null = null;
  objectId: Uint8Array | null = null;
  pagingFile = false;
  caseSensitive = false;
  /** File objects on any of its streams that are not closed. */
  references = 0;
  /** The last name is gone and no handle is left: STATUS_FILE_DELETED. */
  deleted = false;
  readonly #children = new Map<string, Link>();
  readonly #shortNames = new Map<string, Link>();
  /** Upper-case names that the run itself has taken away: their absence is settled. */
  #takenAway: Set<string> | null = null;
  readonly #is: IsAssumed;

  constructor(id: bigint, directory: boolean, now: bigint, is: IsAssumed, unknownBytes = 0n) {
    this.id = id;
    this.directory = directory;
    this.#is = is;
    this.attributes = directory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE;
    this.times = { creation: now, lastAccess: now, lastWrite: now, change: now };
    this.addStream('', unknownBytes);
  }

  get defaultStream(): ModelStream {
    return this.stream('') as ModelStream;
  }

  stream(name: string): ModelStream | undefined {
    return this.streams.get(upcase(name));
  }

  addStream(name: string, unknownBytes = 0n): ModelStream {
    const stream = new ModelStream(this, name, this.#is, unknownBytes);
    this.streams.set(upcase(name), stream);
    return stream;
  }

  removeStream(stream: ModelStream): void {
    this.streams.delete(upcase(stream.name));
    stream.deleted = true;
  }

  /** The entry of a directory, by long or short name. */
  child(name: string): Link | undefined {
    const key = upcase(name);
    return this.#children.get(key) ?? this.#shortNames.get(key);
  }

  get children(): Iterable<Link> {
    return this.#children.values();
  }

  get childCount(): number {
    return this.#children.size;
  }

  /** For whoever wants to remove a directory. */
  get isEmpty(): boolean {
    return this.#children.size === 0 && !this.holdsUnnamed;
  }

  addChild(link: Link): void {
    this.#takenAway?.delete(upcase(link.name));
    this.#children.set(upcase(link.name), link);
    if (link.shortName !== null) this.#shortNames.set(upcase(link.shortName), link);
  }

  removeChild(link: Link): void {
    this.#children.delete(upcase(link.name));
    if (link.shortName !== null) this.#shortNames.delete(upcase(link.shortName));
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

  forgetTakenAway(name: string): void {
    this.#takenAway?.delete(upcase(name));
  }

  get handleCount(): number {
    let count = 0;
    for (const stream of this.streams.values()) count += stream.handles.size;
    return count;
  }
}

/** Of each directory so many names are remembered as taken away: temporary files come and go by the thousand. */
const maximumTakenAway = 1024;

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
