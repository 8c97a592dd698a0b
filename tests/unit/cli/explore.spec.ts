/** `fltreplay explore` through real engine hosts. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATUS_ACCESS_DENIED } from '../../../src-main/nt/values.generated.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { racingSource } from '../../support/engine-host/racingDriver.ts';
import { writeReadTrace } from '../../support/trace/readTrace.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();

describe('fltreplay explore', { timeout: 180_000 }, () => {
  it('finds the outcome that only another order shows, and the schedule it names shows it again', async () => {
    const driver = path.join(folder, 'racer.ts');
    writeFileSync(driver, racingSource);
    const trace = writeReadTrace();
    const flags = ['--driver', `${driver}@265000`];
    const explored = await fltreplay(folder, 'explore', trace, ...flags, '--runs', '6', '--seeds', '0', '--json');
    const lines = jsonLines(explored);
    const summary = lines.at(-1);
    expect(summary).toMatchObject({ type: 'summary', state: 'done', runs: 6, classes: [{ kind: 'delay', group: "racer's Note" }] });
    const [plain, other] = lines;
    expect(plain).toMatchObject({ id: 1, changed: 0, schedule: '' });
    // The first work item comes late: the second read is denied.
    expect(other).toMatchObject({ id: 2, schedule: '0=1' });
    expect(explored.code).toBe(1);
    const again = await fltreplay(folder, 'run', trace, ...flags, '--schedule', String(other?.['schedule']), '--json');
    const denied = jsonLines(again).filter(({ type }) => type === 'divergence');
    expect(denied).toHaveLength(Number(other?.['changed']));
    expect(denied[0]).toMatchObject({ index: other?.['firstChanged'], replayed: STATUS_ACCESS_DENIED });
    const plainAgain = await fltreplay(folder, 'run', trace, ...flags, '--json');
    expect(jsonLines(plainAgain).filter(({ type }) => type === 'divergence')).toEqual([]);
  });

  it('refuses a schedule that is none', async () => {
    const result = await fltreplay(folder, 'run', 'first-light', '--driver', 'passThrough', '--schedule', 'twelve');
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('“twelve” is no schedule') as string });
  });
});
