import { ntStatus } from '../../src-main/nt/ntStatus.ts';
import type { OperationRecord, ProcessIndex, TraceProcess, TraceTime } from '../../src-main/trace/record.ts';

/** 2026-06-05T06:42:34.0000000Z in 100 ns ticks since 1601. */
export const startTime = BigInt(Date.UTC(2026, 5, 5, 6, 42, 34)) * 10_000n + 116_444_736_000_000_000n;

/** An operation as an importer hands it over; only what a test is about has to be named. */
export function record(sourceIndex: number, fields: Partial<OperationRecord> = {}): OperationRecord {
  return {
    sourceIndex,
    time: (startTime + BigInt(sourceIndex) * 10n) as TraceTime,
    duration: 120n,
    process: 0 as ProcessIndex,
    tid: 4124,
    operation: 'ReadFile',
    major: 3,
    minor: 0,
    kind: 'irp',
    path: 'C:\\docs\\plan.txt',
    status: ntStatus(0),
    information: null,
    irpFlags: 0,
    offset: 0n,
    length: 4096,
    detail: {},
    stack: null,
    provenance: {},
    ...fields,
  };
}

export function process(index: number, pid: number, name: string): TraceProcess {
  return {
    index: index as ProcessIndex, pid, name, parentPid: null, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: true, startTime: null, endTime: null,
  };
}
