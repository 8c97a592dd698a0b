/** Our own vectors: for every violation of the catalogue one that commits it and one that does the nearest legal thing. vectors.spec.ts runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runBlock } from '../../src-main/conformance/index.ts';
import { findVectors, type VectorBlock } from '../../src-main/conformance/markdown.ts';
import { parseObjectVector } from '../../src-main/conformance/fmo/parseVector.ts';
import { Journal } from '../../src-main/conformance/fmo/journal.ts';
import { runObjectVector } from '../../src-main/conformance/fmo/runVector.ts';
import { parseVector } from '../../src-main/conformance/fmv/parseVector.ts';
import { VectorLog } from '../../src-main/conformance/fmv/vectorLog.ts';
import { runVector } from '../../src-main/conformance/fmv/runVector.ts';
import type { EngineEvent, Violation } from '../../src-main/engine/index.ts';
import { violationKinds } from '../../src-main/engine/violations/index.ts';

const folder = new URL('./', import.meta.url);
const blocksOf = (prefix: string): VectorBlock[] =>
  readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.md')).flatMap((name) => findVectors(readFileSync(new URL(name, folder), 'utf8')));
const blocks = blocksOf('own-violations-');

const vectorsOf = (id: string, kind: 'violates' | 'conforms'): VectorBlock[] => blocks.filter((block) => `${block.id} ${block.title}`.startsWith(`${id} ${kind}`));

const expectedOf = ({ notation, text, line }: VectorBlock): readonly string[] =>
  notation === 'fmv' ? parseVector(text).violations : parseObjectVector(text, line).steps.flatMap(({ expects }) => expects.flatMap((one) => (one.kind === 'viol' ? [one.id] : [])));

const reportedBy = ({ notation, text, line }: VectorBlock): readonly string[] => (notation === 'fmv' ? runVector(parseVector(text)) : runObjectVector(parseObjectVector(text, line))).violations;

describe('own vectors', () => {
  it.each([...violationKinds.keys()])('%s has one that violates and one that conforms', (id) => {
    expect(vectorsOf(id, 'violates').length, 'violates').toBeGreaterThan(0);
    expect(vectorsOf(id, 'conforms').length, 'conforms').toBeGreaterThan(0);
    for (const block of vectorsOf(id, 'violates')) expect(expectedOf(block)).toContain(id);
    for (const block of vectorsOf(id, 'conforms')) expect([expectedOf(block), reportedBy(block)]).toEqual([[], []]);
  });

  it('names only violations of the catalogue', () => expect(blocks.filter(({ id }) => !violationKinds.has(id)).map(({ id }) => id)).toEqual([]));
});

describe('what vectors report', () => {
  const told: Violation[] = [];

  beforeAll(() => {
    for (const { prototype } of [VectorLog, Journal]) {
      const { event } = prototype;
      vi.spyOn(prototype, 'event').mockImplementation(function (this: VectorLog & Journal, one: EngineEvent) {
        if (one.kind === 'violation') told.push(one.violation);
        event.call(this, one);
      });
    }
    for (const block of blocksOf('')) runBlock(block);
  }, 60_000);

  afterAll(() => void vi.restoreAllMocks());

  /** The sentence of the catalogue with anything sensible in place of its words. */
  const shapeOf = (template: string): RegExp =>
    new RegExp(`^${template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(?!undefined|null|NaN|\\[object|\\{|\\s)\\S.*')}$`);

  it('are whole sentences', () => {
    const odd = told.filter(({ id, sentence }) => !shapeOf(violationKinds.get(id)?.template ?? '').test(sentence) || sentence.startsWith('operation '));
    expect(odd.map(({ id, sentence }) => `${id} ${sentence}`)).toEqual([]);
  });

  it('covers every rule of a violation that has several', () => {
    const seen = new Set(told.map(({ id, rule }) => `${id} ${rule}`));
    const all = [...violationKinds.values()].filter(({ rules }) => rules.length > 1).flatMap(({ id, rules }) => rules.map((rule) => `${id} ${rule}`));
    expect(all.filter((one) => !seen.has(one))).toEqual([]);
  });
});
