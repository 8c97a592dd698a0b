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
const blocks = findVectors(readFileSync(page, 'utf8')).filter((block) => block.notation === 'fmv');
for (const heading of new Set(blocks.map((block) => block.heading))) {
  const name = heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  const body = blocks.filter((block) => block.heading === heading).map((block) => `\`\`\`fmv\n${block.text}\n\`\`\`\n`);
  writeFileSync(new URL(`fmv-${name}.md`, folder), `# ${heading}\n\n${body.join('\n')}`);
}
