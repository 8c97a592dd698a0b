import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { generateFileIo } from '../../support/trace/etl/generatedFileIo.ts';
import { projectRoot, sampleFile } from '../../support/testHost.ts';
import { writeZip } from '../../support/writeZip.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers and processes are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const folder = tempFolder();
const run = (...args: readonly string[]): ReturnType<typeof fltreplay> => fltreplay(folder, ...args);
const sample = readFileSync(sampleFile, 'utf8').trim().split('\n').slice(1).map((line) => JSON.parse(line) as Record<string, unknown>);

describe('fltreplay import', () => {
  it('makes a session and reports each trace', async () => {
    const result = await run('import', sampleFile, sampleFile, '--session', 'new.fltreplay', '--json');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const reports = jsonLines(result);
    expect(reports.length).toBe(2);
    expect(reports[0]).toMatchObject({
      format: 'fltreplay-jsonl', events: sample.length, operations: sample.length, skipped: {}, damaged: [], firstTime: sample[0]?.['time'], lastTime: sample.at(-1)?.['time'],
    });
    const text = await run('import', sampleFile, '--session', 'new.fltreplay');
    expect(text.stdout).toMatch(new RegExp(`operations +${sample.length}\n`));
    const count = await run('query', 'new.fltreplay', 'SELECT trace, count(*) AS n FROM operations GROUP BY trace', '--json');
    expect(jsonLines(count)).toEqual([1, 2, 3].map((trace) => ({ trace, n: sample.length })));
  });

  it('goes on with the next trace after one that cannot be read, and ends with 2', async () => {
    writeFileSync(path.join(folder, 'letter.pml'), 'Dear all');
    const result = await run('import', 'letter.pml', sampleFile, '--session', 'mixed.fltreplay', '--json');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('letter.pml');
    expect(result.stderr.trim().split('\n').length).toBe(1);
    expect(jsonLines(result).length).toBe(1);
  });
});

describe('fltreplay info on an ETW log', () => {
  it('counts every record by its event, before and after the import', async () => {
    writeFileSync(path.join(folder, 'gen.etl'), generateFileIo({ pointerSize: 8, version: 3, without: [9500] }));
    await run('import', 'gen.etl', '--session', 'etw.fltreplay');
    for (const file of ['gen.etl', 'etw.fltreplay']) {
      const result = await run('info', file, '--json');
      expect(result.code).toBe(0);
      const counts = jsonLines(result)[0]?.['byOperation'] as Record<string, number>;
      expect(counts).toMatchObject({ 'FileIo/Create (0x0440, v3)': 2, 'FileIo/OperationEnd (0x044c, v3)': 16, 'Flt/PreOpInit (0x0460, v3)': 1 });
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(55);
    }
    expect((await run('info', 'gen.etl')).stdout).toMatch(/^ {2}note +2 operations have no path: /m);
  });
});

describe('what is said of a trace on the command line', () => {
  it('reaches the import: the member of an archive, its clock, and how large it may become', async () => {
    const bytes = readFileSync(sampleFile);
    const short = Buffer.from(`${bytes.toString('utf8').split('\n').slice(0, 6).join('\n')}\n`);
    writeFileSync(path.join(folder, 'two.zip'), writeZip([{ name: 'a\\short.jsonl', bytes: short }, { name: 'a\\long.jsonl', bytes }]));
    const result = await run('import', 'two.zip', '--member', 'a\\short.jsonl', '--clock-offset', '-1.5us', '--session', 'wrapped.fltreplay', '--json');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(result)[0]).toMatchObject({ name: 'two.zip › short.jsonl', operations: 5, bytes: short.length });
    const [stored] = jsonLines(await run('query', 'wrapped.fltreplay', 'SELECT clock_offset FROM traces', '--json'));
    expect(stored).toEqual({ clock_offset: -15 });
    const [info] = jsonLines(await run('info', 'two.zip', '--json'));
    expect(info).toMatchObject({ format: 'fltreplay-jsonl', operations: sample.length });
    expect(Object.values(info?.['byOperation'] as Record<string, number>).reduce((sum, count) => sum + count, 0)).toBe(sample.length);
    const refused = await run('info', 'two.zip', '--unpack-limit', '1K');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr.trim().split('\n').length).toBe(1);
  });

  it.each([[['--date', '31.7.2026']], [['--date', '2026-02-30']], [['--utc-offset', 'CET']], [['--clock-offset', '5']], [['--unpack-limit', 'much']]])('%j is refused with an example', async (flags) => {
    const result = await run('import', sampleFile, '--session', 'x.fltreplay', ...flags);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('e.g.');
    expect(existsSync(path.join(folder, 'x.fltreplay'))).toBe(false);
  });
});

describe('fltreplay info', () => {
  it.each<[string, string, RegExp]>([['letter.txt', 'Dear all', /“letter\.txt” is of no format/], ['empty.etl', '', /“empty\.etl” is empty/]])('refuses %s in one sentence, with 2', async (name, text, sentence) => {
    writeFileSync(path.join(folder, name), text);
    const result = await run('info', name);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(sentence);
    expect(result.stderr.trim().split('\n').length).toBe(1);
  });

  it('counts by operation and by process, without writing', async () => {
    const before = readdirSync(path.dirname(sampleFile)).sort();
    const [report] = jsonLines(await run('info', sampleFile, '--json'));
    const byOperation = report?.['byOperation'] as Record<string, number>;
    expect(byOperation['ReadFile']).toBe(sample.filter((op) => op['operation'] === 'ReadFile').length);
    expect(Object.values(byOperation).reduce((sum, count) => sum + count, 0)).toBe(sample.length);
    expect((report?.['byProcess'] as { count: number }[]).reduce((sum, row) => sum + row.count, 0)).toBe(sample.length);
    expect(readdirSync(path.dirname(sampleFile)).sort()).toEqual(before);
  });

  it('says the same of a session and of the trace in it', async () => {
    await run('import', sampleFile, '--session', 'info.fltreplay');
    const [fromFile] = jsonLines(await run('info', sampleFile, '--json'));
    const [fromSession] = jsonLines(await run('info', 'info.fltreplay', '--json'));
    expect(fromSession).toEqual(fromFile);
    expect(existsSync(path.join(folder, 'info.fltreplay-wal'))).toBe(false);
  });
});

