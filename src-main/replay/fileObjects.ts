/**
 * Which FILE_OBJECT a recorded operation belongs to.
 *
 * ETW and minispy record the address of the file object; it is the handle's name from create to close. Process Monitor records neither file objects
 * nor handles, so they are derived: a successful create opens one; other operations
 * belong to the open one with the same process and path, the same thread's newest first; cleanup ends the handle, close the
 * object. Where nothing fits, the file was opened before the trace began, or its create was filtered out: an object is assumed.
 */
import { FILE_OBJECT, type Operation } from '../engine/index.ts';
import { ntSuccess } from '../nt/ntStatus.ts';
import {
  FileRenameInformation, FileRenameInformationEx, FILE_NO_INTERMEDIATE_BUFFERING, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FO_CLEANUP_COMPLETE, FO_HANDLE_CREATED, FO_NO_INTERMEDIATE_BUFFERING,
  FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN, IRP_MJ_SET_INFORMATION, IRP_PAGING_IO, STATUS_REPARSE,
} from '../nt/values.generated.ts';
import type { NumberedOperation } from '../trace/record.ts';
import { addressOf, AddressedHandles, type Address } from './handles/addressedHandles.ts';
import { namesTarget } from './bytes/structureLayouts.ts';
import type { FileObjectOrigin, OpenFile } from './handles/openFile.ts';
import { PathHandles } from './handles/pathHandles.ts';
import { pathKey, splitPath } from './recordedPaths.ts';

export type { FileObjectOrigin } from './handles/openFile.ts';

export interface DerivedFileObject {
  readonly fileObject: FILE_OBJECT;
  readonly origin: FileObjectOrigin;
  /** The create that was to open it and has not, although the recorded one has; null: it is open. */
  readonly opening: Operation | null;
}


/** A FILE_OBJECT of the recording. How it came to be is no member that a driver could find. */
class RecordedFileObject extends FILE_OBJECT {
  #origin: FileObjectOrigin = 'derived';

  static originOf(fileObject: FILE_OBJECT): FileObjectOrigin | undefined {
    return #origin in fileObject ? fileObject.#origin : undefined;
  }

  static setOrigin(fileObject: FILE_OBJECT, origin: FileObjectOrigin): void {
    if (#origin in fileObject) fileObject.#origin = origin;
  }
}

/** How a file object came to be; undefined for one that a driver or a test has made. */
export const fileObjectOrigin = (fileObject: FILE_OBJECT): FileObjectOrigin | undefined => RecordedFileObject.originOf(fileObject);

/** What programs ask for by a handle: after the cleanup it must be another one, that was open before the recording began. */
const needsHandle = ({ major, irpFlags, kind }: NumberedOperation): boolean =>
  kind !== 'fsfilter' && (irpFlags & IRP_PAGING_IO) === 0 && (major === IRP_MJ_DIRECTORY_CONTROL || major === IRP_MJ_LOCK_CONTROL || major === IRP_MJ_FILE_SYSTEM_CONTROL || major === IRP_MJ_DEVICE_CONTROL);

/** At most this many open handles are remembered (a kilobyte each, with what the model keeps), and half as many after their cleanup, waiting for the close: a filtered trace may never show the end. */
const maximumHandles = 65_536;
const maximumCleaned = 32_768;

/** The full path that a recorded rename or hard link makes; null for other operations. */
export function targetPath(op: NumberedOperation): string | null {
  const target = op.detail['FileName'] ?? op.detail['TargetName'];
  return namesTarget(Number(op.detail['FileInformationClass'] ?? 0)) && typeof target === 'string' ? target : null;
}

const renames = ({ detail }: NumberedOperation): boolean => detail['FileInformationClass'] === FileRenameInformation || detail['FileInformationClass'] === FileRenameInformationEx;

/** A create whose end is not known is taken for one that succeeded: what is done with its file object later would have none. */
const mayHaveOpened = ({ status }: NumberedOperation): boolean => status === null || (ntSuccess(status) && status !== STATUS_REPARSE);

export class FileObjects {
  /** FO_* of a handle whose create is not in the recording (CPL-002). */
  assumedFlags = FO_SYNCHRONOUS_IO;
  #next = 1;
  readonly #open: PathHandles;
  readonly #cleaned: PathHandles;
  readonly #addressed: AddressedHandles;

  /** `forgotten`: its close, where there is one, will find another file object. */
  constructor(forgotten: (fileObject: FILE_OBJECT) => void = () => undefined) {
    const tell = ({ fileObject }: OpenFile): void => forgotten(fileObject);
    this.#open = new PathHandles(maximumHandles, tell);
    this.#cleaned = new PathHandles(maximumCleaned, tell);
    this.#addressed = new AddressedHandles(maximumHandles, tell);
  }

  /** Before the operation is issued. */
  forOperation(op: NumberedOperation, pid: number): DerivedFileObject {
    const found = this.#objectFor(op, pid, addressOf(op));
    RecordedFileObject.setOrigin(found.fileObject, found.origin);
    return found;
  }

