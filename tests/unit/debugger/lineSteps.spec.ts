import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLine, lineSteps, routineTape, stepLine, visitsBetween, type LineNotes } from '../../../src-main/debugger/lineSteps.ts';

/** `line@depth` in order; `!` is an event. */
function noted(text: string): LineNotes {
  const lines = [...new Set([...text.matchAll(/(\d+)@/g)].map(([, line]) => Number(line)))];
  const numbers: number[] = [];
  let sequence = 1;
  for (const word of text.split(' ')) {
    if (word === '!') sequence++;
    else {
      const [line = 0, depth = 0] = word.split('@').map(Number);
      numbers.push(7, sequence, lines.indexOf(line), depth);
    }
  }
  return { places: lines.map((line) => ({ line, column: 2 })), numbers };
}

const shown = (text: string): string[] => lineSteps(noted(text)).map(({ sequence, line, visit, depth }) => `${sequence}:${line}.${visit}@${depth}`);

describe('the lines of a routine', () => {
  it('come one step a line, with the how many-th time since the last event', () => {
    expect(shown('2@1 3@1 3@1 4@1 3@1 4@1 ! 3@1 6@1')).toEqual(['1:2.1@1', '1:3.1@1', '1:4.1@1', '1:3.2@1', '1:4.2@1', '2:3.1@1', '2:6.1@1']);
  });

  it('go over, into and out of calls, forward and back', () => {
    const steps = lineSteps(noted('1@1 2@1 9@2 10@2 3@1'));
    const at = (from: number, direction: 'forward' | 'back', how: 'over' | 'in' | 'out'): number => steps[stepLine(steps, from, direction, how)]?.line ?? 0;
    expect([at(1, 'forward', 'over'), at(1, 'forward', 'in'), at(2, 'forward', 'out')]).toEqual([3, 9, 3]);
    expect([at(4, 'back', 'over'), at(4, 'back', 'in'), at(3, 'back', 'out')]).toEqual([2, 10, 2]);
    expect([stepLine(steps, 0, 'back', 'over'), stepLine(steps, 4, 'forward', 'over')]).toEqual([-1, 5]);
  });

  it('are found by their execution point', () => {
    const steps = lineSteps(noted('2@1 3@1 4@1 3@1 ! 5@1 3@1'));
    expect(steps.map(({ issued, sequence, line, visit }) => findLine(steps, { operation: issued, sequence, line, visit }))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('say how often a place is come to on the way from one step to another, the one at the end included', () => {
    const tape = routineTape(noted('2@1 3@1 4@1 3@1 ! 3@1 4@1 3@1'));
    const lines = tape.steps.map(({ line }) => line);
    expect(lines).toEqual([2, 3, 4, 3, 4, 3]);
    // To the last 3 from the first step: 3, 3, again 3 behind the event though it is no step of its own, and that one.
    expect([visitsBetween(tape, 0, 5), visitsBetween(tape, 1, 5), visitsBetween(tape, 4, 5), visitsBetween(tape, 5, 5)]).toEqual([4, 3, 1, 0]);
  });

  it('in, back in is where one was; over, then back over is at that depth again', () => {
    const tapes = fc.array(fc.record({ line: fc.integer({ min: 1, max: 9 }), depth: fc.integer({ min: 1, max: 4 }) }), { minLength: 2, maxLength: 40 });
    fc.assert(fc.property(tapes, fc.nat(), (tape, seed) => {
      const steps = lineSteps({ places: Array.from({ length: 10 }, (_, line) => ({ line, column: 0 })), numbers: tape.flatMap(({ line, depth }) => [1, 1, line, depth]) });
      const from = seed % steps.length;
      const next = stepLine(steps, from, 'forward', 'in');
      if (next < steps.length) expect(stepLine(steps, next, 'back', 'in')).toBe(from);
    }));
  });
});
