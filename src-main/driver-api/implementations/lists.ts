/**
 * Linked lists: doubly linked, singly linked, interlocked.
 *
 * Source: wdm.h (InitializeListHead and its relatives, the checks of FatalListEntryError), ExInterlockedInsertTailList, SLIST_HEADER. The
 * locks of interlocked lists only mark intent: driver routines never run at the same time.
 */
import type { Routines } from '../services.ts';

/** An entry or the head of a list. `owner`: what CONTAINING_RECORD finds. */
export class LIST_ENTRY {
  Flink: LIST_ENTRY;
  Blink: LIST_ENTRY;
  readonly Owner?: object;

  constructor(owner?: object) {
    this.Flink = this;
    this.Blink = this;
    if (owner !== undefined && owner !== null) this.Owner = owner;
  }
}

/** Flink and Blink may be missing: drivers write `{}`. */
type Entry = { Flink?: Entry; Blink?: Entry; Owner?: object };
type Sound = Entry & { Flink: Sound; Blink: Sound };

const corrupt = (routine: string): Error => new RangeError(`${routine}: the list is corrupt: an entry was removed twice or put into two lists (KERNEL_SECURITY_CHECK_FAILURE, 0x139)`);

function sound(routine: string, entry: Entry): Sound {
  if (entry.Flink === undefined || entry.Flink === null || entry.Blink === undefined || entry.Blink === null) throw new TypeError(`${routine}: the LIST_ENTRY has not been initialized; call InitializeListHead for a head, insert an entry before removing it`);
  return entry as Sound;
}

function insert(routine: string, before: Sound, after: Sound, entry: Entry): void {
  if (before.Flink !== after || after.Blink !== before) throw corrupt(routine);
  entry.Flink = after;
  entry.Blink = before;
  before.Flink = entry as Sound;
  after.Blink = entry as Sound;
}

function remove(routine: string, given: Entry): boolean {
  const entry = sound(routine, given);
  const { Flink, Blink } = entry;
  if (Flink.Blink !== entry || Blink.Flink !== entry) throw corrupt(routine);
  Blink.Flink = Flink;
  Flink.Blink = Blink;
  return Flink === Blink;
}

const insertHead = (routine: string, given: Entry, entry: Entry): void => {
  const head = sound(routine, given);
  insert(routine, head, head.Flink, entry);
};
const insertTail = (routine: string, given: Entry, entry: Entry): void => {
  const head = sound(routine, given);
  insert(routine, head.Blink, head, entry);
};
const isEmpty = (routine: string, head: Entry): boolean => sound(routine, head).Flink === head;
const removeAt = (routine: string, given: Entry, side: 'Flink' | 'Blink'): Entry => {
  const entry = sound(routine, given)[side];
  remove(routine, entry);
  return entry;
};

const doubly: Routines = {
  InitializeListHead: (head: Entry) => {
    head.Flink = head;
    head.Blink = head;
  },
  IsListEmpty: (head: Entry) => isEmpty('IsListEmpty', head),
  InsertHeadList: (head: Entry, entry: Entry) => insertHead('InsertHeadList', head, entry),
  InsertTailList: (head: Entry, entry: Entry) => insertTail('InsertTailList', head, entry),
  RemoveHeadList: (head: Entry) => removeAt('RemoveHeadList', head, 'Flink'),
  RemoveTailList: (head: Entry) => removeAt('RemoveTailList', head, 'Blink'),
  RemoveEntryList: (entry: Entry) => remove('RemoveEntryList', entry),
  AppendTailList: (given: Entry, more: Entry) => {
    const head = sound('AppendTailList', given);
    const list = sound('AppendTailList', more);
    const end = head.Blink;
    head.Blink.Flink = list;
    head.Blink = list.Blink;
    list.Blink.Flink = head;
    list.Blink = end;
  },
  ExInterlockedInsertHeadList: (head: Entry, entry: Entry) => {
    const first = isEmpty('ExInterlockedInsertHeadList', head) ? null : head.Flink;
    insertHead('ExInterlockedInsertHeadList', head, entry);
    return first;
  },
  ExInterlockedInsertTailList: (head: Entry, entry: Entry) => {
    const last = isEmpty('ExInterlockedInsertTailList', head) ? null : head.Blink;
    insertTail('ExInterlockedInsertTailList', head, entry);
    return last;
  },
  ExInterlockedRemoveHeadList: (head: Entry) => (isEmpty('ExInterlockedRemoveHeadList', head) ? null : removeAt('ExInterlockedRemoveHeadList', head, 'Flink')),
  CONTAINING_RECORD: (entry: Entry & Record<string, unknown>, _type: unknown, field: string) => {
    const owner = entry.Owner as Record<string, unknown> | undefined;
    if (owner === undefined) throw new TypeError(`CONTAINING_RECORD: this entry does not know what it is part of; make it with record.${field} = new LIST_ENTRY(record)`);
    if (owner[field] !== entry) throw new TypeError(`CONTAINING_RECORD: the entry is not the member ${field} of its record`);
    return owner;
  },
};

interface Single {
  Next?: Single | null;
}

interface Header extends Single {
  Depth?: number;
}

const push = (head: Header, entry: Single): Single | null => {
  const first = head.Next ?? null;
  entry.Next = first;
  head.Next = entry;
  head.Depth = (head.Depth ?? 0) + 1;
  return first;
};
const pop = (head: Header): Single | null => {
  const first = head.Next ?? null;
  if (first === null) return null;
  head.Next = first.Next ?? null;
  head.Depth = Math.max(0, (head.Depth ?? 1) - 1);
  return first;
};
const begin = (head: Header): void => {
  head.Next = null;
  head.Depth = 0;
};
const flush = (head: Header): Single | null => {
  const first = head.Next ?? null;
  begin(head);
  return first;
};

const singly: Routines = {
  PushEntryList: (head: Header, entry: Single) => {
    push(head, entry);
  },
  PopEntryList: pop,
  ExInterlockedPushEntryList: push,
  ExInterlockedPopEntryList: pop,
  InitializeSListHead: begin,
  ExInitializeSListHead: begin,
  ExInterlockedPushEntrySList: push,
  ExInterlockedPopEntrySList: pop,
  ExInterlockedFlushSList: flush,
  InterlockedPushEntrySList: push,
  InterlockedPopEntrySList: pop,
  InterlockedFlushSList: flush,
  ExQueryDepthSList: (head: Header) => head.Depth ?? 0,
};

export const listRoutines: Routines = { ...doubly, ...singly };
