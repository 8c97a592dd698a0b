/** Exploring a made-up system: what is found against all schedules there are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exploration } from '../../../../src-main/debugger/explore/exploration.ts';
import { explore, type ExploredRun } from '../../../../src-main/debugger/explore/explore.ts';
import { runOutcome, type Finding } from '../../../../src-main/debugger/explore/outcome.ts';
import type { Attempt, ExploreLimits } from '../../../../src-main/debugger/explore/strategy.ts';
import { ScheduleChoices } from '../../../../src-main/replay/scheduleChoices.ts';

const places = 6;
/** By the ways taken, a bit for each place: what comes out. */
type System = (ways: number) => number;

const finding = (id: number): Finding => ({ id: `X-${id}`, severity: 'V', hint: false, driver: 'd', line: 1, sentence: '', operation: 1, issued: 1, sequence: 1 });

function runOf(system: System, { schedule }: Attempt): ExploredRun {
  const choices = new ScheduleChoices(schedule, () => 1);
  let ways = 0;
  for (let place = 0; place < places; place++) ways |= choices.choose('delay', 2, 'item') << place;
  return { outcome: runOutcome(new Map(), [finding(system(ways))], null), choices: choices.report };
}

async function explored(system: System, limits: ExploreLimits): Promise<{ found: Exploration; ran: Attempt[] }> {
  const found = new Exploration();
  const ran: Attempt[] = [];
  await explore({
    found, limits, completion: 'natural', isOver: () => false, told: () => undefined,
    run: async (attempt) => {
      ran.push(attempt);
      // Which of two ends first is anybody's guess.
      for (let turn = 0; turn < (ran.length * 7) % 5; turn++) await Promise.resolve();
      return runOf(system, attempt);
    },
  });
  return { found, ran };
}

const bits = (ways: number): number => ways.toString(2).split('1').length - 1;
const outcomeIds = (found: Exploration): number[] => found.outcomes.map(({ findings: [one] }) => Number(one?.id.slice(2)));
const table = fc.array(fc.nat({ max: 9 }), { minLength: 1 << places, maxLength: 1 << places });

describe('exploring', () => {
  it('finds every outcome within its bound, and none that no schedule has', async () => {
    await fc.assert(fc.asyncProperty(table, async (outcomes) => {
      const { found } = await explored((ways) => outcomes[ways] ?? 0, { runs: 1 + 3 + 6 + 15, seeds: 0, depth: 2 });
      const within = new Set(outcomes.filter((_, ways) => bits(ways) <= 2));
      expect(new Set(outcomeIds(found))).toEqual(within);
      expect(found.tried).toMatchObject({ single: 6, pairs: 15 });
    }), { numRuns: 30 });
  });

  it('reduces what chance has found to a list that comes out the same, and does not without any one of its deviations', async () => {
    let shortened = 0;
    await fc.assert(fc.asyncProperty(table, async (outcomes) => {
      const { found } = await explored((ways) => outcomes[ways] ?? 0, { runs: 24, seeds: 20, depth: 1 });
      for (const { findings: [one], short, attempt, taken } of found.outcomes) {
        if (attempt.kind !== 'chance') continue;
        shortened++;
        const list = short !== null && 'list' in short.schedule ? short.schedule.list : [];
        const ways = list.map(({ at }) => 1 << at);
        const outcomeOf = (some: readonly number[]): string => `X-${outcomes[some.reduce((sum, bit) => sum | bit, 0)] ?? 0}`;
        expect(short).toMatchObject({ isMinimal: true, before: taken?.length, now: list.length });
        expect(outcomeOf(ways)).toBe(one?.id);
        for (const bit of ways) expect(outcomeOf(ways.filter((other) => other !== bit))).not.toBe(one?.id);
      }
    }), { numRuns: 30 });
    expect(shortened).toBeGreaterThan(10);
  });

  it('finds by three deviations what needs all of them, and names them', async () => {
    // Chance takes many ways at once: 1, 3 and 4 together are what matters.
    const { found } = await explored((ways) => ((ways & 0b011010) === 0b011010 ? 1 : 0), { runs: 60, seeds: 40, depth: 1 });
    expect(outcomeIds(found)).toEqual([0, 1]);
    expect(found.outcomes[1]?.short).toMatchObject({ now: 3, isMinimal: true, schedule: { list: [{ at: 1, take: 1 }, { at: 3, take: 1 }, { at: 4, take: 1 }] } });
    expect(found.outcomes[1]?.short?.words.split(', and ')).toHaveLength(3);
  });

  it('finds the same in the same order, whichever run ends first', async () => {
    const system: System = (ways) => (ways * 7) % 11;
    const limits: ExploreLimits = { runs: 40, seeds: 10, depth: 2 };
    const [one, other] = [await explored(system, limits), await explored(system, limits)];
    const shown = ({ outcomes }: Exploration): unknown => outcomes.map(({ id, runs, attempt, short }) => ({ id, runs, attempt, short }));
    expect(shown(one.found)).toEqual(shown(other.found));
    const direct = new Exploration();
    for (const [at, attempt] of one.ran.entries()) {
      const { outcome, choices } = runOf(system, attempt);
      if (at === 0) direct.begin(attempt, outcome, choices);
      else direct.add(attempt, outcome, choices);
    }
    expect(direct.outcomes.map(({ id, runs, attempt }) => ({ id, runs, attempt }))).toEqual(one.found.outcomes.map(({ id, runs, attempt }) => ({ id, runs, attempt })));
  });
});
