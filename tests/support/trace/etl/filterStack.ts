/**
 * An ETL file of one program under several minifilters, with an event for each of their callbacks.
 *
 * Source: etw-formats.md 9.2, 9.5 and 10.4. Callbacks are written one word each: `A>` pre of filter A begins and returns, `A>!c0000022` it fails the operation with that
 * status, `<A` post begins and returns, `<A!c0000022` it makes a failure of it, `<A=c0000034` it is told that status.
 */
import { ByteWriter } from '../byteWriter.ts';
import { perfInfoRecord, systemRecord } from './etlRecords.ts';
import { etlDefaults, writeEtl } from './writeEtl.ts';

export interface FilteredOperation {
  readonly what: 'create' | 'read' | 'cleanup' | 'close';
  readonly callbacks: string;
  readonly status?: number;
}

const pid = 1234;
const tid = 1240;
const fileObject = 0xffffa00000002000n;
const key = 0xffffb00000003000n;
const imageSize = 0x10000;
const path = '\\Device\\HarddiskVolume3\\Users\\test\\a.txt';
const types = { create: 64, cleanup: 65, close: 66, read: 67 } as const;
const majors = { create: 0, cleanup: 0x12, close: 2, read: 3 } as const;

const rawTime = (t: number): bigint => etlDefaults.firstRawTime + 10n * BigInt(t);

/** `filters`: letter to the driver's file name; null: its image was not recorded. `only`: types of callback events to write, all by default. */
export function filterStackTrace(filters: Readonly<Record<string, string | null>>, operations: readonly FilteredOperation[], only: readonly number[] = [96, 97, 98, 99, 100, 101]): Uint8Array {
  const records: Uint8Array[] = [];
  const letters = Object.keys(filters);
  const baseOf = (letter: string): bigint => 0xfffff80000100000n + BigInt(letters.indexOf(letter)) * BigInt(imageSize);
  let t = 10;
  const put = (hook: number, version: number, payload: ByteWriter): void => void records.push(perfInfoRecord(8, hook, version, rawTime(t++), payload.done()));
  records.push(systemRecord(8, 0x0503, 3, rawTime(t++), new ByteWriter().u32(pid).u32(tid).zeros(56).u32(0).bytes([8, 5, 2, 0]).done(), { tid: 0, pid: 0 }));
  for (const letter of letters) {
    const file = filters[letter];
    if (file === null || file === undefined) continue;
    put(0x1403, 3, new ByteWriter().u64(baseOf(letter)).u64(BigInt(imageSize)).u32(0).u32(0).u32(0).u32(0).u64(baseOf(letter)).zeros(16).utf16(`\\SystemRoot\\system32\\drivers\\${file}\0`));
  }
  operations.forEach(({ what, callbacks, status = 0 }, at) => {
    const irp = 0xffffa00000100000n + BigInt(at) * 0x1000n;
    t = 100 + at * 100;
    put(0x0400 | types[what], 3, startOf(what, irp));
    for (const word of callbacks.split(' ').filter((one) => one !== '')) {
      for (const [type, told] of eventsOf(word)) {
        if (!only.includes(type)) continue;
        const block = new ByteWriter().u64(baseOf(letterOf(word)) + (type % 2 === 0 ? 0x1000n : 0x2000n)).u64(fileObject).u64(key).u64(irp).u64(irp + 0x100n).u32(majors[what]);
        put(0x0400 | type, 3, told === null ? block : block.u32(told));
      }
    }
    put(0x0400 | 76, 3, new ByteWriter().u64(irp).u64(what === 'create' ? 1n : 0n).u32(status));
  });
  return writeEtl({}, [{ processor: 0, sequence: 1, records, timeStamp: rawTime(t) }]);
}

const letterOf = (word: string): string => /[A-Z]/.exec(word)?.[0] ?? 'A';

/** Types of the events that one callback leaves, in order, with the status each tells. */
function eventsOf(word: string): readonly (readonly [number, number | null])[] {
  const told = /[!=]([0-9a-f]+)$/.exec(word);
  const status = told === null ? null : parseInt(told[1] ?? '', 16);
  const fails = word.includes('!');
  if (!word.startsWith('<')) return [[96, null], [98, null], ...(fails ? [[100, status] as const] : [])];
  return [[97, fails ? null : status], [99, null], ...(fails ? [[101, status] as const] : [])];
}

function startOf(what: FilteredOperation['what'], irp: bigint): ByteWriter {
  const out = new ByteWriter();
  if (what === 'create') return out.u64(irp).u64(fileObject).u32(tid).u32(0x01000060).u32(0x80).u32(3).utf16(`${path}\0`);
  if (what === 'read') return out.u64(0n).u64(irp).u64(fileObject).u64(key).u32(tid).u32(4096).u32(0x60900).u32(0);
  return out.u64(irp).u64(fileObject).u64(key).u32(tid);
}
