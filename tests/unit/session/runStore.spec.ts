import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { eventKindCode, EventPageBuilder, pageText } from '../../../src-main/replay/eventPage.ts';
import { packEventPage, type PackedEventPage } from '../../../src-main/replay/packedEventPage.ts';
import { runQuery, type Session } from '../../../src-main/session/index.ts';
import { record, startTime } from '../../support/operations.ts';
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import { sessionWith } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let next = 1;

function sessionWithRun(): { session: Session; trace: number; run: number; file: string } {
  const file = path.join(folder, `${next++}.fltreplay`);
  const { session, trace } = sessionWith(file, [record(0), record(1, { status: ntStatus(0xc0000022) }), record(2, { status: ntStatus(0x103) }), record(3)]);
  const run = session.writer.runs.addRun({
    name: 'Run 1', trace, state: 'running', started: 5n, seed: 1, assumptions: '{}', layers: '[]', drivers: '[]', firstOperation: 1, lastOperation: 4, operations: 0, events: 0,
    violations: 0, differences: 0, eventHash: null, problem: null, settings: '{}', report: null, parent: null, plan: '{}',
  });
  return { session, trace, run, file };
}

/** Rows of `[operation, kind, name]`. */
function pageOf(builder: EventPageBuilder, rows: readonly (readonly [number, keyof typeof eventKindCode, string])[]): PackedEventPage {
  for (const [operation, kind, name] of rows) builder.add(operation, operation, 1, eventKindCode[kind], 0, 1, 4124, 0, 0xc0000022, 0, 0, 12, builder.text(name), 0, 0);
  return packEventPage(builder.take());
}

