/** `fltreplay diff` and `fltreplay export` through a real engine host. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fltreplay, jsonLines, type CommandResult } from '../../support/commandLine.ts';
import { sampleFile } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { preReadDriver } from '../../support/engine-host/runs.ts';

const folder = tempFolder();
const session = path.join(folder, 's.fltreplay');
const diff = (...args: readonly string[]): Promise<CommandResult> => fltreplay(folder, 'diff', ...args);
const differences = (result: CommandResult): Record<string, unknown>[] => jsonLines(result).filter(({ type }) => type === 'difference');

let listed: unknown[] = [];

beforeAll(async () => {
  writeFileSync(path.join(folder, 'deny.ts'), preReadDriver('  Data.IoStatus.Status = STATUS_ACCESS_DENIED; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE;').source);
  writeFileSync(path.join(folder, 'deny.json'), JSON.stringify({ service: 'deny', altitude: '265000' }));
  listed = jsonLines(await fltreplay(folder, 'run', 'first-light', '--driver', path.join(folder, 'deny.ts'), '--session', session, '--json')).filter(({ type }) => type === 'divergence').map(({ index }) => index);
  await fltreplay(folder, 'run', session);
}, 120_000);

describe('fltreplay diff', { timeout: 120_000 }, () => {
  it('says that a run repeated is the same', async () => {
    const result = await diff(session, '1', '2');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('no differences');
  });

  it('gives against the recording the operations that the run lists as divergences', async () => {
    const result = await diff(session, 'recording', 'last', '--json');
    expect(result.code).toBe(1);
    expect(differences(result).filter(({ kind }) => kind === 'status').map(({ operationA }) => operationA)).toEqual(listed);
    expect(listed.length).toBeGreaterThan(10);
    expect(jsonLines(result).at(-1)).toMatchObject({ type: 'summary', state: 'complete', counts: { status: listed.length } });
    const turned = await diff(session, 'last', 'recording', '--json');
    expect(differences(turned).map(({ a, b, operationA }) => [b, a, operationA])).toEqual(differences(result).map(({ a, b, operationA }) => [a, b, operationA]));
  });

  it('compares two trace files, matched through what only one of them has', async () => {
    const [header = '', ...rows] = readFileSync(sampleFile, 'utf8').trim().split('\n');
    const reads = rows.map((row, at) => ({ op: JSON.parse(row) as Record<string, unknown>, at })).filter(({ op }) => op['operation'] === 'ReadFile' && op['status'] === 0);
    const [removed, changed] = [reads[2], reads[9]];
    const other = rows.flatMap((row, at) => (at === removed?.at ? [] : [at === changed?.at ? JSON.stringify({ ...changed.op, status: 0xc0000022, statusName: 'STATUS_ACCESS_DENIED' }) : row]));
    writeFileSync(path.join(folder, 'a.jsonl'), `${[header, ...rows].join('\n')}\n`);
    writeFileSync(path.join(folder, 'b.jsonl'), `${[header, ...other].join('\n')}\n`);
    const result = await diff(path.join(folder, 'a.jsonl'), path.join(folder, 'b.jsonl'), '--json');
    expect(result.code).toBe(1);
    expect(differences(result).map(({ kind, operationA, operationB }) => [kind, operationA, operationB])).toEqual([['issued', (removed?.at ?? 0) + 1, null], ['status', (changed?.at ?? 0) + 1, changed?.at ?? 0]]);
    expect((await diff(path.join(folder, 'a.jsonl'), path.join(folder, 'a.jsonl'))).code).toBe(0);
  });

  it('refuses what cannot be compared, in one sentence', async () => {
    for (const args of [[session, '1', '9'], [session, '1'], [path.join(folder, 'none.PML'), path.join(folder, 'none.PML')]]) {
      const result = await diff(...args);
      expect(result.code).toBe(2);
      expect(result.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('fltreplay export', { timeout: 120_000 }, () => {
  it('writes the same rows in every form', async () => {
    const rows = jsonLines(await fltreplay(folder, 'export', session, 'operations', '--run', '1', '--format', 'jsonl'));
    expect(rows.find(({ replayed }) => replayed === 'STATUS_ACCESS_DENIED')).toMatchObject({ operation: 'ReadFile', effect: 'changed' });
    expect(JSON.parse((await fltreplay(folder, 'export', session, 'operations', '--run', '1', '--format', 'json')).stdout)).toEqual(rows);
    const [head = '', ...lines] = (await fltreplay(folder, 'export', session, 'operations', '--run', '1', '--format', 'csv')).stdout.trim().split('\n');
    expect(head.split(',')).toEqual(Object.keys(rows[0] ?? {}));
    expect(lines).toHaveLength(rows.length);
  });

  it('writes events, and what a run has changed', async () => {
    const events = jsonLines(await fltreplay(folder, 'export', session, 'events', '--format', 'jsonl'));
    expect(events[0]).toMatchObject({ point: '0:1', kind: 'load' });
    const changes = jsonLines(await fltreplay(folder, 'export', session, 'changes', '--run', '1', '--format', 'jsonl'));
    expect(changes.filter(({ kind }) => kind === 'status').every(({ after }) => after === 'STATUS_ACCESS_DENIED')).toBe(true);
  });
});
