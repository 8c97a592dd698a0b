/** Linked lists and interlocked numbers. */
import { input, inputOutput, optionalInput, output, ownRows, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const head = inputOutput('ListHead', 'LIST_ENTRY', 'the head');
const entry = inputOutput('Entry', 'LIST_ENTRY', 'the entry: new LIST_ENTRY(record), or any object');
const lock = optionalInput('Lock', 'object', 'a spin lock');
const first = 'LIST_ENTRY | null';

const doubly = ownRows({ area: 'Lists', source: 'wdm.h: the page of the routine', irql: 'any' }, [
  { name: 'InitializeListHead', returns: 'void', parameters: [output('ListHead', 'object', 'the head: new LIST_ENTRY() or {}')], meaning: 'Makes an empty list.' },
  { name: 'IsListEmpty', returns: 'boolean', parameters: [{ ...head, direction: 'in' }], meaning: 'Whether the list is empty.' },
  { name: 'InsertHeadList', returns: 'void', parameters: [head, entry], meaning: 'Puts an entry in front.' },
  { name: 'InsertTailList', returns: 'void', parameters: [head, entry], meaning: 'Appends an entry.' },
  { name: 'RemoveHeadList', returns: 'LIST_ENTRY', parameters: [head], meaning: 'Takes the first entry off; the head itself when the list is empty.' },
  { name: 'RemoveTailList', returns: 'LIST_ENTRY', parameters: [head], meaning: 'Takes the last entry off; the head itself when the list is empty.' },
  { name: 'RemoveEntryList', returns: 'boolean', parameters: [entry], meaning: 'Takes an entry out; true when the list is empty then.' },
  { name: 'AppendTailList', returns: 'void', parameters: [head, inputOutput('ListToAppend', 'LIST_ENTRY', 'the first entry of a list without a head')], meaning: 'Appends a list.' },
  { name: 'ExInterlockedInsertHeadList', returns: first, parameters: [head, { ...entry, name: 'ListEntry' }, lock], meaning: 'InsertHeadList under a spin lock. Returns the entry that was first; null when the list was empty.' },
  { name: 'ExInterlockedInsertTailList', returns: first, parameters: [head, { ...entry, name: 'ListEntry' }, lock], meaning: 'InsertTailList under a spin lock. Returns the entry that was last; null when the list was empty.' },
  { name: 'ExInterlockedRemoveHeadList', returns: first, parameters: [head, lock], meaning: 'RemoveHeadList under a spin lock; null when the list is empty.' },
  {
    name: 'CONTAINING_RECORD', generics: '<T = any>', returns: 'T', source: 'ntdef.h; driver-api-usage.md 5.8',
    parameters: [input('address', 'LIST_ENTRY', 'an entry made with new LIST_ENTRY(record)'), input('type', 'unknown', 'the record\'s type, for the reader'), input('field', 'string', 'name of the entry in the record')],
    meaning: 'The record an entry is part of.',
  },
]);

const single = inputOutput('ListHead', 'object', 'the head: {}');
const singleEntry = inputOutput('ListEntry', 'object', 'the entry; its Next is used');
const singly = ownRows({ area: 'Lists', source: 'wdm.h: SINGLE_LIST_ENTRY, SLIST_HEADER', irql: 'any' }, [
  { name: 'PushEntryList', returns: 'void', parameters: [single, { ...singleEntry, name: 'Entry' }], meaning: 'Puts an entry in front of a singly linked list.' },
  { name: 'PopEntryList', returns: 'any', parameters: [single], meaning: 'Takes the first entry off; null when there is none.' },
  { name: 'ExInterlockedPushEntryList', returns: 'any', parameters: [single, singleEntry, lock], meaning: 'PushEntryList under a spin lock. Returns the entry that was first, or null.' },
  { name: 'ExInterlockedPopEntryList', returns: 'any', parameters: [single, lock], meaning: 'PopEntryList under a spin lock.' },
  ...['InitializeSListHead', 'ExInitializeSListHead'].map((name) => ({ name, returns: 'void', parameters: [output('SListHead', 'object', 'the head: {}')], meaning: 'Makes an empty sequenced list.' })),
  ...['ExInterlockedPushEntrySList', 'InterlockedPushEntrySList'].map((name) => ({ name, returns: 'any', parameters: [single, singleEntry, lock], meaning: 'Puts an entry in front of a sequenced list. Returns the entry that was first, or null.' })),
  ...['ExInterlockedPopEntrySList', 'InterlockedPopEntrySList'].map((name) => ({ name, returns: 'any', parameters: [single, lock], meaning: 'Takes the first entry off; null when there is none.' })),
  ...['ExInterlockedFlushSList', 'InterlockedFlushSList'].map((name) => ({ name, returns: 'any', parameters: [single], meaning: 'Empties the list. Returns the first entry, with the others behind it.' })),
  { name: 'ExQueryDepthSList', irql: 'DISPATCH', returns: 'number', parameters: [{ ...single, name: 'SListHead' }], meaning: 'Number of entries.' },
]);

const box = (type: string): RoutineParameter => inputOutput('Target', `Ref<${type}> | object`, 'a box; or the object that has the field, followed by the field\'s name');
const rest: RoutineParameter = { name: 'more', type: 'any', direction: 'in', optional: true, meaning: '', rest: true };

/** Any of them is called over a box, `f(box, value)`, or over a field, `f(object, "Field", value)`. */
const overBox = (name: string, values: readonly string[], returns: string, meaning: string): RoutineRow[] => [...ownRows({ area: 'Interlocked', source: 'wdm.h: the page of the routine; driver-api-usage.md 5.12', irql: 'any' }, [
  { name, returns, parameters: [box(returns === 'any' ? 'any' : returns), { ...rest, name: 'FieldAndValues', meaning: values.length === 0 ? 'name of the field, when an object is given' : `name of the field, when an object is given; then ${values.join(', ')}` }], meaning: `${meaning} Driver routines never run at the same time here, so a plain operation does the same.` },
])];

const numbers = ['', '64'].flatMap((suffix) => {
  const type = suffix === '' ? 'number' : 'bigint';
  return [
    ...overBox(`InterlockedIncrement${suffix}`, [], type, 'Adds 1 and returns the new value.'),
    ...overBox(`InterlockedDecrement${suffix}`, [], type, 'Subtracts 1 and returns the new value.'),
    ...overBox(`InterlockedExchange${suffix}`, ['Value'], type, 'Stores a value and returns the old one.'),
    ...overBox(`InterlockedExchangeAdd${suffix}`, ['Value'], type, 'Adds a value and returns the old one.'),
    ...overBox(`InterlockedAdd${suffix}`, ['Value'], type, 'Adds a value and returns the new one.'),
    ...overBox(`InterlockedCompareExchange${suffix}`, ['Exchange', 'Comperand'], type, 'Stores Exchange if the value is Comperand; returns the old value.'),
    ...overBox(`InterlockedOr${suffix}`, ['Value'], type, 'Sets bits and returns the old value.'),
    ...overBox(`InterlockedAnd${suffix}`, ['Value'], type, 'Keeps bits and returns the old value.'),
    ...overBox(`InterlockedXor${suffix}`, ['Value'], type, 'Flips bits and returns the old value.'),
  ];
});

const others = [
  ...overBox('InterlockedIncrementU64', [], 'bigint', 'Adds 1 and returns the new value.'),
  ...overBox('InterlockedDecrementU64', [], 'bigint', 'Subtracts 1 and returns the new value.'),
  ...overBox('InterlockedExchangePointer', ['Value'], 'any', 'Stores a pointer and returns the old one.'),
  ...overBox('InterlockedCompareExchangePointer', ['Exchange', 'Comperand'], 'any', 'Stores Exchange if the pointer is Comperand; returns the old one.'),
  ...overBox('InterlockedBitTestAndSet', ['Bit'], 'any', 'Sets a bit and returns whether it was set.'),
  ...overBox('InterlockedBitTestAndReset', ['Bit'], 'any', 'Clears a bit and returns whether it was set.'),
  ...ownRows({ area: 'Interlocked', source: 'wdm.h: the page of the routine', irql: 'any' }, [
    { name: 'ExInterlockedAddUlong', returns: 'number', parameters: [inputOutput('Addend', 'Ref<number>', 'a box'), input('Increment', 'ULONG', 'what to add'), lock], meaning: 'Adds under a spin lock and returns the old value.' },
    { name: 'ExInterlockedAddLargeInteger', returns: 'LARGE_INTEGER', parameters: [inputOutput('Addend', 'LARGE_INTEGER', 'the number'), input('Increment', 'LONGLONG', 'what to add'), lock], meaning: 'Adds under a spin lock and returns the old value.' },
    { name: 'ExInterlockedAddLargeStatistic', returns: 'void', parameters: [inputOutput('Addend', 'LARGE_INTEGER', 'the number'), input('Increment', 'ULONG', 'what to add')], meaning: 'Adds.' },
    { name: 'KeMemoryBarrier', returns: 'void', parameters: [], meaning: 'Nothing to order here.' },
  ]),
];

export const listRows: readonly RoutineRow[] = [...doubly, ...singly];
export const interlockedRows: readonly RoutineRow[] = [...numbers, ...others];
