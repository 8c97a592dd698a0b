import { describe, expect, it } from 'vitest';
import { ref, testDriver } from '../../../support/driver-api/driver.ts';

interface Entry {
  Flink: Entry;
  Blink: Entry;
}

interface Numbered {
  readonly number: number;
  Links: Entry;
}

const driver = testDriver();
const head = (): Entry => {
  const made = {} as Entry;
  driver.call('InitializeListHead', made);
  return made;
};
const record = (number: number): Numbered => {
  const made = { number } as Numbered;
  made.Links = driver.make<Entry>('LIST_ENTRY', made);
  return made;
};
const numbers = (list: Entry): number[] => {
  const result: number[] = [];
  for (let entry = list.Flink; entry !== list; entry = entry.Flink) result.push(driver.call<Numbered>('CONTAINING_RECORD', entry, 'RECORD', 'Links').number);
  return result;
};

describe('doubly linked lists', () => {
  it('keep their order, and entries lead to their records', () => {
    const list = head();
    expect(driver.call('IsListEmpty', list)).toBe(true);
    const [one, two, three] = [record(1), record(2), record(3)];
    driver.call('InsertTailList', list, one.Links);
    driver.call('InsertTailList', list, two.Links);
    driver.call('InsertHeadList', list, three.Links);
    expect(numbers(list)).toEqual([3, 1, 2]);
    expect(driver.call('RemoveEntryList', one.Links)).toBe(false);
    expect(driver.call('RemoveHeadList', list)).toBe(three.Links);
    expect(driver.call('RemoveTailList', list)).toBe(two.Links);
    expect(driver.call('RemoveHeadList', list)).toBe(list);
  });

  it('interlocked, tell what was there before', () => {
    const list = head();
    const [one, two] = [record(1), record(2)];
    expect(driver.call('ExInterlockedInsertTailList', list, one.Links, {})).toBeNull();
    expect(driver.call('ExInterlockedInsertTailList', list, two.Links, {})).toBe(one.Links);
    expect(driver.call('ExInterlockedRemoveHeadList', list, {})).toBe(one.Links);
    expect(driver.call('ExInterlockedRemoveHeadList', list, {})).toBe(two.Links);
    expect(driver.call('ExInterlockedRemoveHeadList', list, {})).toBeNull();
  });

  it('tell of an entry that is removed twice, of a head that is none, and of a record that is not known', () => {
    const list = head();
    const [one, two] = [record(1), record(2)];
    driver.call('InsertTailList', list, one.Links);
    driver.call('InsertTailList', list, two.Links);
    driver.call('RemoveEntryList', one.Links);
    expect(() => driver.call('RemoveEntryList', one.Links)).toThrow(/removed twice/);
    expect(() => driver.call('IsListEmpty', {})).toThrow(/has not been initialized/);
    expect(() => driver.call('CONTAINING_RECORD', head(), 'RECORD', 'Links')).toThrow(/new LIST_ENTRY\(record\)/);
    expect(() => driver.call('CONTAINING_RECORD', one.Links, 'RECORD', 'Other')).toThrow(/not the member Other/);
  });
});

describe('singly linked lists', () => {
  it('are last in, first out', () => {
    const list = {};
    const [one, two] = [{ n: 1 }, { n: 2 }];
    driver.call('InitializeSListHead', list);
    expect(driver.call('ExInterlockedPushEntrySList', list, one, {})).toBeNull();
    expect(driver.call('ExInterlockedPushEntrySList', list, two, {})).toBe(one);
    expect(driver.call('ExQueryDepthSList', list)).toBe(2);
    expect(driver.call('ExInterlockedPopEntrySList', list, {})).toBe(two);
    expect(driver.call('ExInterlockedFlushSList', list)).toBe(one);
    expect(driver.call('ExInterlockedPopEntrySList', list, {})).toBeNull();
  });
});

describe('sorted tables', () => {
  it('keep elements in the order of the comparison and hand memory back', () => {
    const freed: unknown[] = [];
    const table = {};
    const compare = (_table: unknown, a: { key: number }, b: { key: number }): number => (a.key === b.key ? 2 : a.key < b.key ? 0 : 1);
    driver.call('RtlInitializeGenericTableAvl', table, compare, (_table: unknown, bytes: number) => ({ bytes }), (_table: unknown, memory: unknown) => freed.push(memory), null);
    for (const key of [5, 1, 3]) driver.call('RtlInsertElementGenericTableAvl', table, { key }, 8, null);
    const isNew = ref<boolean>();
    driver.call('RtlInsertElementGenericTableAvl', table, { key: 3 }, 8, isNew);
    expect(isNew.value).toBe(false);
    const seen: number[] = [];
    for (let one = driver.call<{ key: number } | null>('RtlEnumerateGenericTableAvl', table, true); one !== null; one = driver.call('RtlEnumerateGenericTableAvl', table, false)) seen.push(one.key);
    expect(seen).toEqual([1, 3, 5]);
    expect(driver.call('RtlDeleteElementGenericTableAvl', table, { key: 1 })).toBe(true);
    expect(driver.call('RtlLookupElementGenericTableAvl', table, { key: 1 })).toBeNull();
    // The element's 8 bytes behind a header of 32.
    expect(freed).toEqual([{ bytes: 40 }]);
  });
});

