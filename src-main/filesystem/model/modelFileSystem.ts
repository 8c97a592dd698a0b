/**
 * The model file system: an NTFS-like device at the bottom of the stack.
 *
 * A file system's files are its dispatch table: one handler for each IRP_MJ_*, in a file of that name. It is pure and does nothing
 * by itself. What it pends it completes through `complete`; operations that may go on after a wait stand in a queue until the
 * host runs them with `runReady`, as the worker threads of a file system would.
 *
 * Sources: MS-FSA; filter-manager-objects.md 0.2 to 0.4, 3.4, 4.6, 5, 8, 9. Not modelled: access checks by security descriptor,
 * quotas, transactions, compression and encryption of data, the USN journal, volume mounting by IRP.
 */
import { fileSystemOpen, setFileSystemOpen, type ContextSupport, type FILE_OBJECT, type FileLocation, type FileSystemListener, type FileSystemServices, type IoVolume, type LowerAnswer, type LowerCall, type LowerDevice, type Operation, type ResolvedPath } from '../../engine/index.ts';
import {
  IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_LOCK_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE,
  IRP_MJ_MDL_WRITE_COMPLETE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_PNP, IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_SECURITY,
  IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_SET_EA,
  IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_SHUTDOWN, IRP_MJ_VOLUME_DISMOUNT, IRP_MJ_VOLUME_MOUNT, IRP_MJ_WRITE, STATUS_FILE_DELETED, STATUS_INVALID_DEVICE_REQUEST, STATUS_NOT_SAME_DEVICE,
  STATUS_NO_SUCH_DEVICE, STATUS_SUCCESS, STATUS_VOLUME_DISMOUNTED,
} from '../../nt/values.generated.ts';
import { cleanup } from './cleanup.ts';
import { close, closeHandle } from './close.ts';
import type { FillUnknown } from './contents.ts';
import { create } from './create.ts';
import { directoryControl } from './directoryControl.ts';
import { deviceControl } from './deviceControl.ts';
import { modelErrors } from './errors.ts';
import { queryEa, setEa } from './extendedAttributes.ts';
import { checkIfPossible, mdlComplete, mdlRead, networkQueryOpen, prepareMdlWrite, queryOpen } from './fastIo.ts';
import { flush } from './flush.ts';
import { fsControl } from './fsControl.ts';
import { acquireForCacheFlush, acquireForModifiedPageWriter, acquireForSection, release } from './fsFilter.ts';
import { lockControl } from './lockControl.ts';
import { joinPath, parseName } from './names.ts';
import { LastPath, pathOf, type Handle, type Link, type ModelStream, type ShownBy } from './nodes.ts';
import { dropHandle, makeHandle, widen } from './openHandle.ts';
import { writeBehind, type PageIo } from './pageCache.ts';
import { queryInformation } from './queryInformation.ts';
import { complete, decline, ModelRequest, type Handler, type ModelServices } from './request.ts';
import { querySecurity, setSecurity } from './security.ts';
import { setInformation } from './setInformation.ts';
import { read, write } from './transfer.ts';
import { ModelVolume, type VolumeDescriptionOfModel } from './volume.ts';
import { queryVolumeInformation, setVolumeInformation } from './volumeInformation.ts';

export interface ModelFileSystemOptions {
  /** Reads an assumption: whether `assumption` is set to `word`. */
  readonly is: (assumption: string, word: string) => boolean;
  /** 100 ns ticks since 1601. */
  readonly now: () => bigint;
  /** A pended request is over: the host calls `Engine.completeLower`. */
  readonly complete: (operation: Operation, status: number, information: number) => void;
  /** Fills bytes of a read that nobody recorded; absent: they are left alone. */
  readonly fillUnknown?: FillUnknown;
  /** Sends paging I/O from the top of the stack; absent: there is no cache, cached requests reach the disk at once. */
  readonly pageIo?: PageIo;
}

/** An open handle, as far as a recording shows it. */
export interface AdoptedOpen {
  /** In its volume; empty for the volume itself. */
  readonly path: string;
  /** The rights it must have had for what was done with it. */
  readonly access: number;
  /** FILE_SHARE_* */
  readonly share: number;
  /** FILE_* create options, as far as known. */
  readonly options: number;
  readonly shownBy: ShownBy;
}

