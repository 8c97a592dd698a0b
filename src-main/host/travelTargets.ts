/** From what a user names to a position in the event log of a run. */
import { parseTimeText, type ExecutionPoint, type MomentTarget } from '../../src-preload/contract/index.ts';
import { driverLine } from '../base/driverLines.ts';
import { positionOfPoint, type Direction } from '../debugger/eventWalk.ts';
import { parsePoint, type WrittenPoint } from '../debugger/executionPoint.ts';
import type { ListedOperation, StoredRun } from '../session/index.ts';
import { IRP_MJ_CLOSE, IRP_MJ_CREATE } from '../nt/values.generated.ts';
import { hostErrors } from './errors.ts';
import { searchEvents } from './eventSearch.ts';
import type { HostContext } from './hostContext.ts';
import { recordedStop } from './recordedStop.ts';
import { storedEventLog } from './storedEventLog.ts';
import { storedDriversOf } from './storedRuns.ts';
import type { TravelMove } from './travelMove.ts';

/** An event, and the line behind it where one was named. */
export interface Aim {
  readonly number: number;
  readonly line: ExecutionPoint | null;
}

/** Operations that are looked at between two looks at the clock. */
const blockOperations = 2048;

/** `operation`: the one at the place where the user is. */
export async function aimAt(context: HostContext, run: StoredRun, target: MomentTarget, operation: number, move: TravelMove): Promise<Aim> {
  const log = storedEventLog(context, run.id);
  if (log.count === 0) throw hostErrors.noHistory();
  switch (target.kind) {
    case 'event': return { number: Math.max(0, Math.min(target.number, log.count - 1)), line: null };
    case 'point': return atPoint(target.point);
    case 'operation': return { number: await issueOf(target.index), line: null };
    case 'time': {
      const index = context.session.reader.traces.indexAtTime(run.trace, target.time);
      return { number: index === null ? log.count - 1 : await issuedFrom(index), line: null };
    }
    case 'text': {
      const time = timeOf(target.text);
      if (time !== null) {
        const index = context.session.reader.traces.indexAtTime(run.trace, time);
        if (index === null) throw hostErrors.noLater(target.text);
        return { number: await issuedFrom(index), line: null };
      }
      const point = parsePoint(target.text);
      if (point !== null) return atPoint(point);
      const number = /^\s*#?(\d{1,10})\s*$/.exec(target.text)?.[1];
      if (number === undefined) throw hostErrors.noMoment(target.text);
      return { number: await issueOf(Number(number)), line: null };
    }
    case 'related': {
      const index = await relatedOperation(context, run, operation, target.to, target.direction, move);
      if (index === null) throw hostErrors.noFurther(relatedWords[target.to], target.direction);
      return { number: await issueOf(index), line: null };
    }
  }

  function timeOf(text: string): bigint | null {
    const { firstTime = null, lastTime = null } = context.session.reader.traces.trace(run.trace) ?? {};
    return firstTime === null || lastTime === null ? null : parseTimeText(text, { first: firstTime, last: lastTime });
  }

  /** The first one from there on that the run has issued: not every record is a request. */
  async function issuedFrom(index: number): Promise<number> {
    for (let at = index; at <= run.lastOperation; at += blockOperations) {
      const results = context.session.reader.runs.results(run.id, at, Math.min(run.lastOperation, at + blockOperations - 1));
      const issued = [...results].find(([, { state }]) => state !== 'not-issued')?.[0];
      if (issued !== undefined) return issueOf(issued);
      move.check('Looking for the next operation', at - index, run.lastOperation - index);
    }
    return log.count - 1;
  }

  function atPoint({ file, ...point }: WrittenPoint): Aim {
    const { number, exact } = positionOfPoint(log, point.operation, point.sequence);
    if (!exact) throw hostErrors.noPoint(point.operation, point.sequence);
    if (point.line === null) return { number, line: null };
    return { number, line: file === undefined ? point : { ...point, line: driverLine(slotOf(file, number), point.line) } };
  }

  /** Of the driver that runs there. */
  function slotOf(file: string, number: number): number {
    const name = recordedStop(context, run.id, number)?.driver ?? null;
    const driver = storedDriversOf(context.session.reader, run)?.find((one) => one.name === name);
    if (driver === undefined) throw hostErrors.noFileThere(file, name);
    const slot = file === `${driver.name}.ts` ? 0 : driver.files.find((one) => one.name === file)?.slot;
    if (slot === undefined) throw hostErrors.noFileThere(file, name);
    return slot;
  }

  async function issueOf(index: number): Promise<number> {
    const near = positionOfPoint(log, index, 1);
    // One that was held back was issued later than its turn.
    const found = await searchEvents(context, run.id, Math.max(-1, near.number - 1), 'forward', { kind: 'issueOf', operation: index }, move, `Looking for operation ${index}`);
    if (found === null) throw hostErrors.notIssued(index);
    return found.number;
  }
}

const relatedWords = { fileObject: 'file object', stream: 'stream', thread: 'thread', process: 'process' } as const;

/** The next or previous operation that a run has issued of the same thing. */
async function relatedOperation(context: HostContext, run: StoredRun, from: number, to: keyof typeof relatedWords, direction: Direction, move: TravelMove): Promise<number | null> {
  const { traces } = context.session.reader;
  const [own] = traces.range(run.trace, from, from);
  if (own === undefined) return null;
  const isSame = sameAs(own, to);
  const step = direction === 'forward' ? 1 : -1;
  for (let at = from + step; at >= run.firstOperation && at <= run.lastOperation;) {
    const [low, high] = step > 0 ? [at, Math.min(run.lastOperation, at + blockOperations - 1)] : [Math.max(run.firstOperation, at - blockOperations + 1), at];
    const rows = traces.range(run.trace, low, high);
    if (step < 0) rows.reverse();
    for (const row of rows) {
      if (!isSame(row)) continue;
      // Another handle of the same file begins with its create, and this one ended with its close.
      if (to === 'fileObject' && ((step > 0 && row.major === IRP_MJ_CREATE) || (step < 0 && row.major === IRP_MJ_CLOSE))) return null;
      const result = context.session.reader.runs.results(run.id, row.index, row.index).get(row.index);
      if (result !== undefined && result.state !== 'not-issued') return row.index;
    }
    at = step > 0 ? high + 1 : low - 1;
    move.check(`Looking for the ${step > 0 ? 'next' : 'previous'} operation of this ${relatedWords[to]}`, Math.abs(at - from), step > 0 ? run.lastOperation - from : from - run.firstOperation);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return null;
}

function sameAs(own: ListedOperation, to: keyof typeof relatedWords): (row: ListedOperation) => boolean {
  const path = own.path?.toLowerCase() ?? '';
  switch (to) {
    case 'process': return ({ pid, processName }) => pid === own.pid && processName === own.processName;
    case 'thread': return ({ pid, tid }) => pid === own.pid && tid === own.tid;
    case 'stream': return (row) => row.path?.toLowerCase() === path;
    case 'fileObject': return (row) => row.pid === own.pid && row.path?.toLowerCase() === path;
  }
}
