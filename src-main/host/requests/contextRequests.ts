import path from 'node:path';
import type { ContextRow, LostMark, RecordedFrame, RequestHandlers, TraceInfo } from '../../../src-preload/contract/index.ts';
import type { ContextFilter, LostMark as StoredLostMark, StoredContextEvent, StoredStackFrame } from '../../session/index.ts';
import type { ContextClass, ProcessIndex } from '../../trace/record.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import { detailWords } from '../detailWords.ts';
import { traceInfo } from '../sessionInfo.ts';
import type { SessionService } from '../sessionService.ts';

type ContextRequests = Pick<
  RequestHandlers,
  'trace.rename' | 'trace.setClockOffset' | 'trace.remove' | 'trace.processes' | 'trace.modules' | 'trace.contextCounts' | 'trace.context' | 'trace.lostMarks'
  | 'operations.stack' | 'operations.bySource' | 'operations.atTime'
>;

/** What a page may ask for at once: reading it takes a few milliseconds. */
const pageLimit = 1000;
const lostMarksLimit = 1000;
/** How far from where it should be by its time an operation is looked for. */
const searchDistance = 50_000;

/** What belongs to a trace beside its operations, and changing the trace itself. */
export function contextRequests(context: HostContext, sessions: SessionService, endWork: (trace: number) => Promise<void>): ContextRequests {
  const traces = (): HostContext['session']['reader']['traces'] => context.session.reader.traces;
  const changed = (traceId: number): TraceInfo => {
    sessions.changed();
    return traceInfo(context.trace(traceId));
  };
  return {
    'trace.rename': ({ traceId, name }) => {
      context.trace(traceId);
      context.write((writer) => writer.renameTrace(traceId, name.trim() === '' ? 'trace' : name.trim()));
      return changed(traceId);
    },
    'trace.setClockOffset': ({ traceId, offset }) => {
      context.trace(traceId);
      context.write((writer) => writer.setClockOffset(traceId, offset));
      return changed(traceId);
    },
    'trace.remove': async ({ traceId }) => {
      if (context.trace(traceId).state === 'importing') throw hostErrors.traceImporting();
      await endWork(traceId);
      context.write((writer) => writer.removeTrace(traceId));
      return sessions.changed();
    },
    'trace.processes': ({ traceId }) => traces().processes(traceId),
    'trace.modules': ({ traceId, process }) => traces().modules(traceId, process as ProcessIndex | null),
    'trace.contextCounts': ({ traceId }) => [...traces().contextCounts(traceId)].sort((a, b) => b.count - a.count),
    'trace.context': async ({ traceId, offset, limit, classes, text }) => {
      const filter = filterOf(classes, text);
      const from = Math.max(0, Math.floor(offset)) + 1;
      const to = from + Math.max(0, Math.min(limit, pageLimit)) - 1;
      // For a text every page may have to be looked through: that is the worker's.
      const { rows, count } = text === ''
        ? { rows: traces().contextEvents(traceId, from, to, filter), count: traces().contextCount(traceId, filter) }
        : await context.queries.ask('context', { session: context.session.path, trace: traceId, from, to, filter });
      return { rows: rows.map((event) => contextRow(event)), count };
    },
    'trace.lostMarks': ({ traceId }) => traces().lostMarks(traceId, lostMarksLimit).map(lostMark),
    'operations.stack': ({ traceId, index }) => {
      const frames = traces().stack(traceId, index);
      return frames === null ? null : { frames: frames.map(recordedFrame) };
    },
    'operations.atTime': ({ traceId, time, behind }) => ({ index: traces().indexAtTime(traceId, time, behind) }),
    'operations.bySource': ({ traceId, sourceIndex, time }) => ({ index: indexOf(context, traceId, sourceIndex, time) }),
  };
}

function filterOf(classes: readonly ContextClass[] | null, text: string): ContextFilter | null {
  return classes === null && text === '' ? null : { classes, text: text === '' ? null : text, operation: null };
}

function contextRow({ position, processName, pid, process: _process, operation, ...event }: StoredContextEvent): ContextRow {
  return { ...event, detailWords: detailWords(event.detail, event.contextClass === 'registry' ? 'registry' : 'file'), number: position, process: processName ?? '', pid, operationSource: operation };
}

function lostMark({ time, before, name, detail }: StoredLostMark): LostMark {
  const count = detail['Count'];
  return { time, before, name, count: typeof count === 'number' || typeof count === 'bigint' ? Number(count) : null };
}

function recordedFrame({ address, kernel, module, offset, location }: StoredStackFrame): RecordedFrame {
  return { address, kernel, module: module === null ? null : path.win32.basename(module), modulePath: module, offset, location };
}

/** The number of the operation with a position in the source; it stands near `time`. */
function indexOf(context: HostContext, traceId: number, sourceIndex: number, time: bigint): number | null {
  const { traces } = context.session.reader;
  const count = traces.count(traceId);
  const middle = traces.indexAtTime(traceId, time) ?? count;
  for (let distance = 0; distance < searchDistance; distance += pageLimit) {
    for (const from of distance === 0 ? [middle - pageLimit] : [middle - pageLimit - distance, middle + distance - pageLimit]) {
      const found = traces.range(traceId, Math.max(1, from), Math.min(count, from + 2 * pageLimit)).find((op) => op.sourceIndex === sourceIndex);
      if (found !== undefined) return found.index;
    }
  }
  return null;
}
