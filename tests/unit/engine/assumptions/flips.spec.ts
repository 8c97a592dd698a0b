/**
 * No reading crashes the engine: vectors run under each other reading of each switch, whatever comes of them.
 *
 * A sample of them is taken by the switch's name, the same in each run; `ALL_FLIPS=1` runs every vector under every reading (minutes).
 */
import { expect, it } from 'vitest';
import { runBlock } from '../../../../src-main/conformance/index.ts';
import { assumptions } from '../../../../src-main/engine/index.ts';
import { vectors } from './tables/switchCase.ts';

const sampleSize = process.env['ALL_FLIPS'] === '1' ? vectors.length : 12;

/** FNV-1a, so that each switch has vectors of its own. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

const sampleFor = (id: string): typeof vectors => vectors.toSorted((a, b) => hashOf(id + a.id) - hashOf(id + b.id)).slice(0, sampleSize);

/**
 * What a vector that no longer fits may end in: a call of its script that has nothing to act on, or a file system it must not reach.
 * Everything else that was thrown is the engine's own.
 */
const misfits = [/^No work item /, /^Operation \d+ reached the lower driver/, /^Line \d+: expected /, /^Line \d+: There is no /, /^Line \d+: TypeError: (?:Instance|FltObject) is no PFLT_/, /Context is no context from FltAllocateContext/];

function crashesUnder(settings: Readonly<Record<string, string>>, sample: typeof vectors): string[] {
  return sample.flatMap((block) => {
    const { problem } = runBlock(block, settings);
    return problem === null || misfits.some((misfit) => misfit.test(problem)) ? [] : [`${block.id}: ${problem}`];
  });
}

const readings = assumptions.flatMap(({ id, values }) => values.slice(1).map((word) => [id, word] as const));

it.each(readings)('%s=%s', (id, word) => {
  expect(crashesUnder({ [id]: word }, sampleFor(`${id}=${word}`))).toEqual([]);
});

it('every other reading at once', () => {
  const settings = Object.fromEntries(assumptions.map(({ id, values }) => [id, values[1] ?? '']));
  expect(crashesUnder(settings, vectors)).toEqual([]);
});
