/** `fltreplay shrink` through real engine hosts, and what it saves run again. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const session = path.join(folder, 's.fltreplay');
const saved = path.join(folder, 'finding');

describe('fltreplay shrink', { timeout: 240_000 }, () => {
  it('saves a minimal trace and stack that show the same when they are run', async () => {
    await fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch', '--driver', 'passThrough', '--where', 'path contains "settings.json"', '--session', session);
    const result = await fltreplay(folder, 'shrink', session, '--violation', 'FV-084', '--into', saved, '--json');
    expect(result.code).toBe(0);
    expect(jsonLines(result)).toMatchObject([{ type: 'summary', state: 'done', title: expect.stringMatching(/^FV-084 in statusWatch\.ts:\d+$/) as string, drivers: { now: ['statusWatch'] }, operations: { now: 2 } }]);
    expect(JSON.parse(readFileSync(path.join(saved, 'expected.json'), 'utf8'))).toMatchObject({ violation: 'FV-084', driver: 'statusWatch', operations: 2, assumptions: {} });
    const operations = readFileSync(path.join(saved, 'trace.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => 'operation' in line);
    expect(operations.map(({ major }) => major)).toEqual(['IRP_MJ_CREATE', 'IRP_MJ_READ']);
    // The line of the README, as it stands there.
    const line = /^fltreplay (.+)$/m.exec(readFileSync(path.join(saved, 'README.md'), 'utf8'))?.[1] ?? '';
    const again = await fltreplay(saved, ...line.split(' '), '--json');
    const { line: expectedLine } = JSON.parse(readFileSync(path.join(saved, 'expected.json'), 'utf8')) as { line: number };
    expect(jsonLines(again).filter(({ type }) => type === 'violation')).toMatchObject([{ id: 'FV-084', driver: 'statusWatch', line: expectedLine }]);
    expect(existsSync(path.join(saved, 'passThrough.ts'))).toBe(false);
    const refused = await fltreplay(folder, 'shrink', session, '--violation', 'FV-001', '--into', path.join(folder, 'other'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('does not show FV-001');
  });
});
