/** `fltreplay report`: the page that goes to whoever was not there. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { HostApi } from '../../../src-preload/contract/index.ts';
import { code, plain, table } from '../../../src-main/host/report/markdown.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { testHost } from '../../support/testHost.ts';

async function marked(file: string, action: (api: HostApi) => Promise<unknown>): Promise<void> {
  const { host, api } = await testHost(tempFolder());
  await api.request('session.open', { path: file });
  await action(api);
  await host.dispose();
}

it('tells traces, notes, the run and its violations, the same each time', { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'finding.fltreplay');
  const run = await fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch@385100', '--seed', '5', '--session', file, '--events', '--json');
  expect(run.stderr).not.toMatch(/Error/);
  const lines = jsonLines(run);
  const found = lines.find((line) => line['type'] === 'event' && line['kind'] === 'status');
  const status = { issued: Number(found?.['issued']), sequence: Number(found?.['sequence']), operation: Number(found?.['operation']) };
  const violations = lines.flatMap((line) => (line['type'] === 'event' && line['kind'] === 'violation' ? [String(line['violation'])] : []));
  expect(violations).not.toEqual([]);
  await marked(file, async (api) => {
    const traceId = (await api.request('session.current', {})).traces[0]?.id ?? 0;
    await api.request('marks.add', { traceId: null, operation: null, point: null, bookmark: false, text: 'Seen on **Monday**.' });
    await api.request('marks.add', { traceId, operation: status.operation, point: { runId: 1, issued: status.issued, sequence: status.sequence }, bookmark: true, text: 'The buffer is another one | here.' });
  });
  const { stdout, code: exit } = await fltreplay(folder, 'report', file);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^# finding\n\nSeen on \*\*Monday\*\*\.\n\n## Trace first-light/);
  expect(stdout).toMatch(new RegExp(String.raw`### #${status.operation} \w+ \(bookmarked\)\n`));
  expect(stdout).toContain(`At \`${status.issued}:${status.sequence}\` of `);
  expect(stdout).toContain('The buffer is another one | here.');
  expect(stdout).toContain('| `statusWatch` | 385100 | 1 |');
  expect(stdout).toContain('| Seed | 5 |');
  for (const id of violations) expect(stdout).toContain(`\`${id}\``);
  expect((await fltreplay(folder, 'report', file)).stdout).toBe(stdout);
  expect((await fltreplay(folder, 'report', file, '--run', 'nine')).stderr).toContain('There is no one run “nine”');
});

it('shows paths, names and sentences as they are', () => {
  expect(code(String.raw`C:\a|b*c_d`)).toBe(`\`${String.raw`C:\a|b*c_d`}\``);
  expect(code('a`b')).toBe('`` a`b ``');
  expect(code('')).toBe('');
  expect(plain('a *b* <c>\nd_e')).toBe(String.raw`a \*b\* \<c\> d\_e`);
  expect(table(['Path', 'Times #'], [[code('a|b'), '3']])).toBe('| Path | Times |\n| --- | ---: |\n| `a\\|b` | 3 |');
});
