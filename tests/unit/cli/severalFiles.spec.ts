/** A driver of two files on the command line: every place says in which of them it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fltreplay, jsonLines, type CommandResult } from '../../support/commandLine.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { namesLines, namesSource, writeTwoFileDriver } from '../../support/twoFileDriver.ts';

const folder = tempFolder();
const at = (...names: readonly string[]): string => path.join(folder, ...names);
const driver = writeTwoFileDriver(at('filters'));
const reads = ['first-light', '--where', 'path contains "settings.json"', '--driver', driver];
const session = at('s.fltreplay');

describe('a driver of two files', { timeout: 120_000 }, () => {
  let kept: CommandResult;
  beforeAll(async () => {
    kept = await fltreplay(folder, 'run', ...reads, '--session', session, '--events', '--json');
  }, 120_000);

  it('has the file beside each line in JSON, and names it in text', async () => {
    const lines = jsonLines(kept);
    const violations = lines.filter(({ type, id }) => type === 'violation' && id === 'FV-090');
    expect(violations.length).toBeGreaterThan(0);
    for (const violation of violations) expect(violation).toMatchObject({ driver: 'guard', file: 'names.ts', line: namesLines.breaksRule });
    expect(lines.find(({ type, kind }) => type === 'event' && kind === 'log')).toMatchObject({ driver: 'guard', file: 'names.ts', line: namesLines.prints });
    expect(lines.find(({ text }) => String(text).startsWith('FltRegisterFilter'))).toMatchObject({ file: 'guard.ts', line: 5 });
    const text = await fltreplay(folder, 'run', ...reads, '--events');
    expect(text.stdout).toMatch(/FV-090 \(V\) x \d+, first at \d+:\d+ in names\.ts:8 of guard: guard/);
    expect(text.stdout).toContain('  [names.ts:5 of guard]');
    expect(text.stdout).toContain('  [guard.ts:5]');
  });

  it('stops at a line of a file, which a breakpoint names', async () => {
    const file = at('points.json');
    const point = (name: string): object => ({ driver: 'guard', at: { kind: 'line', file: name, line: namesLines.prints } });
    writeFileSync(file, JSON.stringify({ fltreplayBreakpoints: 1, breakpoints: [point('other.ts'), point('names.ts')] }));
    const stopped = await fltreplay(folder, 'run', ...reads, '--breakpoints', file, '--stop');
    expect(stopped.stderr).toContain('Breakpoint 1: guard has no file "other.ts"; it has guard.ts, names.ts.');
    expect(stopped.stdout).toMatch(/^stopped .*breakpoint 2: guard pre, #\d+ ReadFile .*\[names\.ts:5 of guard\]$/m);
    expect(stopped.stdout).toContain('breakpoint   2, line 5 of names.ts of guard: 1 hit\n');
    const json = jsonLines(await fltreplay(folder, 'run', ...reads, '--breakpoints', file, '--stop', '--json'));
    expect(json.find(({ type }) => type === 'stop')).toMatchObject({ point: { file: 'names.ts', line: 5 }, stackFrames: [{ name: 'tell', file: 'names.ts', line: 5 }, { name: 'PreRead', file: 'guard.ts', line: 11 }] });
  });

  it('says in which file something cannot be loaded, or threw', async () => {
    const broken = await fltreplay(folder, 'run', ...reads.slice(0, -1), writeTwoFileDriver(at('broken'), namesSource().replace('DbgPrint', 'NoSuchRoutine')));
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringMatching(/names\.ts:5/) as unknown });
    const thrown = await fltreplay(folder, 'run', ...reads.slice(0, -1), writeTwoFileDriver(at('thrower'), namesSource().replace('DbgPrint(', 'throw new Error("out of luck"); DbgPrint(')));
    expect(thrown.code).toBe(1);
    expect(thrown.stderr).toMatch(/names\.ts:5/);
    expect(thrown.stderr).not.toMatch(/\.ts:\d{6}/);
  });

  it('is reported, explained and exported with the file that the run had', async () => {
    const report = await fltreplay(folder, 'report', session);
    expect(report.stdout).toMatch(/`FV-090` V \| `names\.ts:8 of guard`/);
    const violation = jsonLines(kept).find(({ id }) => id === 'FV-090');
    const why = await fltreplay(folder, 'why', session, 'last', `${String(violation?.['issued'])}:${String(violation?.['sequence'])}`, '--json');
    expect(jsonLines(why)).toMatchObject([{ event: { driver: 'guard', file: 'names.ts', line: namesLines.breaksRule } }]);
    const rows = (await fltreplay(folder, 'export', session, 'events', '--format', 'csv')).stdout.trim().split('\n').map((row) => row.split(','));
    const fileColumn = rows[0]?.indexOf('file') ?? -1;
    expect(rows[0]?.[fileColumn + 1]).toBe('line');
    expect(new Set(rows.map((row) => row.length)).size).toBeGreaterThan(0);
    expect(rows.some((row) => row.includes('names.ts'))).toBe(true);
  });

  it('is reduced with all its files, and what is saved shows the same', async () => {
    const result = await fltreplay(folder, 'shrink', session, '--violation', 'FV-090', '--into', at('finding'), '--json');
    expect(result.stderr).toBe('');
    expect(jsonLines(result)).toMatchObject([{ title: 'FV-090 in names.ts:8 of guard', target: { driver: 'guard', file: 'names.ts', line: 8 }, operations: { now: 2 } }]);
    expect(existsSync(at('finding/guard/names.ts'))).toBe(true);
    expect(JSON.parse(readFileSync(at('finding/expected.json'), 'utf8'))).toMatchObject({ violation: 'FV-090', driver: 'guard', file: 'names.ts', line: 8 });
    const command = /^fltreplay (.+)$/m.exec(readFileSync(at('finding/README.md'), 'utf8'))?.[1] ?? '';
    const again = await fltreplay(at('finding'), ...command.split(' '), '--json');
    expect(jsonLines(again).find(({ id }) => id === 'FV-090')).toMatchObject({ driver: 'guard', file: 'names.ts', line: 8 });
  });
});
