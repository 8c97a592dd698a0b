import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForWriting, openSession, TraceWriter, type Session } from '../../../src-main/session/index.ts';
import type { OperationRecord, TraceTime } from '../../../src-main/trace/record.ts';
import { record, startTime } from '../../support/operations.ts';
import { summary } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let next = 1;

/** Deterministic, so that a failure can be repeated. */
function shuffler(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const at = (ticks: number, sourceIndex: number): OperationRecord => record(sourceIndex, { time: (startTime + BigInt(ticks)) as TraceTime, path: `C:\\${ticks % 97}`, detail: { Ticks: ticks } });

function stored(records: readonly OperationRecord[]): { session: Session; trace: number; writer: TraceWriter; close: () => void } {
  const file = path.join(folder, `${next++}.fltreplay`);
  const session = openSession(file, 'create');
  const trace = session.writer.beginTrace('disorder.etl', null, 1);
  const db = openForWriting(file, 'existing');
  const writer = new TraceWriter(db, trace);
  for (let from = 0; from < records.length; from += 2048) writer.operations(records.slice(from, from + 2048));
  return { session, trace, writer, close: () => (db.close(), session.close()) };
}

function expectOrder(session: Session, trace: number, records: readonly OperationRecord[]): void {
  const rows = session.reader.traces.range(trace, 1, records.length + 1);
  const sorted = records.toSorted((a, b) => Number(a.time - b.time) || a.sourceIndex - b.sourceIndex);
  expect(rows.map((row) => row.index)).toEqual(sorted.map((_, row) => row + 1));
  expect(rows.map((row) => row.sourceIndex)).toEqual(sorted.map((row) => row.sourceIndex));
  expect(rows.map((row) => row.path)).toEqual(sorted.map((row) => row.path));
}

describe('rows that come late', () => {
  const random = shuffler(7);
  const count = 30_000;
  const cases: readonly (readonly [string, readonly OperationRecord[]])[] = [
    ['a little, all the time', Array.from({ length: count }, (_, row) => at(row * 10 - random(900), row))],
    ['one, after everything', Array.from({ length: count }, (_, row) => at(row === count - 1 ? 5 : row * 10, row))],
    ['in two files one after the other', Array.from({ length: count }, (_, row) => at((row % (count / 2)) * 10, row))],
    ['backwards', Array.from({ length: count }, (_, row) => at((count - row) * 10, row))],
    ['by pure chance, with many at the same time', Array.from({ length: 72_000 }, (_, row) => at(random(5000), row))],
  ];
  it.each(cases)('%s', (_name, records) => {
    const { session, trace, writer, close } = stored(records);
    writer.finish('complete', summary(records.length), '');
    expectOrder(session, trace, records);
    const first = session.reader.traces.operation(trace, 1);
    expect(first?.detail).toEqual({ Ticks: Number((first?.time ?? 0n) - startTime) });
    close();
  });

  it('leave no page behind that belongs to nothing', () => {
    const { session, trace, writer, close } = stored(cases[2]?.[1] ?? []);
    writer.finish('complete', summary(count), '');
    const db = openForWriting(session.path, 'existing');
    expect(db.prepare('SELECT count(*) FROM page_block WHERE id NOT IN (SELECT block FROM page)').pluck().get()).toBe(0);
    expect(db.prepare('SELECT sum(count) FROM page WHERE trace = ?').pluck().get(trace)).toBe(count);
    db.close();
    close();
  });

  it('stay where they are when sorting is cancelled, each of them readable', () => {
    const records = cases[3]?.[1] ?? [];
    const { session, trace, writer, close } = stored(records);
    let asked = 0;
    expect(writer.putInOrder(() => ++asked < 2)).toBe(false);
    writer.finish('cancelled', summary(count), '');
    expect(session.reader.traces.trace(trace)?.report.unordered).toBe(true);
    const rows = session.reader.traces.range(trace, 1, count);
    expect(rows.map((row) => row.index)).toEqual(records.map((_, row) => row + 1));
    expect(new Set(rows.map((row) => row.sourceIndex)).size).toBe(count);
    // What sorting had written by then goes when the session is next opened.
    const loose = (): unknown => session.writer.recover(() => false) ?? session.reader.property('looseBlocks');
    expect(session.reader.property('looseBlocks')).toBe(1);
    expect(loose()).toBeNull();
    const db = openForWriting(session.path, 'existing');
    expect(db.prepare('SELECT count(*) FROM page_block WHERE id NOT IN (SELECT block FROM page)').pluck().get()).toBe(0);
    db.close();
    expect(session.reader.traces.range(trace, 1, count).length).toBe(count);
    close();
  });
});
