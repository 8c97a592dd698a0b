/** The completion policies of a run. Rules: driver-api-usage.md 5.6. */
import { describe, expect, it } from 'vitest';
import { placeCompletion, type CompletionFacts, type Placement } from '../../../../src-main/replay/completions/completionPolicy.ts';
import { completionPolicies, defaultRunSettings, type CompletionPolicy } from '../../../../src-main/replay/runSettings.ts';
import type { DriverSource } from '../../../../src-main/engine-host/messages.ts';
import type { NumberedOperation } from '../../../../src-main/trace/record.ts';
import { bundledDriver, create, eventsOf, operation, oplock, read, type RunLog } from '../../../support/engine-host/runs.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { toldBy, watching } from '../../../support/engine-host/watching.ts';
import { IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ } from '../../../../src-main/nt/values.generated.ts';

const run = (completion: CompletionPolicy, operations: readonly NumberedOperation[], drivers: readonly DriverSource[] = [watching()], seed = 1): RunLog =>
  runHere({ drivers, operations, request: { settings: { ...defaultRunSettings, completion }, seed } });

const trace: readonly NumberedOperation[] = [
  create(1, { duration: 15_000n }), operation(2, { tid: 9, path: 'C:\\b' }), read(3, { duration: 25_000n }), read(4, { tid: 9, path: 'C:\\b', irpFlags: 0x43 }), operation(5, { kind: 'fastio' }), oplock(6, { duration: 50_000n }),
  operation(7, { operation: 'CloseFile', major: 18 }), operation(8, { operation: 'IRP_MJ_CLOSE', major: 2 }), read(9, { duration: null, tid: 9, path: 'C:\\b' }),
];

const posts = (log: RunLog): string[] => toldBy(log).filter((line) => line.includes(' post ')).map((line) => line.replace(/ at \d+.*$/, '')).sort();

describe('where requests complete', () => {
  it.each(completionPolicies)('%s: the same run twice, every record completes, nothing is violated', (policy) => {
    const [first, second] = [run(policy, trace), run(policy, trace)];
    expect(first.problems).toEqual([]);
    expect(first.summary?.violations).toBe(0);
    expect(first.summary?.eventHash).toBe(second.summary?.eventHash);
    expect([...(first.results.get(1)?.states.slice(0, trace.length) ?? [])]).toEqual(trace.map(() => 1));
    expect(first.summary?.differences).toBe(0);
  });

  it('always-inline: in the thread of the request, whatever the recording shows; only a granted oplock waits', () => {
    expect(posts(run('always-inline', trace)).filter((line) => line.includes('thread 8'))).toEqual(['6 post FILE_SYSTEM_CONTROL thread 8 irql 0']);
  });

  it('always-pended: every IRP in another thread, but creates and fast I/O', () => {
    expect(posts(run('always-pended', trace))).toEqual([
      '1 post CREATE thread 7 irql 0', '2 post READ thread 8 irql 0', '3 post READ thread 8 irql 0', '4 post READ thread 8 irql 0', '5 post READ thread 7 irql 0', '6 post FILE_SYSTEM_CONTROL thread 8 irql 0',
      '7 post CLEANUP thread 8 irql 0', '8 post CLOSE thread 8 irql 0', '9 post READ thread 8 irql 0',
    ]);
  });

  it('worst-irql: at DISPATCH_LEVEL, but creates and fast I/O', () => {
    expect(posts(run('worst-irql', trace)).map((line) => line.replace(/^(\d+).*irql /, '$1 '))).toEqual(['1 0', '2 2', '3 2', '4 2', '5 0', '6 2', '7 2', '8 2', '9 2']);
  });

  it('seeded: another seed, another run; over many operations every context comes up', () => {
    const operations = Array.from({ length: 200 }, (_, at) => read(at + 1, { tid: 20 + (at % 2), path: `C:\\${at}`, duration: 15_000n }));
    const [one, two] = [run('seeded', operations), run('seeded', operations, [watching()], 2)];
    expect(one.summary?.eventHash).not.toBe(two.summary?.eventHash);
    const contexts = new Set(posts(one).map((line) => line.replace(/^\d+ post READ thread (?:8|(\d+)) irql /, (_all, own: string | undefined) => (own === undefined ? 'another ' : 'own '))));
    expect([...contexts].sort()).toEqual(['another 0', 'another 1', 'another 2', 'own 0']);
  });
});

describe('the decision', () => {
  const facts: CompletionFacts = { index: 1, kind: 'irp', major: IRP_MJ_READ, irpFlags: 0, synchronousHandle: true, overlap: 'others', canStay: true };
  const place = (more: Partial<CompletionFacts>, policy: CompletionPolicy = 'natural'): Placement => placeCompletion({ ...facts, ...more }, { policy, seed: 1, diskCompletesAtDispatch: true });

  it('pends an IRP whose thread cannot be kept inside, and completes anything else inside the call', () => {
    expect(place({ canStay: false })).toMatchObject({ kind: 'pend', thread: 'arbitrary', irql: 0 });
    expect(place({ canStay: false, major: IRP_MJ_QUERY_INFORMATION })).toMatchObject({ kind: 'pend' });
    expect(place({ canStay: false, kind: 'fastio' })).toEqual({ kind: 'inline' });
  });

  it('never takes a create above PASSIVE_LEVEL (R-3.5)', () => {
    const levels = completionPolicies.flatMap((policy) => Array.from({ length: 50 }, (_, index) => place({ major: IRP_MJ_CREATE, index }, policy))).map((one) => (one.kind === 'pend' ? one.irql : 0));
    expect(new Set(levels)).toEqual(new Set([0]));
  });
});

describe('a driver that does in its post callback what only a safe IRQL allows', () => {
  const unsafe = watching('const context = ref<PFLT_CONTEXT>();\n  FltGetStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, context);');
  const found = (log: RunLog): string[] => [...new Set(eventsOf(log).filter(({ kind }) => kind === 'violation').map(({ name }) => name))];

  it('is found by worst-irql, and not while everything completes inside the call (R-7.2)', () => {
    expect(found(run('always-inline', trace, [unsafe]))).not.toContain('FV-092');
    expect(found(run('worst-irql', trace, [unsafe]))).toContain('FV-092');
  });

  it('is safe with FltDoCompletionProcessingWhenSafe: what comes at DISPATCH_LEVEL goes on in a worker', () => {
    const log = run('worst-irql', trace.slice(0, 3), [bundledDriver('swapBuffers')]);
    expect(found(log)).toEqual([]);
    expect(eventsOf(log).some(({ kind, operation: index }) => kind === 'work' && index === 3)).toBe(true);
    expect([...(log.results.get(1)?.states.slice(0, 3) ?? [])]).toEqual([1, 1, 1]);
  });
});
