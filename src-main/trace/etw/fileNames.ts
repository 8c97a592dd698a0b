/**
 * The path behind a file object or file key: what an operation that is no create works on.
 *
 * Source: etw-formats.md 11.2 and 11.4. The first pass learns what names keys and which handles were open before the trace began; in the second one file
 * objects are bound as creates come by and let go as they close. Without a first pass names come from the past only.
 */
import { dropOldest } from './dropOldest.ts';
import type { EtwFileEnd, EtwFileName, EtwFileNote, EtwFileStart } from './kernelEvent.ts';
import { fileStartTypes } from './kernelEvent.ts';
import { KeyNames } from './keyNames.ts';
import type { KeyFactKind, KeyName } from './keyNames.ts';
import { limits } from './limits.ts';
import type { EtwPointer } from './pointer.ts';

const { create, close, rename } = fileStartTypes;

/** What a file object stands for from its create, or its first appearance, to its close. */
interface OpenFile {
  /** Null where nothing named it yet: it was open before the trace began. */
  name: KeyName | null;
  key: EtwPointer;
  /** Source index of the create, or of the first appearance. */
  since: number;
}

/** A file object that was open before the trace began, and how long it stayed so. */
interface EarlierOpen {
  readonly key: EtwPointer;
  readonly since: number;
  until: number;
}

/** A create or rename that has not ended. */
interface Waiting {
  readonly start: EtwFileStart;
  newPath: string | null;
}

interface Renamed {
  readonly index: number;
  readonly name: KeyName;
}

/** `\FI_UNKNOWN` is the kernel's word for a name it does not know. */
const isName = (path: string | null): path is string => path !== null && path !== '' && path !== '\\FI_UNKNOWN';
const called = (path: string | null): KeyName | null => (isName(path) ? { path, stale: false } : null);

export class FileNames {
  readonly #keys = new KeyNames();
  readonly #open = new Map<EtwPointer, OpenFile>();
  readonly #waiting = new Map<EtwPointer, Waiting>();
  /** Of the first pass. */
  readonly #earlier = new Map<EtwPointer, EarlierOpen>();
  /** Of the second pass; null during the first, or where there is none. */
  #earlierNames: Map<EtwPointer, KeyName> | null = null;
  /** Handles other than the one that was used for a rename must hear of it as well. */
  readonly #renamed = new Map<EtwPointer, Renamed>();
  #dropped = false;

  /** True where something was not learned because a table was full. */
  get full(): boolean {
    return this.#dropped || this.#keys.full;
  }

  /** Ends the first pass: what was open before the trace began is named by all that is known now. */
  learned(): void {
    const names = new Map<EtwPointer, KeyName>();
    for (const [fileObject, { key, since, until }] of this.#earlier) {
      const name = this.#keys.at(key, since, until);
      if (name !== null) names.set(fileObject, name);
    }
    this.#earlierNames = names;
    this.#earlier.clear();
    this.#open.clear();
    this.#waiting.clear();
    this.#renamed.clear();
  }

  name(event: EtwFileName): void {
    if (isName(event.path)) this.#learn(event.fileKey, event.nameIs, event.sourceIndex, event.path);
  }

  #learn(key: EtwPointer, kind: KeyFactKind, index: number, path: string | null): void {
    if (key !== 0 && this.#earlierNames === null) this.#keys.learn(key, kind, index, path);
  }

  /** Takes in that an operation begins. Its own path is asked for before. */
  start(event: EtwFileStart): void {
    const { type, fileObject, fileKey, sourceIndex } = event;
    if (type === create) this.#create(event);
    else if (fileObject !== 0) this.#touch(event);
    else if (isName(event.path)) this.#learn(fileKey, 'opened', sourceIndex, event.path);
    if (type === rename) this.#wait(event);
    if (type === close) this.#close(fileObject, sourceIndex);
  }

