/** A real recording through passThrough under every completion policy, where it is at hand. Counts from MANIFEST.md of /shared/traces/procmon. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../src-main/trace/byteSource.ts';
import { STATUS_PENDING } from '../../../../src-main/nt/values.generated.ts';
import type { NumberedOperation, OperationIndex, OperationRecord } from '../../../../src-main/trace/record.ts';
import { completionPolicies, defaultRunSettings } from '../../../../src-main/replay/runSettings.ts';
import { bundledDriver } from '../../../support/engine-host/runs.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { collectTrace } from '../../../support/trace/collectTrace.ts';

const file = resolve(import.meta.dirname, '../../../../../shared/traces/procmon/progmboy-openprocmon/CompressedLogFileBench64PML.zlib');
const reason = existsSync(file) ? '' : ' (skipped: ../shared/traces/procmon is not here)';

function numbered({ stack: _stack, ...record }: OperationRecord, at: number): NumberedOperation {
  return { ...record, index: (at + 1) as OperationIndex };
}

describe.skipIf(reason !== '')(`the Bench64 capture through passThrough${reason}`, { timeout: 240_000 }, () => {
  const trace = reason === '' ? collectTrace(bytesSource(inflateSync(readFileSync(file)), 'Bench64.pml')) : null;
  const operations = [...(trace?.operations ?? [])].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.sourceIndex - b.sourceIndex)).map(numbered);

  it.each(completionPolicies)('%s: nothing is violated, and every record that completed does', (completion) => {
    const log = runHere({ drivers: [bundledDriver('passThrough')], operations, request: { processes: trace?.processes ?? [], recordEvents: false, settings: { ...defaultRunSettings, completion } } });
    expect(log.problems).toEqual([]);
    expect(log.summary).toMatchObject({ outcome: 'completed', violations: 0 });
    const states = new Map<number, number>();
    for (const page of log.results.values()) for (let at = 0; at < page.states.length; at++) states.set(page.firstOperation + at, page.states[at] ?? 0);
    // 1: completed.
    const missing = operations.filter((one) => one.major !== null && one.kind !== 'other' && one.status !== null && one.status !== STATUS_PENDING && states.get(one.index) !== 1);
    expect(missing.map(({ index, operation }) => `${index} ${operation}`)).toEqual([]);
  });
});
