/** The named things of a vector: volumes, filters, instances, handles, contexts, operations (rules 3, 4, 7 and 14). */
import {
  createThread, extendFileObject, FILE_OBJECT, filterOf, instanceOf, UNICODE_STRING, volumeOf, type Engine, type EngineThread, type FLT_CALLBACK_DATA, type Instance, type Irql, type Ref, type PFLT_FILTER, type Volume,
} from '../../engine/index.ts';
import type { Journal } from './journal.ts';
import { NotationError } from './lineReader.ts';
import { PendingCalls } from './pending.ts';
import { constantNamed, flagsOf } from './words.ts';
import type { Value } from './vector.ts';

/** A program's handle; it stands for its file object too. */
export class UserHandle {
  readonly name: string;
  readonly fileObject: FILE_OBJECT;
  readonly process: string;

  constructor(name: string, fileObject: FILE_OBJECT, process: string) {
    this.name = name;
    this.fileObject = fileObject;
    this.process = process;
  }
}

export interface NamedVolume {
  readonly name: string;
  /** `\Device\HarddiskVolume1` */
  readonly device: string;
  /** Null before it is mounted. */
  volume: Volume | null;
}

/** What the world remembers of a scripted filter beside its callbacks. */
export interface FilterSeat {
  readonly name: string;
  readonly handle: Ref<PFLT_FILTER | null>;
  /** Level of the filter's own thread (rule 15). */
  irql: Irql;
  topLevelIrp: unknown;
  /** Variables of the filter itself: `A.oplock`. */
  readonly objects: Map<string, object>;
}

/** A program's end of a port connection. */
export interface Connection {
  readonly name: string;
  readonly process: string;
  /** The filter's variable with the client port. */
  readonly clientPort: Ref<unknown>;
  /** Given to the filter as its connection cookie. */
  readonly cookie: unknown;
  /** The engine's own object; null when connecting failed. */
  client: unknown;
}

/** Where a call is made: whose code runs, and which operation it handles. */
export interface Scope {
  readonly filter: string | null;
  readonly data: FLT_CALLBACK_DATA | null;
}

export const outside: Scope = { filter: null, data: null };

export class World {
  readonly engine: Engine;
  readonly journal: Journal;
  readonly pending: PendingCalls;
  readonly volumes = new Map<string, NamedVolume>();
  readonly filters = new Map<string, FilterSeat>();
  readonly variables = new Map<string, unknown>();
  /** `last.…`: what the call just made left behind (rule 13). */
  last: Readonly<Record<string, unknown>> = {};
  /** The connection whose connect callback is running. */
  connecting: Connection | null = null;
  readonly connections: Connection[] = [];
  readonly #instances = new Map<string, Instance>();
  readonly #threads = new Map<string, EngineThread[]>();
  readonly #redirected = new WeakMap<FILE_OBJECT, string>();
  readonly #busy = new Set<EngineThread>();
  #processes = 0;

  constructor(engine: Engine, journal: Journal) {
    this.engine = engine;
    this.journal = journal;
    this.pending = new PendingCalls(journal);
  }

  // -- threads

