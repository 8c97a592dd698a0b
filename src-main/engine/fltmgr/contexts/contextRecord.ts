/**
 * One context: the object the driver writes on, and what the Filter Manager keeps beside it.
 *
 * CTX-013, CTX-035, CTX-051 of filter-manager-objects.md; driver-api-usage.md 5.9. The driver's object is a plain one: what it
 * writes are properties of its own. Only a read that finds none reaches the prototype, which knows whether the memory was ever
 * written (OV-041) or is freed (FV-132). So a context costs nothing once its fields are filled in.
 */
import type { CallSite, EventPoint } from '../../observer.ts';
import type { Filter, Instance, Volume } from '../instance.ts';
import { contextTypeName } from './contextType.ts';
import type { ContextDefinition } from './registration.ts';

/** What a fixed-size context reads as before it is written. */
export const contextMarker = 0xbad0_c0de;

/** How a reference came about. `old`: given back through OldContext. */
export type ReferenceOrigin = 'allocate' | 'get' | 'reference' | 'old';

export interface ContextReference {
  readonly origin: ReferenceOrigin;
  readonly routine: string;
  readonly site: CallSite | null;
  /** Operation during which it was taken, if any. */
  readonly operation: number | null;
  /** The last event before it; null where nobody numbers events. */
  readonly point: EventPoint | null;
}

/** A step in a context's life. */
export interface ContextStep {
  readonly what: 'allocated' | 'linked' | 'unlinked' | 'referenced' | 'released' | 'freed';
  /** The routine, or the reason where the Filter Manager did it. */
  readonly by: string;
  /** Afterwards. */
  readonly count: number;
  readonly site: CallSite | null;
  readonly operation: number | null;
  /** The last event before it; null where nobody numbers events. */
  readonly point: EventPoint | null;
}

/** A field has another value than at the step before. */
export interface ContextFieldChange {
  readonly field: string;
  /** As text; null: there was none. */
  readonly from: string | null;
  readonly to: string | null;
  /** The step before, and the one at which it was seen: it was written between them. Null: at neither, only now. */
  readonly after: ContextStep | null;
  readonly before: ContextStep | null;
}

/** How values are written down; null: nobody asks for the history of fields. */
let textOfField: ((value: unknown) => string) | null = null;

/**
 * Fields of contexts are compared from step to step of their lives from here on.
 *
 * A driver gets a context, writes into it and releases it; writing itself is seen by nobody, as the object is a plain one.
 */
export function noteContextFields(textOf: ((value: unknown) => string) | null): void {
  textOfField = textOf;
}

/** What a context is linked to. */
export interface ContextLink {
  /** Volume, instance, file, stream, file object, transaction or section. */
  readonly target: object;
  /** The filter for volume contexts, otherwise the instance. */
  readonly owner: Filter | Instance;
  /** Printable. */
  readonly label: string;
  /** Path when it was linked, for contexts of files. */
  readonly path: { readonly volume: Volume; readonly path: string } | null;
}

/** `cleaning`: its cleanup callback runs; `dying`: the count is 0 and a work item will clean it up. */
export type ContextState = 'live' | 'dying' | 'cleaning' | 'freed';

/** Steps that are remembered of each context. */
const maximumHistory = 64;
/** Fields that are compared. */
const maximumFields = 64;

export class ContextRecord {
  readonly label: string;
  readonly type: number;
  readonly filter: Filter;
  readonly definition: ContextDefinition;
  readonly size: number;
  readonly paged: boolean;
  readonly object: object;
  count = 1;
  state: ContextState = 'live';
  link: ContextLink | null = null;
  /** Of the link it has or had last. */
  owner: Filter | Instance | null = null;
  /** It was linked once and is not any more. */
  unlinked = false;
  /** References of the filter, newest last; the link's is not among them. */
  readonly references: ContextReference[] = [];
  readonly history: ContextStep[] = [];
  /** Null: not noted. */
  changes: ContextFieldChange[] | null = null;
  #fields: ReadonlyMap<string, string> = new Map();
  #compared: ContextStep | null = null;

  constructor(number: number, type: number, filter: Filter, definition: ContextDefinition, size: number, paged: boolean, object: object) {
    this.label = `${contextTypeName(type)}#${number}`;
    this.type = type;
    this.filter = filter;
    this.definition = definition;
    this.size = size;
    this.paged = paged;
    this.object = object;
    recordByObject.set(object, this);
  }

  note(step: ContextStep): void {
    if (this.history.length === maximumHistory) this.history.shift();
    this.history.push(step);
    if (textOfField !== null && step.what !== 'freed') this.#compare(textOfField, step);
  }