/** Where a create that ended in STATUS_REPARSE has to go on. */
interface ReparseTarget {
  readonly tag: number;
  /** Full device path; null for tags that are no name surrogates. */
  readonly target: string | null;
}

const dispatchTable: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [IRP_MJ_CREATE, create],
  [IRP_MJ_CLEANUP, cleanup],
  [IRP_MJ_CLOSE, close],
  [IRP_MJ_READ, read],
  [IRP_MJ_WRITE, write],
  [IRP_MJ_QUERY_INFORMATION, queryInformation],
  [IRP_MJ_SET_INFORMATION, setInformation],
  [IRP_MJ_QUERY_EA, queryEa],
  [IRP_MJ_SET_EA, setEa],
  [IRP_MJ_FLUSH_BUFFERS, flush],
  [IRP_MJ_QUERY_VOLUME_INFORMATION, queryVolumeInformation],
  [IRP_MJ_SET_VOLUME_INFORMATION, setVolumeInformation],
  [IRP_MJ_DIRECTORY_CONTROL, directoryControl],
  [IRP_MJ_FILE_SYSTEM_CONTROL, fsControl],
  [IRP_MJ_DEVICE_CONTROL, deviceControl],
  [IRP_MJ_SHUTDOWN, () => complete(STATUS_SUCCESS)],
  [IRP_MJ_LOCK_CONTROL, lockControl],
  [IRP_MJ_QUERY_SECURITY, querySecurity],
  [IRP_MJ_SET_SECURITY, setSecurity],
  [IRP_MJ_PNP, () => complete(STATUS_SUCCESS)],
  [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, acquireForSection],
  [IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, release],
  [IRP_MJ_ACQUIRE_FOR_MOD_WRITE, acquireForModifiedPageWriter],
  [IRP_MJ_RELEASE_FOR_MOD_WRITE, release],
  [IRP_MJ_ACQUIRE_FOR_CC_FLUSH, acquireForCacheFlush],
  [IRP_MJ_RELEASE_FOR_CC_FLUSH, release],
  [IRP_MJ_QUERY_OPEN, queryOpen],
  [IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, checkIfPossible],
  [IRP_MJ_NETWORK_QUERY_OPEN, networkQueryOpen],
  [IRP_MJ_MDL_READ, mdlRead],
  [IRP_MJ_MDL_READ_COMPLETE, mdlComplete],
  [IRP_MJ_PREPARE_MDL_WRITE, prepareMdlWrite],
  [IRP_MJ_MDL_WRITE_COMPLETE, mdlComplete],
  [IRP_MJ_VOLUME_MOUNT, () => complete(STATUS_SUCCESS)],
  [IRP_MJ_VOLUME_DISMOUNT, () => complete(STATUS_SUCCESS)],
]);

/** What still works on a volume that is gone (VOL-003), and what looks at the state itself. */
const worksAfterDismount: ReadonlySet<number> = new Set([
  IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_VOLUME_DISMOUNT,
]);
/** What is asked of a file that is gone: FSCTLs look for themselves (an object id asks about the file, not the stream). */
const worksAfterDeletion: ReadonlySet<number> = new Set([...worksAfterDismount, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_CC_FLUSH]);

/** Entry points that a file system without fast I/O leaves out. */
const fastIoMajors: ReadonlySet<number> = new Set([
  IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE, IRP_MJ_PREPARE_MDL_WRITE,
  IRP_MJ_MDL_WRITE_COMPLETE,
]);

export class ModelFileSystem implements LowerDevice, FileSystemServices {
  listener: FileSystemListener | null = null;
  readonly #options: ModelFileSystemOptions;
  readonly #services: ModelServices;
  readonly #volumes = new Map<string, ModelVolume>();
  readonly #reparses = new WeakMap<FILE_OBJECT, ReparseTarget>();
  readonly #waiting = new Map<Operation, ModelRequest>();
  #ready: { readonly request: ModelRequest; readonly recheck: boolean }[] = [];

