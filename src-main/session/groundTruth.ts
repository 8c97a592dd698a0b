/**
 * Feeds the comparison of a run with its trace's minifilter events out of the store.
 *
 * The run's log is read once, in order. What was recorded is read for a stretch of operations at a time, which operations end in almost in order; memory is
 * a few stretches.
 */
import { GroundTruth, type StackFilter } from '../replay/groundTruth/groundTruth.ts';
import type { GroundTruthReport } from '../replay/groundTruth/groundTruthReport.ts';
import { RecordedCallbacks, type RecordedCallback } from '../replay/groundTruth/recordedCallbacks.ts';
import type { RunReader } from './runStore.ts';
import type { TraceReader } from './traceReader.ts';

const stretch = 16_384;
const keptStretches = 6;

type CallbacksByOperation = ReadonlyMap<number, readonly RecordedCallback[]>;

/** Null where the trace has no minifilter events. */
export function compareGroundTruth(readers: { readonly traces: TraceReader; readonly runs: RunReader }, trace: number, run: number, stack: readonly StackFilter[]): GroundTruthReport | null {
  const { traces, runs } = readers;
  if (!traces.contextCounts(trace).some(({ contextClass }) => contextClass === 'minifilter')) return null;
  const kept = new Map<number, CallbacksByOperation>();
  const recorded = (operation: number): readonly RecordedCallback[] => {
    const number = Math.floor((operation - 1) / stretch);
    let known = kept.get(number);
    if (known === undefined) {
      if (kept.size >= keptStretches) dropOldest(kept);
      kept.set(number, (known = callbacksOf(traces, trace, number * stretch + 1, (number + 1) * stretch)));
    }
    return known.get(operation) ?? [];
  };
  const truth = new GroundTruth(stack, recorded);
  for (const event of traces.contextOf(trace, 'minifilter', 0, Infinity)) truth.recordedEvent(event);
  truth.begin();
  for (const page of runs.matchingPages(run, { operation: null, kinds: ['pre', 'post', 'complete'] })) truth.replayedPage(page);
  return truth.report;
}

/** By operation number, `from` to `to`. */
function callbacksOf(traces: TraceReader, trace: number, from: number, to: number): CallbacksByOperation {
  const numbers = traces.numbersBySource(trace, from, to);
  let [low, high] = [Infinity, -1];
  for (const source of numbers.keys()) {
    if (source < low) low = source;
    if (source > high) high = source;
  }
  const open = new Map<number, RecordedCallbacks>();
  for (const event of traces.contextOf(trace, 'minifilter', low, high)) {
    const number = event.operation === null ? undefined : numbers.get(event.operation);
    if (number === undefined) continue;
    let callbacks = open.get(number);
    if (callbacks === undefined) open.set(number, (callbacks = new RecordedCallbacks()));
    callbacks.add(event);
  }
  return new Map([...open].map(([number, callbacks]) => [number, callbacks.list]));
}

function dropOldest(kept: Map<number, unknown>): void {
  for (const number of kept.keys()) {
    kept.delete(number);
    return;
  }
}
