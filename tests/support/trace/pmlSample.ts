/** A small Process Monitor log that holds every kind of record. */
import { ByteWriter } from './byteWriter.ts';
import { descriptor, fileDetail, text } from './writePml.ts';
import type { PmlEvent, PmlFile } from './writePml.ts';

export const pmlStart = 132_539_328_000_000_000n; // 2021-01-01T00:00:00Z
export const pmlProcesses = [
  { index: 7, pid: 4, name: 'System' },
  {
    index: 184, pid: 4321, parentPid: 900, name: 'notes.exe', imagePath: 'C:\\Apps\\notes.exe', commandLine: '"C:\\Apps\\notes.exe" täglich', user: 'BOX\\sample',
    integrity: 'Medium', is64Bit: true, startTime: pmlStart - 10n,
  },
];

/** Addresses of a 32-bit system have 32 bits. */
const top = (bits: 32 | 64): bigint => (1n << BigInt(bits)) - 1n;

function pointerBytes(value: number, bits: 32 | 64): Uint8Array {
  return new ByteWriter().pointer(value, bits === 64 ? 8 : 4).done();
}

/** One event of most operations; times rise by 1000 ticks from `pmlStart`. */
function events(bits: 32 | 64): PmlEvent[] {
  const list: Omit<PmlEvent, 'time' | 'processIndex'>[] = [
    {
      operation: 20, tid: 11, duration: 1234n, stack: [0xfffff800_1234_5678n & top(bits), 0x7ffe_0000_1000n & top(bits), 0x7700_0001n], extra: pointerBytes(2, bits),
      detail: fileDetail({
        bits, path: 'C:\\Users\\sample\\grüße.txt', flags: 0x884 | (1 << 20),
        parameters: (out, p) => {
          out.pointer(0xffff8000, p).u32((5 << 24) | 0x60).zeros(p - 4).u16(0x80).u16(3).zeros(p - 4).u32(12).zeros(p - 4).pointer(0, p).u64(4096);
        },
        tail: (out) => out.u32(0x120089).u32(12).bytes([1, 1, 0, 0, 0, 0, 0, 5]).u32(18),
      }),
    },
    {
      operation: 23, extra: pointerBytes(4096, bits),
      detail: fileDetail({
        bits, path: 'C:\\Users\\sample\\a.bin', flags: 0x43 | (3 << 17),
        parameters: (out, p) => out.u32(65536).zeros(p - 4).u32(0).zeros(p - 4).u64(0x1_0000_0000),
      }),
    },
    {
      operation: 23, result: 0xc0000011,
      detail: fileDetail({ bits, path: 'C:\\a', flags: 0x900, callbackFlags: 2, parameters: (out, p) => out.u32(10).zeros(p - 4).u32(9).zeros(p - 4).u64(50) }),
    },
    { operation: 24, detail: fileDetail({ bits, path: 'C:\\a', flags: 0xa00, parameters: (out, p) => out.u32(77).zeros(p - 4).u32(0).zeros(p - 4).u64(-1n) }) },
    {
      operation: 26, detail: fileDetail({
        bits, sub: 10, path: 'C:\\a',
        parameters: (out, p) => out.u32(2 * p + 4 + 6).zeros(p - 4).u32(10),
        tail: (out) => {
          const p = bits / 8;
          out.u8(1).zeros(p - 1).zeros(p).u32(6).utf16('b.c');
          out.u16(descriptor('C:\\b.c'));
          text(out, 'C:\\b.c');
        },
      }),
    },
    {
      operation: 32, result: 0, detail: fileDetail({
        bits, sub: 1, path: 'C:\\dir', flags: 2 << 20,
        parameters: (out, p) => out.u32(1024).zeros(p - 4).pointer(1, p).u32(12),
        tail: (out) => {
          out.u16(descriptor('*.txt'));
          text(out, '*.txt');
        },
      }),
      extra: new ByteWriter().u32(16).u32(0).u32(4).utf16('ab').u32(0).u32(0).u32(6).utf16('cde').done(),
    },
    { operation: 33, result: 0x103, detail: fileDetail({ bits, path: 'C:\\a', parameters: (out, p) => out.u32(24).zeros(p - 4).u32(12).zeros(p - 4).u32(0x90240) }) },
    {
      operation: 37, detail: fileDetail({
        bits, sub: 1, path: 'C:\\a', callbackFlags: 2,
        parameters: (out, p) => out.pointer(1, p).u32(3).zeros(p - 4).u64(100).pointer(0, p).u8(0).u8(1),
        tail: (out) => out.u64(-1n),
      }),
    },
    { operation: 19, detail: fileDetail({ bits, path: 'C:\\a.dll', callbackFlags: 4, parameters: (out) => out.u32(1).u32(0x20) }) },
    { operation: 6, result: 0xc01c0004, detail: fileDetail({ bits, path: 'C:\\a', callbackFlags: 2 }) },
    { operation: 25, detail: fileDetail({ bits, sub: 5, path: 'C:\\a', parameters: (out, p) => out.u32(24).zeros(p - 4).u32(5) }), extra: new ByteWriter().u64(8192).u64(5000).u32(1).u8(0).u8(1).u16(0).done() },
    { operation: 38, detail: fileDetail({ bits, path: 'C:\\a', flags: 0x404 }) },
    { operation: 22, detail: fileDetail({ bits, path: 'C:\\a', flags: 0x404 }) },
    { eventClass: 2, operation: 5, detail: new Uint8Array(20) },
    { eventClass: 1, operation: 5, detail: new Uint8Array(20) },
  ];
  return list.map((event, i) => ({ processIndex: 184, ...event, time: pmlStart + BigInt(i) * 1000n }));
}

export const pmlSample = (bits: 32 | 64): PmlFile => ({ bits, processes: pmlProcesses, events: events(bits) });

