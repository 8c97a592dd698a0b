import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import { operationAt } from '../../../src-main/replay/operationPage.ts';
import { compileWhere, openForWriting, openSession, TraceWriter, type Session } from '../../../src-main/session/index.ts';
import type { ProcessIndex, TraceTime } from '../../../src-main/trace/record.ts';
import { record, startTime } from '../../support/operations.ts';
import { sessionWith, someProcesses, summary } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let next = 1;
const file = (): string => path.join(folder, `${next++}.fltreplay`);

describe('operations', () => {
  it('come back as they were handed over', () => {
    const original = record(7, {
      operation: 'SetRenameInformationFile', major: 6, minor: 3, kind: 'fsfilter', status: ntStatus(0xc0000022), duration: null, information: 4096, irpFlags: 0x43, path: null,
      offset: -1n, length: null, process: 1 as ProcessIndex,
      detail: { ReplaceIfExists: true, FileName: 'C:\\"new"\n.txt', AllocationSize: 123n, UserMapped: 18446744073709551615n, list: [1, null, 'x'] }, provenance: { status: 'derived' },
    });
    const { session, trace } = sessionWith(file(), [original]);
    const stored = session.reader.traces.operation(trace, 1);
    expect(stored).toMatchObject({
      index: 1, sourceIndex: 7, time: original.time, duration: null, process: 1, processName: 'System', pid: 4, operation: 'SetRenameInformationFile', major: 6, minor: 3, kind: 'fsfilter', path: null,
      status: 0xc0000022, information: 4096, irpFlags: 0x43, offset: -1n, length: null, provenance: { status: 'derived' },
    });
    // A 64-bit number that a double holds becomes a plain one; a larger one stays exact.
    expect(stored?.detail).toEqual({ ReplaceIfExists: true, FileName: 'C:\\"new"\n.txt', AllocationSize: 123, UserMapped: 18446744073709551615n, list: [1, null, 'x'] });
    session.close();
  });

  it('are numbered by time, ties in the order of the source, however late a row comes', () => {
    const at = (ticks: bigint): TraceTime => (startTime + ticks) as TraceTime;
    const times = [10n, 20n, 20n, 5n, 40n, 20n, 50n, 0n, 60n];
    const { session, trace } = sessionWith(file(), times.map((ticks, index) => record(index, { time: at(ticks), path: `C:\\${index}` })));
    const rows = session.reader.traces.range(trace, 1, 100);
    expect(rows.map((row) => row.index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.map((row) => row.sourceIndex)).toEqual([7, 3, 0, 1, 2, 5, 4, 6, 8]);
    session.close();
  });

  it('stay apart from those of another trace, and are found by number at any size of page', () => {
    const name = file();
    const { session, trace } = sessionWith(name, Array.from({ length: 130 }, (_, at) => record(at)));
    const other = session.writer.beginTrace('other.PML', null, 1);
    const db = openForWriting(name, 'existing');
    const writer = new TraceWriter(db, other);
    writer.processes(someProcesses);
    writer.operations([record(0, { operation: 'WriteFile' })]);
    writer.finish('complete', summary(1), '');
    db.close();
    const { traces } = session.reader;
    expect(traces.count(trace)).toBe(130);
    expect(traces.range(trace, 129, 200).map((row) => row.index)).toEqual([129, 130]);
    expect(traces.range(other, 1, 10).map((row) => row.operation)).toEqual(['WriteFile']);
    expect(traces.select(trace, 0, 128, 50, null).map((row) => row.index)).toEqual([129, 130]);
    session.close();
  });

  it('reach the engine host in columns with their details as text', () => {
    const { session, trace } = sessionWith(file(), [record(0), record(1, { detail: { Length: 5 } }), record(2)]);
    const page = session.reader.traces.operationPage(trace, 1, 10, null);
    expect(page.count).toBe(2);
    expect(operationAt(page, 0)).toMatchObject({ index: 2, detail: { Length: 5 }, path: 'C:\\docs\\plan.txt', offset: 0n, length: 4096, time: startTime + 10n });
    session.close();
  });

  it('are found by text without case, forwards and backwards', () => {
    const { session, trace } = sessionWith(file(), [record(0), record(1, { path: 'C:\\Docs\\BUDGET.csv' }), record(2, { process: 1 as ProcessIndex }), record(3, { path: null })]);
    const { traces } = session.reader;
    expect(traces.find(trace, 'budget', 1, false)).toBe(2);
    expect(traces.find(trace, 'BUDGET', 3, false)).toBeNull();
    expect(traces.find(trace, 'budget', 4, true)).toBe(2);
    expect(traces.find(trace, 'system', 1, false)).toBe(3);
    session.close();
  });

  it('are counted by name and by process', () => {
    const { session, trace } = sessionWith(file(), [record(0), record(1), record(2, { operation: 'CloseFile', process: 1 as ProcessIndex })]);
    expect(session.reader.traces.countsByOperation(trace)).toEqual([{ name: 'ReadFile', count: 2 }, { name: 'CloseFile', count: 1 }]);
    expect(session.reader.traces.countsByProcess(trace)).toEqual([{ name: 'notes.exe', pid: 4120, count: 2 }, { name: 'System', pid: 4, count: 1 }]);
    session.close();
  });
});

describe('an import that breaks', () => {
  it('keeps what was handed over when the importer fails', () => {
    const name = file();
    const session = openSession(name, 'create');
    const trace = session.writer.beginTrace('broken.PML', null, 1);
    const db = openForWriting(name, 'existing');
    const writer = new TraceWriter(db, trace);
    writer.operations([record(0), record(1)]);
    writer.commit();
    writer.operations([record(2)]);
    writer.fail();
    db.close();
    expect(session.reader.traces.trace(trace)).toMatchObject({ state: 'failed', operations: 3 });
    expect(session.reader.traces.range(trace, 1, 9).map((row) => row.sourceIndex)).toEqual([0, 1, 2]);
    session.close();
  });

  it('is put in order and called failed after a crash, but not while its process lives', () => {
    const name = file();
    const session = openSession(name, 'create');
    const trace = session.writer.beginTrace('crashed.PML', null, 4711);
    const db = openForWriting(name, 'existing');
    const writer = new TraceWriter(db, trace);
    writer.operations([record(5)]);
    writer.flush();
    writer.operations([record(1)]);
    writer.flush();
    db.close();
    session.writer.recover((owner) => owner === 4711);
    expect(session.reader.traces.trace(trace)?.state).toBe('importing');
    session.writer.recover(() => false);
    expect(session.reader.traces.trace(trace)?.state).toBe('failed');
    expect(session.reader.traces.range(trace, 1, 9).map((row) => [row.index, row.sourceIndex])).toEqual([[1, 1], [2, 5]]);
    session.close();
  });
});

describe('a session with pages that somebody changed', () => {
  const changed = (sql: string): { session: Session; trace: number } => {
    const name = file();
    const { session, trace } = sessionWith(name, Array.from({ length: 20 }, (_, at) => record(at, { detail: { Key: at } })));
    session.close();
    const db = openForWriting(name, 'existing');
    db.exec(sql);
    db.close();
    return { session: openSession(name, 'existing'), trace };
  };
  it.each([
    ['columns that are none', "UPDATE page_block SET columns = x'00'"],
    ['columns of chance', 'UPDATE page_block SET columns = randomblob(5000)'],
    ['texts that are no list', "UPDATE page_block SET texts = '{', details = '7'"],
    ['texts of other kinds', "UPDATE page_block SET texts = '[null, {}, 3]', details = '[[], \"nonsense\", \"[1]\"]'"],
    ['no blocks', 'DELETE FROM page_block'],
  ])('%s: every row is still there, with what can be read', (_what, sql) => {
    const { session, trace } = changed(sql);
    const { traces } = session.reader;
    expect(traces.range(trace, 1, 20).map((row) => row.index)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(typeof traces.operation(trace, 20)?.detail).toBe('object');
    expect(traces.span(trace, compileWhere('path contains x or status = error or time > 5'))?.count ?? 0).toBeLessThanOrEqual(20);
    expect(traces.stack(trace, 3)).toBeNull();
    session.close();
  });

  it('more rows than a page can have: refused in one sentence, before anything of that size is made', () => {
    const { session, trace } = changed('UPDATE page SET count = 4000000000');
    expect(() => session.reader.traces.range(trace, 1, 20)).toThrow(/more rows than a page can have/);
    expect(() => session.reader.traces.countsByProcess(trace)).toThrow(/is damaged/);
    session.close();
  });
});
