/**
 * Names, streams and context support for a replay: what the recording knows of the files it speaks of.
 *
 * A recording has one name for an operation: long, short and opened names are the same, and whether a file exists is not known. What is
 * derived from it: which file objects are open, which of them share a stream, and when its last one is closed. Assumed: page files by
 * their names, no hard links, no junctions, no tunneling.
 */
import type { ContextSupport, FileLocation, FileSystemListener, FileSystemServices, FILE_OBJECT, LowerAnswer, LowerCall, LowerDevice, Operation, ResolvedPath } from '../engine/index.ts';
import { ntSuccess } from '../nt/ntStatus.ts';
import {
  FileRenameInformation, FileRenameInformationEx, FILE_DIRECTORY_FILE, FO_VOLUME_OPEN, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_SET_INFORMATION, STATUS_REPARSE,
  STATUS_SUCCESS,
} from '../nt/values.generated.ts';

/** What the replay around it knows. */
export interface RecordedNamesHost {
  /** The operation whose callback runs. */
  current(): Operation | null;
  /** Path within its volume that the recording has for an operation; null for one that is not in it. */
  pathOf(operation: Operation): string | null;
  /** The file object was open before the recording began. */
  wasOpen(fileObject: FILE_OBJECT): boolean;
  /** Target path of a recorded rename within its volume; null for other operations. */
  renameTarget(operation: Operation): string | null;
}

/** A stream or a file, with its opens counted. */
interface Counted {
  key: string;
  readonly id: object;
  opens: number;
}

interface Stream extends Counted {
  readonly file: Counted;
}

interface Open {
  readonly volume: string;
  path: string;
  openedPath: string;
  stream: Stream;
  directory: boolean;
}

const noSupport: ContextSupport = { stream: false, streamHandle: false, file: false };
const fullSupport: ContextSupport = { stream: true, streamHandle: true, file: true };
const pageFile = /^\\(?:pagefile|swapfile|hiberfil)\.sys$/i;

export class RecordedNames implements FileSystemServices {
  listener: FileSystemListener | null = null;
  readonly #host: RecordedNamesHost;
  readonly #open = new WeakMap<FILE_OBJECT, Open>();
  readonly #closed = new WeakSet<FILE_OBJECT>();
  readonly #streams = new Map<string, Stream>();
  readonly #files = new Map<string, Counted>();

  constructor(host: RecordedNamesHost) {
    this.#host = host;
  }

  /** The device with its answers noted. */
  over(device: LowerDevice): LowerDevice {
    return {
      ...device,
      dispatch: (call) => {
        const answer = device.dispatch(call);
        this.#answered(call, answer);
        return answer;
      },
    };
  }

  resolve(volume: string, path: string): ResolvedPath {
    return { status: STATUS_SUCCESS, volume, path, shortName: null, exists: true, directory: path === '' || path.endsWith('\\') };
  }

  locate(fileObject: FILE_OBJECT): FileLocation | null {
    const open = this.#openOf(fileObject);
    if (open === null) return null;
    // The recording's own name of the operation under way is newer than the one the file was opened by.
    const path = this.#recordedPath(fileObject) ?? open.path;
    const { stream, directory, openedPath } = open;
    return { path, openedPath: path === open.path ? openedPath : path, shortName: null, stream: stream.id, file: stream.file.id, directory, pagingFile: pageFile.test(path) };
  }

