/** A thread that a filter keeps does nothing else, as on Windows; the others go on at their recorded times. Source: driver-api-usage.md 5.6. */
import { describe, expect, it } from 'vitest';
import { STATUS_ACCESS_DENIED } from '../../../../src-main/nt/values.generated.ts';
import type { NumberedOperation } from '../../../../src-main/trace/record.ts';
import { create, eventsOf, operation, read, type RunLog } from '../../../support/engine-host/runs.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { toldBy, watching } from '../../../support/engine-host/watching.ts';

/** 2.5 ms of waiting in the pre callback of every create, as a scan takes it. */
const scanning = watching('', 'if (Data.Iopb.MajorFunction === IRP_MJ_CREATE) yield* KeDelayExecutionThread(KernelMode, false, LARGE_INTEGER(-25_000n));');
const scans = { ...scanning, source: scanning.source.replace('function Pre', 'function* Pre') };
const elsewhere = (index: number): NumberedOperation => operation(index, { tid: 9, path: 'C:\\b' });
const order = (log: RunLog): string[] => toldBy(log).map((line) => line.replace(/ thread \d+ irql \d/, '').replace(/^(\d+ \w+) \w+/, '$1'));
const results = (log: RunLog, count: number): string[] => Array.from({ length: count }, (_, at) => {
  const page = log.results.get(1);
  const cause = page?.causes[at] ?? 0;
  return `${['none', 'completed', 'pending', 'not issued'][page?.states[at] ?? 0] ?? ''}${cause === 0 ? '' : ` #${cause}`}`;
});

describe('a thread that waits in a callback', () => {
  const trace = [create(1), read(2), elsewhere(3), read(4)];

  it('issues its next requests when it is through, in their order; others go on meanwhile', () => {
    const log = runHere({ drivers: [scans], operations: trace });
    expect(log.problems).toEqual([]);
    // Issued at 10000, the create is let through at 35000: the read of 20000 comes then, that of 40000 in time.
    expect(order(log)).toEqual(['1 pre at 10000', '3 pre at 30000', '3 post at 30000', '1 post at 35000', '2 pre at 35000', '2 post at 35000', '4 pre at 40000', '4 post at 40000']);
    expect(results(log, 4)).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(log.summary?.differences).toBe(0);
  });

  it('goes on after the last record too, and the run is the same twice', () => {
    const last = [create(1), read(2), read(3)];
    const [first, second] = [runHere({ drivers: [scans], operations: last }), runHere({ drivers: [scans], operations: last })];
    expect(order(first).slice(-4)).toEqual(['2 pre at 35000', '2 post at 35000', '3 pre at 35000', '3 post at 35000']);
    expect(first.summary?.eventHash).toBe(second.summary?.eventHash);
  });

  it('gives every event an execution point that orders like a number', () => {
    const points = eventsOf(runHere({ drivers: [scans], operations: trace })).map((event) => event.issued * 1_000_000 + event.sequence);
    expect(points).toEqual([...new Set(points)].sort((a, b) => a - b));
  });

  it('another thread that uses the handle waits for the create', () => {
    const log = runHere({ drivers: [scans], operations: [create(1), read(2, { tid: 11 }), elsewhere(3), read(4, { tid: 11 })] });
    expect(order(log)).toEqual(['1 pre at 10000', '3 pre at 30000', '3 post at 30000', '1 post at 35000', '2 pre at 35000', '2 post at 35000', '4 pre at 40000', '4 post at 40000']);
  });

  it('what has waited for a create that is denied in the end is not issued, because of it', () => {
    const denies = { ...scans, source: scans.source.replace('LARGE_INTEGER(-25_000n));', `LARGE_INTEGER(-25_000n));\n  if (Data.Iopb.MajorFunction === IRP_MJ_CREATE) { Data.IoStatus.Status = ${STATUS_ACCESS_DENIED} | 0; return FLT_PREOP_COMPLETE; }`) };
    const log = runHere({ drivers: [denies], operations: trace });
    expect(log.problems).toEqual([]);
    expect(results(log, 4)).toEqual(['completed #1', 'not issued #1', 'completed', 'not issued #1']);
  });
});

describe('a request that a filter has pended', () => {
  const pends = watching('', 'if (Data.Iopb.MajorFunction === IRP_MJ_READ) return FLT_PREOP_PENDING;');
  const opened = (options: number): NumberedOperation => create(1, { detail: { DesiredAccess: 0x120089, CreateDisposition: 1, CreateOptions: options, ShareAccess: 3 } });
  const rest = [read(2), operation(3, { major: 5, detail: { FileInformationClass: 5 }, length: 24, information: 24 })];

  it('on a synchronous handle keeps its thread: what comes after it is not issued, because of it', () => {
    const log = runHere({ drivers: [pends], operations: [opened(0x60), ...rest] });
    expect(results(log, 3)).toEqual(['completed', 'pending', 'not issued #2']);
  });

  it('on a handle for overlapped I/O keeps nobody', () => {
    const log = runHere({ drivers: [pends], operations: [opened(0x40), ...rest] });
    expect(results(log, 3)).toEqual(['completed', 'pending', 'completed']);
  });
});
