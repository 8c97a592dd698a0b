/** The named things of a vector: threads, file objects, filters, instances, queues and scripts. */
import { assertExists } from '../../base/assert.ts';
import { FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN } from '../../nt/values.generated.ts';
import {
  createThread, FILE_OBJECT, instanceOf, type Engine, type EngineThread, type Filter, type FLT_CALLBACK_DATA, type Operation, type WorkItem,
} from '../../engine/index.ts';
import type { OperationLine, Script, Vector } from './vector.ts';
import { majorWord, VectorError } from './words.ts';

const defaultSubs: Readonly<Record<string, string>> = {
  DIRECTORY_CONTROL: 'QUERY_DIRECTORY', LOCK_CONTROL: 'LOCK', FILE_SYSTEM_CONTROL: '0', QUERY_INFORMATION: 'FileStandardInformation', SET_INFORMATION: 'FileRenameInformation',
  ACQUIRE_FOR_SECTION_SYNCHRONIZATION: 'SyncTypeOther',
};

/** A cancel-safe queue kept by a scripted filter: first in, first out. */
export interface ScriptedQueue {
  readonly id: string;
  readonly LockKind: 'mutex' | 'spinlock';
  readonly entries: FLT_CALLBACK_DATA[];
}

export class VectorWorld {
  readonly vector: Vector;
  readonly engine: Engine;
  /** The last return word that stands for no value. */
  unknownWord = '';
  readonly #threads = new Map<string, EngineThread>();
  readonly #fileObjects = new Map<string, FILE_OBJECT>();
  readonly #queues = new Map<string, ScriptedQueue>();
  /** CompleteCanceledIo of the queues; set by the runner. */
  onCanceled: (filter: string, data: FLT_CALLBACK_DATA) => void = () => undefined;

  constructor(vector: Vector, engine: Engine) {
    this.vector = vector;
    this.engine = engine;
  }

  thread(name: string): EngineThread {
    let thread = this.#threads.get(name);
    if (thread === undefined) {
      const number = 100 + this.#threads.size * 4;
      const kind = name.startsWith('W') ? 'worker' : name.startsWith('X') ? 'arbitrary' : 'requestor';
      thread = createThread({ name, tid: number, pid: kind === 'requestor' ? 1000 : 4, process: kind === 'requestor' ? 'app.exe' : 'System', kind });
      this.#threads.set(name, thread);
    }
    return thread;
  }

  /** `#n` routines first, for pre, post and scb. */
  script(filter: string, routine: string, operation: Operation | null): Script | undefined {
    const { scripts } = this.vector;
    const numbered = operation === null ? undefined : scripts.get(`${filter}.${routine}#${operation.index}`);
    return numbered ?? scripts.get(`${filter}.${routine}`);
  }

  filter(name: string): Filter {
    const filter = this.engine.filterByName(name);
    if (filter === undefined) throw new VectorError(`There is no filter ${name}.`);
    return filter;
  }

  /** The file object `fo1` of one operation line. */
  requestFileObject(line: OperationLine): FILE_OBJECT {
    const flags = this.vector.options.fileObjectFlags | (line.flags.has('SYNCFO') ? FO_SYNCHRONOUS_IO : 0) | (line.flags.has('DASD') ? FO_VOLUME_OPEN : 0);
    // A name, so that a create without DASD does not open the volume.
    return new FILE_OBJECT({ id: 'fo1', volume: 'V1', flags, name: line.flags.has('DASD') ? '' : '\\fo1' });
  }

  generatedFileObject(): FILE_OBJECT {
    return new FILE_OBJECT({ id: 'fo1', volume: 'V1' });
  }

  fileObject(name: string, operation: Operation | null): FILE_OBJECT | null {
    if (name === 'NULL') return null;
    if (name === 'fo1') return operation?.issued.TargetFileObject ?? this.generatedFileObject();
    let fileObject = this.#fileObjects.get(name);
    if (fileObject === undefined) {
      fileObject = new FILE_OBJECT({ id: name, volume: name === 'foV2' ? 'V2' : 'V1' });
      this.#fileObjects.set(name, fileObject);
    }
    return fileObject;
  }

  defaultSub(major: number): string | null {
    return defaultSubs[majorWord(major)] ?? null;
  }

  instanceHandle(name: string): object {
    for (const volume of this.engine.volumes) {
      const instance = volume.instances.find((one) => one.name === name);
      if (instance !== undefined) return instance.handle;
    }
    throw new VectorError(`There is no instance ${name}.`);
  }

  instanceWord(handle: unknown): string {
    return instanceOf(handle)?.name ?? 'NULL';
  }

  queuedItem(filter: string, name: string): WorkItem | undefined {
    return this.engine.workItems.find((item) => item.filter.name === filter && item.routine.name === name);
  }

  /** Queue Q of a filter, initialized at its first use. */
  queue(filter: string, name: string): ScriptedQueue {
    const key = `${filter}.${name}`;
    const known = this.#queues.get(key);
    if (known !== undefined) return known;
    const queue: ScriptedQueue = { id: name, LockKind: this.vector.options.mutexQueues.has(name) ? 'mutex' : 'spinlock', entries: [] };
    this.#queues.set(key, queue);
    const { entries } = queue;
    assertExists(this.engine.routines['FltCbdqInitialize'])(
      this.filter(filter).instances[0]?.handle, queue,
      (_queue: object, data: FLT_CALLBACK_DATA) => {
        entries.push(data);
        return 0;
      },
      (_queue: object, data: FLT_CALLBACK_DATA) => {
        entries.splice(entries.indexOf(data), 1);
      },
      (_queue: object, after: FLT_CALLBACK_DATA | null) => entries[after === null ? 0 : entries.indexOf(after) + 1] ?? null,
      () => undefined,
      () => undefined,
      (_queue: object, data: FLT_CALLBACK_DATA) => this.onCanceled(filter, data),
    );
    return queue;
  }
}
