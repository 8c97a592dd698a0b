/** Lines are counted in a run of their own, which comes to the same end as one that is not counted. */
import { describe, expect, it } from 'vitest';
import { filePlace } from '../../../src-main/base/driverLines.ts';
import type { DriverCoverage } from '../../../src-main/engine-host/process.ts';
import { headlessRun } from '../../../src-main/host/headlessRun.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import type { DriverSource, RunRequest } from '../../../src-main/engine-host/messages.ts';
import { guard } from '../../support/engine-host/severalFiles.ts';
import { preReadDriver, read, create, testProcesses } from '../../support/engine-host/runs.ts';

const operations = [create(1), read(2, { length: 100 }), read(3, { length: 5000 }), read(4, { length: 200 }), read(5, { length: 300 })];

async function run(driver: DriverSource, coverage: boolean, request: Partial<RunRequest> = {}): Promise<{ readonly hash: string | undefined; readonly coverage: readonly DriverCoverage[] | undefined }> {
  const outcome = await headlessRun({ drivers: [driver], processes: testProcesses, firstOperation: 1, lastOperation: operations.length, total: operations.length, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: true, stopOnEntry: false, ...request }, (after, limit) => {
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
  it('counts the lines of each file of a driver of several', async () => {
    const counted = await run(guard(), true);
    expect(counted.coverage?.map((one) => one.driver)).toEqual(['guard']);
    const of = (slot: number): readonly (readonly [number, number])[] => (counted.coverage?.[0]?.lines ?? []).filter(({ line }) => filePlace(line).slot === slot).map(({ line, count }) => [filePlace(line).line, count]);
    // Four reads; DriverEntry ran once, and each top level.
    expect(of(0)).toEqual([[2, 1], [3, 4], [4, 4], [6, 1], [7, 1], [8, 1], [9, 1]]);
    expect(of(1)).toEqual([[4, 4], [5, 4], [6, 4], [7, 4], [8, 4]]);
    expect(of(2)).toEqual([[2, 1], [3, 4], [4, 4], [5, 4]]);
  });

  it('counts each version for itself where another one takes over in the middle of the run', async () => {
    const arrow = (body: string): DriverSource => {
      const plain = preReadDriver('  return lengthOf(Data) > 4096 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_SUCCESS_NO_CALLBACK;');
      return { ...plain, source: `${plain.source}${body}` };
    };
    const older = arrow('const lengthOf = (Data: PFLT_CALLBACK_DATA): number => Data.Iopb.Parameters.Read.Length;\n');
    const newer = arrow('const lengthOf = (Data: PFLT_CALLBACK_DATA): number => {\n  return 1;\n};\n');
    // Reads 2 and 3 before, 4 and 5 after.
    const counted = await run(older, true, { plan: { ...emptyPlan, switches: [{ from: 4, driver: 1, version: 2 }] }, versions: [{ driver: 1, version: 2, source: newer.source }] });
    const at = (order: number, line: number): unknown => counted.coverage?.find((one) => one.order === order)?.lines.find((one) => one.line === line);
    expect(counted.coverage?.map(({ order }) => order)).toEqual([0, 1]);
    for (const order of [0, 1]) {
      expect(at(order, 1)).toEqual({ line: 1, count: 2, least: 2 });
      expect(at(order, 2)).toEqual({ line: 2, count: 2, least: 2 });
    }
    // DriverEntry is the older one's alone.
    expect(at(0, 5)).toEqual({ line: 5, count: 1, least: 1 });
    expect(at(1, 5)).toEqual({ line: 5, count: 0, least: 0 });
    expect(at(0, 9)).toEqual({ line: 9, count: 1, least: 1 });
    expect(at(1, 10)).toEqual({ line: 10, count: 2, least: 2 });
  });
});