  constructor(options: ModelFileSystemOptions) {
    this.#options = options;
    this.#services = {
      is: options.is, now: options.now, fillUnknown: options.fillUnknown ?? null, pageIo: options.pageIo ?? null,
      volume: (name) => this.#volumes.get(name),
      handleOf: (fileObject) => (fileObject === null ? null : (this.#handle(fileObject) ?? null)),
      opened: (handle, volume) => this.#opened(handle, volume),
      closed: (handle) => this.#closed(handle),
      finish: (request, status, information) => this.#finish(request, status, information),
      runLater: (request, recheck) => void this.#ready.push({ request, recheck }),
      reparsed: (fileObject, tag, target) => void this.#reparses.set(fileObject, { tag, target }),
    };
  }

  // -- Volumes ---------------------------------------------------------------------------------------------------------------

  /** Mounts a volume. One that is gone may be mounted again under its name: it is another volume then (VOL-052). */
  addVolume(description: VolumeDescriptionOfModel): ModelVolume {
    const present = this.#volumes.get(description.name);
    if (present !== undefined && present.state !== 'gone') throw modelErrors.volumeExists(description.name);
    const volume = new ModelVolume(description, this.#options.is, this.#options.now, () => this.listener);
    this.#volumes.set(description.name, volume);
    return volume;
  }

  volume(name: string): ModelVolume {
    const volume = this.#volumes.get(name);
    if (volume === undefined) throw modelErrors.noSuchVolume(name);
    return volume;
  }

  /** Every volume that was ever mounted. */
  get mounted(): Iterable<ModelVolume> {
    return this.#volumes.values();
  }

  /** Undefined where none of that name was ever mounted. */
  volumeIfAny(name: string): ModelVolume | undefined {
    return this.#volumes.get(name);
  }

  // -- Requests --------------------------------------------------------------------------------------------------------------

  dispatch(call: LowerCall): LowerAnswer {
    const fileObject = call.iopb.TargetFileObject;
    const handle = fileObject === null ? undefined : this.#handle(fileObject);
    // A file object stays with the volume it was opened on, also when another was mounted there since.
    const volume = this.#volumeOf(handle) ?? this.#volumes.get(call.volume.name);
    if (volume === undefined) return complete(STATUS_NO_SUCH_DEVICE);
    const request = new ModelRequest(this.#services, volume, call);
    const { major } = request;
    if (this.#refusedByDismount(volume, major)) return complete(STATUS_VOLUME_DISMOUNTED);
    if (handle?.stream.deleted === true && !worksAfterDeletion.has(major)) return complete(STATUS_FILE_DELETED);
    if (request.kind === 'fastio' && volume.refusedFastIo.has(major)) return decline;
    const handler = dispatchTable.get(major);
    if (handler === undefined) return complete(STATUS_INVALID_DEVICE_REQUEST);
    const answer = handler(request);
    if (answer.kind === 'pend') {
      request.keepParameters();
      this.#waiting.set(call.operation, request);
    }
    return answer;
  }

  /** VOL-003 */
  #refusedByDismount(volume: ModelVolume, major: number): boolean {
    return volume.state === 'gone' && !worksAfterDismount.has(major) && !this.#options.is('VOL-003', 'served');
  }

  #handle(fileObject: FILE_OBJECT): Handle | undefined {
    const open = fileSystemOpen(fileObject) as Handle | null;
    return open === null || open.system !== this ? undefined : open;
  }

  #volumeOf(handle: Handle | undefined): ModelVolume | undefined {
    return handle?.volume ?? undefined;
  }

  /** Whether a request was left pending and is not over. */
  isWaiting(operation: Operation): boolean {
    return this.#waiting.has(operation);
  }

  /** The engine completes the IRP with STATUS_CANCELLED when this answers true. */
  cancel(operation: Operation): boolean {
    const request = this.#waiting.get(operation);
    if (request === undefined) return false;
    request.cancelled = true;
    this.#waiting.delete(operation);
    this.#ready = this.#ready.filter((one) => one.request !== request);
    request.giveUp?.();
    return true;
  }

  /** Runs the oldest operation that has waited and may go on. False when there is none. */
  runReady(): boolean {
    const next = this.#ready.shift();
    if (next === undefined) return false;
    const { request, recheck } = next;
    const handler = dispatchTable.get(request.major);
    if (request.cancelled || handler === undefined) return true;
    request.checksOplocks = recheck;
    const answer = this.#refusedByDismount(request.volume, request.major) ? complete(STATUS_VOLUME_DISMOUNTED) : handler(request);
    if (answer.kind === 'complete') this.#finish(request, answer.status, answer.information);
    return true;
  }

  /** Whether an operation that has waited may go on now. */
  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  #finish(request: ModelRequest, status: number, information: number): void {
    if (request.cancelled || !this.#waiting.delete(request.operation)) return;
    this.#options.complete(request.operation, status, information);
  }

  readonly #lastPath = new LastPath();

  #opened(handle: Handle, volume: ModelVolume): void {
    handle.file.epoch = volume.epoch;
    handle.system = this;
    setFileSystemOpen(handle.fileObject, handle);
    volume.handles.add(handle);
    handle.volume = volume;
  }

