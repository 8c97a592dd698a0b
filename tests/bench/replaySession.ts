/**
 * A session with a trace of any size for the replay benchmarks, written without a log file: programs that open, read, write and close
 * files, the same ones again and again, as programs do.
 */
import { openForWriting, openSession, TraceWriter } from '../../src-main/session/index.ts';
import type { NTSTATUS } from '../../src-main/nt/ntStatus.ts';
import type { OperationRecord, ProcessIndex, TraceTime } from '../../src-main/trace/record.ts';
import { summary } from '../support/sessions.ts';
import { process } from '../support/operations.ts';

const start = 133_000_000_000_000_000n;
const processCount = 20;
const batch = 4096;
const failed = 0xc0000022 as NTSTATUS;

/** What happens to a file, in turn. A create that finds nothing first, as a program looks in several places. */
const steps: readonly Partial<OperationRecord>[] = [
  { operation: 'CreateFile', major: 0, status: 0xc0000034 as NTSTATUS, information: 0, detail: { DesiredAccess: 0x80, CreateDisposition: 1, CreateOptions: 0x20, ShareAccess: 7 } },
  { operation: 'CreateFile', major: 0, information: 1, detail: { DesiredAccess: 0x12019f, CreateDisposition: 1, CreateOptions: 0x60, ShareAccess: 3 } },
  { operation: 'QueryStandardInformationFile', major: 5, information: 24, length: 24, detail: { FileInformationClass: 5 } },
  { operation: 'ReadFile', major: 3, information: 4096, offset: 0n, length: 4096 },
  { operation: 'ReadFile', major: 3, information: 4096, offset: 4096n, length: 4096 },
  { operation: 'WriteFile', major: 4, information: 512, offset: 0n, length: 512 },
  { operation: 'ReadFile', major: 3, irpFlags: 0x43, information: 16_384, offset: 8192n, length: 16_384 },
  { operation: 'CloseFile', major: 0x12, information: 0 },
  { operation: 'IRP_MJ_CLOSE', major: 2, information: 0 },
];

export interface ReplaySessionOptions {
  readonly operations: number;
  /** So many different files. */
  readonly files: number;
  /** Operations that are not there, or end otherwise; absent: none. */
  readonly changed?: (index: number) => 'missing' | 'failed' | null;
}

/** Makes the session and tells the number of its trace. */
export function writeReplaySession(path: string, options: ReplaySessionOptions): number {
  openSession(path, 'create').close();
  return writeReplayTrace(path, options);
}

/** Adds a trace to a session. */
export function writeReplayTrace(path: string, { operations, files, changed = () => null }: ReplaySessionOptions): number {
  const session = openSession(path, 'existing');
  const trace = session.writer.beginTrace('bench', null, 1);
  session.close();
  const db = openForWriting(path, 'existing');
  const writer = new TraceWriter(db, trace);
  writer.processes(Array.from({ length: processCount }, (_, at) => process(at, 1000 + at * 4, `program${at}.exe`)));
  for (let from = 0; from < operations; from += batch) {
    const records = Array.from({ length: Math.min(batch, operations - from) }, (_, at) => ({ record: recordAt(from + at, files), change: changed(from + at) }));
    writer.operations(records.filter(({ change }) => change !== 'missing').map(({ record, change }) => (change === 'failed' ? { ...record, status: failed } : record)));
    writer.flush();
  }
  writer.finish('complete', summary(operations, { firstTime: start as TraceTime, lastTime: (start + BigInt(Math.max(0, operations - 1)) * 50n) as TraceTime }), '');
  db.close();
  return trace;
}

function recordAt(index: number, files: number): OperationRecord {
  const step = index % steps.length;
  const round = Math.floor(index / steps.length);
  // Steps of a prime: neighbours in time are no neighbours on the disk.
  const file = (round * 7919) % files;
  const found = step === 0 ? `missing ${file % 977}` : `file ${file % 100}`;
  return {
    sourceIndex: index, time: (start + BigInt(index) * 50n) as TraceTime, duration: 40n, process: (round % processCount) as ProcessIndex, tid: 700 + (round % (processCount * 4)), operation: '', major: null, minor: 0, kind: 'irp',
    path: `C:\\Users\\someone\\Documents\\folder ${Math.floor(file / 100)}\\${found}.dat`, status: 0 as NTSTATUS, information: null, irpFlags: 0, offset: null, length: null, detail: {}, provenance: {}, stack: null, ...steps[step],
  };
}
