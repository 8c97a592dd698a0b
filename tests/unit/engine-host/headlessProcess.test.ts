/** Several runs in one child: each is what it is in a child of its own. */
import { describe, expect, it } from 'vitest';
import { HeadlessProcess } from '../../../src-main/engine-host/headlessProcess.ts';
import type { DriverSource, RunProblem, RunRequest, RunSummary } from '../../../src-main/engine-host/messages.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';
import { racingSource } from '../../support/engine-host/racingDriver.ts';
import { bundledDriver, create, oplock, operation, ownDriver, preReadDriver, read, runToEnd, testProcesses } from '../../support/engine-host/runs.ts';

const timeout = 60_000;

interface Made {
  readonly title: string;
  readonly drivers: readonly DriverSource[];
  readonly operations: readonly NumberedOperation[];
  readonly request?: Partial<RunRequest>;
}

const trace = [create(1), read(2), oplock(3), read(4, { offset: 4096n }), operation(5, { operation: 'CloseFile', major: 18 }), operation(6, { operation: 'IRP_MJ_CLOSE', major: 2 }), create(7, { path: 'C:\\docs\\b.txt' }), read(8, { path: 'C:\\docs\\b.txt' })];
const reads = [create(1), read(2), read(3), read(4)];
/** Asks for a number of what all runs share, which is given out in the order of asking. */
const pointers = preReadDriver('const p = Data.Iopb.Parameters; p.Others.Argument1 = PsInitialSystemProcess; FltSetCallbackDataDirty(Data); DbgPrint("%s\\n", String(p.Read.Length)); p.Read.Length = 4096; return FLT_PREOP_SUCCESS_NO_CALLBACK;', 'pointers');

const runs: readonly Made[] = [
  { title: 'statusWatch', drivers: [bundledDriver('statusWatch')], operations: trace },
  { title: 'a race', drivers: [ownDriver('racer', racingSource)], operations: reads, request: { plan: { ...emptyPlan, schedule: { list: [{ at: 0, take: 1 }] } } } },
  { title: 'a shared object as a number', drivers: [pointers], operations: reads },
  { title: 'an exception', drivers: [preReadDriver('throw new Error("no");', 'thrower')], operations: reads },
  { title: 'a driver that does not load', drivers: [ownDriver('broken', 'export function DriverEntry( {')], operations: reads },
  { title: 'no driver, by chance', drivers: [], operations: trace, request: { seed: 7 } },
  { title: 'a stack', drivers: [bundledDriver('statusWatch', 1), bundledDriver('passThrough', 2)], operations: trace },
];

const requestOf = ({ drivers, operations, request }: Made): RunRequest => ({
  drivers, processes: testProcesses, firstOperation: operations[0]?.index ?? 1, lastOperation: operations.at(-1)?.index ?? 0, total: operations.length, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: true, stopOnEntry: false, ...request,
});

interface Told {
  readonly summary: RunSummary | null;
  readonly problems: readonly RunProblem[];
}

function runIn(process: HeadlessProcess, made: Made): Promise<Told> {
  return new Promise((resolve) => {
    const problems: RunProblem[] = [];
    process.run(requestOf(made), (after, limit) => {
      const rest = made.operations.filter(({ index }) => index > after);
      return { page: packOperations(rest.slice(0, limit)), last: rest.length <= limit };
    }, { loaded: () => undefined, eventPage: () => undefined, resultPage: () => undefined, problem: (problem) => void problems.push(problem), ended: (summary) => resolve({ summary, problems }), gone: () => resolve({ summary: null, problems }) });
  });
}

describe('an engine host that takes one run after the other', { timeout }, () => {
  it('gives for each what a fresh one gives, whatever ran before', async () => {
    const fresh: Told[] = [];
    for (const { drivers, operations, request } of runs) {
      const { summary, problems } = await runToEnd({ drivers, operations, ...(request !== undefined && { request }) });
      fresh.push({ summary: summary ?? null, problems });
    }
    const process = new HeadlessProcess();
    // Each one behind each other one.
    for (const order of [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [2, 0, 2, 4, 0, 6, 1, 3, 3, 5, 1, 6, 2]]) {
      for (const at of order) {
        const made = runs[at] as Made;
        expect({ title: made.title, ...(await runIn(process, made)) }).toEqual({ title: made.title, ...fresh[at] });
        expect(process.isReady).toBe(true);
      }
    }
    process.dispose();
  });

  it.each([
    ['the prototype of a structure', 'Object.getPrototypeOf(Data.Iopb.Parameters.Read).seen = 1;'],
    ['a built-in of the engine’s realm', 'Object.getPrototypeOf(Object.getPrototypeOf(Data)).seen = 1;'],
    ['a class that only its objects lead to', '(Data.Iopb.constructor as any).seen = 1;'],
  ])('takes no other run when one has changed %s', async (_what, body) => {
    const process = new HeadlessProcess();
    expect((await runIn(process, { title: '', drivers: [preReadDriver('class Own { constructor() { /* its own */ } } new Own(); return FLT_PREOP_SUCCESS_NO_CALLBACK;')], operations: reads })).problems).toEqual([]);
    expect(process.isReady).toBe(true);
    expect((await runIn(process, { title: '', drivers: [preReadDriver(`${body} return FLT_PREOP_SUCCESS_NO_CALLBACK;`)], operations: reads })).problems).toEqual([]);
    expect(process.isReady).toBe(false);
    process.dispose();
  });

  it('says that it is gone when a driver loops for ever', async () => {
    const process = new HeadlessProcess({ watchdogMilliseconds: 300 });
    expect((await runIn(process, { title: '', drivers: [preReadDriver('for (;;) { /* no end */ }')], operations: reads })).summary).toBeNull();
    expect(process.isReady).toBe(false);
  });
});