  #closed(handle: Handle): void {
    handle.volume?.handles.delete(handle);
  }

  // -- Opens that a recording shows ------------------------------------------------------------------------------------------

  /** The open that makes a file object a handle; null where it is none. */
  handleOf(fileObject: FILE_OBJECT): Handle | null {
    return this.#handle(fileObject) ?? null;
  }

  /**
   * Makes a file object an open handle although its create was never seen, or was answered otherwise.
   *
   * The file must be there (`ModelVolume.shown.exists`); null where it is not, and no share access is checked. A handle that is open
   * already gets the rights it lacks.
   */
  adopt(fileObject: FILE_OBJECT, open: AdoptedOpen): Handle | null {
    const present = this.#handle(fileObject);
    if (present !== undefined && !present.closed) {
      widen(present, open.access);
      return present;
    }
    const volume = this.#volumes.get(fileObject.volume);
    if (volume === undefined) return null;
    const wholeVolume = open.path === '';
    const link = wholeVolume ? volume.wholeVolume : volume.find(open.path);
    const stream = wholeVolume ? link?.file.defaultStream : volume.findStream(open.path);
    if (link === null || stream === undefined || stream === null) return null;
    return this.#attach(volume, fileObject, open, link, stream, wholeVolume ? 'volume' : 'file');
  }

  /** As `adopt`, for a file that is open although it has no name any more, or none that could be written down. */
  adoptNameless(fileObject: FILE_OBJECT, open: AdoptedOpen, directory: boolean): Handle | null {
    const volume = this.#volumes.get(fileObject.volume);
    if (volume === undefined || this.#handle(fileObject) !== undefined) return null;
    const link = volume.shown.nameless(open.path, directory, open.shownBy);
    return this.#attach(volume, fileObject, open, link, link.file.defaultStream, 'file');
  }

  #attach(volume: ModelVolume, fileObject: FILE_OBJECT, open: AdoptedOpen, link: Link, stream: ModelStream, kind: Handle['kind']): Handle {
    const terms = { access: open.access, share: open.share, options: open.options, pagingFile: false, shownBy: open.shownBy };
    const handle = makeHandle(fileObject, terms, link, stream, open.path, kind);
    this.#opened(handle, volume);
    return handle;
  }

  /** Takes a handle back as though it had never been opened. False where there is none. */
  disown(fileObject: FILE_OBJECT): boolean {
    const handle = this.#handle(fileObject);
    if (handle === undefined) return false;
    this.#volumeOf(handle)?.notify.cleanup(fileObject);
    dropHandle(handle);
    this.#closed(handle);
    setFileSystemOpen(fileObject, null);
    return true;
  }

  /** The close of a handle will never be seen: it is taken for closed. */
  forget(fileObject: FILE_OBJECT): void {
    const handle = this.#handle(fileObject);
    if (handle === undefined || handle.closed) return;
    if (!handle.cleanedUp) dropHandle(handle);
    else closeHandle(handle, this.listener);
    this.#closed(handle);
  }

  /** Lets go of a request that waits: the host answers it by itself. False where it does not wait here. */
  abandon(operation: Operation): boolean {
    return this.cancel(operation);
  }

  /** The lazy writer: everything in the cache that is newer than the disk goes there. */
  writeBehind(): void {
    const { pageIo } = this.#options;
    if (pageIo === undefined) return;
    for (const volume of this.#volumes.values()) {
      for (const file of volume.files.values()) for (const { cache } of file.streams.values()) if (cache !== null) while (writeBehind(cache, pageIo));
    }
  }

  // -- Services --------------------------------------------------------------------------------------------------------------

  /** Where STATUS_REPARSE leads: full device path, with what stood behind the reparse point. Null where it leads to no name. */
  reparseTarget(fileObject: FILE_OBJECT): string | null {
    return this.#reparses.get(fileObject)?.target ?? null;
  }

  /** The tag a create met, for its TagData. */
  reparseTag(fileObject: FILE_OBJECT): number | null {
    return this.#reparses.get(fileObject)?.tag ?? null;
  }

  /** FIO-028: without an entry point the I/O manager builds an IRP at once and no filter sees a fast call. */
  offersFastIo({ name }: IoVolume, major: number): boolean {
    return this.#volumes.get(name)?.features.fastIo !== false || !fastIoMajors.has(major);
  }

  resolve(volumeName: string, path: string): ResolvedPath {
    return this.#resolve(volumeName, path, 0);
  }

  #resolve(volumeName: string, path: string, depth: number): ResolvedPath {
    const volume = this.#volumes.get(volumeName);
    const failed = (status: number): ResolvedPath => ({ status, volume: volumeName, path, shortName: null, exists: false, directory: false });
    if (volume === undefined) return failed(STATUS_NO_SUCH_DEVICE);
    if (volume.state !== 'mounted') return failed(STATUS_VOLUME_DISMOUNTED);
    if (path === '') return { status: STATUS_SUCCESS, volume: volumeName, path: '', shortName: null, exists: true, directory: false };
    const parsed = parseName(path, volume.features.streams);
    if (parsed.status !== STATUS_SUCCESS) return failed(parsed.status);
    const walk = volume.walk(volume.root, parsed, true);
    if (walk.status !== STATUS_SUCCESS) return failed(walk.status);
    const suffix = parsed.stream === '' ? '' : `:${parsed.stream}`;
    if (walk.reparse !== null) {
      const target = (walk.reparse.link.file.reparse?.target ?? '') + walk.reparse.rest.map((name) => `\\${name}`).join('') + suffix;
      // Sixty-four rounds, as for opens (GEN-012).
      return this.#isOn(volumeName, target) && depth < 64 ? this.#resolve(volumeName, target.slice(volumeName.length), depth + 1) : failed(STATUS_NOT_SAME_DEVICE);
    }
    if (walk.link === null) return { status: STATUS_SUCCESS, volume: volumeName, path: joinPath(walk.parent?.links[0]?.path ?? '\\', walk.name) + suffix, shortName: null, exists: false, directory: false };
    const stream = walk.link.file.stream(parsed.stream);
    const streamName = stream === undefined ? suffix : stream.name === '' ? '' : `:${stream.name}`;
    return {
      status: STATUS_SUCCESS, volume: volumeName, path: walk.link.path + streamName, shortName: walk.link.shortName, exists: stream !== undefined, directory: walk.link.file.directory && parsed.stream === '',
    };
  }

  #isOn(volumeName: string, devicePath: string): boolean {
    return devicePath.toUpperCase().startsWith(`${volumeName.toUpperCase()}\\`) || devicePath.toUpperCase() === volumeName.toUpperCase();
  }

  /** Where the file of a handle lies now; empty for the volume itself, and where there is no handle. */
  pathOf(fileObject: FILE_OBJECT): string {
    const handle = this.#handle(fileObject);
    return handle === undefined || handle.closed || handle.kind === 'volume' ? '' : this.#lastPath.of(handle);
  }

  locate(fileObject: FILE_OBJECT): FileLocation | null {
    const handle = this.#handle(fileObject);
    if (handle === undefined || handle.closed) return null;
    const { file, link, openedPath, stream } = handle;
    return {
      path: handle.kind === 'volume' ? '' : pathOf(handle), openedPath, shortName: link.shortName, stream: stream.fsContext, file, directory: file.directory && stream.name === '', pagingFile: file.pagingFile,
    };
  }

  tunneled(volumeName: string, directory: string, component: string): { readonly longName: string; readonly shortName: string | null } | null {
    const volume = this.#volumes.get(volumeName);
    const parent = volume?.find(directory)?.file;
    if (volume === undefined || parent === undefined) return null;
    const found = volume.tunnel.find(parent, component.replace(/:.*$/, ''), this.#options.now());
    return found === null ? null : { longName: found.longName, shortName: found.shortName };
  }

  supportsContexts(fileObject: FILE_OBJECT): ContextSupport {
    const handle = this.#handle(fileObject);
    const volume = this.#volumeOf(handle);
    if (handle === undefined || volume === undefined || handle.closed || handle.file.pagingFile) return none;
    return volume.contextSupport;
  }
}

const none: ContextSupport = { stream: false, streamHandle: false, file: false };
