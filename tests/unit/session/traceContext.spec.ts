import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForWriting, openSession, runQuery, TraceWriter, type Session } from '../../../src-main/session/index.ts';
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import type { ContextClass, ContextEvent, ProcessIndex, RecordedStack, TraceModule, TraceTime } from '../../../src-main/trace/record.ts';
import { record, startTime } from '../../support/operations.ts';
import { someProcesses, summary } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let next = 1;

function traceOf(fill: (writer: TraceWriter) => void, system = {}): { session: Session; trace: number; file: string } {
  const file = path.join(folder, `${next++}.fltreplay`);
  const session = openSession(file, 'create');
  const trace = session.writer.beginTrace('notes.PML', null, 1);
  const db = openForWriting(file, 'existing');
  const writer = new TraceWriter(db, trace);
  writer.processes(someProcesses);
  fill(writer);
  writer.finish('complete', summary(writer.count, { system, firstTime: startTime as TraceTime, lastTime: (startTime + 100n) as TraceTime }), 'ab12');
  db.close();
  return { session, trace, file };
}

function context(sourceIndex: number, fields: Partial<ContextEvent> = {}): ContextEvent {
  return {
    sourceIndex, time: (startTime + BigInt(sourceIndex) * 10n) as TraceTime, duration: null, process: 0 as ProcessIndex, tid: 7, contextClass: 'registry', name: 'RegOpenKey', path: 'HKLM\\Software', status: ntStatus(0),
    detail: {}, operation: null, ...fields,
  };
}

const stackOf = (...frames: bigint[]): RecordedStack => ({ frames: BigUint64Array.from(frames), locations: null });

function module(fields: Partial<TraceModule>): TraceModule {
  return { process: 0 as ProcessIndex, base: 0x10000n, size: 0x1000, path: 'C:\\a.dll', loadTime: null, version: null, company: null, description: null, ...fields };
}

