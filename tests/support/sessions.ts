import { openForWriting, openSession, TraceWriter, type Session } from '../../src-main/session/index.ts';
import type { ImportSummary, OperationRecord, TraceProcess } from '../../src-main/trace/record.ts';
import { process } from './operations.ts';

export function summary(operations: number, fields: Partial<ImportSummary> = {}): ImportSummary {
  return { format: 'procmon-pml-9', events: operations, operations, skipped: [], damaged: [], firstTime: null, lastTime: null, bytes: 1000, system: {}, ...fields };
}

export const someProcesses: readonly TraceProcess[] = [process(0, 4120, 'notes.exe'), process(1, 4, 'System')];

/** Makes a session at `path` with one trace of the given records; the caller closes it. */
export function sessionWith(path: string, records: readonly OperationRecord[], fields: Partial<ImportSummary> = {}): { session: Session; trace: number } {
  const session = openSession(path, 'create');
  const trace = session.writer.beginTrace('notes.PML', null, 1);
  const db = openForWriting(path, 'existing');
  const writer = new TraceWriter(db, trace);
  writer.processes(someProcesses);
  writer.operations(records);
  writer.finish('complete', summary(records.length, fields), 'ab12');
  db.close();
  return { session, trace };
}