describe('interlocked numbers', () => {
  it('work over boxes and over fields', () => {
    const box = ref(5);
    expect(driver.call('InterlockedIncrement', box)).toBe(6);
    expect(driver.call('InterlockedExchangeAdd', box, 10)).toBe(6);
    expect(driver.call('InterlockedAdd', box, -20)).toBe(-4);
    const state = { Count: 0x7fffffff, Owner: null as unknown };
    expect(driver.call('InterlockedIncrement', state, 'Count')).toBe(-0x80000000);
    expect(driver.call('InterlockedCompareExchange', state, 'Count', 1, 7)).toBe(-0x80000000);
    expect(driver.call('InterlockedCompareExchange', state, 'Count', 1, -0x80000000)).toBe(-0x80000000);
    expect(state.Count).toBe(1);
    expect(driver.call('InterlockedExchangePointer', state, 'Owner', driver)).toBeNull();
    expect(driver.call('InterlockedCompareExchangePointer', state, 'Owner', null, driver)).toBe(driver);
    expect(state.Owner).toBeNull();
    expect(driver.call('InterlockedOr', box, 0xf0)).toBe(-4);
  });

  it('wrap at their width', () => {
    const box = ref(-1n);
    expect(driver.call('InterlockedIncrement64', box)).toBe(0n);
    expect(driver.call('InterlockedDecrementU64', box)).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('say what is missing', () => {
    expect(() => driver.call('InterlockedIncrement', { Count: 1 })).toThrow(/name the field/);
    expect(() => driver.call('InterlockedIncrement', ref('text'))).toThrow(/an integer is wanted/);
    expect(() => driver.call('InterlockedIncrement', 5)).toThrow(/Target is 5; a box made by ref\(\) or a? ?(?:n )?object/);
  });
});

describe('time', () => {
  it('is the virtual clock, in 100 ns since 1601', () => {
    const box = ref<{ QuadPart: bigint }>();
    driver.call('KeQuerySystemTime', box);
    expect(box.value.QuadPart).toBe(133_500_000_000_000_000n);
    expect(driver.call('KeQueryInterruptTime')).toBe(50_000_000n);
    const frequency = ref<{ QuadPart: bigint }>();
    expect(driver.call<{ QuadPart: bigint }>('KeQueryPerformanceCounter', frequency).QuadPart * 10_000_000n).toBe(50_000_000n * frequency.value.QuadPart);
  });

  it.each<[bigint, number[]]>([
    // FILETIME of the Unix epoch, and of 2000-02-29 12:34:56.789
    [116_444_736_000_000_000n, [1970, 1, 1, 0, 0, 0, 0, 4]],
    [116_444_736_000_000_000n + BigInt(Date.UTC(2000, 1, 29, 12, 34, 56, 789)) * 10_000n, [2000, 2, 29, 12, 34, 56, 789, 2]],
    [0n, [1601, 1, 1, 0, 0, 0, 0, 1]],
  ])('%s splits into fields and back', (time, fields) => {
    const box = ref<Record<string, number>>();
    driver.call('RtlTimeToTimeFields', driver.call('LARGE_INTEGER', time), box);
    expect(['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second', 'Milliseconds', 'Weekday'].map((name) => box.value[name])).toEqual(fields);
    const back = ref<{ QuadPart: bigint }>();
    expect(driver.call('RtlTimeFieldsToTime', box.value, back)).toBe(true);
    expect(back.value.QuadPart).toBe(time);
    expect(driver.call('RtlTimeFieldsToTime', { ...box.value, Month: 2, Day: 30 }, back)).toBe(false);
  });

  it('counts seconds since 1970 as far as 32 bits go', () => {
    const seconds = ref<number>();
    expect(driver.call('RtlTimeToSecondsSince1970', driver.call('LARGE_INTEGER', 116_444_736_000_000_000n + 90_000_000n), seconds)).toBe(true);
    expect(seconds.value).toBe(9);
    expect(driver.call('RtlTimeToSecondsSince1970', driver.call('LARGE_INTEGER', 0n), seconds)).toBe(false);
  });
});
