import { describe, expect, it } from 'vitest';
import { attempts, schedulesWithin, type Attempt } from '../../../../src-main/debugger/explore/strategy.ts';
import { parseSchedule, scheduleText, type ChoiceReport } from '../../../../src-main/replay/scheduleChoices.ts';

/** Two reads with five ways each at choices 0 and 2, one work item at 1. */
const choices: ChoiceReport = {
  count: 3, taken: [], isTakenCut: false,
  classes: [
    { kind: 'completion', group: 'IRP_MJ_READ', count: 2, ways: 8, squares: 32, points: [{ at: 0, options: 5, operation: 7 }, { at: 2, options: 5, operation: 9 }] },
    { kind: 'delay', group: "racer's Note", count: 1, ways: 1, squares: 1, points: [{ at: 1, options: 2, operation: 8 }] },
  ],
};
const all = (runs: number, seeds: number, depth: 1 | 2 = 2): Attempt[] => [...attempts(choices, 'natural', { runs, seeds, depth })];
const texts = (list: readonly Attempt[]): string[] => list.map(({ schedule }) => scheduleText(schedule));

describe('the order in which schedules are tried', () => {
  it('is policies, then every class of choices once before any of them twice', () => {
    const found = all(1 + 3 + 9, 0, 1);
    expect(found.slice(0, 3).map(({ completion }) => completion)).toEqual(['always-inline', 'always-pended', 'worst-irql']);
    expect(texts(found.slice(3))).toEqual(['0=1', '0=2', '0=3', '0=4', '1=1', '2=1', '2=2', '2=3', '2=4']);
    expect(schedulesWithin(choices, 1)).toBe(9);
  });

  it('goes on with pairs of different places, each once, lower place first', () => {
    const pairs = all(1000, 0).filter(({ kind }) => kind === 'pair');
    // 4 x 1 of places 0 and 1, 4 x 4 of 0 and 2, 1 x 4 of 1 and 2.
    expect(pairs).toHaveLength(24);
    expect(schedulesWithin(choices, 2)).toBe(9 + 24);
    expect(new Set(texts(pairs)).size).toBe(24);
    expect(pairs.every(({ schedule }) => 'list' in schedule && (schedule.list[0]?.at ?? 9) < (schedule.list[1]?.at ?? 0))).toBe(true);
    expect(all(1000, 0, 1).some(({ kind }) => kind === 'pair')).toBe(false);
  });

  it('counts what is within a bound: 41 places with two ways each are 41 schedules with one deviation and 820 with two', () => {
    const places: ChoiceReport = { ...choices, classes: [{ kind: 'delay', group: 'x', count: 41, ways: 41, squares: 41, points: [] }] };
    expect(schedulesWithin(places, 1)).toBe(41);
    expect(schedulesWithin(places, 2)).toBe(861);
  });

  it('keeps the number of runs that chance was promised, and the bound on all of them', () => {
    const found = all(10, 4);
    // The plain run is the tenth.
    expect(found).toHaveLength(9);
    expect(found.filter(({ kind }) => kind === 'chance').map(({ schedule }) => 'seed' in schedule && schedule.seed)).toEqual([1, 2, 3, 4]);
    expect(all(1, 5)).toEqual([]);
  });
});

describe('a schedule as text', () => {
  it.each(['12=1,40=3', 'seed=7/4', ''])('%j comes back', (text) => {
    const plan = parseSchedule(text);
    expect(plan && scheduleText(plan)).toBe(text);
  });

  it.each(['12', '12=0', '12=1;40=3', 'seed=7', 'seed=7/0', '-1=2'])('%j is none', (text) => expect(parseSchedule(text)).toBeNull());
});
