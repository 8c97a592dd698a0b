/**
 * Writes the small samples, one a story of scripts/sample/stories, into resources/samples. Nothing in them was captured.
 *
 * Usage: node scripts/make-samples.ts [FOLDER]
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stories } from './sample/stories/index.ts';
import { storyText } from './sample/story.ts';

const folder = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../resources/samples'));
for (const story of stories) {
  const { text, operations } = storyText(story);
  const file = resolve(folder, `${story.name}.jsonl`);
  writeFileSync(file, text);
  console.log(`${file}: ${operations} operations`);
}