describe('the event log of a run', () => {
  it('comes back page by page, by position and by operation and kind', () => {
    const { session, run } = sessionWithRun();
    const builder = new EventPageBuilder();
    const first = pageOf(builder, [[1, 'issue', ''], [1, 'pre', ''], [2, 'log', 'hello']]);
    const second = pageOf(builder, [[3, 'violation', 'FV-084'], [3, 'post', '']]);
    session.writer.runs.addPages(run, [first, second], [], []);
    const { runs } = session.reader;
    expect(runs.eventCount(run)).toBe(5);
    expect(runs.eventPages(run, 2, 3).map((page) => page.first)).toEqual([0, 3]);
    const [log] = runs.eventPages(run, 2, 2);
    expect(log && pageText(log, log.columns.name[2] ?? 0)).toBe('hello');
    expect([...runs.matchingPages(run, { operation: 3, kinds: null })].map((page) => page.first)).toEqual([3]);
    expect([...runs.matchingPages(run, { operation: null, kinds: ['log'] })].map((page) => page.first)).toEqual([0]);
    expect([...runs.matchingPages(run, { operation: null, kinds: ['load'] })]).toEqual([]);
    session.close();
  });

  it('takes a later page with the same start for the earlier look at it', () => {
    const { session, run } = sessionWithRun();
    const builder = new EventPageBuilder();
    builder.add(1, 1, 1, eventKindCode.issue, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    session.writer.runs.addPages(run, [packEventPage(builder.peek())], [], []);
    expect(session.reader.runs.eventCount(run)).toBe(1);
    expect(session.reader.runs.boundsAt(run, 0)).toMatchObject({ count: 1, ends: { issued: 1, sequence: 1 } });
    builder.add(1, 1, 2, eventKindCode.pre, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    session.writer.runs.addPages(run, [packEventPage(builder.take())], [], []);
    expect(session.reader.runs.eventCount(run)).toBe(2);
    expect(session.reader.runs.eventPages(run, 0, 9).length).toBe(1);
    expect(session.reader.runs.boundsAt(run, 0)).toEqual({ first: 0, count: 2, begins: { issued: 1, sequence: 1 }, ends: { issued: 1, sequence: 2 } });
    expect(session.reader.runs.boundsAt(run, 2)).toBeNull();
    session.close();
  });

  it('is a table for SQL, for all runs or one', () => {
    const { session, run, file } = sessionWithRun();
    session.writer.runs.addPages(run, [pageOf(new EventPageBuilder(), [[1, 'issue', ''], [2, 'log', 'hello']])], [], []);
    const answer = runQuery(file, `SELECT operation, kind, name, status, line FROM events WHERE kind = 'log'`, 10);
    expect(answer.columns).toEqual(['operation', 'kind', 'name', 'status', 'line']);
    expect(answer.rows).toEqual([[2, 'log', 'hello', 0xc0000022, 12]]);
    expect(runQuery(file, `SELECT count(*) FROM events(${run})`, 10).rows).toEqual([[2]]);
    expect(runQuery(file, `SELECT count(*) FROM events(${run + 1})`, 10).rows).toEqual([[0]]);
    session.close();
  });
});

describe('results of a run', () => {
  it('are found by operation, and compared with the recording', () => {
    const { session, trace, run } = sessionWithRun();
    const completed = 1;
    const pending = 2;
    session.writer.runs.addPages(run, [], [
      { firstOperation: 1, statuses: Uint32Array.of(0, 0), states: Uint8Array.of(completed, completed), violations: Uint8Array.of(0, 2), answers: Uint8Array.of(1, 2), effects: Uint8Array.of(0, 2), causes: Uint32Array.of(0, 1) },
      { firstOperation: 3, statuses: Uint32Array.of(0, 0xc0000022), states: Uint8Array.of(pending, completed), violations: Uint8Array.of(0, 0), answers: new Uint8Array(2), effects: new Uint8Array(2), causes: new Uint32Array(2) },
    ], []);
    const results = session.reader.runs.results(run, 2, 4);
    expect([...results.keys()]).toEqual([2, 3, 4]);
    expect(results.get(2)).toEqual({ state: 'completed', status: 0, violations: 2, answer: 'model', effect: 'consequence', cause: 1 });
    expect(session.reader.affected.operations(run, null, 0, 10)).toEqual({ count: 1, indexes: [2] });
    expect(session.reader.affected.operations(run, 4, 0, 10)).toEqual({ count: 0, indexes: [] });
    expect(results.get(4)?.status).toBe(0xc0000022);
    expect([...session.reader.runs.results(run, 1, 2).keys()]).toEqual([1, 2]);
    expect(session.reader.runs.resultsAt(run, [2, 4, 5, 9000])).toEqual(new Map([[2, results.get(2)], [4, results.get(4)]]));
    // Recorded ACCESS_DENIED replayed SUCCESS, and the other way round; still pending agrees with recorded PENDING.
    expect(session.reader.differences(trace, run, 0, 10, false)).toEqual({ count: 2, indexes: [2, 4] });
    expect(session.reader.differences(trace, run, 1, 1, false)).toEqual({ count: 2, indexes: [4] });
    // Of a run that has ended, counts are kept from page to page.
    session.writer.runs.updateRun(run, { state: 'ended', layers: '[]', operations: 4, events: 0, violations: 0, differences: 2, eventHash: null, problem: null, report: null });
    for (const _again of [1, 2]) {
      expect(session.reader.differences(trace, run, 0, 1, false)).toEqual({ count: 2, indexes: [2] });
      expect(session.reader.differences(trace, run, 1, 10, false)).toEqual({ count: 2, indexes: [4] });
      expect(session.reader.differences(trace, run, 2, 10, false)).toEqual({ count: 2, indexes: [] });
    }
    session.close();
  });

  it('while the run goes on, what is pending may still end as recorded', () => {
    const { session, trace, run } = sessionWithRun();
    const none = { violations: new Uint8Array(2), answers: new Uint8Array(2), effects: new Uint8Array(2), causes: new Uint32Array(2) };
    session.writer.runs.addPages(run, [], [{ firstOperation: 1, statuses: Uint32Array.of(0, 0), states: Uint8Array.of(2, 1), ...none }], []);
    expect(session.reader.differences(trace, run, 0, 10, true)).toEqual({ count: 1, indexes: [2] });
    expect(session.reader.differences(trace, run, 0, 10, false)).toEqual({ count: 2, indexes: [1, 2] });
    session.close();
  });
});

describe('what a change has touched', () => {
  it('is found by cause and page by page, and each cause with its counts', () => {
    const { session, run } = sessionWithRun();
    const [changed, consequence, redirected, notIssued] = [1, 2, 3, 4];
    const page = (firstOperation: number, effects: readonly number[], causes: readonly number[]): void => {
      const completed = new Uint8Array(effects.length).fill(1);
      session.writer.runs.addPages(run, [], [{ firstOperation, statuses: new Uint32Array(effects.length), states: completed, violations: new Uint8Array(effects.length), answers: new Uint8Array(effects.length), effects: Uint8Array.from(effects), causes: Uint32Array.from(causes) }], []);
    };
    // Operation 2 was changed by a filter and names no other cause; operation 1025 is its own.
    page(1, [0, changed, notIssued, notIssued], [0, 0, 2, 2]);
    page(513, [0, 0], [0, 0]);
    page(1025, [changed, consequence, redirected, notIssued], [1025, 2, 1025, 1025]);
    const { affected } = session.reader;
    expect(affected.operations(run, null, 0, 100)).toEqual({ count: 7, indexes: [2, 3, 4, 1025, 1026, 1027, 1028] });
    expect(affected.operations(run, 2, 1, 2)).toEqual({ count: 4, indexes: [3, 4] });
    expect(affected.operations(run + 1, null, 0, 100)).toEqual({ count: 0, indexes: [] });
    expect(affected.causes(run, 0, 100)).toEqual({ count: 2, rows: [
      { cause: 2, counts: { 'changed': 1, 'consequence': 1, 'redirected': 0, 'not-issued': 2 } },
      { cause: 1025, counts: { 'changed': 1, 'consequence': 0, 'redirected': 1, 'not-issued': 1 } },
    ] });
    expect(affected.causes(run, 1, 1)).toMatchObject({ count: 2, rows: [{ cause: 1025 }] });
    session.close();
  });
});

describe('a branch that shares the past of its parent', () => {
  const completed = 1;
  const pending = 2;
  const range = (firstOperation: number, status: number, state = completed) => ({
    firstOperation, statuses: Uint32Array.of(status, status), states: Uint8Array.of(state, completed), violations: new Uint8Array(2), answers: new Uint8Array(2), effects: Uint8Array.of(0, status === 0 ? 0 : 1), causes: new Uint32Array(2),
  });
  const violation = (number: number) => ({ number, violation: 'FV-084', severity: 'V', hint: false, sentence: '', rule: '', source: '', driver: '', line: null, operation: number, issued: number, sequence: 1 });

  /** The parent has pages 0..2, 3..4, 5..6; the branch shares the first two, and its branch the first one. */
  function family(): { session: Session; file: string; parent: number; branch: number; twig: number } {
    const { session, run: parent, file } = sessionWithRun();
    const { runs } = session.writer;
    const stored = assertExists(session.reader.runs.run(parent));
    const [branch = 0, twig = 0] = [parent, parent + 1].map((of) => runs.addRun({ ...stored, parent: of }));
    runs.share(branch, { events: 5, before: 7 });
    runs.share(twig, { events: 3, before: 3 });
    const builder = new EventPageBuilder();
    const pages = [pageOf(builder, [[1, 'issue', ''], [1, 'log', 'parent'], [2, 'log', 'parent']]), pageOf(builder, [[3, 'log', 'parent'], [4, 'post', '']]), pageOf(builder, [[5, 'log', 'parent'], [6, 'post', '']])];
    runs.addPages(parent, pages.map((page, at) => ({ ...page, chain: `chain ${at}` })), [range(1, 0), range(3, 0), range(5, 0), range(7, 0)], [violation(2), violation(4), violation(6)]);
    const later = new EventPageBuilder();
    pageOf(later, [[1, 'issue', ''], [1, 'issue', ''], [1, 'issue', ''], [1, 'issue', ''], [1, 'issue', '']]);
    // Operations 1 and 2 end otherwise in the branch, as they were still under way.
    runs.addPages(branch, [pageOf(later, [[5, 'log', 'branch']])], [range(1, 9, pending), range(7, 9)], [violation(5)]);
    const latest = new EventPageBuilder();
    pageOf(latest, [[1, 'issue', ''], [1, 'issue', ''], [1, 'issue', '']]);
    runs.addPages(twig, [pageOf(latest, [[3, 'log', 'twig'], [5, 'log', 'twig']])], [range(3, 8)], [violation(3)]);
    return { session, file, parent, branch, twig };
  }

  const firsts = (pages: Iterable<{ readonly first: number; readonly count: number }>) => [...pages].map(({ first, count }) => [first, count]);

  it('has the events of both, read by place, kind and operation', () => {
    const { session, parent, branch, twig } = family();
    const { runs } = session.reader;
    expect([runs.eventCount(parent), runs.eventCount(branch), runs.eventCount(twig)]).toEqual([7, 6, 5]);
    expect(firsts(runs.eventPages(branch, 0, 99))).toEqual([[0, 3], [3, 2], [5, 1]]);
    expect(firsts(runs.eventPages(twig, 0, 99))).toEqual([[0, 3], [3, 2]]);
    expect(firsts(runs.eventPages(branch, 4, 5))).toEqual([[3, 2], [5, 1]]);
    expect(firsts(runs.matchingPages(branch, { operation: 5, kinds: ['log'] }))).toEqual([[5, 1]]);
    expect(firsts(runs.matchingPages(twig, { operation: 2, kinds: null }))).toEqual([[0, 3]]);
    const begins = [0, 4, 5].map((number) => runs.boundsAt(branch, number));
    expect(begins.map((bounds) => [bounds?.first, bounds?.begins.issued, bounds?.ends.issued])).toEqual([[0, 1, 2], [3, 3, 4], [5, 5, 5]]);
    expect(runs.boundsAt(branch, 4)).toEqual(begins[1]);
    const text = (run: number, number: number): string => {
      const page = assertExists(runs.pageAt(run, number));
      return pageText(page, page.columns.name[number - page.first] ?? 0);
    };
    expect([text(branch, 2), text(branch, 3), text(branch, 5), text(twig, 2), text(twig, 4)]).toEqual(['parent', 'parent', 'branch', 'parent', 'twig']);
    const steps = (run: number, direction: 'forward' | 'back', from: number): unknown => {
      const page = runs.nextPage(run, from, direction, { operation: null, kinds: null });
      return page !== null && typeof page === 'object' ? page.first : page;
    };
    expect([0, 3, 5].map((from) => steps(branch, 'forward', from))).toEqual([3, 5, null]);
    expect([0, 3, 5].map((from) => steps(branch, 'back', from))).toEqual([null, 0, 3]);
    expect([steps(twig, 'forward', 0), steps(twig, 'back', 3)]).toEqual([3, 0]);
    expect([runs.chainOf(branch, 3)?.chain, runs.chainOf(twig, 3)?.chain, runs.pageBefore(branch, 5), runs.pageBefore(branch, 4)]).toEqual(['chain 1', null, { first: 3, chain: 'chain 1' }, null]);
    expect([...session.reader.compare.log(twig)].map(({ owner, first }) => [owner, first])).toEqual([[parent, 0], [twig, 3]]);
    session.close();
  });

  it('has the results of both, by ranges that ended before it began', () => {
    const { session, branch, twig } = family();
    const { runs, affected } = session.reader;
    const statuses = (run: number) => [...runs.results(run, 1, 99)].map(([index, { status, state }]) => [index, status, state]);
    expect(statuses(branch)).toEqual([[1, 9, 'pending'], [2, 9, 'completed'], [3, 0, 'completed'], [4, 0, 'completed'], [5, 0, 'completed'], [6, 0, 'completed'], [7, 9, 'completed'], [8, 9, 'completed']]);
    expect(statuses(twig)).toEqual([[1, 9, 'pending'], [2, 9, 'completed'], [3, 8, 'completed'], [4, 8, 'completed']]);
    expect(runs.resultRanges(twig)).toEqual([{ from: 1, to: 2 }, { from: 3, to: 4 }]);
    expect([...runs.resultsAt(branch, [2, 4, 8]).values()].map(({ status }) => status)).toEqual([9, 0, 9]);
    expect([runs.resultColumns(twig, 5), runs.resultColumns(twig, 3)?.statuses[0], runs.resultCount(branch)]).toEqual([undefined, 8, 8]);
    expect(affected.operations(twig, null, 0, 9).indexes).toEqual([2, 4]);
    expect([session.reader.compare.causes(twig)(4), session.reader.compare.causes(twig)(5)]).toEqual([4, 0]);
    session.close();
  });

  it('has the violations of both, also in SQL', () => {
    const { session, file, branch, twig } = family();
    const { runs } = session.reader;
    const numbers = (run: number, offset: number, limit: number) => runs.violations(run, offset, limit).map(({ number }) => number);
    expect([numbers(branch, 0, 9), numbers(branch, 1, 1), numbers(branch, 2, 5), numbers(twig, 0, 9), numbers(twig, 1, 9)]).toEqual([[2, 4, 5], [4], [5], [2, 3], [3]]);
    expect([runs.violationCount(branch), runs.violationCount(twig), runs.violation(twig, 4), runs.violation(branch, 4)?.number, runs.violationsOf(twig, 2).length]).toEqual([3, 2, undefined, 4, 1]);
    const groups = (run: number) => runs.violationGroups(run).map(({ first, count }) => [first.number, count]);
    expect([groups(branch), groups(twig)]).toEqual([[[2, 3]], [[2, 2]]]);
    expect(runQuery(file, `SELECT number FROM violations WHERE run = ${twig} ORDER BY 1`, 9).rows).toEqual([[2], [3]]);
    expect(runQuery(file, `SELECT number FROM violations WHERE run = ${branch} ORDER BY 1`, 9).rows).toEqual([[2], [4], [5]]);
    expect(runQuery(file, `SELECT count(*) FROM events(${twig})`, 9).rows).toEqual([[5]]);
    session.close();
  });
});

describe('SQL from the user', () => {
  it('reads the documented views', () => {
    const { session, file } = sessionWithRun();
    for (const view of ['traces', 'operations', 'processes', 'drivers', 'runs', 'events', 'violations', 'breakpoints', 'notes']) {
      expect(runQuery(file, `SELECT * FROM ${view}`, 5).columns.length).toBeGreaterThan(3);
    }
    const { rows } = runQuery(file, 'SELECT "index", time, process, status FROM operations WHERE status <> 0 ORDER BY 1', 1);
    expect(rows).toEqual([[2, startTime + 10n, 'notes.exe', 0xc0000022]]);
    expect(runQuery(file, 'SELECT 1 FROM operations', 2).more).toBe(true);
    session.close();
  });

  it.each([
    'DELETE FROM trace', 'UPDATE driver SET enabled = 1', "ATTACH 'other.db' AS other", 'PRAGMA user_version = 3', 'CREATE TABLE x (a)', "VACUUM INTO 'copy.db'", 'BEGIN', '',
    'INSERT INTO note (created, text) VALUES (1, 2) RETURNING id', 'SELECT 1; DELETE FROM trace',
  ])('refuses %s', (sql) => {
    const { session, file } = sessionWithRun();
    expect(() => runQuery(file, sql, 10)).toThrow(/Only a query that reads|The query was refused/);
    expect(session.reader.traces.traces().length).toBe(1);
    session.close();
  });

  it('says what is wrong in SQLite\'s words', () => {
    const { session, file } = sessionWithRun();
    expect(() => runQuery(file, 'SELECT nonsense FROM operations', 10)).toThrow(/no such column: nonsense/);
    session.close();
  });
});

describe('drivers and breakpoints', () => {
  it('keep every version of a source', () => {
    const { session, file } = sessionWithRun();
    const { stack } = session.writer;
    const id = stack.addDriver({ name: 'mine', description: '', altitude: '328010.55555555555555555555', enabled: true, bundled: false, manifest: '{}', source: 'one', files: [], service: '', mac: 'a' }, 1n);
    stack.addVersion(id, { source: 'two', files: [{ slot: 1, name: 'names.ts', text: 'three' }], service: 's' }, 'b', 2n);
    stack.updateDriver(id, { enabled: false });
    expect(session.reader.stack.driver(id)).toMatchObject({ version: 2, source: 'two', enabled: false, altitude: '328010.55555555555555555555', mac: 'b' });
    expect(session.reader.stack.driver(id)?.files).toEqual([{ slot: 1, name: 'names.ts', text: 'three' }]);
    stack.addVersion(id, { source: 'two', files: [{ slot: 1, name: 'words.ts', text: 'three' }, { slot: 2, name: 'names.ts', text: '' }], service: 's' }, 'b', 3n);
    expect([session.reader.stack.driverVersion(id, 1)?.files, session.reader.stack.fileNames(id)]).toEqual([[], [{ slot: 1, name: 'words.ts' }, { slot: 2, name: 'names.ts' }]]);
    expect(runQuery(file, 'SELECT version, source, latest FROM drivers ORDER BY version', 10).rows).toEqual([[1, 'one', 0], [2, 'two', 0], [3, 'two', 1]]);
    session.close();
  });

  it('lose the breakpoints of a removed driver, not its sources', () => {
    const { session } = sessionWithRun();
    const { stack } = session.writer;
    const id = stack.addDriver({ name: 'mine', description: '', altitude: '1', enabled: true, bundled: false, manifest: '{}', source: 'one', files: [], service: '', mac: '' }, 1n);
    stack.addBreakpoint({ enabled: true, driver: id, spec: '{"at":{"kind":"line","line":3}}', group: '', hits: 0 });
    const other = stack.addBreakpoint({ enabled: true, driver: null, spec: '{"at":{"kind":"callback","callbacks":["pre"]}}', group: 'reads', hits: 0 });
    stack.removeDriver(id);
    expect(session.reader.stack.drivers()).toEqual([]);
    expect(session.reader.stack.breakpoints().map((b) => b.id)).toEqual([other]);
    session.close();
  });
});