describe('fltreplay ops', () => {
  it('prints every operation in our one shape, which can be imported again', async () => {
    const result = await run('ops', 'first-light', '--json');
    expect(result.code).toBe(0);
    const ops = jsonLines(result);
    const names = ['index', 'time', 'process', 'pid', 'tid', 'operation', 'major', 'minor', 'kind', 'path', 'status', 'statusName', 'duration', 'offset', 'length', 'detail'];
    expect(ops.map((op) => Object.fromEntries(names.map((name) => [name, op[name]])))).toEqual(sample.map((op) => Object.fromEntries(names.map((name) => [name, op[name]]))));
    // The file leaves out what was recorded; what is printed says it of every field that is known.
    for (const [at, { provenance }] of ops.entries()) {
      const told = provenance as Record<string, string>;
      expect(Object.keys(told)).toEqual(expect.arrayContaining(['time', 'process', 'operation']));
      expect(told).toEqual({ ...Object.fromEntries(Object.keys(told).map((field) => [field, 'recorded'])), ...(sample[at]?.['provenance'] as Record<string, string>) });
    }
    writeFileSync(path.join(folder, 'again.jsonl'), result.stdout);
    expect((await run('ops', 'again.jsonl', '--json')).stdout).toBe(result.stdout);
  });

  it('filters, and pages through what the filter lets through', async () => {
    const reads = sample.filter((op) => op['operation'] === 'ReadFile' && op['status'] !== 0).map((op) => op['index']);
    const where = 'operation = ReadFile and not status = SUCCESS';
    expect(jsonLines(await run('ops', 'first-light', '--where', where, '--json')).map((op) => op['index'])).toEqual(reads);
    expect(jsonLines(await run('ops', 'first-light', '--where', where, '--offset', '1', '--limit', '2', '--json')).map((op) => op['index'])).toEqual(reads.slice(1, 3));
    const bad = await run('ops', 'first-light', '--where', 'operation ReadFile');
    expect(bad).toMatchObject({ code: 2, stdout: '' });
    expect(bad.stderr).toContain('column 11');
  });

  it('has nothing to say of a file that is not there', async () => {
    const result = await run('ops', 'absent.pml');
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('absent.pml');
    expect(result.stderr).not.toContain(' at ');
  });
});

describe('fltreplay query', () => {
  it('prints a table or JSON Lines, and changes nothing', async () => {
    await run('import', sampleFile, '--session', 'q.fltreplay');
    const table = await run('query', 'q.fltreplay', "SELECT operation, count(*) AS n FROM operations WHERE operation = 'ReadFile' GROUP BY 1");
    expect(table.stdout.split('\n').slice(0, 3).map((line) => line.trimEnd())).toEqual(['operation  n', '---------  ---', `ReadFile   ${sample.filter((op) => op['operation'] === 'ReadFile').length}`]);
    const refused = await run('query', 'q.fltreplay', 'DELETE FROM operation');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect((await run('query', sampleFile, 'SELECT 1')).code).toBe(2);
  });
});

describe('fltreplay conform', () => {
  it('prints a line a vector, expected beside actual where it fails, subtotals and the last line', async () => {
    const vectors = readdirSync(path.join(projectRoot, 'tests', 'conformance')).filter((name) => name.includes('9-6')).map((name) => path.join(projectRoot, 'tests', 'conformance', name));
    const good = await run('conform', ...vectors);
    const last = good.stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(last).toMatch(/^\d+ passed, 0 failed$/);
    expect(good.code).toBe(0);
    const file = path.join(folder, 'broken.md');
    writeFileSync(file, '# Broken\n\n```fmv\nX-01 | no vector at all\nnonsense\n```\n');
    const bad = await run('conform', file);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('FAIL  X-01');
    expect(bad.stdout.trimEnd().endsWith('0 passed, 1 failed')).toBe(true);
    expect(bad.stdout).toContain('Broken: 0 passed, 1 failed');
  });
});

describe('usage', () => {
  it.each([[['import', sampleFile]], [['nonsense']], [['ops']], [['ops', 'first-light', '--limit', 'many']], [['run', 'first-light', '--answers', 'perhaps']], [['run', 'first-light', '--assume', 'x']]])('%j ends with 2 and words on stderr', async (args) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).not.toBe('');
  });

  it('the vector that the help of conform shows passes', async () => {
    const help = await run('conform', '--help');
    const vector = help.stdout.slice(help.stdout.indexOf('```fmv')).replace(/^ {2}/gm, '');
    writeFileSync(path.join(folder, 'mine.md'), vector);
    expect(await run('conform', path.join(folder, 'mine.md'))).toMatchObject({ code: 0, stdout: 'pass  MY-1  A filter completes a write\nmine.md: 1 passed, 0 failed\n1 passed, 0 failed\n' });
  });

  it.each(['--version', '-V'])('%s prints the version of the package and nothing else', async (flag) => {
    const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    expect(await run(flag)).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('help is no mistake', async () => {
    const result = await run('--help');
    expect(result.code).toBe(0);
    for (const command of ['import', 'info', 'ops', 'run', 'conform', 'query', 'serve']) expect(result.stdout).toContain(command);
  });
});
