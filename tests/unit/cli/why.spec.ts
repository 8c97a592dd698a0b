/** `fltreplay why` and `fltreplay assumptions`, on a real run. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assumptionOf } from '../../../src-main/engine/index.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const session = path.join(folder, 'why.fltreplay');
type Line = Readonly<Record<string, unknown>>;

describe('fltreplay why', { timeout: 120_000 }, () => {
  let events: Line[] = [];

  beforeAll(async () => {
    const result = await fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch', '--session', session, '--assume', 'R-5.15=oldest-first', '--events', '--json');
    events = jsonLines(result).filter((line) => line['type'] === 'event');
  }, 120_000);

  const pointOf = (event: Line | undefined): string => `${String(event?.['issued'])}:${String(event?.['sequence'])}`;

  it('gives the rule of a status callback, its source, and the other reading of the assumption behind it', async () => {
    const status = events.find((event) => event['kind'] === 'status');
    const result = await fltreplay(folder, 'why', session, 'last', pointOf(status));
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/R-5\.1[46] {2}/);
    expect(result.stdout).toContain('Other reading: --assume R-5.14=after-the-wait');
  });

  it('says so of an event that an assumption caused', () => {
    expect(events.find((event) => event['kind'] === 'status')?.['assumption']).toBe('R-5.14');
    expect(events.find((event) => event['kind'] === 'pre')?.['assumption']).toBeNull();
  });

  it('marks each event whose rule is behind a switch, and no other', () => {
    for (const event of events) expect(event['assumption']).toBe(assumptionOf(String(event['rule']))?.id ?? null);
    expect(events.find((event) => event['kind'] === 'lower')?.['assumption']).toBeNull();
    expect(events.find((event) => event['kind'] === 'done')?.['assumption']).toBe('R-1.18');
  });

  it('finds every kind of transition a rule', async () => {
    const ruleless = events.filter((event) => ['issue', 'pre', 'post', 'status', 'lower', 'done', 'ret', 'complete', 'change', 'violation', 'load'].includes(String(event['kind'])) && event['rule'] === '');
    expect(ruleless).toEqual([]);
  });

  it('answers for a callback that was called and for one that was not', async () => {
    const read = events.find((event) => event['kind'] === 'status')?.['operation'];
    const called = await fltreplay(folder, 'why', session, '1', String(read), '--filter', 'statusWatch', '--callback', 'status', '--json');
    expect(jsonLines(called)[0]).toMatchObject({ called: true });
    const other = await fltreplay(folder, 'why', session, '1', String(read), '--filter', 'minispy');
    expect(other.stdout).toMatch(/^not called: minispy was not in the stack of this run, which had statusWatch\./);
  });

  it('says what a wrong point or run should be', async () => {
    const point = await fltreplay(folder, 'why', session, 'last', '1:99999');
    expect(point.code).toBe(2);
    expect(point.stderr).toContain('no event at 1:99999');
    const run = await fltreplay(folder, 'why', session, '12', '1:1');
    expect(run.stderr).toContain('no run “12”');
  });

  it('keeps every reading with the run and shows what was switched', async () => {
    const result = await fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch', '--assume', 'R-5.15=oldest-first');
    expect(result.stdout).toMatch(/^assumption +R-5\.15 = oldest-first$/m);
    expect(result.stdout).not.toMatch(/^assumption +R-5\.14/m);
    const stored = await fltreplay(folder, 'query', session, 'SELECT assumptions FROM runs', '--json');
    expect(JSON.parse(String(jsonLines(stored)[0]?.['assumptions']))).toMatchObject({ 'R-5.15': 'oldest-first', 'R-5.14': 'before-the-wait' });
  });
});

describe('fltreplay assumptions', () => {
  it('lists each with its readings, the default first', async () => {
    const lines = jsonLines(await fltreplay(folder, 'assumptions', '--json'));
    expect(lines.find(({ id }) => id === 'R-5.15')).toMatchObject({ values: ['newest-first', 'oldest-first'] });
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  });

  it('groups them by what they are about, in text as in JSON', async () => {
    const { stdout } = await fltreplay(folder, 'assumptions');
    expect(stdout).toMatch(/^The flow of an operation\n\nR-1\.6 {2}dynamic \(default\) \| fixed-at-start\n {4}\S.*\n {4}Source: INFERRED/);
    expect(stdout).toMatch(/\n\nCommunication ports\n\nCOM-010 {2}refused \(default\) \| accepted\n/);
    const areas = jsonLines(await fltreplay(folder, 'assumptions', '--json')).map(({ area }) => area);
    expect(areas.filter((area, at) => area !== areas[at - 1]).length).toBe(new Set(areas).size);
  });

  it.each([
    ['R-5.16=x', 'R-5.16 is switched by R-5.14; choose R-5.14=before-the-wait or R-5.14=after-the-wait.'],
    ['R-5.15=random', 'Assumption R-5.15 has no reading "random"; choose newest-first or oldest-first.'],
  ])('run --assume %s is refused with what can be chosen', async (given, sentence) => {
    const result = await fltreplay(folder, 'run', 'first-light', '--driver', 'statusWatch', '--assume', given);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(sentence);
  });
});
