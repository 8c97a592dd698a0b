/** A session file, open: one connection that writes and one that only reads. */
import { AffectedReader } from './affectedReader.ts';
import { CompareReader } from './compareReader.ts';
import { FilterStore } from './filterStore.ts';
import { MarkReader, MarkWriter } from './markStore.ts';
import { newId } from './sessionKey.ts';
import { openForReading, openForWriting, readNewest, readTidily, type Database } from './database.ts';
import { LifeReader } from './lifeReader.ts';
import { PairReader, PairWriter } from './pairStore.ts';
import { uint32At } from './uint32At.ts';
import { replayedStates } from '../replay/eventPage.ts';
import { RunReader, RunWriter, type OperationResult } from './runStore.ts';
import { StackReader, StackWriter } from './stackStore.ts';
import { TraceReader } from './traceReader.ts';
import { wholeTrace, type WholeTrace } from './wholeTrace.ts';
import { detailFromText, detailToText } from './detailText.ts';
import { looseBlocks } from './pageSorter.ts';
import { failTrace } from './traceWriter.ts';

export class SessionReader {
  readonly traces: TraceReader;
  readonly stack: StackReader;
  readonly runs: RunReader;
  readonly pairs: PairReader;
  /** What changes in runs have touched. */
  readonly affected: AffectedReader;
  readonly compare: CompareReader;
  readonly marks: MarkReader;
  readonly filters: FilterStore;
  /** Lives of files and file objects. */
  readonly lives: LifeReader;
  readonly #db: Database;
  /** How many differences each range of a run's results has: a run that has ended does not change, and a list is read page by page. */
  #known: { readonly run: number; readonly counts: readonly number[] } | null = null;

