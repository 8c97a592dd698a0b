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
    expect(lines.find(({ type, id }) => type === 'violation' && id === 'H-17')).toMatchObject({ driver: 'guard', file: 'guard.ts', line: 5 });
    const text = await fltreplay(folder, 'run', ...reads, '--events');
    expect(text.stdout).toMatch(/FV-090 \(V\) x \d+, first at \d+:\d+ in names\.ts:8 of guard: guard/);
    expect(text.stdout).toContain('  [names.ts:5 of guard]');
    expect(text.stdout).toContain('  [guard.ts:5]');
  });

  it('stops at a line of a file, which a breakpoint names', async () => {
    const file = at('points.json');
    const point = (name: string): object => ({ driver: 'guard', at: { kind: 'line', file: name, line: namesLines.prints } });
    writeFileSync(file, JSON.stringify({ fltreplayBreakpoints: 1, breakpoints: [point('other.ts'), point('names.ts')] }));
    const run = (...more: string[]): Promise<CommandResult> => fltreplay(folder, 'run', ...reads, '--breakpoints', file, '--stop', ...more);
    const [stopped, inJson] = await Promise.all([run(), run('--json')]);
    expect(stopped.stderr).toContain('Breakpoint 1: guard has no file "other.ts"; it has guard.ts, names.ts.');
    expect(stopped.stdout).toMatch(/^stopped .*breakpoint 2: guard pre, #\d+ ReadFile .*\[names\.ts:5 of guard\]$/m);
    expect(stopped.stdout).toContain('breakpoint   2, line 5 of names.ts of guard: 1 hit\n');
    expect(jsonLines(inJson).find(({ type }) => type === 'stop')).toMatchObject({ point: { file: 'names.ts', line: 5 }, stackFrames: [{ name: 'tell', file: 'names.ts', line: 5 }, { name: 'PreRead', file: 'guard.ts', line: 11 }, { driver: null, line: null }] });
  });

  it('says in which file something cannot be loaded, or threw', async () => {
    const run = (name: string, instead: string): Promise<CommandResult> => fltreplay(folder, 'run', ...reads.slice(0, -1), writeTwoFileDriver(at(name), namesSource().replace('DbgPrint(', instead)));
    const [broken, thrown] = await Promise.all([run('broken', 'NoSuchRoutine('), run('thrower', 'throw new Error("out of luck"); DbgPrint(')]);
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringMatching(/^names\.ts:5:3 of guard: NoSuchRoutine is not provided/m) as unknown });
    expect(thrown.code).toBe(1);
    expect(thrown.stderr).toMatch(/^names\.ts:5:9 of guard: Error: out of luck/m);
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
    expect(rows.some((row) => row.includes('names.ts'))).toBe(true);
  });

  it('is changed at a line of a file, and taken over by a version of other files', async () => {
    const { issued, sequence } = jsonLines(kept).find(({ kind }) => kind === 'log') ?? {};
    writeTwoFileDriver(at('newer'), namesSource('asks for'));
    const point = { issued, sequence, file: 'names.ts', line: namesLines.prints + 1, visit: 1 };
    writeFileSync(at('plan.json'), JSON.stringify({ overlays: [{ kind: 'assign', point, driver: 'guard', expression: 'Data.Iopb.Parameters.Read.Length = 512' }], switches: [{ from: 11, driver: 'guard', source: 'newer/guard.ts' }] }));
    const changed = await fltreplay(folder, 'run', ...reads, '--plan', at('plan.json'), '--events');
    expect(changed.stderr).toBe('');
    expect(changed.stdout).toContain('guard: Parameters.Read.Length: 4096 → 512  by guard');
    expect(changed.stdout).toContain(`edit         at ${String(issued)}:${String(sequence)}:names.ts:6: Data.Iopb.Parameters.Read.Length = 512\n`);
    expect(changed.stdout).toMatch(/^11:\d+ +log .* guard: asks for 4096 +\[names\.ts:5 of guard\]$/m);
    writeFileSync(at('plan.json'), JSON.stringify({ overlays: [{ kind: 'assign', point: { ...point, file: 'tags.ts' }, driver: 'guard', expression: 'word = 1' }] }));
    expect(await fltreplay(folder, 'run', ...reads, '--plan', at('plan.json'))).toMatchObject({ code: 2, stderr: expect.stringContaining('“tags.ts”, and guard has no such file') as unknown });
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
