/**
 * Which FILE_OBJECT a recorded operation belongs to.
 *
 * Process Monitor records neither file objects nor handles, so they are derived: a successful create opens one; other operations
 * belong to the open one with the same process and path, the same thread's newest first; cleanup ends the handle, close the
 * object. Where nothing fits, the file was opened before the trace began, or its create was filtered out: an object is assumed.
 */
import { FILE_OBJECT, type Operation } from '../engine/index.ts';
import { ntSuccess } from '../nt/ntStatus.ts';
import {
  FileRenameInformation, FileRenameInformationEx, FILE_NO_INTERMEDIATE_BUFFERING, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FO_CLEANUP_COMPLETE, FO_HANDLE_CREATED, FO_NO_INTERMEDIATE_BUFFERING,
  FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN, IRP_MJ_SET_INFORMATION, STATUS_REPARSE,
} from '../nt/values.generated.ts';
import type { NumberedOperation } from '../trace/record.ts';

export type FileObjectOrigin = 'derived' | 'assumed';

export interface DerivedFileObject {
  readonly fileObject: FILE_OBJECT;
  readonly origin: FileObjectOrigin;
  /** The create that was to open it and has not, although the recorded one has; null: it is open. */
  readonly opening: Operation | null;
}

interface OpenFile {
  readonly fileObject: FILE_OBJECT;
  readonly origin: FileObjectOrigin;
  readonly opening: Operation | null;
  readonly pid: number;
  readonly tid: number;
  key: string;
}

/** `C:\a\b.txt` lies on `C:` as `\a\b.txt`; a UNC path on `\Device\Mup`. */
export function splitPath(path: string | null): { volume: string; name: string } {
  const drive = /^([A-Za-z]:)(.*)$/s.exec(path ?? '');
  if (drive) return { volume: (drive[1] ?? '').toUpperCase(), name: drive[2] ?? '' };
  if (path?.startsWith('\\\\') === true) return { volume: '\\Device\\Mup', name: path.slice(1) };
  return { volume: 'C:', name: path ?? '' };
}

/** Device of a volume: `C:` is `\\Device\\HarddiskVolume3`. A recording has drive letters only, so the number is assumed from the letter. */
export const deviceName = (volume: string): string => (/^[A-Z]:$/.test(volume) ? `\\Device\\HarddiskVolume${volume.charCodeAt(0) - 64}` : volume);

/** The other way round, for people: `\\Device\\HarddiskVolume3` is `C:`. */
export function driveName(device: string): string {
  const number = Number(/^\\Device\\HarddiskVolume(\d+)$/.exec(device)?.[1] ?? 0);
  return number >= 1 && number <= 26 ? `${String.fromCharCode(64 + number)}:` : device;
}

const keyOf = (path: string | null): string => (path ?? '').toLowerCase();

const origins = new WeakMap<FILE_OBJECT, FileObjectOrigin>();

/** How a file object came to be; undefined for one that a driver or a test has made. */
export const fileObjectOrigin = (fileObject: FILE_OBJECT): FileObjectOrigin | undefined => origins.get(fileObject);

/** At most this many handles are remembered after their cleanup, waiting for the close: a filtered trace may never show it. */
const maximumCleaned = 65_536;

/** The full target path of a recorded rename; null for other operations. */
export function renameTarget(op: NumberedOperation): string | null {
  const informationClass = Number(op.detail['FileInformationClass'] ?? 0);
  const target = op.detail['FileName'] ?? op.detail['TargetName'];
  return (informationClass === FileRenameInformation || informationClass === FileRenameInformationEx) && typeof target === 'string' ? target : null;
}

export class FileObjects {
  #next = 1;
  /** By path: handles in order of their opening. */
  readonly #open = new Map<string, OpenFile[]>();
  readonly #cleaned = new Map<string, OpenFile[]>();
  #cleanedCount = 0;

  /** Before the operation is issued. */
  forOperation(op: NumberedOperation, pid: number): DerivedFileObject {
    const found = this.#objectFor(op, pid);
    origins.set(found.fileObject, found.origin);
    return found;
  }

  #objectFor(op: NumberedOperation, pid: number): DerivedFileObject {
    switch (op.major) {
      case IRP_MJ_CREATE:
      case IRP_MJ_NETWORK_QUERY_OPEN:
      case IRP_MJ_QUERY_OPEN:
        return { fileObject: this.#make(op), origin: 'derived', opening: null };
      case IRP_MJ_CLOSE:
        return this.#close(op, pid);
      default:
        return this.#find(op, pid) ?? this.#assume(op, pid);
    }
  }

