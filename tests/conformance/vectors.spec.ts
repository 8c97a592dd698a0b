/** Every transcribed vector is a test of its own. Transcribed by scripts/transcribe-vectors.ts from the specification page. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runBlock } from '../../src-main/conformance/index.ts';
import { findVectors } from '../../src-main/conformance/markdown.ts';

const folder = new URL('./', import.meta.url);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.md')).sort()) {
  describe(file, () => {
    for (const block of findVectors(readFileSync(new URL(file, folder), 'utf8'))) {
      it(`${block.id} ${block.title}`, () => {
        const result = runBlock(block);
        expect(result.problem).toBeNull();
        expect(result.actual).toEqual(result.expected);
      });
    }
  });
}
