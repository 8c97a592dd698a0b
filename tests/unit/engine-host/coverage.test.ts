/** Lines are counted in a run of their own, which comes to the same end as one that is not counted. */
import { describe, expect, it } from 'vitest';
import type { DriverCoverage } from '../../../src-main/engine-host/process.ts';
import { headlessRun } from '../../../src-main/host/headlessRun.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { preReadDriver, read, create, testProcesses } from '../../support/engine-host/runs.ts';

const operations = [create(1), read(2, { length: 100 }), read(3, { length: 5000 }), read(4, { length: 200 }), read(5, { length: 300 })];

async function run(driver: DriverSource, coverage: boolean): Promise<{ readonly hash: string | undefined; readonly coverage: readonly DriverCoverage[] | undefined }> {
  const outcome = await headlessRun({ drivers: [driver], processes: testProcesses, firstOperation: 1, lastOperation: operations.length, total: operations.length, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: true, stopOnEntry: false }, (after, limit) => {
    const rest = operations.filter(({ index }) => index > after);
    return { page: packOperations(rest.slice(0, limit)), last: rest.length <= limit };
  }, { coverage }).outcome;
  expect(outcome.problem).toBeNull();
  return { hash: outcome.summary?.eventHash, coverage: outcome.coverage };
}

const driver = preReadDriver(`  const read = Data.Iopb.Parameters.Read;
  if (read.Length > 4096) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  for (let at = 0; at < 3; at++) {
    DbgPrint("%d", at);
  }
  if (read.Length === 1) {
    never();
  }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
function never(): void {
  DbgPrint("never");`);

describe('coverage', { timeout: 60_000 }, () => {
  it('counts how often each line of the driver ran, and does not change the run', async () => {
    const counted = await run(driver, true);
    const plain = await run(driver, false);
    expect(counted.hash).toBe(plain.hash);
    expect(counted.hash).toMatch(/\w{16}/);
    expect(plain.coverage).toBeUndefined();
    expect(counted.coverage?.map((one) => one.driver)).toEqual(['probe']);
    // Four reads: one of them is longer than a page, three go through the loop of three rounds.
    expect(counted.coverage?.[0]?.lines).toEqual([
      { line: 1, count: 4, least: 4 }, { line: 2, count: 4, least: 4 }, { line: 3, count: 4, least: 1 }, { line: 4, count: 3, least: 3 }, { line: 5, count: 9, least: 9 },
      { line: 7, count: 3, least: 3 }, { line: 8, count: 0, least: 0 }, { line: 10, count: 3, least: 3 }, { line: 12, count: 0, least: 0 }, { line: 13, count: 0, least: 0 },
      { line: 15, count: 1, least: 1 }, { line: 16, count: 1, least: 1 }, { line: 17, count: 1, least: 1 }, { line: 18, count: 1, least: 1 },
    ]);
  });
});
