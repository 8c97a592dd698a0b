/** `ops --whole`: a trace written as JSON Lines and imported again is the same trace. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { SessionReader } from '../../../src-main/session/index.ts';
import { fltreplay } from '../../support/commandLine.ts';
import { fuzzSamples } from '../../support/trace/fuzzSamples.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Processes are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const folder = tempFolder();
const run = (...args: readonly string[]): ReturnType<typeof fltreplay> => fltreplay(folder, ...args);

function stored(session: string): Record<string, unknown> {
  const reader = new SessionReader(path.join(folder, session));
  try {
    const whole = reader.whole(1);
    return { ...whole, operations: [...whole.operations], contextEvents: [...whole.contextEvents] };
  } finally {
    reader.close();
  }
}

// Stacks, modules and other events; places that go back (lines in order of completion) and lost marks; 64-bit addresses; texts of frames.
it.each(['procmon-pml 64-bit', 'minispy-log', 'etl file I/O, compressed', 'procmon-xml', 'fltreplay-jsonl whole trace'])('%s is the same after it was written and imported again', async (name) => {
  const sample = fuzzSamples.find((one) => one.name === name);
  const file = `${name.replaceAll(/\W+/g, '-')}`;
  writeFileSync(path.join(folder, file), sample?.bytes() ?? '');
  await run('import', file, '--session', `${file}.fltreplay`);
  const written = await run('ops', `${file}.fltreplay`, '--json', '--whole');
  expect(written).toMatchObject({ code: 0, stderr: '' });
  writeFileSync(path.join(folder, `${file}.jsonl`), written.stdout);
  expect((await run('import', `${file}.jsonl`, '--session', `${file}-again.fltreplay`)).code).toBe(0);
  const [first, again] = [stored(`${file}.fltreplay`), stored(`${file}-again.fltreplay`)];
  expect((first['operations'] as readonly unknown[]).length).toBeGreaterThan(0);
  expect(again).toEqual(first);
  // A trace file is written without a session of its own, and the second time the same.
  expect((await run('ops', `${file}.jsonl`, '--whole')).stdout).toBe(written.stdout);
});

it('is not mixed with a selection', async () => {
  const result = await run('ops', 'first-light', '--whole', '--limit', '3');
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--whole');
});
