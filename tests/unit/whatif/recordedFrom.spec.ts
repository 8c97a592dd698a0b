/** A branch that is recorded only from where it begins: what it sends is what the whole run sends from there on. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import type { PageStart } from '../../../src-main/engine-host/messages.ts';
import type { EventPage } from '../../../src-main/replay/eventPage.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan, type Overlay, type RunPlan } from '../../../src-main/replay/runPlan.ts';
import type { NumberedOperation, OperationIndex } from '../../../src-main/trace/record.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { ownDriver, type RunLog, type RunOptions } from '../../support/engine-host/runs.ts';
import { someProcesses } from '../../support/sessions.ts';
import { branchTrace, talkingDriver } from '../../support/whatif/branchTrace.ts';

vi.setConfig({ testTimeout: 120_000 });

const length = 900;
const traceOf = (seed: number): NumberedOperation[] => branchTrace(length, seed).map((one, at): NumberedOperation => ({ ...one, index: (at + 1) as OperationIndex }));
const driver = ownDriver('talker', talkingDriver());

function optionsOf(operations: readonly NumberedOperation[], plan: RunPlan): RunOptions & { request: NonNullable<RunOptions['request']> } {
  const likes = plan.overlays.flatMap((one) => (one.kind === 'insert' ? operations.filter(({ index }) => index === one.like) : []));
  return { drivers: [driver], operations, request: { processes: someProcesses, plan, likes: packOperations(likes), versions: [{ driver: driver.id, version: 2, source: talkingDriver('looked at') }] } };
}

const rowsOf = ({ first, count, columns, texts }: EventPage) => ({ first, count, texts, columns: Object.values(columns).map((values) => Buffer.from(values.slice(0, count).buffer).toString('latin1')) });
const pagesFrom = (log: RunLog, from: number) => [...log.pages.values()].filter(({ first }) => first >= from).map(rowsOf);

/** What a reader finds who has the parent's pages before `page`, and its results of ranges that the branch did not send. */
function expectSame(branch: RunLog, page: PageStart, whole: RunLog, parent: RunLog): void {
  expect(branch.problems).toEqual(whole.problems);
  expect(branch.summary).toEqual(whole.summary);
  expect(Math.min(...branch.pages.keys())).toBe(page.first);
  expect(pagesFrom(branch, 0)).toEqual(pagesFrom(whole, page.first));
  expect([...branch.chain]).toEqual([...whole.chain]);
  expect(pagesFrom(parent, 0).filter(({ first }) => first < page.first)).toEqual(pagesFrom(whole, 0).filter(({ first }) => first < page.first));
  expect([...branch.results]).toEqual([...whole.results]);
}

const operation = fc.integer({ min: 20, max: length - 10 });
/** Operations that write. */
const write = operation.map((at) => at - (at % 7) + 4);
const overlay: fc.Arbitrary<Overlay> = fc.oneof(
  fc.record({ kind: fc.constant('skip' as const), operation: write }),
  fc.record({ kind: fc.constant('duplicate' as const), operation: write }),
  fc.record({ kind: fc.constant('ioStatus' as const), operation: write, status: fc.constant(0xc0000022), information: fc.constant(0) }),
  fc.record({ kind: fc.constant('arguments' as const), operation: write, values: fc.record({ length: fc.integer({ min: 1, max: 99 }) }) }),
  fc.record({ kind: fc.constant('insert' as const), after: operation, like: write, values: fc.constant({}) }),
  // The driver's callback comes right behind the issue of a write.
  fc.record({ kind: fc.constant('return' as const), point: fc.record({ issued: write, sequence: fc.constant(2), line: fc.constant(null), visit: fc.constant(1) }), value: fc.constant(1) }),
);
const startOf = (one: Overlay): number => ('operation' in one ? one.operation : 'after' in one ? one.after : 'point' in one ? one.point.issued : 0);

it('by an engine host that has run from the start with its plan, whatever the change', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), overlay, operation, fc.boolean(), (seed, edit, from, switches) => {
    const operations = traceOf(seed);
    const plan: RunPlan = switches ? { ...emptyPlan, switches: [{ from, driver: driver.id, version: 2 }] } : { ...emptyPlan, overlays: [edit] };
    const options = optionsOf(operations, plan);
    let begun: PageStart | null = null;
    const branch = runHere({ ...options, request: { ...options.request, follow: { target: null, parkBefore: switches ? from : startOf(edit) } } }, undefined, (run, _next, page) => {
      begun = page;
      run.record({ overlays: plan.overlays, likes: assertExists(options.request.likes) });
    });
    expectSame(branch, assertExists(begun as PageStart | null), runHere(options), runHere(optionsOf(operations, emptyPlan)));
  }), { numRuns: 8 });
});

it('by an engine host that has followed the parent, which has changes of its own', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), overlay, overlay, (seed, one, other) => {
    const [mine, added] = startOf(one) <= startOf(other) ? [one, other] : [other, one];
    const operations = traceOf(seed);
    const plan: RunPlan = { ...emptyPlan, overlays: [mine, added] };
    const options = optionsOf(operations, plan);
    const parent = optionsOf(operations, { ...emptyPlan, overlays: [mine] });
    const parks = [Math.max(1, startOf(added) - 300), startOf(added)];
    let begun: PageStart | null = null;
    const branch = runHere({ ...parent, request: { ...parent.request, follow: { target: null, parkBefore: parks[0] ?? 1 } } }, undefined, (run, next, page) => {
      if (next < (parks[1] ?? 0)) return run.follow({ target: null, parkBefore: parks[1] ?? 1 });
      begun = page;
      run.record({ overlays: plan.overlays, likes: assertExists(options.request.likes) });
    });
    expectSame(branch, assertExists(begun as PageStart | null), runHere(options), runHere(parent));
  }), { numRuns: 5 });
});
