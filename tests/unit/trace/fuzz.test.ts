/** Damaged traces of every format, a few hundred each; `npm run fuzz` runs as many as there is time for. */
import { describe, expect, it } from 'vitest';
import { failureText, fuzzTrace } from '../../support/trace/fuzzTrace.ts';
import { fuzzSamples } from '../../support/trace/fuzzSamples.ts';

/** In bytes: of these half as many rounds are run, which take the time of a small sample's. */
const largeSample = 6000;

describe('whatever its bytes, a trace is refused with a sentence or imported with totals that add up', () => {
  it.each(fuzzSamples.map((sample) => ({ name: sample.name, sample })))('$name', ({ sample }) => {
    const rounds = sample.bytes().length > largeSample ? 150 : 300;
    const { failures, imported } = fuzzTrace(sample, 1, rounds);
    expect(failures.map(failureText)).toEqual([]);
    // A sample that is hardly ever imported tests nothing.
    expect(imported).toBeGreaterThan(rounds / 3);
  }, 60_000);
});