  /** After the operation has been replayed: what the recorded result means for the handles. `opening`: the create, where it has not opened the file object. */
  afterOperation(op: NumberedOperation, pid: number, fileObject: FILE_OBJECT, opening: Operation | null): void {
    const success = op.status !== null && ntSuccess(op.status);
    if (op.major === IRP_MJ_CREATE && success && op.status !== STATUS_REPARSE) {
      fileObject.Flags |= FO_HANDLE_CREATED;
      this.#add(this.#open, { fileObject, origin: 'derived', opening, pid, tid: op.tid, key: keyOf(op.path) });
    } else if (op.major === IRP_MJ_CLEANUP) {
      this.#cleanup(op, fileObject);
    } else if (op.major === IRP_MJ_SET_INFORMATION && success) {
      this.#rename(op, fileObject);
    }
  }

  /** A second file object for the file of an operation: a slow query-open makes one of its own. */
  another(op: NumberedOperation): FILE_OBJECT {
    const fileObject = this.#make(op);
    origins.set(fileObject, 'derived');
    return fileObject;
  }

  #make(op: NumberedOperation): FILE_OBJECT {
    const { volume, name } = splitPath(op.path);
    const options = Number(op.detail['CreateOptions'] ?? 0);
    const synchronous = (options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)) !== 0;
    const flags =
      (synchronous ? FO_SYNCHRONOUS_IO : 0) | ((options & FILE_NO_INTERMEDIATE_BUFFERING) !== 0 ? FO_NO_INTERMEDIATE_BUFFERING : 0) | (name === '' ? FO_VOLUME_OPEN : 0);
    return new FILE_OBJECT({ id: `fo#${this.#next++}`, volume: deviceName(volume), name, flags });
  }

  #find(op: NumberedOperation, pid: number): DerivedFileObject | undefined {
    const files = this.#open.get(keyOf(op.path));
    return files?.findLast((file) => file.pid === pid && file.tid === op.tid) ?? files?.findLast((file) => file.pid === pid) ?? this.#cleanedFile(op);
  }

  /** Paging I/O goes on after the cleanup, and comes from other processes. */
  #cleanedFile(op: NumberedOperation): OpenFile | undefined {
    return this.#open.get(keyOf(op.path))?.at(-1) ?? this.#cleaned.get(keyOf(op.path))?.at(-1);
  }

  #assume(op: NumberedOperation, pid: number): DerivedFileObject {
    const fileObject = this.#make(op);
    fileObject.Flags |= FO_HANDLE_CREATED;
    const file: OpenFile = { fileObject, origin: 'assumed', opening: null, pid, tid: op.tid, key: keyOf(op.path) };
    this.#add(this.#open, file);
    return file;
  }

  #close(op: NumberedOperation, pid: number): DerivedFileObject {
    const key = keyOf(op.path);
    const cleaned = this.#cleaned.get(key);
    if (cleaned !== undefined && cleaned.length > 0) {
      const at = Math.max(0, cleaned.findIndex((file) => file.pid === pid));
      const [file] = cleaned.splice(at, 1);
      this.#cleanedCount--;
      if (cleaned.length === 0) this.#cleaned.delete(key);
      if (file !== undefined) return file;
    }
    const fileObject = this.#make(op);
    fileObject.Flags |= FO_HANDLE_CREATED | FO_CLEANUP_COMPLETE;
    return { fileObject, origin: 'assumed', opening: null };
  }

  #cleanup(op: NumberedOperation, fileObject: FILE_OBJECT): void {
    fileObject.Flags |= FO_CLEANUP_COMPLETE;
    const key = keyOf(op.path);
    const files = this.#open.get(key);
    const at = files?.findIndex((file) => file.fileObject === fileObject) ?? -1;
    if (files === undefined || at < 0) return;
    const [file] = files.splice(at, 1);
    if (files.length === 0) this.#open.delete(key);
    if (file === undefined) return;
    this.#add(this.#cleaned, file);
    if (++this.#cleanedCount > maximumCleaned) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [key, files] of this.#cleaned) {
      this.#cleaned.delete(key);
      this.#cleanedCount -= files.length;
      return;
    }
  }

  #rename(op: NumberedOperation, fileObject: FILE_OBJECT): void {
    const target = renameTarget(op);
    if (target === null) return;
    const key = keyOf(op.path);
    const files = this.#open.get(key);
    const file = files?.find((one) => one.fileObject === fileObject);
    if (files === undefined || file === undefined) return;
    this.#open.set(key, files.filter((one) => one !== file));
    file.key = keyOf(target);
    this.#add(this.#open, file);
  }

  #add(map: Map<string, OpenFile[]>, file: OpenFile): void {
    const files = map.get(file.key);
    if (files === undefined) map.set(file.key, [file]);
    else files.push(file);
  }
}
