/**
 * A file system of names only: it opens and closes, knows long and short names, hard links, junctions and tunneled pairs, and holds no
 * data. For tests of what the Filter Manager does with names and contexts.
 */
import type {
  ContextSupport, FileLocation, FileSystemListener, FileSystemServices, FILE_OBJECT, LowerAnswer, LowerCall, LowerDevice, ResolvedPath,
} from '../../../src-main/engine/index.ts';
import {
  FO_CLEANUP_COMPLETE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, STATUS_NOT_SAME_DEVICE, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS,
} from '../../../src-main/nt/values.generated.ts';

interface Stream {
  readonly file: object;
  readonly id: object;
}

interface Entry {
  /** Long path, case on disk. */
  path: string;
  shortName: string | null;
  readonly directory: boolean;
  readonly stream: Stream;
}

interface Open {
  readonly entry: Entry;
  readonly openedPath: string;
}

const fold = (text: string): string => text.toUpperCase();
const lastOf = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);
const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('\\')));

export class NamesOnlyFileSystem implements FileSystemServices, LowerDevice {
  listener: FileSystemListener | null = null;
  support: ContextSupport = { stream: true, streamHandle: true, file: true };
  /** Statuses of the next creates, oldest first; success when empty. */
  readonly createStatuses: number[] = [];
  readonly junctions = new Map<string, string>();
  readonly pagingFiles = new Set<string>();
  readonly #entries: Entry[] = [];
  readonly #open = new Map<FILE_OBJECT, Open>();
  readonly #tunneled = new Map<string, { readonly longName: string; readonly shortName: string | null }>();
  resolved = 0;

  constructor(paths: readonly string[] = []) {
    for (const path of paths) this.add(path);
  }

  add(path: string, options: { readonly shortName?: string; readonly linkTo?: string; readonly directory?: boolean; readonly streamOf?: string } = {}): void {
    for (let at = path.indexOf('\\', 1); at > 0; at = path.indexOf('\\', at + 1)) {
      const directory = path.slice(0, at);
      if (this.#find(directory) === undefined) this.#entries.push({ path: directory, shortName: null, directory: true, stream: { file: {}, id: {} } });
    }
    const linked = options.linkTo === undefined ? undefined : this.#find(options.linkTo)?.stream;
    const file = options.streamOf === undefined ? {} : (this.#find(options.streamOf)?.stream.file ?? {});
    this.#entries.push({ path, shortName: options.shortName ?? null, directory: options.directory ?? false, stream: linked ?? { file, id: {} } });
  }

  /** Renames a file or a directory with all in it, and tells. */
  rename(from: string, to: string): void {
    for (const entry of this.#entries) {
      if (fold(entry.path) === fold(from) || fold(entry.path).startsWith(`${fold(from)}\\`)) entry.path = to + entry.path.slice(from.length);
    }
    this.listener?.nameChanged('V1', from);
  }

  remove(path: string): void {
    const entry = this.#find(path);
    if (entry === undefined) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#tunneled.set(fold(path), { longName: lastOf(entry.path), shortName: entry.shortName });
    if (entry.shortName !== null) this.#tunneled.set(fold(`${parentOf(entry.path)}\\${entry.shortName}`.replace('\\\\', '\\')), { longName: lastOf(entry.path), shortName: entry.shortName });
    this.listener?.nameChanged('V1', path);
  }

  #find(path: string): Entry | undefined {
    const wanted = fold(path);
    return this.#entries.find((entry) => fold(entry.path) === wanted || (entry.shortName !== null && fold(`${parentOf(entry.path)}\\${entry.shortName}`.replace('\\\\', '\\')) === wanted));
  }

  resolve(volume: string, path: string): ResolvedPath {
    this.resolved++;
    const plain = path.replace(/(::|(?<=:[^\\:]*):)\$DATA$/i, '');
    const missing = (status: number): ResolvedPath => ({ status, volume, path: plain, shortName: null, exists: false, directory: false });
    if (plain === '\\' || plain === '') return { status: STATUS_SUCCESS, volume, path: plain, shortName: null, exists: true, directory: true };
    for (const [from, to] of this.junctions) if (fold(plain).startsWith(`${fold(from)}\\`)) return { ...missing(STATUS_NOT_SAME_DEVICE), volume: to };
    const entry = this.#find(plain);
    if (entry !== undefined) return { status: STATUS_SUCCESS, volume, path: entry.path, shortName: entry.shortName, exists: true, directory: entry.directory };
    const parent = parentOf(plain) === '\\' ? { path: '' } : this.#find(parentOf(plain));
    if (parent === undefined) return missing(STATUS_OBJECT_PATH_NOT_FOUND);
    return { ...missing(STATUS_SUCCESS), path: `${parent.path}\\${lastOf(plain)}` };
  }

  locate(fileObject: FILE_OBJECT): FileLocation | null {
    const open = this.#open.get(fileObject);
    if (open === undefined) return null;
    const { entry, openedPath } = open;
    return { path: entry.path, openedPath, shortName: entry.shortName, stream: entry.stream.id, file: entry.stream.file, directory: entry.directory, pagingFile: this.pagingFiles.has(entry.path) };
  }

  tunneled(_volume: string, directory: string, component: string): { readonly longName: string; readonly shortName: string | null } | null {
    return this.#tunneled.get(fold(`${directory === '\\' ? '' : directory.replace(/\\$/, '')}\\${component}`)) ?? null;
  }

  supportsContexts(): ContextSupport {
    return this.support;
  }

  dispatch({ operation, iopb }: LowerCall): LowerAnswer {
    const fileObject = iopb.TargetFileObject;
    const done = (status: number): LowerAnswer => ({ kind: 'complete', status, information: 0 });
    if (fileObject === null) return done(STATUS_SUCCESS);
    if (operation.major === IRP_MJ_CREATE) return done(this.createStatuses.shift() ?? this.#create(fileObject));
    if (operation.major === IRP_MJ_CLEANUP) fileObject.Flags |= FO_CLEANUP_COMPLETE;
    if (operation.major === IRP_MJ_CLOSE) this.#close(fileObject);
    return done(STATUS_SUCCESS);
  }

  #create(fileObject: FILE_OBJECT): number {
    const openedPath = fileObject.FileName.Buffer;
    const { status, exists, path } = this.resolve('V1', openedPath);
    if (status !== STATUS_SUCCESS) return status;
    if (!exists) this.add(path);
    const entry = this.#find(path);
    if (entry === undefined) return STATUS_OBJECT_NAME_NOT_FOUND;
    this.#open.set(fileObject, { entry, openedPath });
    return STATUS_SUCCESS;
  }

  #close(fileObject: FILE_OBJECT): void {
    const open = this.#open.get(fileObject);
    if (open === undefined) return;
    this.#open.delete(fileObject);
    const others = [...this.#open.values()].map(({ entry }) => entry.stream);
    const { id, file } = open.entry.stream;
    if (!others.some((other) => other.id === id)) this.listener?.streamFreed(id);
    if (!others.some((other) => other.file === file)) this.listener?.fileFreed(file);
  }
}
