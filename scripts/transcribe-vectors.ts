/**
 * Copies the vectors of a specification page into tests/conformance, one file a section, so that a clone alone can run them.
 *
 * Usage: node scripts/transcribe-vectors.ts PAGE.md
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { findVectors } from '../src-main/conformance/markdown.ts';

const [page] = process.argv.slice(2);
if (page === undefined) {
  console.error('usage: node scripts/transcribe-vectors.ts PAGE.md');
  process.exit(2);
}
const folder = new URL('../tests/conformance/', import.meta.url);
mkdirSync(folder, { recursive: true });
const blocks = findVectors(readFileSync(page, 'utf8'));
for (const notation of ['fmv', 'fmo'] as const) {
  const own = blocks.filter((block) => block.notation === notation);
  for (const heading of new Set(own.map((block) => block.heading))) {
    const name = heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
    const texts = own.filter((block) => block.heading === heading).map((block) => block.text);
    // FMV/1 vectors have a fence each; FMO/1 vectors bring their own first and last line.
    const body = notation === 'fmv' ? texts.map((text) => `\`\`\`fmv\n${text}\n\`\`\`\n`).join('\n') : `\`\`\`text\n${texts.join('\n\n')}\n\`\`\`\n`;
    writeFileSync(new URL(`${notation}-${name}.md`, folder), `# ${heading}\n\n${body}`);
  }
}
