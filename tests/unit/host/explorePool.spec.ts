/** Exploring a tiny trace with real engine hosts, against every schedule that it has. */
import { describe, expect, it } from 'vitest';
import { Exploration } from '../../../src-main/debugger/explore/exploration.ts';
import { explore, type ExploredRun } from '../../../src-main/debugger/explore/explore.ts';
import { runOutcome } from '../../../src-main/debugger/explore/outcome.ts';
import type { ScheduleChoice, SchedulePlan } from '../../../src-main/replay/scheduleChoices.ts';
import { HeadlessPool } from '../../../src-main/host/headlessPool.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import { racingSource } from '../../support/engine-host/racingDriver.ts';
import { create, ownDriver, preReadDriver, read, testProcesses } from '../../support/engine-host/runs.ts';

const timeout = 120_000;
const trace = [create(1), ...[2, 3, 4, 5, 6].map((index) => read(index))];

async function runWith(pool: HeadlessPool, schedule: SchedulePlan, source = racingSource): Promise<ExploredRun> {
  const run = pool.run({
    drivers: [ownDriver('racer', source)], processes: testProcesses, firstOperation: 1, lastOperation: trace.length, total: trace.length, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: false, stopOnEntry: false,
    plan: { ...emptyPlan, schedule },
  }, (after, limit) => {
    const rest = trace.filter(({ index }) => index > after);
    return { page: packOperations(rest.slice(0, limit)), last: rest.length <= limit };
  });
  const { results, problem, summary } = await run.outcome;
  return { outcome: runOutcome(results, [], problem), choices: summary?.choices ?? { count: 0, classes: [], taken: [], isTakenCut: false } };
}

describe('exploring a trace', { timeout }, () => {
  it('finds what all schedules together have, and reduces what chance finds to a minimal list', async () => {
    const pool = new HeadlessPool();
    // Five reads, each with a work item that may come late, unless its read was denied: every list of ways is tried.
    const brute = new Map<string, string>();
    for (let ways = 0; ways < 32; ways++) {
      const list: ScheduleChoice[] = [0, 1, 2, 3, 4].filter((at) => (ways & (1 << at)) !== 0).map((at) => ({ at, take: 1 }));
      brute.set(list.map(({ at }) => at).join(), (await runWith(pool, { list })).outcome.signature);
    }
    const found = new Exploration();
    await explore({ found, limits: { runs: 100, seeds: 60, depth: 2 }, completion: 'natural', run: ({ schedule, kind }) => (kind === 'policy' ? Promise.resolve(null) : runWith(pool, schedule)), isOver: () => false, told: () => undefined });
    expect(new Set(found.outcomes.map(({ outcome }) => outcome.signature))).toEqual(new Set(brute.values()));
    // One process a core is enough for all of them.
    expect(pool.started).toBeLessThanOrEqual(2);
    const short = found.outcomes.flatMap((entry) => (entry.short === null ? [] : [{ list: 'list' in entry.short.schedule ? entry.short.schedule.list.map(({ at }) => at) : [], signature: entry.outcome.signature }]));
    for (const { list, signature } of short) {
      expect(brute.get(list.join())).toBe(signature);
      for (const at of list) expect(brute.get(list.filter((other) => other !== at).join())).not.toBe(signature);
    }
    pool.dispose();
  });

  it('tells why a driver does not come to an end, though nobody looks at its process', async () => {
    const pool = new HeadlessPool();
    const { outcome } = await runWith(pool, { list: [] }, preReadDriver('for (;;) { /* no end */ }').source);
    expect(outcome.problem).toMatchObject({ kind: 'endless-loop', driver: 'racer', line: 2 });
    pool.dispose();
  });

  it('ends at once when it is cancelled', async () => {
    const pool = new HeadlessPool();
    const run = pool.run({
      drivers: [preReadDriver('for (;;) { /* no end */ }')], processes: testProcesses, firstOperation: 1, lastOperation: 6, total: 6, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: false, stopOnEntry: false,
    }, () => ({ page: packOperations(trace), last: true }));
    run.cancel();
    expect((await run.outcome).summary).toBeNull();
    pool.dispose();
  });
});
