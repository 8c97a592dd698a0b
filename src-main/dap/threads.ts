/** Threads are operations in flight; their numbers are those of the operations. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { generatedFrom } from '../base/generatedIo.ts';
import type { HostApi, OperationRow, RunState, StopInfo } from '../../src-preload/contract/index.ts';

// Thread numbers stay below 2^31: some clients keep them in a signed integer.
const generatedThreads = 0x60000000;
const workerThreads = 0x70000000;
/** The run itself: what can be paused while nothing is stopped. */
export const runThread = 0x7fffffff;

/** How many operations before the place of a recorded moment are looked through for those still in flight. */
const lookedThrough = 4000;
const pageSize = 2000;

const ofOperation = (index: number): number => (index >= generatedFrom ? generatedThreads + (index - generatedFrom) : index);

/** The operation that a thread is. */
export const operationOfThread = (thread: number): number => (thread >= generatedThreads && thread < workerThreads ? generatedFrom + (thread - generatedThreads) : thread);

/** The thread that stands at a stop. Code outside of any operation, such as DriverEntry or a work item, has its own. */
export function stoppedThread(stop: StopInfo): number {
  return stop.operation.index === 0 ? workerThreads + (stop.thread.tid & 0xfffffff) : ofOperation(stop.operation.index);
}

export async function threadsAt(api: HostApi, stop: StopInfo, runId: number, traceId: number): Promise<DebugProtocol.Thread[]> {
  const own = { id: stoppedThread(stop), name: ownName(stop) };
  const others = await inFlight(api, stop, runId, traceId);
  return [own, ...others.filter(({ id }) => id !== own.id)];
}

export function runningThreads(state: RunState | null): DebugProtocol.Thread[] {
  return [{ id: runThread, name: state?.kind === 'running' ? `the run, ${state.done} of ${state.total} operations` : 'the run' }];
}

/** Issued and not completed, the latest first: exactly, where the moment is there with its objects; of a moment that is only recorded as far as its neighbourhood tells. */
async function inFlight(api: HostApi, stop: StopInfo, runId: number, traceId: number): Promise<DebugProtocol.Thread[]> {
  if (stop.moment.basis !== 'recorded') {
    const { inFlight: now } = await api.request('debug.objects', {});
    return now.rows.map(({ operation: index, name: operation, ...rest }) => ({ id: ofOperation(index), name: operationName({ index, operation, ...rest }) })).reverse();
  }
  const last = stop.point.operation >= generatedFrom ? 0 : stop.point.operation;
  const rows: OperationRow[] = [];
  for (let offset = Math.max(0, last - lookedThrough); offset < last; offset += pageSize) {
    const page = await api.request('operations.page', { traceId, offset, limit: Math.min(pageSize, last - offset), runId });
    rows.push(...page.rows.filter((row) => row.replayed === 'pending'));
  }
  return rows.reverse().map((row) => ({ id: row.index, name: operationName(row) }));
}

/** `#18204 ReadFile C:\docs\plan.txt (WINWORD.EXE 4412)` */
export const operationName = ({ index, operation, path, process, pid }: Pick<OperationRow, 'index' | 'operation' | 'path' | 'process' | 'pid'>): string =>
  `${index >= generatedFrom ? `generated I/O ${index - generatedFrom}` : `#${index}`} ${operation}${path === null ? '' : ` ${path}`} (${process} ${pid})`;

function ownName(stop: StopInfo): string {
  if (stop.operation.index !== 0) return operationName(stop.operation);
  const { tid, process } = stop.thread;
  const what = stop.callback === 'driverEntry' ? 'DriverEntry' : stop.callback === 'work' ? 'work item' : 'routine';
  return `${what}${stop.driver === null ? '' : ` of ${stop.driver}`} (${process === '' ? 'System' : process}, thread ${tid})`;
}