  #recordedPath(fileObject: FILE_OBJECT): string | null {
    const operation = this.#host.current();
    return operation?.iopb.TargetFileObject === fileObject ? this.#host.pathOf(operation) : null;
  }

  tunneled(): null {
    return null;
  }

  supportsContexts(fileObject: FILE_OBJECT): ContextSupport {
    return (fileObject.Flags & FO_VOLUME_OPEN) !== 0 ? noSupport : fullSupport;
  }

  #openOf(fileObject: FILE_OBJECT): Open | null {
    const open = this.#open.get(fileObject);
    if (open !== undefined) return open;
    if (this.#closed.has(fileObject) || !this.#host.wasOpen(fileObject)) return null;
    return this.#add(fileObject, false);
  }

  #add(fileObject: FILE_OBJECT, directory: boolean): Open {
    const path = this.#recordedPath(fileObject) ?? fileObject.FileName.Buffer;
    const open: Open = { volume: fileObject.volume, path, openedPath: path, stream: this.#streamAt(fileObject.volume, path), directory };
    this.#open.set(fileObject, open);
    return open;
  }

  /** One more open of the stream with this name, and of its file. */
  #streamAt(volume: string, path: string): Stream {
    const colon = path.lastIndexOf(':');
    const key = keyOf(volume, path);
    const fileKey = keyOf(volume, colon > path.lastIndexOf('\\') ? path.slice(0, colon) : path);
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const file = this.#files.get(fileKey) ?? { key: fileKey, id: Object.freeze({ id: `file ${path}` }), opens: 0 };
      this.#files.set(fileKey, file);
      stream = { key, id: Object.freeze({ id: `stream ${path}` }), file, opens: 0 };
      this.#streams.set(key, stream);
    }
    stream.opens++;
    stream.file.opens++;
    return stream;
  }

  #answered({ operation, iopb }: LowerCall, answer: LowerAnswer): void {
    const fileObject = iopb.TargetFileObject;
    if (fileObject === null) return;
    switch (operation.major) {
      case IRP_MJ_CREATE: return this.#created(fileObject, answer, Number(iopb.Parameters.Create['Options'] ?? 0));
      case IRP_MJ_CLOSE: return this.#close(fileObject);
      case IRP_MJ_DIRECTORY_CONTROL: return this.#listed(fileObject);
      case IRP_MJ_SET_INFORMATION: return this.#renamed(operation, fileObject, answer, Number(iopb.Parameters.SetFileInformation['FileInformationClass'] ?? 0));
    }
  }

  #created(fileObject: FILE_OBJECT, answer: LowerAnswer, options: number): void {
    // A create that waits is assumed to succeed.
    const opened = answer.kind === 'pend' || (answer.kind !== 'decline' && ntSuccess(answer.status) && answer.status !== STATUS_REPARSE);
    if (opened && !this.#open.has(fileObject)) this.#add(fileObject, (options & FILE_DIRECTORY_FILE) !== 0);
  }

  #listed(fileObject: FILE_OBJECT): void {
    const open = this.#openOf(fileObject);
    if (open !== null) open.directory = true;
  }

  #renamed(operation: Operation, fileObject: FILE_OBJECT, answer: LowerAnswer, informationClass: number): void {
    if ((informationClass !== FileRenameInformation && informationClass !== FileRenameInformationEx) || answer.kind !== 'complete' || !ntSuccess(answer.status)) return;
    const target = this.#host.renameTarget(operation);
    const open = this.#openOf(fileObject);
    if (target === null || open === null) return;
    const from = open.path;
    open.path = target;
    // Stream and file keep their identity: later opens of the new name find them.
    move(this.#streams, open.stream, keyOf(open.volume, target));
    move(this.#files, open.stream.file, keyOf(open.volume, target));
    this.listener?.nameChanged(open.volume, from);
  }

  #close(fileObject: FILE_OBJECT): void {
    const open = this.#openOf(fileObject);
    this.#closed.add(fileObject);
    if (open === null) return;
    this.#open.delete(fileObject);
    const { stream } = open;
    const { file } = stream;
    if (--stream.opens === 0) {
      this.#streams.delete(stream.key);
      this.listener?.streamFreed(stream.id);
    }
    if (--file.opens > 0) return;
    this.#files.delete(file.key);
    this.listener?.fileFreed(file.id);
  }
}

const keyOf = (volume: string, path: string): string => `${volume}${path}`.toLowerCase();

function move<T extends Counted>(map: Map<string, T>, counted: T, key: string): void {
  if (map.get(counted.key) === counted) map.delete(counted.key);
  counted.key = key;
  map.set(key, counted);
}
