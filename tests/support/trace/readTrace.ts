import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileDetail, writePml, type PmlEvent } from './writePml.ts';

const start = 132_539_328_000_000_000n; // 2021-01-01T00:00:00Z
const documentPath = 'C:\\Users\\sample\\budget.xlsx';

/** How many operations the trace holds: one create, three reads, one close. */
export const operationCount = 5;

function event(position: number, operation: number, detail: Uint8Array): PmlEvent {
  return { processIndex: 1, tid: 700, operation, time: start + BigInt(position) * 1000n, detail };
}

function read(position: number, offset: bigint): PmlEvent {
  return event(position, 23, fileDetail({
    bits: 64, path: documentPath, flags: 0x900,
    parameters: (out, pointer) => out.u32(4096).zeros(pointer - 4).u32(0).zeros(pointer - 4).u64(offset),
  }));
}

/** Writes a small log, one process reading one file, into a folder of its own; and returns its path. */
export function writeReadTrace(): string {
  const create = event(0, 20, fileDetail({
    bits: 64, path: documentPath, flags: 0x884,
    parameters: (out, pointer) => {
      out.pointer(0, pointer).u32((1 << 24) | 0x60).zeros(pointer - 4).u16(0x80).u16(3).zeros(pointer - 4).u32(0).zeros(pointer - 4).pointer(0, pointer).u64(0);
    },
    tail: (out) => out.u32(0x120089).u32(0).u32(0),
  }));
  const close = event(4, 38, fileDetail({ bits: 64, path: documentPath }));
  const { bytes } = writePml({
    bits: 64,
    processes: [{ index: 1, pid: 4321, name: 'excel.exe', imagePath: 'C:\\Apps\\excel.exe', user: 'BOX\\sample', is64Bit: true, startTime: start - 10n }],
    events: [create, read(1, 0n), read(2, 4096n), read(3, 8192n), close],
  });
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'fltreplay-trace-')), 'budget.PML');
  writeFileSync(file, bytes);
  return file;
}
