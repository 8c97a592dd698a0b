import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { projectRoot } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { generateFileIo } from '../../support/trace/etl/generatedFileIo.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = tempFolder();
const run = (...args: readonly string[]): ReturnType<typeof fltreplay> => fltreplay(folder, ...args);

describe('info of an ETW trace', () => {
  it('counts every record by its event, in the file as in a session', async () => {
    writeFileSync(path.join(folder, 'io.etl'), generateFileIo({ pointerSize: 8, version: 3 }));
    const [file] = jsonLines(await run('info', 'io.etl', '--json'));
    // etw-formats.md 12: 56 records, 16 operations.
    expect(file).toMatchObject({ format: 'etl', events: 56, operations: 16, damaged: [], byOperation: { 'FileIo/Create (0x0440, v3)': 2, 'FileIo/OperationEnd (0x044c, v3)': 16 } });
    await run('import', 'io.etl', '--session', 'io.fltreplay');
    const [session] = jsonLines(await run('info', 'io.fltreplay', '--json'));
    expect(session?.['byOperation']).toEqual(file?.['byOperation']);
  });
});

const shared = path.join(projectRoot, '../shared/traces/etw');
const counts = existsSync(shared) ? (JSON.parse(readFileSync(path.join(shared, 'counts.json'), 'utf8')) as Record<string, { records: number; counts: Record<string, number> }>) : {};

describe.skipIf(!existsSync(shared))(`info of the shared ETW traces${existsSync(shared) ? '' : ' (skipped: ../shared/traces/etw is not here)'}`, () => {
  // One of each wrapping; all of them are read by the tests of the importer.
  it.each(['tx/Process.etl', 'perfview/gcevents.etl.zip', 's4/CldFlt0-2025-12-21-121418.etlgz'])('%s has the events of its MANIFEST', async (name) => {
    const expected = assertExists(counts[name]);
    const [info] = jsonLines(await run('info', path.join(shared, name), '--json'));
    expect(info?.['events']).toBe(expected.records);
    expect(info?.['byOperation']).toEqual(expected.counts);
  });
});
