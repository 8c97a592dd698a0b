/** `fltreplay run --breakpoints` through a real engine host. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fltreplay, jsonLines, type CommandResult } from '../../support/commandLine.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const run = (...args: readonly string[]): Promise<CommandResult> => fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch', ...args);

function breakpoints(...rows: readonly object[]): string {
  const file = path.join(folder, 'points.json');
  writeFileSync(file, JSON.stringify({ fltreplayBreakpoints: 1, breakpoints: rows }));
  return file;
}

const logs = { driver: 'statusWatch', at: { kind: 'callback', callbacks: ['pre'] }, where: { major: 3 }, logMessage: 'reads {Data.Iopb.Parameters.Read.Length}' };
const stops = { at: { kind: 'api', routine: 'FltRequestOperationStatusCallback' }, hitCondition: '<=2' };

describe('fltreplay run --breakpoints', { timeout: 120_000 }, () => {
  it('prints what they log and where they stop, goes on, and comes to the same end', async () => {
    const plain = await run('--json', '--events');
    const result = await run('--json', '--breakpoints', breakpoints(logs, { driver: 'nobody', at: { kind: 'line', line: 1 } }, stops));
    expect(result.code).toBe(plain.code);
    expect(result.stderr).toMatch(/points\.json: Breakpoint 2: there is no driver "nobody"/);
    const lines = jsonLines(result);
    expect(lines.filter(({ type }) => type === 'log').every(({ breakpoint, text }) => breakpoint === 1 && /^reads \d+$/.test(String(text)))).toBe(true);
    expect(lines.filter(({ type }) => type === 'stop')).toMatchObject([{ breakpoints: [3], reason: 'breakpoint', driver: 'statusWatch' }, { breakpoints: [3] }]);
    const calls = jsonLines(plain).filter(({ type, kind, text }) => type === 'event' && kind === 'api' && String(text).startsWith('FltRequestOperationStatusCallback')).length;
    expect(calls).toBeGreaterThan(2);
    const reads = lines.filter(({ type }) => type === 'log').length;
    expect(lines.filter(({ type }) => type === 'breakpoint')).toMatchObject([{ position: 1, hits: reads }, { position: 3, hits: calls }]);
    expect(lines.at(-1)).toEqual(jsonLines(plain).at(-1));
  });

  it('ends at the first stop where that is asked for', async () => {
    const result = await run('--breakpoints', breakpoints(stops), '--stop');
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/^stopped +\d+:\d+ {2}breakpoint 1: statusWatch pre, #\d+ ReadFile .*\[statusWatch\.ts:\d+\]\n {2}statusWatch calls FltRequestOperationStatusCallback.*\n {2}I\/O manager: issues the request\n {2}statusWatch 328010: pre \(here\)\n/);
    expect(result.stdout.match(/^stopped/gm)).toHaveLength(1);
    expect(result.stdout).toContain('breakpoint   1, call of FltRequestOperationStatusCallback: 1 hit\n');
    expect(result.stdout).toMatch(/event hash +none|event hash +[0-9a-f]{16}/);
    expect(await run('--stop')).toMatchObject({ code: 2, stderr: expect.stringContaining('--breakpoints FILE') as string });
    expect(await run('--breakpoints', path.join(folder, 'none.json'))).toMatchObject({ code: 2 });
  });
});