  #create(event: EtwFileStart): void {
    const { fileObject, path, sourceIndex } = event;
    if (fileObject === 0) return;
    this.#close(fileObject, sourceIndex);
    this.#bind(fileObject, { name: called(path), key: 0, since: sourceIndex });
    this.#wait(event);
  }

  /** Learns which key belongs to a file object, and a path where a text form prints one. */
  #touch(event: EtwFileStart): void {
    const { fileObject, fileKey, path, sourceIndex } = event;
    let file = this.#open.get(fileObject);
    if (file === undefined) {
      file = { name: this.#earlierNames?.get(fileObject) ?? null, key: 0, since: sourceIndex };
      this.#bind(fileObject, file);
      if (this.#earlierNames === null && !this.#earlier.has(fileObject)) this.#remember(fileObject, fileKey, sourceIndex);
    }
    file.name ??= called(path);
    if (file.key === 0 && fileKey !== 0) {
      file.key = fileKey;
      if (file.name !== null) this.#learn(fileKey, 'opened', sourceIndex, file.name.path);
    }
  }

  #remember(fileObject: EtwPointer, key: EtwPointer, since: number): void {
    if (this.#earlier.size < limits.fileObjects) this.#earlier.set(fileObject, { key, since, until: Infinity });
    else this.#dropped = true;
  }

  #bind(fileObject: EtwPointer, file: OpenFile): void {
    // Addresses are used again, so that only a trace without closes, of very many files, comes here: the oldest go.
    if (this.#open.size >= limits.fileObjects) {
      dropOldest(this.#open);
      this.#dropped = true;
    }
    this.#open.set(fileObject, file);
  }

  #close(fileObject: EtwPointer, index: number): void {
    this.#open.delete(fileObject);
    this.#earlierNames?.delete(fileObject);
    const earlier = this.#earlier.get(fileObject);
    if (earlier?.until === Infinity) earlier.until = index;
  }

  #wait(event: EtwFileStart): void {
    if (this.#waiting.size >= limits.running) this.#waiting.clear();
    this.#waiting.set(event.irp, { start: event, newPath: null });
  }

  note(event: EtwFileNote): void {
    const waiting = event.type === 80 ? this.#waiting.get(event.irp) : undefined;
    if (waiting !== undefined && isName(event.path)) waiting.newPath = event.path;
  }

  /** A create that failed has opened nothing, and a rename holds from its end on. */
  end(event: EtwFileEnd): void {
    const waiting = this.#waiting.get(event.irp);
    if (waiting === undefined) return;
    this.#waiting.delete(event.irp);
    const { start } = waiting;
    const file = this.#open.get(start.fileObject);
    const good = event.status < 0x8000_0000;
    if (start.type === create) {
      if (!good && file?.since === start.sourceIndex) this.#open.delete(start.fileObject);
    } else if (good) {
      this.#rename(start, file, waiting.newPath, event.sourceIndex);
    }
  }

  #rename(start: EtwFileStart, file: OpenFile | undefined, path: string | null, index: number): void {
    const old = path === null ? this.of(start.fileObject, start.fileKey, index) : null;
    const name = called(path) ?? (old === null ? null : { path: old.path, stale: true });
    this.#learn(start.fileKey, 'renamed', index, path);
    if (file !== undefined) file.name = name;
    if (start.fileKey === 0 || name === null) return;
    if (this.#renamed.size >= limits.fileObjects) this.#renamed.clear();
    this.#renamed.set(start.fileKey, { index, name });
  }

  /** The path of the file that an operation works on; null where nothing names it. */
  of(fileObject: EtwPointer, fileKey: EtwPointer, sourceIndex: number): KeyName | null {
    const file = fileObject === 0 ? undefined : this.#open.get(fileObject);
    const key = fileKey === 0 ? (file?.key ?? 0) : fileKey;
    const bound = file?.name ?? (file === undefined ? this.#earlierNames?.get(fileObject) : null) ?? null;
    if (bound === null) return key === 0 ? null : this.#keys.at(key, sourceIndex);
    const renamed = this.#renamed.size === 0 || key === 0 ? undefined : this.#renamed.get(key);
    return renamed !== undefined && file !== undefined && renamed.index > file.since ? renamed.name : bound;
  }
}
