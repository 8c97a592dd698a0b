/** The OV catalogue against the table of the specification page, and its sentences as a run fills them. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findVectors } from '../../../../src-main/conformance/markdown.ts';
import { Journal } from '../../../../src-main/conformance/fmo/journal.ts';
import { parseObjectVector } from '../../../../src-main/conformance/fmo/parseVector.ts';
import { runObjectVector } from '../../../../src-main/conformance/fmo/runVector.ts';
import type { EngineEvent, Violation } from '../../../../src-main/engine/index.ts';
import { objectViolations } from '../../../../src-main/engine/violations/objects.ts';

const page = new URL('../../../../../shared/reference/filter-manager-objects.md', import.meta.url);

interface PageRow {
  readonly id: string;
  readonly rules: readonly string[];
}

function pageRows(): PageRow[] {
  const rows: PageRow[] = [];
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    const cells = /^\| (OV-\d{3}) \|/.test(line) ? line.split('|').map((cell) => cell.trim()) : [];
    if (cells.length === 7) rows.push({ id: cells[1] ?? '', rules: (cells[5] ?? '').split(', ').map((rule) => rule.replace(/^section /, '')) });
  }
  return rows;
}

/** Where the text of a rule ends its source stands in brackets and back-quotes, possibly some lines below. */
function sourceOf(markdown: string, rule: string): string {
  const from = markdown.indexOf(`- **${rule}**`);
  const next = markdown.indexOf('\n- **', from + 1);
  const text = markdown.slice(from, next < 0 ? undefined : next);
  return [...text.matchAll(/`\[([^\]]*)\]`/gs)].map((match) => match[1] ?? '').join(' ').toLowerCase();
}

const words = (text: string): string[] => text.toLowerCase().replace(/\(.*?\)/g, ' ').split(/[^a-z_-]+/).filter((word) => word.length > 6 && word !== 'inferred' && word !== 'treatment' && word !== 'decision');

describe.skipIf(!existsSync(page))('the page (skipped without ../shared)', () => {
  it('lists exactly our ids, with our rule among theirs', () => {
    const rows = pageRows();
    expect(objectViolations.map(([id]) => id)).toEqual(rows.map(({ id }) => id));
    for (const { id, rules } of rows) expect([id, rules]).toEqual([id, expect.arrayContaining([objectViolations.find(([own]) => own === id)?.[2]])]);
  });

  it('names the documents we name, where the rule has any', () => {
    const markdown = readFileSync(page, 'utf8').replaceAll('\n', ' \n');
    for (const { id, rules } of pageRows()) {
      const source = objectViolations.find(([own]) => own === id)?.[3] ?? '';
      const theirs = rules.filter((rule) => /^[A-Z]/.test(rule)).map((rule) => sourceOf(markdown, rule)).join(' ');
      if (theirs === '') continue;
      if (source === 'INFERRED') expect([id, theirs]).toEqual([id, expect.stringContaining('inferred')]);
      else expect([id, words(source).filter((word) => !theirs.includes(word))]).toEqual([id, []]);
    }
  });
});

it('counts them all as errors of the driver', () => {
  expect(objectViolations.filter(([, severity]) => severity !== 'V')).toEqual([]);
});

const vectors = new URL('../../../conformance/own-violations-objects.md', import.meta.url);

describe('the sentence, filled in a run', () => {
  for (const block of findVectors(readFileSync(vectors, 'utf8')).filter(({ title }) => title === 'violates')) {
    it(block.id, () => {
      const found: Violation[] = [];
      const { event } = Journal.prototype;
      Journal.prototype.event = function (this: Journal, one: EngineEvent): void {
        if (one.kind === 'violation') found.push(one.violation);
        event.call(this, one);
      };
      try {
        runObjectVector(parseObjectVector(block.text));
      } finally {
        Journal.prototype.event = event;
      }
      const own = found.find(({ id }) => id === block.id);
      expect(own?.sentence).toMatch(/^[^{}]+\.$/);
      expect(own?.sentence).not.toMatch(/undefined|\[object|null/);
    });
  }
});
