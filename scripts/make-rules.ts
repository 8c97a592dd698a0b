/**
 * Writes src-main/engine/rules.generated.ts: every numbered rule of the two Filter Manager pages with its text and source.
 *
 * Usage: node scripts/make-rules.ts PATH/TO/filter-manager-core.md PATH/TO/filter-manager-objects.md
 */
import { readFileSync, writeFileSync } from 'node:fs';

const pages = process.argv.slice(2);
if (pages.length !== 2) {
  console.error('usage: node scripts/make-rules.ts PATH/TO/filter-manager-core.md PATH/TO/filter-manager-objects.md');
  process.exit(2);
}

interface Rule {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly inferred: boolean;
}

/** The lines of each rule: from its mark to the next rule, heading, vector or rule of dashes. */
function blocksOf(markdown: string): { id: string; lines: string[] }[] {
  const blocks: { id: string; lines: string[] }[] = [];
  let open: { id: string; lines: string[] } | null = null;
  for (const line of markdown.split(/\r?\n/)) {
    const start = /^- \*\*([A-Z]+-\d[\d.]*)\*\* (.*)$/.exec(line);
    if (start?.[1] !== undefined && start[2] !== undefined) {
      open = { id: start[1], lines: [start[2]] };
      blocks.push(open);
    } else if (/^(#|---|```|@|- \*\*)/.test(line)) open = null;
    else open?.lines.push(line);
  }
  return blocks;
}

/** Prose on one line, tables as they stand. */
function flow(lines: readonly string[]): string {
  let text = '';
  let table = false;
  for (const raw of lines) {
    const line = raw.trim();
    const isRow = line.startsWith('|');
    if (line === '' || /^\|[-:| ]+\|$/.test(line)) continue;
    text += (text === '' ? '' : isRow || table ? '\n' : ' ') + line;
    table = isRow;
  }
  return text;
}

const inferredMark = /\*\*INFERRED\*\*|\bINFERRED\b/;

/** Objects page: the source stands in a code span with brackets, last. */
function ruleOfObjects(id: string, text: string): Rule {
  const spans = [...text.matchAll(/`\[([^\]]*)\]`/g)];
  const source = spans.map((span) => span[1] ?? '').join('; ');
  const words = text.replace(/\s*`\[[^\]]*\]`/g, '').trim();
  return { id, text: words, source, inferred: inferredMark.test(source) };
}

/** Core page: the source is the last group of parentheses, with INFERRED in front of it where it applies. */
function ruleOfCore(id: string, text: string): Rule {
  const tail = /\(([^()]*(?:\([^()]*\)[^()]*)*)\)\.?$/.exec(text);
  const source = tail?.[1] ?? '';
  const inferred = inferredMark.test(text);
  const words = (tail === null ? text : text.slice(0, tail.index)).replace(/\*\*INFERRED\*\*\.?/g, '').replace(/\*\*/g, '').trim();
  return { id, text: writeOut(words), source: [source.replace(/\*\*/g, ''), inferred && !inferredMark.test(source) ? 'INFERRED' : ''].filter((part) => part !== '').join('; '), inferred };
}

/** The core page's abbreviations, written out. */
const written: readonly (readonly [RegExp, string])[] = [
  [/\bWITH_CB\b/g, 'SUCCESS_WITH_CALLBACK'], [/\bNO_CB\b/g, 'SUCCESS_NO_CALLBACK'], [/\bSYNC\b/g, 'SYNCHRONIZE'], [/\bDISALLOW_FSF\b/g, 'DISALLOW_FSFILTER_IO'], [/\bFSF\b/g, 'FsFilter'],
  [/\bFAST\b/g, 'fast I/O'], [/\bMORE\b/g, 'MORE_PROCESSING_REQUIRED'], [/\bFINISHED\b/g, 'FINISHED_PROCESSING'], [/\bP or A\b/g, 'PASSIVE or APC'], [/\bat P\b/g, 'at PASSIVE'],
  [/\bat A\b/g, 'at APC'], [/\bat D\b/g, 'at DISPATCH'], [/\bA or below\b/g, 'APC or below'], [/\bD or below\b/g, 'DISPATCH or below'], [/\bup to D\b/g, 'up to DISPATCH'], [/\bnever at D\b/g, 'never at DISPATCH'],
  [/ {2,}/g, ' '],
];

const writeOut = (text: string): string => written.reduce((sofar, [pattern, words]) => sofar.replace(pattern, words), text);

const rules = pages.flatMap((path) =>
  blocksOf(readFileSync(path, 'utf8')).map(({ id, lines }) => (id.startsWith('R-') ? ruleOfCore(id, flow(lines)) : ruleOfObjects(id, flow(lines)))));

const out = [
  '// Made by scripts/make-rules.ts from the Filter Manager pages; do not edit by hand.',
  "import type { RuleRow } from './rules.ts';",
  '',
  'export const ruleRows: readonly RuleRow[] = [',
  ...rules.map(({ id, text, source, inferred }) => `  [${JSON.stringify(id)}, ${JSON.stringify(text)}, ${JSON.stringify(source)}, ${String(inferred)}],`),
  '];',
  '',
];
writeFileSync(new URL('../src-main/engine/rules.generated.ts', import.meta.url), out.join('\n'));
console.log(`${rules.length} rules, ${rules.filter(({ inferred }) => inferred).length} of them INFERRED`);