  /** What was noted, and what differs now from the last step; null where nothing was noted. */
  changesUpToNow(): readonly ContextFieldChange[] | null {
    if (this.changes === null || textOfField === null || this.state === 'freed') return this.changes;
    return [...this.changes, ...this.#differences(this.#fieldTexts(textOfField), null)];
  }

  #compare(textOf: (value: unknown) => string, step: ContextStep): void {
    const changes = (this.changes ??= []);
    const texts = this.#fieldTexts(textOf);
    // What is there when noting begins was written before.
    if (this.#compared !== null || step.what === 'allocated') changes.push(...this.#differences(texts, step));
    if (changes.length > maximumHistory) changes.splice(0, changes.length - maximumHistory);
    this.#fields = texts;
    this.#compared = step;
  }

  #fieldTexts(textOf: (value: unknown) => string): ReadonlyMap<string, string> {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(this.object)).slice(0, maximumFields);
    return new Map(properties.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, textOf(value)] as const])));
  }

  #differences(now: ReadonlyMap<string, string>, before: ContextStep | null): ContextFieldChange[] {
    const after = this.#compared;
    const changed = [...now].flatMap(([field, to]) => (this.#fields.get(field) === to ? [] : [{ field, from: this.#fields.get(field) ?? null, to, after, before }]));
    const gone = [...this.#fields].flatMap(([field, from]) => (now.has(field) ? [] : [{ field, from, to: null, after, before }]));
    return [...changed, ...gone];
  }
}

const recordByObject = new WeakMap<object, ContextRecord>();

/** The record behind what a driver passes as a context; undefined for anything else. */
export const contextOf = (object: unknown): ContextRecord | undefined => (typeof object === 'object' && object !== null ? recordByObject.get(object) : undefined);

/** What contexts of allocated memory ask of the engine they belong to. */
export interface ContextReads {
  /** A field was read that nobody has written. */
  unwritten(record: ContextRecord, field: string): void;
  /** A freed context was read or written. */
  freed(record: ContextRecord, field: string): void;
}

/** Shown in messages; conversions to text are no reads of the memory. */
const base = Object.create(Object.prototype, {
  toString: { value(this: object): string { return recordByObject.get(this)?.label ?? 'context'; }, writable: true },
  toJSON: { value(this: object): unknown { return { ...this }; }, writable: true },
}) as object;

const isField = (key: string | symbol): key is string => typeof key === 'string' && !(key in base);

function prototypeFor(onRead: (record: ContextRecord, field: string) => unknown, onWrite: ((record: ContextRecord, field: string) => void) | null): object {
  return new Proxy(base, {
    get(target, key, receiver: object) {
      const record = recordByObject.get(receiver);
      return record === undefined || !isField(key) ? Reflect.get(target, key, receiver) : onRead(record, key);
    },
    ...(onWrite === null ? {} : {
      set(_target, key, value, receiver: object) {
        const record = recordByObject.get(receiver);
        if (record !== undefined && isField(key)) onWrite(record, key);
        return Reflect.defineProperty(receiver, key, { value: value as unknown, writable: true, enumerable: true, configurable: true });
      },
    }),
  });
}

/** Zeroed memory: a field nobody has written is 0. */
const zeroes = prototypeFor(() => 0, null);

/** Makes the objects drivers get, and takes their contents away when they are freed. */
export class ContextMemory {
  readonly #poisoned: object;
  readonly #freed: object;

  constructor(reads: ContextReads) {
    this.#poisoned = prototypeFor((record, field) => {
      reads.unwritten(record, field);
      return contextMarker;
    }, null);
    const dead = (record: ContextRecord, field: string): undefined => {
      reads.freed(record, field);
      return undefined;
    };
    this.#freed = prototypeFor(dead, dead);
  }

  /** Contents are undefined (a marker) unless `zeroed`. */
  make(zeroed: boolean): object {
    return Object.create(zeroed ? zeroes : this.#poisoned) as object;
  }

  /** RtlZeroMemory over the whole context. */
  static zero(object: object): void {
    if (!Object.isExtensible(object)) return;
    for (const key of Object.keys(object)) Reflect.deleteProperty(object, key);
    Object.setPrototypeOf(object, zeroes);
  }

  /** From here on every read is the use of freed memory. */
  free(object: object): void {
    if (!Object.isExtensible(object)) return;
    for (const key of Object.keys(object)) Reflect.deleteProperty(object, key);
    Object.setPrototypeOf(object, this.#freed);
  }
}
