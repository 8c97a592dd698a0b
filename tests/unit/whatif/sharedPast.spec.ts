/** Laws of branches, over the bundled sample: up to where a branch begins to differ it is its parent, and run again it is itself. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { overlayProblem } from '../../../src-main/replay/overlays/checkOverlay.ts';
import { emptyPlan, type Overlay, type RunPlan } from '../../../src-main/replay/runPlan.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import type { NumberedOperation, OperationIndex } from '../../../src-main/trace/record.ts';
import { bundledDriver, eventsOf, type LoggedEvent } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { collectTrace } from '../../support/trace/collectTrace.ts';

vi.setConfig({ testTimeout: 60_000 });

const file = path.resolve(import.meta.dirname, '../../../resources/samples/first-light.jsonl');
const trace = collectTrace(bytesSource(readFileSync(file), 'first-light.jsonl'));
const operations = trace.operations.map((record, at): NumberedOperation => ({ ...record, index: (at + 1) as OperationIndex }));
const driver = bundledDriver('statusWatch');

interface Ended {
  readonly events: readonly LoggedEvent[];
  readonly hash: string;
  readonly applied: number;
}

function ended(plan: RunPlan): Ended {
  const likes = plan.overlays.flatMap((one) => (one.kind === 'insert' ? operations.filter(({ index }) => index === one.like) : []));
  const log = runHere({ drivers: [driver], operations, request: { processes: trace.processes, plan, likes: packOperations(likes), versions: [{ driver: driver.id, version: 2, source: driver.source }] } });
  expect(log.problems).toEqual([]);
  const { eventHash, report } = assertExists(log.summary);
  return { events: eventsOf(log), hash: eventHash, applied: (report.edits ?? []).filter(({ applied }) => applied).length };
}

/** An edit of some operation that can be tried. */
function anyOverlay(random: () => number): Overlay {
  const against = { operation: (index: number) => operations[index - 1], processes: trace.processes, drivers: [driver], altitude: () => null };
  for (;;) {
    const operation = 1 + Math.floor(random() * operations.length);
    const some: readonly Overlay[] = [
      { kind: 'skip', operation }, { kind: 'duplicate', operation }, { kind: 'ioStatus', operation, status: 0xc0000022, information: 0 }, { kind: 'arguments', operation, values: { length: 7 } },
      { kind: 'insert', after: operation, like: 1 + Math.floor(random() * operations.length), values: {} },
    ];
    const overlay = assertExists(some[Math.floor(random() * some.length)]);
    if (overlayProblem(overlay, against) === null) return overlay;
  }
}

const startOf = (overlay: Overlay): number => (overlay.kind === 'insert' ? overlay.after : 'operation' in overlay ? overlay.operation : 0);

describe('a branch', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('with an edit is its parent up to there, and itself when it is run again (seed %i)', (seed) => {
    const parent = ended(emptyPlan);
    const overlay = anyOverlay(seededRandom(seed));
    const plan = { ...emptyPlan, overlays: [overlay] };
    const branch = ended(plan);
    const past = (events: readonly LoggedEvent[]): readonly LoggedEvent[] => events.filter(({ issued }) => issued < startOf(overlay));
    expect(past(branch.events)).toEqual(past(parent.events));
    expect(ended(plan).hash).toBe(branch.hash);
    expect(branch.applied === 0 || branch.hash !== parent.hash).toBe(true);
  });

  it.each([40, 200])('that goes on with the very same source differs in nothing but the line that says so (from #%i)', (from) => {
    const told = (event: LoggedEvent): boolean => event.kind === 'load' && String(event.detail['text'] ?? '').includes('from here on');
    const parent = ended(emptyPlan).events;
    const { events } = ended({ ...emptyPlan, switches: [{ from, driver: driver.id, version: 2 }] });
    expect(events.filter(told)).toHaveLength(1);
    // The line takes a number of its own behind the operation before.
    const plain = (list: readonly LoggedEvent[]): unknown[] => list.filter((event) => !told(event)).map(({ sequence: _number, ...rest }) => JSON.stringify(rest).replace(/"sequence":\d+/g, ''));
    expect(plain(events)).toEqual(plain(parent));
  });
});
