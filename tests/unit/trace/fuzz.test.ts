/** Damaged traces of every format, a few hundred each; `npm run fuzz` runs as many as there is time for. */
import { describe, expect, it } from 'vitest';
import { failureText, fuzzTrace } from '../../support/trace/fuzzTrace.ts';
import { fuzzSamples } from '../../support/trace/fuzzSamples.ts';

describe('whatever its bytes, a trace is refused with a sentence or imported with totals that add up', () => {
  it.each(fuzzSamples.map((sample) => ({ name: sample.name, sample })))('$name', ({ sample }) => {
    const { failures, imported } = fuzzTrace(sample, 1, 300);
    expect(failures.map(failureText)).toEqual([]);
    // A sample that is hardly ever imported tests nothing.
    expect(imported).toBeGreaterThan(100);
  }, 60_000);
});
