/** Doubly linked lists as wdm.h defines them. */

export interface LIST_ENTRY {
  Flink: LIST_ENTRY;
  Blink: LIST_ENTRY;
}

function remove(entry: LIST_ENTRY): boolean {
  const { Flink, Blink } = entry;
  Blink.Flink = Flink;
  Flink.Blink = Blink;
  return Flink === Blink;
}

export const listRoutines = {
  InitializeListHead: (head: LIST_ENTRY): void => {
    head.Flink = head;
    head.Blink = head;
  },
  IsListEmpty: (head: LIST_ENTRY): boolean => head.Flink === head,
  InsertTailList: (head: LIST_ENTRY, entry: LIST_ENTRY): void => {
    entry.Flink = head;
    entry.Blink = head.Blink;
    head.Blink.Flink = entry;
    head.Blink = entry;
  },
  RemoveHeadList: (head: LIST_ENTRY): LIST_ENTRY => {
    const entry = head.Flink;
    remove(entry);
    return entry;
  },
  RemoveEntryList: remove,
};