  constructor(path: string) {
    this.#db = openForReading(path);
    this.traces = new TraceReader(this.#db);
    this.stack = new StackReader(this.#db);
    this.runs = new RunReader(this.#db);
    this.pairs = new PairReader(this.#db);
    this.affected = new AffectedReader(this.#db);
    this.marks = new MarkReader(this.#db);
    this.compare = new CompareReader(this.#db, this.traces, this.runs);
    this.filters = new FilterStore(this.#db);
    this.lives = new LifeReader(this.#db, this.traces);
  }

  property(name: string): string | number | null {
    const value = this.#db.prepare('SELECT value FROM property WHERE name = ?').pluck().get(name);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  }

  /** Everything of a trace, in order. */
  whole(trace: number): WholeTrace {
    return wholeTrace(this.#db, this.traces, trace);
  }

  /**
   * Operations that a run ended with another status than the recorded one: all counted, a page of their numbers returned. `underWay`: the run goes
   * on, and what is pending may still end as recorded.
   */
  differences(trace: number, run: number, offset: number, limit: number, underWay: boolean): { count: number; indexes: number[] } {
    const indexes: number[] = [];
    const ranges = this.runs.resultRanges(run);
    const known = this.#known?.run === run && this.#known.counts.length === ranges.length ? this.#known.counts : null;
    const counts: number[] = [];
    let count = 0;
    for (const [at, range] of ranges.entries()) {
      const here = known?.[at];
      const wanted = indexes.length < limit && (here === undefined || count + here > offset);
      const before = count;
      if (wanted || here === undefined) this.#eachDifference(trace, run, range, underWay, (index) => {
        if (count++ >= offset && indexes.length < limit) indexes.push(index);
      });
      else count += here;
      counts.push(count - before);
    }
    if (this.runs.run(run)?.state === 'ended') this.#known = { run, counts };
    return { count, indexes };
  }

  #eachDifference(trace: number, run: number, { from, to }: { readonly from: number; readonly to: number }, underWay: boolean, visit: (index: number) => void): void {
    const page = this.runs.resultColumns(run, from);
    if (page === undefined) return;
    this.traces.eachStatus(trace, from, to, (index, recorded) => {
      const at = index - from;
      const state = replayedStates[page.states[at] ?? 0] ?? 'none';
      if (!(underWay && state === 'pending') && differs(recorded, state, uint32At(page.statuses, at))) visit(index);
    });
  }

  close(): void {
    this.#db.close();
  }
}

const pending = 0x103;

/** A recording that says STATUS_PENDING never saw the end, so a replay that is still pending agrees with it. */
function differs(recorded: number | null, state: OperationResult['state'], status: number): boolean {
  if (recorded === null || state === 'none' || state === 'not-issued') return false;
  if (state === 'pending') return recorded !== pending;
  return recorded !== status;
}

export class SessionWriter {
  readonly stack: StackWriter;
  readonly runs: RunWriter;
  readonly pairs: PairWriter;
  readonly marks: MarkWriter;
  readonly filters: FilterStore;
  readonly #db: Database;

  constructor(path: string, create: 'create' | 'existing') {
    this.#db = openForWriting(path, create);
    this.stack = new StackWriter(this.#db);
    this.runs = new RunWriter(this.#db);
    this.pairs = new PairWriter(this.#db);
    this.marks = new MarkWriter(this.#db);
    this.filters = new FilterStore(this.#db);
    this.#db.prepare("INSERT OR IGNORE INTO property (name, value) VALUES ('key', ?)").run(newId());
  }

  setProperty(name: string, value: string | number): void {
    this.#db.prepare('INSERT OR REPLACE INTO property (name, value) VALUES (?, ?)').run(name, value);
  }

  /** A row for a trace that an importer is about to fill; `owner` is the process that does it. */
  beginTrace(name: string, sourcePath: string | null, owner: number): number {
    const { lastInsertRowid } = this.#db
      .prepare("INSERT INTO trace (name, source_path, state, report) VALUES (?, ?, 'importing', ?)")
      .run(name, sourcePath, detailToText({ owner }));
    return Number(lastInsertRowid);
  }

  /** A trace whose importer died keeps what was committed, in order, and says so; one that came to its end stays as it is. */
  cutOff(trace: number): void {
    const isUnfinished = this.#db.prepare("SELECT 1 FROM trace WHERE id = ? AND state = 'importing'").get(trace) !== undefined;
    if (isUnfinished) failTrace(this.#db, trace);
  }

  /** Takes back a trace of which nothing could be read. */
  removeEmptyTrace(trace: number): void {
    this.#db.transaction(() => {
      const isEmpty = this.#db.prepare('SELECT 1 FROM trace WHERE id = ? AND operations = 0 AND context_events = 0').get(trace) !== undefined;
      if (isEmpty) this.removeTrace(trace);
    }).immediate();
  }

  renameTrace(trace: number, name: string): void {
    this.#db.prepare('UPDATE trace SET name = ? WHERE id = ?').run(name, trace);
  }

  /** Moves a trace on the session's clock; what is stored stays as it was recorded. */
  setClockOffset(trace: number, ticks: bigint): void {
    this.#db.prepare('UPDATE trace SET clock_offset = ? WHERE id = ?').run(ticks, trace);
  }

  /** Takes a trace with all that belongs to it, its runs too, out of the session. */
  removeTrace(trace: number): void {
    this.#db.transaction(() => {
      const of = (table: string): string => `DELETE FROM ${table} WHERE trace = ?`;
      const ofRuns = (table: string): string => `DELETE FROM ${table} WHERE run IN (SELECT id FROM run WHERE trace = ?)`;
      const statements = [
        ...['event_page', 'run_result', 'violation'].map(ofRuns), ...['run', 'note', 'stack_page', 'module', 'process'].map(of),
        'DELETE FROM page_block WHERE id IN (SELECT block FROM page WHERE trace = ?)', of('page'), 'DELETE FROM trace WHERE id = ?',
      ];
      this.pairs.removeOfTrace(trace);
      for (const statement of statements) this.#db.prepare(statement).run(trace);
    }).immediate();
  }

  /** Traces and runs that a crash left unfinished keep what they have, in order, and say so. `isAlive`: is that process still at it? */
  recover(isAlive: (owner: number) => boolean): void {
    this.#db.prepare("UPDATE run SET state = 'ended' WHERE state <> 'ended'").run();
    this.pairs.recover();
    const rows = this.#db.prepare("SELECT id, report FROM trace WHERE state = 'importing'").all() as { id: number; report: string }[];
    let isCutOff = false;
    for (const row of rows) {
      const owner = Number(detailFromText(row.report)['owner'] ?? 0);
      if (isAlive(owner)) continue;
      failTrace(this.#db, row.id);
      isCutOff = true;
    }
    // Blocks that were written and belonged to nothing yet. Where somebody else imports, some of them are his.
    const isBusy = this.#db.prepare("SELECT 1 FROM trace WHERE state = 'importing'").get() !== undefined;
    if (isBusy || !(isCutOff || this.#db.prepare('SELECT 1 FROM property WHERE name = ?').get(looseBlocks) !== undefined)) return;
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM page_block WHERE id NOT IN (SELECT block FROM page)').run();
      this.#db.prepare('DELETE FROM property WHERE name = ?').run(looseBlocks);
    }).immediate();
  }

  /** A whole copy in one file, made by SQLite while others may read. */
  copyTo(path: string): void {
    this.#db.prepare('VACUUM INTO ?').run(path);
  }

  close(): void {
    this.#db.close();
  }
}

/** Copies a session that may be open elsewhere into a new file; the original is only read. */
export function copySession(from: string, to: string): void {
  readTidily(from, () => {
    const db = openForReading(from);
    try {
      // query_only would forbid writing the copy as well; the original stays read-only by the way it was opened.
      db.pragma('query_only = OFF');
      db.prepare('VACUUM INTO ?').run(to);
    } finally {
      db.close();
    }
  });
}

/** Reads a session that is not open here, leaving nothing beside it. */
export function peekSession<T>(path: string, action: (reader: SessionReader) => T): T {
  return readNewest(path, (newest) => {
    const reader = new SessionReader(newest);
    try {
      return action(reader);
    } finally {
      reader.close();
    }
  });
}

/** Both ends of one session file. */
export interface Session {
  readonly path: string;
  readonly reader: SessionReader;
  readonly writer: SessionWriter;
  close(): void;
}

export function openSession(path: string, create: 'create' | 'existing'): Session {
  // The writer first: it makes the file and brings it up to date. It closes last, and so tidies up the write-ahead log.
  const writer = new SessionWriter(path, create);
  const reader = new SessionReader(path);
  return {
    path,
    reader,
    writer,
    close: () => {
      reader.close();
      writer.close();
    },
  };
}
