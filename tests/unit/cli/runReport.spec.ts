/** The text that `run` prints of a run's report. */
import { describe, expect, it } from 'vitest';
import { DriverPlaces } from '../../../src-main/cli/driverPlaces.ts';
import { affectedJson, fidelityJson, reportLines } from '../../../src-main/cli/runReport.ts';
import type { OperationRow, RunReport } from '../../../src-preload/contract/index.ts';

const report: RunReport = {
  fidelity: {
    compared: 10_000, equal: 9_999, rows: [{ operation: 'CreateFile', compared: 9_000, equal: 8_999 }, { operation: 'ReadFile', compared: 1_000, equal: 1_000 }],
    reasons: [{ id: 'filter', sentence: 'A filter completed the request.', count: 1, first: 12 }],
  },
  answers: { recorded: 9_990, model: 9, filter: 1 },
  affected: { changed: 1, consequence: 0, redirected: 0, notIssued: 30 },
  groundTruth: null,
  unknownReads: { count: 4, places: [{ driver: 'swap', line: 29, count: 4, first: 7 }, { driver: 'guard', line: 100_012, count: 1, first: 9 }] },
};
const places = new DriverPlaces(new Map([['guard', [{ slot: 1, name: 'names.ts' }]]]));
const nothing: RunReport = { fidelity: { compared: 0, equal: 0, rows: [], reasons: [] }, answers: { recorded: 0, model: 0, filter: 0 }, affected: { changed: 0, consequence: 0, redirected: 0, notIssued: 0 }, unknownReads: { count: 0, places: [] }, groundTruth: null };
const row = (index: number, effect: OperationRow['effect'], cause: number | null): OperationRow => ({
  index, time: 0n, duration: null, process: 'a.exe', pid: 8, tid: 12, operation: 'ReadFile', major: 3, minor: 0, kind: 'irp', path: 'C:\\a.txt', status: 0, replayed: 'not-issued', replayedStatus: null, answer: null, effect, cause,
  violations: 0, offset: null, length: null,
});

describe('the report of a run', () => {
  it('does not round a single difference away', () => {
    const lines = reportLines(report, [], places);
    expect(lines[0]).toBe('fidelity     9,999 of 10,000 compared operations end as recorded (99.9 %)');
    expect(lines.find((line) => line.includes('CreateFile'))).toMatch(/9,000 +8,999 +99\.9 %$/);
    expect(lines.find((line) => line.includes('ReadFile'))).toMatch(/1,000 +1,000 +100 %$/);
  });

  it('names each reason with its first operation, who answered, and where unknown bytes were read', () => {
    const text = reportLines(report, [], places).join('\n');
    expect(text).toContain('1 differ, first #12: A filter completed the request. [filter]');
    expect(text).toContain('9,990 as recorded, 9 by the model file system, 1 by a filter');
    expect(text).toContain('swap.ts:29 x 4, first #7');
    expect(text).toContain('names.ts:12 of guard x 1, first #9');
  });

  it('tells what became of each affected operation, because of which, and how many more there are', () => {
    const lines = reportLines(report, [row(12, 'changed', 12), row(13, 'not-issued', 12), row(14, 'redirected', 12), row(15, 'consequence', 12)], places);
    expect(lines).toContain('affected     31: 1 changed, 30 not issued');
    expect(lines).toContain('  #12 ReadFile C:\\a.txt: changed by a filter');
    expect(lines).toContain('  #13 ReadFile C:\\a.txt: not issued, because of #12');
    expect(lines).toContain('  #14 ReadFile C:\\a.txt: on another file than recorded, because of #12');
    expect(lines).toContain('  #15 ReadFile C:\\a.txt: answered anew, because of #12');
    expect(lines).toContain('  ... and 27 more');
  });

  it('says that there is nothing to tell', () => {
    const lines = reportLines(nothing, [], places);
    expect(lines).toEqual(['fidelity     the recording shows no completed operation to compare with', expect.stringContaining('0 as recorded'), 'affected     none']);
  });

  it('has the same as JSON', () => {
    expect(fidelityJson(report)[1]).toEqual({ type: 'fidelity', operation: 'ReadFile', compared: 1_000, equal: 1_000, percent: 100 });
    expect(affectedJson(row(13, 'not-issued', 12))).toMatchObject({ type: 'affected', index: 13, effect: 'not-issued', cause: 12, state: 'not-issued', replayed: null });
  });
});