  #objectFor(op: NumberedOperation, pid: number, address: Address | null): DerivedFileObject {
    switch (op.major) {
      case IRP_MJ_CREATE:
        // Whatever had the address is gone.
        if (address !== null) this.#addressed.unbind(address);
        return { fileObject: this.#make(op), origin: 'derived', opening: null };
      case IRP_MJ_NETWORK_QUERY_OPEN:
      case IRP_MJ_QUERY_OPEN:
        return { fileObject: this.#make(op), origin: 'derived', opening: null };
      case IRP_MJ_CLOSE:
        return address === null ? this.#close(op, pid) : (this.#addressed.find(address, op) ?? this.#assumeClosed(op));
      default:
        return (address === null ? this.#find(op, pid) : this.#addressed.find(address, op)) ?? this.#assume(op, pid, address);
    }
  }

  /** After the operation has been replayed: what the recorded result means for the handles. `opening`: the create, where it has not opened the file object. */
  afterOperation(op: NumberedOperation, pid: number, fileObject: FILE_OBJECT, opening: Operation | null): void {
    const address = addressOf(op);
    const success = op.status !== null && ntSuccess(op.status);
    if (op.major === IRP_MJ_CREATE && (address === null ? success && op.status !== STATUS_REPARSE : mayHaveOpened(op))) {
      fileObject.Flags |= FO_HANDLE_CREATED;
      this.#opened({ fileObject, origin: 'derived', opening, pid, tid: op.tid, key: pathKey(op.path) }, op, address);
    } else if (op.major === IRP_MJ_CLEANUP) {
      fileObject.Flags |= FO_CLEANUP_COMPLETE;
      if (address === null) this.#cleanup(op, pid, fileObject);
    } else if (op.major === IRP_MJ_CLOSE) {
      if (address !== null) this.#addressed.unbind(address);
    } else if (op.major === IRP_MJ_SET_INFORMATION && success) {
      this.#rename(op, pid, fileObject, address);
    }
  }

  #opened(file: OpenFile, op: NumberedOperation, address: Address | null): void {
    if (address === null) this.#open.add(file);
    else this.#addressed.bind(address, file, op);
  }

  /** A second file object for the file of an operation: a slow query-open makes one of its own. */
  another(op: NumberedOperation): FILE_OBJECT {
    const fileObject = this.#make(op);
    RecordedFileObject.setOrigin(fileObject, 'derived');
    return fileObject;
  }

  #make(op: NumberedOperation): FILE_OBJECT {
    const { device, name } = splitPath(op.path);
    const options = Number(op.detail['CreateOptions'] ?? 0);
    const synchronous = (options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) !== 0;
    const flags =
      (synchronous ? FO_SYNCHRONOUS_IO : 0) | ((options & FILE_NO_INTERMEDIATE_BUFFERING) !== 0 ? FO_NO_INTERMEDIATE_BUFFERING : 0) | (op.path !== null && name === '' ? FO_VOLUME_OPEN : 0);
    return new RecordedFileObject({ id: `fo#${this.#next++}`, volume: device, name, flags });
  }

  /** Paging I/O and its like go on after the cleanup, and come from other processes. */
  #find(op: NumberedOperation, pid: number): OpenFile | undefined {
    const key = pathKey(op.path);
    return this.#open.newestOf(key, pid, op.tid) ?? this.#open.newest(key) ?? (needsHandle(op) ? undefined : this.#cleaned.newest(key));
  }

  #assume(op: NumberedOperation, pid: number, address: Address | null): DerivedFileObject {
    const fileObject = this.#make(op);
    fileObject.Flags |= FO_HANDLE_CREATED | this.assumedFlags;
    const file: OpenFile = { fileObject, origin: 'assumed', opening: null, pid, tid: op.tid, key: pathKey(op.path) };
    this.#opened(file, op, address);
    return file;
  }

  #close(op: NumberedOperation, pid: number): DerivedFileObject {
    const file = this.#cleaned.oldestOf(pathKey(op.path), pid);
    if (file === undefined) return this.#assumeClosed(op);
    this.#cleaned.remove(file);
    return file;
  }

  #assumeClosed(op: NumberedOperation): DerivedFileObject {
    const fileObject = this.#make(op);
    fileObject.Flags |= FO_HANDLE_CREATED | FO_CLEANUP_COMPLETE;
    return { fileObject, origin: 'assumed', opening: null };
  }

  /** The open handle behind a file object that an operation was just given. */
  #openOf(op: NumberedOperation, pid: number, fileObject: FILE_OBJECT): OpenFile | undefined {
    const key = pathKey(op.path);
    const file = this.#open.newestOf(key, pid, op.tid) ?? this.#open.newest(key);
    return file?.fileObject === fileObject ? file : undefined;
  }

  #cleanup(op: NumberedOperation, pid: number, fileObject: FILE_OBJECT): void {
    const file = this.#openOf(op, pid, fileObject);
    if (file === undefined) return;
    this.#open.remove(file);
    this.#cleaned.add(file);
  }

  #rename(op: NumberedOperation, pid: number, fileObject: FILE_OBJECT, address: Address | null): void {
    const target = renames(op) ? targetPath(op) : null;
    if (target === null) return;
    if (address !== null) {
      this.#addressed.renamed(address, target);
      return;
    }
    const file = this.#openOf(op, pid, fileObject);
    if (file === undefined) return;
    this.#open.remove(file);
    file.key = pathKey(target);
    this.#open.add(file);
  }
}
