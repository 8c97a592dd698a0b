/** `fltreplay run` through a real engine host. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fltreplay, jsonLines, type CommandResult } from '../../support/commandLine.ts';
import { askingSource } from '../../support/engine-host/askingDriver.ts';
import { readFilterSource } from '../../support/readFilter.ts';
import { writeReadTrace } from '../../support/trace/readTrace.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const run = (...args: readonly string[]): Promise<CommandResult> => fltreplay(folder, 'run', ...args);
const summaryOf = (result: CommandResult): Record<string, unknown> => jsonLines(result).at(-1) ?? {};

/** A driver whose pre-read does what is given. */
function driver(name: string, body: string): string {
  const file = path.join(folder, `${name}.ts`);
  writeFileSync(file, readFilterSource(body));
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ service: name, altitude: '265000' }));
  return file;
}

describe('fltreplay run', { timeout: 120_000 }, () => {
  it('replays the sample, keeps it in a session with its drivers at their altitudes, and runs that again the same', async () => {
    const kept = path.join(folder, 'kept.fltreplay');
    const first = await run('first-light', '--driver', 'passThrough@45000.5', '--driver', 'minispy', '--session', kept, '--json');
    expect(summaryOf(first)).toMatchObject({ type: 'summary', layers: ['I/O manager', 'minispy', 'passThrough', 'File system'], divergences: 0, problem: null });
    expect(summaryOf(first)['eventHash']).toMatch(/^[0-9a-f]{16}$/);
    expect((await run(kept, '--json')).stdout).toBe(first.stdout);
    // Through other drivers: the session stays as it is.
    const others = await run(kept, '--driver', 'statusWatch', '--json');
    expect(others).toMatchObject({ code: 0, stderr: '' });
    expect(summaryOf(others)).toMatchObject({ layers: ['I/O manager', 'statusWatch', 'File system'], divergences: 0 });
    const violations = jsonLines(others).filter((line) => line['type'] === 'violation' && line['hint'] === false);
    expect(new Set(violations.map(({ id, severity }) => `${String(id)} ${String(severity)}`))).toEqual(new Set(['FV-084 W']));
    const inside = await fltreplay(folder, 'query', kept, 'SELECT state, event_hash, (SELECT group_concat(name) FROM (SELECT DISTINCT name FROM drivers ORDER BY name)) AS drivers FROM runs', '--json');
    expect(jsonLines(inside)).toEqual([1, 2].map(() => ({ state: 'ended', event_hash: summaryOf(first)['eventHash'], drivers: 'minispy,passThrough' })));
  });

  it('prints every event of a Process Monitor log, with snapshot and live buffer told apart', async () => {
    const { stdout } = await run(writeReadTrace(), '--driver', 'statusWatch', '--events');
    expect(stdout.match(/the snapshot still names the old buffer UserBuffer#\d+; the file system got NonPagedPool#\d+ \(status 00000000\)/g)).toHaveLength(3);
    expect(stdout).toMatch(/status callback, told STATUS_SUCCESS {2}R-5\.14/);
    expect(stdout).toMatch(/^divergences +0 /m);
    expect(stdout).toMatch(/event hash +[0-9a-f]{16}/);
    // Nothing differs from the defaults.
    expect(stdout).not.toMatch(/^setting /m);
  });

  it('leaves operations out and answers others otherwise, and says what came of it', async () => {
    const result = await run('first-light', '--driver', 'statusWatch', '--skip', '1', '--answer', '5=access_denied', '--answer', '9999=0xC0000001');
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toContain('The trace has no operation #9999.');
    const edited = await run('first-light', '--driver', 'statusWatch', '--skip', '1', '--answer', '7=access_denied');
    expect(edited.stdout).toContain('edit         #1 is skipped\n');
    expect(edited.stdout).toContain('edit         #7 is answered with STATUS_ACCESS_DENIED\n');
    expect(edited.stdout).toMatch(/#1 CreateFile .*: left out by an edit/);
    expect(edited.stdout).toMatch(/answered .* 1 by an edit/);
    expect((await run('first-light', '--skip', 'x')).stderr).toContain('--skip takes the number of an operation');
    expect((await run('first-light', '--answer', '3=NOPE')).stderr).toContain('Example: --answer 64=STATUS_DISK_FULL');
  });

  it('ends with 1 where a driver changes outcomes, and names them; elsewhere it is not run unasked', async () => {
    const file = driver('deny', 'Data.IoStatus.Status = STATUS_ACCESS_DENIED; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE;');
    const session = path.join(folder, 'denied.fltreplay');
    const result = await run('first-light', '--driver', file, '--session', session, '--json');
    expect(result.code).toBe(1);
    const divergences = jsonLines(result).filter((line) => line['type'] === 'divergence');
    expect(divergences.length).toBeGreaterThan(10);
    expect(divergences.every((line) => line['operation'] === 'ReadFile' && line['replayed'] === 0xc0000022)).toBe(true);
    expect(summaryOf(result)['divergences']).toBe(divergences.length);
    // On another machine, or for another user, the drivers of a session are a stranger's.
    const elsewhere = tempFolderOf('elsewhere');
    const refused = await fltreplay(elsewhere, 'run', session);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--trust');
    expect(summaryOf(await fltreplay(elsewhere, 'run', session, '--trust', '--json'))).toEqual(summaryOf(result));
  });

  it('says file, line and column of what cannot be loaded, and ends with 2', async () => {
    const result = await run('first-light', '--driver', driver('broken', 'return NoSuchRoutine(Data);'));
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/broken\.ts:10/);
    expect(result.stderr).toContain('NoSuchRoutine');
  });

  it('says where a callback threw, and ends with 1', async () => {
    const result = await run('first-light', '--driver', driver('thrower', 'throw new Error("out of luck");'));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/thrower\.ts:10/);
    expect(result.stderr).toContain('out of luck');
  });

  it('refuses drivers, assumptions and answers that do not exist', async () => {
    const [driverless, assumed, ...settings] = await Promise.all([
      run('first-light', '--driver', 'noSuchDriver'), run('first-light', '--driver', 'statusWatch', '--assume', 'R-99.1=x'),
      ...['--answers', '--completion'].map((flag) => run('first-light', '--driver', 'statusWatch', flag, 'sometimes')),
    ]);
    expect(driverless.stderr).toContain('statusWatch');
    expect(assumed.stderr).toContain('R-99.1');
    for (const refused of settings) {
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(`'sometimes' is invalid`);
    }
  });

  it('keeps the settings with the run, says what is not the default, and counts agreement for each kind of operation', async () => {
    const [text, result, operations] = await Promise.all([
      run('first-light', '--driver', 'passThrough', '--answers', 'recorded', '--completion', 'always-inline'), run('first-light', '--driver', 'passThrough', '--answers', 'recorded', '--json'),
      fltreplay(folder, 'ops', 'first-light', '--where', 'operation = ReadFile and status != null', '--json'),
    ]);
    expect(text.stdout).toMatch(/^setting {6}answers = recorded$/m);
    expect(text.stdout).toMatch(/^setting {6}completion = always-inline$/m);
    expect(summaryOf(result)).toMatchObject({ settings: { answers: 'recorded', completion: 'natural' }, report: { affected: { changed: 0, notIssued: 0 } } });
    const reads = jsonLines(operations).length;
    expect(jsonLines(result)).toContainEqual({ type: 'fidelity', operation: 'ReadFile', compared: reads, equal: reads, percent: 100 });
  });

  it('takes the service script that lies beside a driver, or that its manifest names', async () => {
    const file = path.join(folder, 'asking.ts');
    writeFileSync(file, askingSource(1000));
    writeFileSync(path.join(folder, 'asking.service.ts'), "service.on('\\\\AskPort', () => 0);\n");
    const beside = await run('first-light', '--driver', file, '--events');
    expect(beside.stdout).toContain('asking: \\AskPort: asking.exe answers message 1 (connection 1) with STATUS_SUCCESS, 4 bytes  COM-034');
    expect(beside.stdout).toMatch(/ConnectNotifyCallback → STATUS_SUCCESS {2}COM-011/);
    expect(beside.code).toBe(1);
    mkdirSync(path.join(folder, 'user'), { recursive: true });
    writeFileSync(path.join(folder, 'user', 'scanuser.ts'), "service.on('\\\\AskPort', () => 1);\n");
    const manifest = (serviceScript: string): void => writeFileSync(path.join(folder, 'asking.json'), JSON.stringify({ service: 'asking', altitude: '328010', serviceScript }));
    manifest('user/scanuser.ts');
    expect((await run('first-light', '--driver', file)).code).toBe(0);
    for (const wrong of ['user/other.ts', '../../outside.ts']) {
      manifest(wrong);
      const refused = await run('first-light', '--driver', file);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`The manifest of asking.ts names the service script “${wrong}”`);
    }
  });

  it('says where a service script is wrong', async () => {
    const file = path.join(folder, 'broken.ts');
    writeFileSync(file, askingSource(1000));
    writeFileSync(path.join(folder, 'broken.service.ts'), "service.on('\\\\AskPort', () => {\n  throw new Error('no disk');\n});\n");
    const result = await run('first-light', '--driver', file);
    expect(result.stderr).toContain('broken.service.ts:2:9: Error: no disk');
    expect(result.code).toBe(1);
  });
});

function tempFolderOf(name: string): string {
  const full = path.join(folder, name);
  mkdirSync(full);
  return full;
}