describe('context events', () => {
  it('come back as they were handed over, in order of time with the name of their process', () => {
    const full = context(3, { duration: 12n, contextClass: 'minifilter', name: 'FltPreOpInit', path: null, status: null, tid: null, operation: 0, detail: { Callback: 18446744073709551615n } });
    const { session, trace } = traceOf((writer) => writer.contextEvents([full, context(1, { process: null, status: ntStatus(0xc0000022) }), context(2, { process: 1 as ProcessIndex })]));
    const { traces } = session.reader;
    expect(traces.contextCount(trace, null)).toBe(3);
    expect(traces.trace(trace)?.contextEvents).toBe(3);
    const rows = traces.contextEvents(trace, 1, 10, null);
    expect(rows.map((row) => [row.position, row.sourceIndex, row.processName, row.pid])).toEqual([[1, 1, null, null], [2, 2, 'System', 4], [3, 3, 'notes.exe', 4120]]);
    expect(rows[2]).toEqual({ ...full, position: 3, processName: 'notes.exe', pid: 4120 });
    expect(rows[0]?.status).toBe(0xc0000022);
    session.close();
  });

  it('are browsed by class, text and operation, page by page', () => {
    const classes: readonly ContextClass[] = ['registry', 'network', 'process'];
    const all = Array.from({ length: 10_000 }, (_, at) => context(at, {
      contextClass: classes[at % 3] ?? 'other', name: `Event ${at % 10}`, path: at % 1000 === 999 ? 'C:\\Rare' : null, operation: at % 5000 === 0 ? at * 2 : null,
    }));
    const { session, trace } = traceOf((writer) => writer.contextEvents(all));
    const { traces } = session.reader;
    const filter = { classes: null, text: null, operation: null };
    expect(traces.contextCounts(trace)).toEqual([{ contextClass: 'process', count: 3333 }, { contextClass: 'registry', count: 3334 }, { contextClass: 'network', count: 3333 }]);
    expect(traces.contextCount(trace, { ...filter, classes: ['network', 'process'] })).toBe(6666);
    expect(traces.contextEvents(trace, 3001, 3002, { ...filter, classes: ['network'] }).map((row) => row.sourceIndex)).toEqual([9001, 9004]);
    expect(traces.contextCount(trace, { ...filter, text: 'rare' })).toBe(10);
    expect(traces.contextEvents(trace, 9, 20, { ...filter, text: 'RARE' }).map((row) => row.position)).toEqual([9000, 10_000]);
    expect(traces.contextCount(trace, { ...filter, text: 'rare', classes: ['registry'] })).toBe(all.filter((event, at) => event.path !== null && at % 3 === 0).length);
    expect(traces.contextEvents(trace, 1, 5, { ...filter, operation: 10_000 }).map((row) => row.sourceIndex)).toEqual([5000]);
    expect(traces.contextEvents(trace, 9_999, 10_500, null).map((row) => row.sourceIndex)).toEqual([9998, 9999]);
    expect(traces.contextEvents(trace, 1, 1, { ...filter, classes: [] })).toEqual([]);
    session.close();
  });

  it('mark where events were lost, before the operation that comes next', () => {
    const { session, trace } = traceOf((writer) => {
      writer.operations([record(0), record(5), record(9)]);
      writer.contextEvents([context(4, { contextClass: 'lost', name: 'EventsLost', detail: { Count: 17 } }), context(20, { contextClass: 'lost', name: 'EventsLost' })]);
    });
    expect(session.reader.traces.lostMarks(trace)).toEqual([
      { time: startTime + 40n, before: 2, name: 'EventsLost', detail: { Count: 17 } },
      { time: startTime + 200n, before: null, name: 'EventsLost', detail: {} },
    ]);
    session.close();
  });

  it('mark it behind the operation of the same time that the source has before them', () => {
    const time = { time: (startTime + 50n) as TraceTime };
    const { session, trace } = traceOf((writer) => {
      writer.operations([record(4, time), record(5, time), record(7, time)]);
      writer.contextEvents([context(6, { ...time, contextClass: 'lost', name: 'EventsLost' }), context(8, { ...time, contextClass: 'lost', name: 'EventsLost' })]);
    });
    expect(session.reader.traces.lostMarks(trace).map(({ before }) => before)).toEqual([3, null]);
    session.close();
  });

  it('are seen by SQL', () => {
    const { session, file } = traceOf((writer) => writer.contextEvents([context(0), context(1, { contextClass: 'network', tid: null, operation: 7 })]));
    expect(runQuery(file, 'SELECT "index", class, name, process, tid, operation_source_index FROM context_events', 10).rows)
      .toEqual([[1, 'registry', 'RegOpenKey', 'notes.exe', 7, null], [2, 'network', 'RegOpenKey', 'notes.exe', null, 7]]);
    session.close();
  });
});

