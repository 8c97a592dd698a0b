/**
 * What must hold for any stack and any program of its filters.
 *
 * The expected callbacks are worked out here from filter-manager-core.md 1.2, 2.1 and 3.1 alone: pre callbacks from the highest
 * altitude down until one completes, post callbacks of those that are owed one from the lowest up, each once.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationOf, type FLT_CALLBACK_DATA, type Operation } from '../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
  FLT_PREOP_SYNCHRONIZE, IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ, IRP_MJ_WRITE, STATUS_ACCESS_DENIED, STATUS_SUCCESS,
} from '../../../src-main/nt/values.generated.ts';
import { makeRig } from '../../support/engine/rig.ts';

type PreStep = 'with' | 'without' | 'complete' | 'synchronize' | 'pend-with' | 'pend-without' | 'pend-complete';
type PostStep = 'finish' | 'pend';

interface Program {
  readonly pre: PreStep;
  readonly post: PostStep;
}

interface OperationPlan {
  readonly kind: 'irp' | 'fastio';
  readonly major: number;
  readonly below: 'complete' | 'pend';
}

interface Scenario {
  /** From the highest altitude down; one program for each operation. */
  readonly filters: readonly (readonly Program[])[];
  readonly operations: readonly OperationPlan[];
  /** Which of the operations that are held goes on next. */
  readonly choices: readonly number[];
}

const preSteps: readonly PreStep[] = ['with', 'without', 'complete', 'synchronize', 'pend-with', 'pend-without', 'pend-complete'];
const program: fc.Arbitrary<Program> = fc.record({
  pre: fc.oneof({ weight: 4, arbitrary: fc.constant<PreStep>('with') }, { weight: 6, arbitrary: fc.constantFrom(...preSteps) }), post: fc.constantFrom<PostStep>('finish', 'finish', 'pend'),
});
const plan: fc.Arbitrary<OperationPlan> = fc.record({
  kind: fc.constantFrom<OperationPlan['kind']>('irp', 'irp', 'fastio'), major: fc.constantFrom(IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION), below: fc.constantFrom<OperationPlan['below']>('complete', 'pend'),
}).map((one) => (one.kind === 'fastio' ? { kind: 'fastio', major: one.major === IRP_MJ_CREATE ? IRP_MJ_READ : one.major, below: 'complete' } : one));

const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 6 }).chain((operations) => fc.record({
  filters: fc.array(fc.array(program, { minLength: operations, maxLength: operations }), { minLength: 1, maxLength: 6 }),
  operations: fc.array(plan, { minLength: operations, maxLength: operations }),
  choices: fc.array(fc.nat(1000), { minLength: 64, maxLength: 64 }),
}));

/** Only IRPs can be pended or synchronized; other forms pass down instead. */
const stepFor = (one: Program, kind: OperationPlan['kind']): PreStep => (kind === 'irp' || !/^(pend|synchronize)/.test(one.pre) ? one.pre : 'with');

/** `pre 0 1`: callback, filter from the top, in the order of one operation. */
function expectedCallbacks({ filters, operations }: Scenario, at: number): string[] {
  const { kind } = operations[at] as OperationPlan;
  const calls: string[] = [];
  const owed: number[] = [];
  for (const [filter, programs] of filters.entries()) {
    calls.push(`pre ${filter}`);
    const step = stepFor(programs[at] as Program, kind);
    if (step === 'complete' || step === 'pend-complete') break;
    if (step === 'with' || step === 'synchronize' || step === 'pend-with') owed.push(filter);
  }
  return [...calls, ...owed.reverse().map((filter) => `post ${filter}`)];
}

interface Outcome {
  readonly callbacks: readonly (readonly string[])[];
  readonly completions: readonly number[];
  readonly states: readonly string[];
  readonly violations: readonly string[];
  readonly log: readonly string[];
}

const altitudeOf = (filter: number): string => String(400000 - filter * 1000);