  /** A thread of the process that no blocked call occupies. */
  thread(process: string, system = false): EngineThread {
    let threads = this.#threads.get(process);
    if (threads === undefined) {
      threads = [];
      this.#threads.set(process, threads);
      this.#processes++;
    }
    const free = threads.find((thread) => !this.#busy.has(thread));
    if (free !== undefined) return free;
    const [first] = threads;
    const tid = 1000 + this.#processes * 100 + threads.length * 4;
    const pid = system ? 4 : (first?.pid ?? 1000 + this.#processes * 4);
    const thread = createThread({
      tid, pid, process: system ? 'System' : process, kind: system ? 'system' : 'requestor', name: threads.length === 0 ? process : `${process}#${threads.length + 1}`,
      ...(first === undefined ? {} : { eprocess: first.eprocess }),
    });
    threads.push(thread);
    return thread;
  }

  /** The thread in which a filter's own calls run. */
  threadOfFilter(name: string): EngineThread {
    return this.thread(`Thread of ${name}`, true);
  }

  occupy(thread: EngineThread): void {
    this.#busy.add(thread);
  }

  free(thread: EngineThread): void {
    this.#busy.delete(thread);
  }

  // -- volumes, filters, instances

  volume(name: string): NamedVolume {
    const volume = this.volumes.get(name);
    if (volume === undefined) throw new NotationError(null, `there is no volume ${name}.`);
    return volume;
  }

  mounted(name: string): Volume {
    const { volume } = this.volume(name);
    if (volume === null) throw new NotationError(null, `volume ${name} is not mounted.`);
    return volume;
  }

  /** `V` for the engine's volume. */
  shortName(volume: { readonly name: string } | null | undefined): string | null {
    if (volume === null || volume === undefined) return null;
    for (const known of this.volumes.values()) if (known.device === volume.name) return known.name;
    return volume.name;
  }

  /** `"W:\f"` is on W, everything else on V (rule 14). */
  locate(path: string): { readonly volume: NamedVolume; readonly path: string } {
    const match = /^([A-Za-z_]\w*):(\\.*)?$/.exec(path);
    return match === null ? { volume: this.volume('V'), path } : { volume: this.volume(match[1] ?? ''), path: match[2] ?? '' };
  }

  /** With the volume's device name in front. */
  fullPath(path: string): string {
    if (path.startsWith('\\Device\\')) return path;
    const found = this.locate(path);
    return `${found.volume.device}${found.path}`;
  }

  seat(name: string): FilterSeat {
    const seat = this.filters.get(name);
    if (seat === undefined) throw new NotationError(null, `there is no filter ${name}.`);
    return seat;
  }

  /** A create that was redirected has opened its file on another volume. */
  openedOn(fileObject: FILE_OBJECT, volume: string): void {
    if (volume !== fileObject.volume) this.#redirected.set(fileObject, volume);
  }

  volumeOfFile(fileObject: FILE_OBJECT): string {
    return this.#redirected.get(fileObject) ?? fileObject.volume;
  }

  /** The keys of the oplock-key ECP of a create (OPL-003). */
  setOplockKeys(fileObject: FILE_OBJECT, key: string | null, parentKey: string | null): void {
    extendFileObject(fileObject, { oplockKey: key, parentOplockKey: parentKey });
  }

  connectionOf(cookie: unknown): Connection | null {
    return this.connections.find((connection) => connection.cookie === cookie) ?? null;
  }

  remember(handle: unknown): Instance | null {
    const instance = instanceOf(handle);
    if (instance === undefined) return null;
    const volume = this.shortName(instance.volume) ?? '';
    this.#instances.set(`${instance.filter.name}.${volume}.${instance.name}`, instance);
    this.#instances.set(`${instance.filter.name}.${volume}`, instance);
    return instance;
  }

  /** `A.V` is the only instance of A on V, `A.V.name` a named one; the last one of that name when none is attached. */
  instance(filter: string, volume: string, name: string | null): Instance | null {
    const attached = this.volume(volume).volume?.instances.filter((one) => one.filter.name === filter && (name === null || one.name === name)) ?? [];
    return attached[0] ?? this.#instances.get(name === null ? `${filter}.${volume}` : `${filter}.${volume}.${name}`) ?? null;
  }

  // -- names

  /** What a bare word stands for; undefined when it stands for nothing. */
  lookUp(word: string, scope: Scope): unknown {
    const [first = '', ...rest] = word.split('.');
    if (word === 'NULL') return null;
    if (word === 'TRUE') return true;
    if (word === 'FALSE') return false;
    if (first === 'O' && scope.data !== null) return rest[0] === 'fo' ? memberOf(scope.data.Iopb.TargetFileObject, rest.slice(1)) : memberOf(scope.data, rest);
    if (first === 'last') return memberOf(this.last, rest);
    if (this.variables.has(first)) return memberOf(this.variables.get(first), rest);
    const pending = this.pending.named(first);
    if (pending?.operation !== null && pending?.operation !== undefined) return memberOf(pending.operation.data, rest);
    if (this.filters.has(first)) return this.#ofFilter(first, rest);
    if (this.volumes.has(first)) return memberOf(this.mounted(first).handle, rest);
    return rest.length === 0 ? (constantNamed(word) ?? flagsOf(word)) : undefined;
  }

  #ofFilter(filter: string, [second, third, ...rest]: string[]): unknown {
    if (second === undefined) return this.seat(filter).handle.value;
    if (this.volumes.has(second)) {
      const named = this.instance(filter, second, third ?? null);
      if (named !== null) return memberOf(named.handle, rest);
      // `A.V.name` without such an instance: the member of the only one.
      const only = this.instance(filter, second, null);
      return only === null ? null : memberOf(only.handle, third === undefined ? [] : [third, ...rest]);
    }
    const { objects } = this.seat(filter);
    let object = objects.get(second);
    if (object === undefined) {
      object = { id: `${filter}.${second}` };
      objects.set(second, object);
    }
    return memberOf(object, third === undefined ? [] : [third, ...rest]);
  }

  /** The meaning of a value; a word that means nothing is an error of the vector. */
  evaluate(value: Value, scope: Scope = outside): unknown {
    if (value.kind !== 'word') return value.value;
    const found = this.lookUp(value.value, scope);
    if (found === undefined && !this.variables.has(value.value.split('.')[0] ?? '')) throw new NotationError(null, `“${value.text}” names nothing.`);
    return found;
  }

  /** The name a report shows for an object. */
  nameOf(object: unknown): string {
    for (const [name, value] of this.variables) if (value === object && value !== null && typeof value === 'object') return name;
    const instance = instanceOf(object);
    if (instance !== undefined) return `${instance.filter.name}.${this.shortName(instance.volume) ?? '?'}.${instance.name}`;
    const volume = volumeOf(object);
    if (volume !== undefined) return this.shortName(volume) ?? volume.name;
    const filter = filterOf(object);
    if (filter !== undefined) return filter.name;
    if (object instanceof FILE_OBJECT) return object.id;
    if (typeof object === 'object' && object !== null && 'id' in object) return String(object.id);
    return `(${typeof object})`;
  }
}

/** Follows members: `Iopb.TargetInstance`. `name` is the name of an instance or a volume, `fo` a file object. */
export function memberOf(object: unknown, path: readonly string[]): unknown {
  let current: unknown = object instanceof UserHandle && path.length > 0 ? object.fileObject : object;
  for (const part of path) {
    if (current === null || current === undefined) return undefined;
    if (part === 'name') {
      const named = instanceOf(current) ?? volumeOf(current) ?? filterOf(current);
      if (named !== undefined) {
        current = named.name;
        continue;
      }
    }
    current = (current as Readonly<Record<string, unknown>>)[part];
  }
  return current;
}

/** Text of a UNICODE_STRING, bare value of a LARGE_INTEGER; other values as they are. */
export function plain(value: unknown): unknown {
  if (value instanceof UNICODE_STRING) return value.Buffer;
  if (value instanceof UserHandle) return value.fileObject;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null) {
    if ('QuadPart' in value && typeof value.QuadPart === 'bigint') return Number(value.QuadPart);
    if ('Buffer' in value && typeof value.Buffer === 'string') return value.Buffer;
  }
  return value;
}