describe('recorded stacks', () => {
  it('name the module of each frame: the process\'s own below the highest user address, the kernel\'s above', () => {
    const { session, trace, file } = traceOf((writer) => {
      writer.modules([
        module({ process: 1 as ProcessIndex, base: 0xfffff80000000000n, size: 0x2000, path: 'C:\\ntoskrnl.exe' }), module({}), module({ process: 1 as ProcessIndex, path: 'C:\\of System.dll' }),
      ]);
      writer.operations([record(0, { stack: stackOf(0xfffff80000001234n, 0x10040n, 0x99999n) }), record(1), record(2, { stack: { frames: BigUint64Array.of(0x10000n), locations: ['a.dll + 0x0'] } })]);
    }, { highestUserAddress: 0x7ffe_ffffn });
    const { traces } = session.reader;
    expect(traces.stack(trace, 1)).toEqual([
      { address: 0xfffff80000001234n, kernel: true, module: 'C:\\ntoskrnl.exe', offset: 0x1234, location: null },
      { address: 0x10040n, kernel: false, module: 'C:\\a.dll', offset: 0x40, location: null },
      { address: 0x99999n, kernel: false, module: null, offset: null, location: null },
    ]);
    expect(traces.stack(trace, 2)).toBeNull();
    expect(traces.stack(trace, 3)).toEqual([{ address: 0x10000n, kernel: false, module: 'C:\\a.dll', offset: 0, location: 'a.dll + 0x0' }]);
    expect(traces.stack(trace, 99)).toBeNull();
    expect([1, 2, 3].map((index) => traces.operation(trace, index)?.hasStack)).toEqual([true, false, true]);
    expect(runQuery(file, `SELECT frame, address, module, offset FROM stacks(${trace}, 1) WHERE kernel = 1`, 9).rows).toEqual([[0, '0xfffff80000001234', 'C:\\ntoskrnl.exe', 0x1234]]);
    expect(runQuery(file, 'SELECT process, base, path FROM modules ORDER BY path LIMIT 1', 9).rows).toEqual([['notes.exe', 0x10000, 'C:\\a.dll']]);
    session.close();
  });

  it('take the module that was loaded last before the operation where two lie at one place', () => {
    const at = (ticks: number): TraceTime => (startTime + BigInt(ticks)) as TraceTime;
    const { session, trace } = traceOf((writer) => {
      writer.modules([module({ path: 'first', loadTime: at(0) }), module({ path: 'second', loadTime: at(15) }), module({ path: 'third', loadTime: at(25) })]);
      writer.operations([1, 2, 3].map((index) => record(index, { stack: stackOf(0x10010n) })));
    });
    expect([1, 2, 3].map((index) => session.reader.traces.stack(trace, index)?.[0]?.module)).toEqual(['first', 'second', 'third']);
    session.close();
  });

  it('are stored once however many operations have them, over any number of pages', () => {
    const shared = Array.from({ length: 3000 }, (_, at) => stackOf(...Array.from({ length: 30 }, (_frame, depth) => BigInt(at * 100 + depth))));
    const { session, trace, file } = traceOf((writer) => writer.operations(Array.from({ length: 9000 }, (_, at) => record(at, { stack: shared[at % 3000] ?? null }))));
    for (const index of [1, 1024, 1025, 3000, 3001, 9000]) {
      const stack = session.reader.traces.stack(trace, index);
      expect(stack?.length).toBe(30);
      expect(stack?.[29]?.address).toBe(BigInt(((index - 1) % 3000) * 100 + 29));
    }
    expect(runQuery(file, 'SELECT count(DISTINCT stack) FROM operations', 1).rows).toEqual([[3000]]);
    session.close();
  });
});

describe('the clock of a trace', () => {
  it('moves what is read and asked, not what is stored', () => {
    const { session, trace, file } = traceOf((writer) => {
      writer.operations([record(0), record(1), record(2)]);
      writer.contextEvents([context(1)]);
    });
    session.writer.setClockOffset(trace, -20n);
    const { traces } = session.reader;
    expect(traces.trace(trace)).toMatchObject({ clockOffset: -20n, firstTime: startTime - 20n, lastTime: startTime + 80n });
    expect(traces.range(trace, 1, 3).map((row) => row.time)).toEqual([startTime - 20n, startTime - 10n, startTime]);
    expect(traces.operation(trace, 3)?.time).toBe(startTime);
    expect(traces.contextEvents(trace, 1, 1, null)[0]?.time).toBe(startTime - 10n);
    expect(traces.indexAtTime(trace, startTime)).toBe(3);
    expect(traces.indexAtTime(trace, startTime + 1n)).toBeNull();
    expect(runQuery(file, 'SELECT min(o.time) - t.first_time, t.clock_offset FROM operations o JOIN traces t USING (trace)', 1).rows).toEqual([[0, -20]]);
    session.close();
  });
});

describe('a trace that is taken out', () => {
  it('leaves nothing of it, and others as they were', () => {
    const { session, trace, file } = traceOf((writer) => {
      writer.operations([record(0, { stack: stackOf(1n) })]);
      writer.contextEvents([context(0)]);
      writer.modules([module({})]);
    });
    const other = session.writer.beginTrace('other.PML', null, 1);
    const db = openForWriting(file, 'existing');
    const writer = new TraceWriter(db, other);
    writer.operations([record(0), record(1)]);
    writer.finish('complete', summary(2), '');
    session.writer.removeTrace(trace);
    expect(session.reader.traces.traces().map(({ id }) => id)).toEqual([other]);
    expect(session.reader.traces.range(other, 1, 9).length).toBe(2);
    for (const table of ['page', 'page_block']) expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(1);
    for (const table of ['process', 'stack_page', 'module']) expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    db.close();
    session.close();
  });
});