function play(given: Scenario): Outcome {
  const issued: Operation[] = [];
  const callbacks: string[][] = given.operations.map(() => []);
  const log: string[] = [];
  const numberOf = (operation: Operation): number => Number(operation.request?.values['Length']);
  const planOf = (operation: Operation): OperationPlan => given.operations[numberOf(operation)] as OperationPlan;
  const resume = new Map<Operation, () => void>();

  const rig = makeRig((one) => given.filters.map((programs, filter) => {
    const step = (operation: Operation): Program => programs[numberOf(operation)] as Program;
    const pre = (data: FLT_CALLBACK_DATA): number => {
      const operation = operationOf(data) as Operation;
      callbacks[numberOf(operation)]?.push(`pre ${filter}`);
      const chosen = stepFor(step(operation), planOf(operation).kind);
      const finish = (): void => {
        data.IoStatus.Status = STATUS_ACCESS_DENIED;
        data.IoStatus.Information = 0;
      };
      if (chosen === 'without') return FLT_PREOP_SUCCESS_NO_CALLBACK;
      if (chosen === 'synchronize') return FLT_PREOP_SYNCHRONIZE;
      if (chosen === 'with') return FLT_PREOP_SUCCESS_WITH_CALLBACK;
      if (chosen === 'complete') {
        finish();
        return FLT_PREOP_COMPLETE;
      }
      resume.set(operation, () => {
        if (chosen === 'pend-complete') finish();
        const answer = chosen === 'pend-with' ? FLT_PREOP_SUCCESS_WITH_CALLBACK : chosen === 'pend-without' ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;
        one.call('FltCompletePendedPreOperation', data, answer, null);
      });
      return FLT_PREOP_PENDING;
    };
    const post = (data: FLT_CALLBACK_DATA): number => {
      const operation = operationOf(data) as Operation;
      callbacks[numberOf(operation)]?.push(`post ${filter}`);
      if (step(operation).post === 'finish' || planOf(operation).kind !== 'irp') return FLT_POSTOP_FINISHED_PROCESSING;
      resume.set(operation, () => void one.call('FltCompletePendedPostOperation', data));
      return FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    };
    return {
      name: `f${filter}`, altitude: altitudeOf(filter),
      registration: { OperationRegistration: [IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION].map((major) => [major, 0, pre, post] as const) },
    };
  }), ({ operation }) => (planOf(operation).below === 'pend' ? { kind: 'pend' } : { kind: 'complete', status: STATUS_SUCCESS, information: 0 }));

  const completions = given.operations.map(() => 0);
  for (const [number, { kind, major }] of given.operations.entries()) {
    issued.push(rig.engine.issue({
      kind, major, minor: 0, irpFlags: 0, operationFlags: 0, fileObject: null, member: 'Read', values: { Length: number }, thread: rig.thread, irql: 0, requestorMode: 1, volume: rig.volume,
    }));
  }
  for (let turn = 0; ; turn++) {
    const held = issued.filter((operation) => operation.atDevice || resume.has(operation));
    const next = held[(given.choices[turn % given.choices.length] ?? 0) % Math.max(1, held.length)];
    if (next === undefined) break;
    const action = resume.get(next);
    resume.delete(next);
    if (action === undefined) rig.engine.completeLower(next, rig.thread, 0, STATUS_SUCCESS, 0);
    else rig.engine.runRoutine(rig.filter(`f${heldBy(next)}`), 'resume', rig.thread, 0, next, action);
  }
  rig.engine.finish();
  for (const operation of issued) completions[numberOf(operation)] = (completions[numberOf(operation)] ?? 0) + (operation.state === 'completed' ? 1 : 0);
  log.push(...rig.calls);
  return { callbacks, completions, states: issued.map(({ state }) => state), violations: rig.violationIds(), log };
}

const heldBy = (operation: Operation): number => Number(operation.hold?.instance.filter.name.slice(1));

describe('any stack, any program', () => {
  it('calls each callback once, pre callbacks downwards and the posts that are owed upwards', () => {
    fc.assert(fc.property(scenario, (given) => {
      const { callbacks, states } = play(given);
      expect(states).toEqual(given.operations.map(() => 'completed'));
      for (const at of given.operations.keys()) expect(callbacks[at]).toEqual(expectedCallbacks(given, at));
    }), { numRuns: 400 });
  });

  it('finds nothing wrong with a program that keeps the rules, but what is costly (FV-014, FV-015)', () => {
    fc.assert(fc.property(scenario, (given) => {
      expect(play(given).violations.filter((id) => id !== 'FV-014' && id !== 'FV-015')).toEqual([]);
    }), { numRuns: 150 });
  });

  it('does the same again', () => {
    fc.assert(fc.property(scenario, (given) => {
      expect(play(given)).toEqual(play(given));
    }), { numRuns: 100 });
  });

  it('has done after the first operations what it does when there are no others', () => {
    fc.assert(fc.property(scenario, fc.nat(5), (given, cut) => {
      const kept = Math.min(cut, given.operations.length);
      const inline = { ...given, operations: given.operations.map((one) => ({ ...one, below: 'complete' as const })), filters: given.filters.map((programs) => programs.map((one): Program => ({ pre: one.pre.startsWith('pend') ? 'with' : one.pre, post: 'finish' }))) };
      const whole = play(inline);
      const part = play({ ...inline, operations: inline.operations.slice(0, kept) });
      expect(whole.log.slice(0, part.log.length)).toEqual(part.log);
    }), { numRuns: 100 });
  });
});
