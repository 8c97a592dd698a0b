/**
 * Files that filters have opened themselves: handles, references, and who is to give them back.
 *
 * GEN-003, GEN-010 of filter-manager-objects.md: CLEANUP comes with the last handle, CLOSE with the last reference, and both start
 * where the open did. OV-030, OV-062 and OV-063 are told from what is left.
 */
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Core } from '../core.ts';
import { hooksOf } from '../hooks.ts';
import type { Filter, Instance, Volume } from '../instance.ts';

/** One open that a driver made: FltCreateFile and its kin, ZwCreateFile and its kin. */
export class OpenFile {
  readonly fileObject: FILE_OBJECT;
  readonly volume: Volume;
  /** Null: opened from the top of the stack. */
  readonly initiator: Instance | null;
  readonly filter: Filter;
  handles = 0;
  /** References besides those of the handles. */
  references = 0;
  cleanedUp = false;
  closed = false;

  constructor(fileObject: FILE_OBJECT, volume: Volume, initiator: Instance | null, filter: Filter) {
    this.fileObject = fileObject;
    this.volume = volume;
    this.initiator = initiator;
    this.filter = filter;
  }

  get name(): string {
    const path = this.fileObject.FileName.Buffer;
    return `${this.fileObject.id} (${path === '' ? this.volume.name : path})`;
  }
}

interface HandleEntry {
  readonly file: OpenFile;
  /** Whose handle table it counts in. */
  readonly filter: Filter;
  open: boolean;
}

export class OpenFiles {
  readonly #core: Core;
  readonly #byFileObject = new WeakMap<FILE_OBJECT, OpenFile>();
  readonly #byHandle = new WeakMap<object, HandleEntry>();
  /** Not closed yet, oldest first. */
  readonly #open = new Set<OpenFile>();
  #made = 0;

  constructor(core: Core) {
    this.#core = core;
    hooksOf(core).files = { openThrough: (instance) => [...this.#open].filter((file) => file.initiator === instance).map(({ name }) => name) };
  }

  /** A printable name for the next file object of a filter's own. */
  nextId(filter: Filter): string {
    return `FILE_OBJECT(${filter.name}#${++this.#made})`;
  }

  /** Not closed yet, oldest first. */
  get open(): readonly OpenFile[] {
    return [...this.#open];
  }

  of(fileObject: FILE_OBJECT): OpenFile | undefined {
    return this.#byFileObject.get(fileObject);
  }

  opened(file: OpenFile): void {
    this.#byFileObject.set(file.fileObject, file);
    this.#open.add(file);
  }

  closed(file: OpenFile): void {
    file.closed = true;
    this.#open.delete(file);
  }

  makeHandle(file: OpenFile, filter: Filter): object {
    const handle = this.#core.newHandle('HANDLE');
    this.#byHandle.set(handle, { file, filter, open: true });
    file.handles++;
    this.#core.ledger.take(filter, 'handle', handle, `${handle.id} of ${file.name}`, this.#core.site());
    return handle;
  }

  /** The file behind an open handle. */
  byHandle(handle: unknown): OpenFile | null {
    if (typeof handle !== 'object' || handle === null) return null;
    const entry = this.#byHandle.get(handle);
    return entry?.open === true ? entry.file : null;
  }

  /** A handle that was closed before. */
  wasHandle(handle: unknown): boolean {
    return typeof handle === 'object' && handle !== null && this.#byHandle.get(handle)?.open === false;
  }

  /** Takes a handle out of use; the file it led to, or null when it is not open. */
  dropHandle(handle: object): OpenFile | null {
    const entry = this.#byHandle.get(handle);
    if (entry?.open !== true) return null;
    entry.open = false;
    entry.file.handles--;
    this.#core.ledger.giveBack(entry.filter, handle);
    return entry.file;
  }

  /** One reference more, by a filter. Other file objects are counted too, so that what was never given back can be told. */
  reference(fileObject: FILE_OBJECT, filter: Filter): void {
    const file = this.#byFileObject.get(fileObject);
    if (file === undefined) {
      this.#core.ledger.take(filter, 'other', fileObject, fileObject.id, this.#core.site());
      return;
    }
    file.references++;
    this.#core.ledger.take(filter, 'fileObject', fileObject, file.name, this.#core.site());
  }

  /** One reference less. False when nobody holds one. */
  dereference(fileObject: FILE_OBJECT, filter: Filter): boolean {
    const given = this.#core.ledger.giveBack(filter, fileObject);
    const file = this.#byFileObject.get(fileObject);
    if (file === undefined) return given;
    if (file.references === 0) return false;
    file.references--;
    return true;
  }
}

const all = new WeakMap<Core, OpenFiles>();

export function openFilesOf(core: Core): OpenFiles {
  let files = all.get(core);
  if (files === undefined) {
    files = new OpenFiles(core);
    all.set(core, files);
  }
  return files;
}

