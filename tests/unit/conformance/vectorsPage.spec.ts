/** docs/vectors.md: what it shows runs, and no word of the notations is missing. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callbacks, parseObjectVector, setupOptions } from '../../../src-main/conformance/fmo/parseVector.ts';
import { actionNames, parseVector } from '../../../src-main/conformance/fmv/parseVector.ts';
import { runConformance } from '../../../src-main/conformance/index.ts';

const page = readFileSync(new URL('../../../docs/vectors.md', import.meta.url), 'utf8');

/** Cells of the table whose first column has this heading, without the Markdown. */
function tableOf(heading: string): string[][] {
  const lines = page.split('\n');
  const start = lines.indexOf(lines.find((line) => line.startsWith(`| ${heading} |`)) ?? '');
  const rows: string[][] = [];
  for (let at = start + 2; lines[at]?.startsWith('|') === true; at++) {
    const cells = (lines[at] ?? '').replaceAll('\\|', '¦').split('|').slice(1, -1);
    rows.push(cells.map((cell) => cell.trim().replaceAll('¦', '|')));
  }
  return rows;
}

const exampleOf = (row: readonly string[]): string => (row.at(-1) ?? '').replace(/^`|`$/g, '');

const fmv = (...lines: string[]): string => ['X-1 | x', 'stack: A@1', ...lines, 'final: PENDED', 'viol: none'].join('\n');
const fmo = (...lines: string[]): string => ['@X-1 x', 'src x', ...lines, 'end'].join('\n');

describe('docs/vectors.md', () => {
  it('shows vectors that pass', () => {
    const report = runConformance(page);
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBeGreaterThanOrEqual(3);
  });

  it('shows lines and actions of FMV/1 that can be read', () => {
    for (const row of [...tableOf('key'), ...tableOf('event')]) {
      const example = exampleOf(row);
      if (example !== '') expect(() => parseVector(example.startsWith('final') || example.startsWith('viol') ? ['X-1 | x', 'stack: A@1', 'final: PENDED', 'viol: none', example].join('\n') : fmv(example)), example).not.toThrow();
    }
    for (const row of tableOf('action')) expect(() => parseVector(fmv(`do: A.pre = ${exampleOf(row)} => NO_CB`)), exampleOf(row)).not.toThrow();
  });

  it('names every action', () => {
    const named = tableOf('action').map(([first]) => first).join(' ');
    expect([...actionNames].filter((action) => !new RegExp(`\`${action}[ \`]`).test(named))).toEqual([]);
  });

  it('shows lines of FMO/1 that can be read', () => {
    for (const row of tableOf('setup')) expect(() => parseObjectVector(fmo(exampleOf(row), '1 sys.end() -> void')), exampleOf(row)).not.toThrow();
    for (const row of tableOf('expectation')) expect(() => parseObjectVector(fmo('1 sys.end() -> void', `  ${exampleOf(row)}`)), exampleOf(row)).not.toThrow();
  });

  it('names every setup word, its options and every callback', () => {
    const setup = tableOf('setup').map(([word = '', text = '']) => [word, text]);
    const callbackTable = tableOf('callback').flat().join(' ');
    for (const [word, options] of Object.entries(setupOptions)) {
      const text = setup.find(([first = '']) => first.includes(word))?.[1] ?? '';
      expect(options.filter((option) => !text.includes(`${option}=`)), word).toEqual([]);
    }
    expect(setup.map(([word = '']) => word.replaceAll('`', ''))).toEqual(expect.arrayContaining([expect.stringMatching(/^trace/), expect.stringMatching(/^assume/)]));
    expect([...callbacks].filter((name) => !new RegExp(`\`${name}[\`.]`).test(callbackTable))).toEqual([]);
  });
});
