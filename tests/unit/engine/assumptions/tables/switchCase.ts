/** One switch and a case in which its readings differ: a conformance vector, a vector of its own, or a piece of a run. */
import { readdirSync, readFileSync } from 'node:fs';
import { runBlock } from '../../../../../src-main/conformance/index.ts';
import { parseVector } from '../../../../../src-main/conformance/fmv/parseVector.ts';
import { runVector } from '../../../../../src-main/conformance/fmv/runVector.ts';
import { findVectors, type VectorBlock } from '../../../../../src-main/conformance/markdown.ts';

export type Settings = Readonly<Record<string, string>>;

export interface SwitchCase {
  readonly run: (settings: Settings) => unknown;
  readonly byDefault: unknown;
  readonly otherwise: unknown;
}

export type SwitchTable = Readonly<Record<string, SwitchCase>>;

export const caseOf = (run: SwitchCase['run'], byDefault: unknown, otherwise: unknown): SwitchCase => ({ run, byDefault, otherwise });

const folder = new URL('../../../../conformance/', import.meta.url);

/** The transcribed vectors, in the order of their files. */
export const vectors: readonly VectorBlock[] = readdirSync(folder).filter((name) => name.endsWith('.md')).sort().flatMap((file) => findVectors(readFileSync(new URL(file, folder), 'utf8')));

/** Of what a run tells, the lines that either reading names, in their order. */
const amongst = (lines: readonly string[], byDefault: readonly string[], otherwise: readonly string[]): string[] => {
  const wanted = new Set([...byDefault, ...otherwise]);
  return lines.map((line) => line.trim()).filter((line) => wanted.has(line));
};

/** A transcribed vector: which of these lines it gives by either reading. */
export function vector(id: string, byDefault: readonly string[], otherwise: readonly string[]): SwitchCase {
  return caseOf((settings) => {
    const block = vectors.find((one) => one.id === id);
    if (block === undefined) throw new Error(`There is no vector ${id}.`);
    return amongst(runBlock(block, settings).actual, byDefault, otherwise);
  }, byDefault, otherwise);
}

/** A vector in FMV/1 without its expectations, which are given by reading. */
export function ownVector(text: string, byDefault: readonly string[], otherwise: readonly string[]): SwitchCase {
  const lines = text.trim().split('\n').map((line) => line.trim());
  const parsed = parseVector(['OWN | A case for a switch', 'src: test', ...lines, 'log:', 'final: PENDED', 'viol: none'].join('\n'));
  return caseOf((settings) => {
    const { log, final } = runVector(parsed, settings);
    return amongst([...log, `final: ${final}`], byDefault, otherwise);
  }, byDefault, otherwise);
}
