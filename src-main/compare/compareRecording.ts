/**
 * Compares a run with the recording of its trace: final statuses and IoStatus.Information operation by operation, what was not issued, what drivers
 * changed of the requests, and violations, which no recording has.
 */
import { generatedFrom } from '../base/generatedIo.ts';
import { type AnswerSource, eventKindCode, eventKinds, type EventPage, pageText } from '../replay/eventPage.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import type { Cause, Differences } from './difference.ts';
import { Recent } from './recent.ts';
import { member, type SideLayer } from './loggedRow.ts';

/** What became of an operation in the run. */
export interface RunResult {
  readonly index: number;
  readonly recorded: number | null;
  readonly state: 'none' | 'completed' | 'pending' | 'not-issued';
  readonly status: number;
  readonly answer: AnswerSource;
  readonly effect: string;
  readonly cause: number;
}

/** Null: not recorded. */
export interface RecordedAnswer {
  readonly status: number | null;
  readonly information: number | null;
}

export interface RecordingSides {
  /** Operations with a result that differs from the recorded one, or that were not issued because of another one. */
  readonly results: Iterable<RunResult | null>;
  /** Pages that may hold completions, violations, hints or changes of parameters, and their end. */
  readonly pages: Iterable<EventPage>;
  /** What the trace says that an operation ended with; asked upwards, more or less. */
  readonly recordedOf: (operation: number) => RecordedAnswer | null;
  readonly layers: readonly SideLayer[];
  readonly causeOf: (operation: number) => number;
  /** The run is side a, the recording side b. */
  readonly swapped: boolean;
}

/** Yields now and then. */
export function* compareRecording({ results, pages, recordedOf, layers, causeOf, swapped }: RecordingSides, found: Differences): Generator<void> {
  const add = (difference: { kind: 'status' | 'information' | 'issued' | 'parameter' | 'violation'; operation: number; what: string; recorded: string | null; run: string | null; sequence: number; issued: number; cause: Cause }): void => {
    const { kind, operation, what, recorded, run, issued, sequence, cause } = difference;
    const point = { issued, sequence };
    const there = { issued: operation === 0 ? issued : operation, sequence: 0 };
    found.add({
      kind, operationA: operation, operationB: operation, what, a: swapped ? run : recorded, b: swapped ? recorded : run, pointA: swapped ? point : there, pointB: swapped ? there : point, group: found.groupOf(cause),
    });
  };
  const side = swapped ? 'a' : 'b';
  for (const result of results) {
    yield;
    if (result === null) continue;
    const { index, recorded, state, status, cause } = result;
    const because: Cause = cause !== 0 && cause !== index ? { kind: 'operation', side, operation: cause } : result.answer === 'edit' ? { kind: 'edit' } : result.answer === 'filter' || result.effect === 'changed' ? { kind: 'driver', name: '' } : { kind: 'system' };
    const base = { operation: index, issued: index, sequence: 0, cause: because };
    if (state === 'not-issued') add({ ...base, kind: 'issued', what: 'issued', recorded: 'issued', run: null });
    else add({ ...base, kind: 'status', what: 'final status', recorded: recorded === null ? null : ntStatusName(recorded), run: state === 'pending' ? 'still pending' : ntStatusName(status) });
  }
  /** Operations that have gone down to the file system. */
  const sent = new Recent<number, true>(100_000);
  for (const page of pages) {
    yield;
    const c = page.columns;
    for (let row = 0; row < page.count; row++) {
      const kind = c.kind[row];
      const operation = c.operation[row] as number;
      if (kind === eventKindCode.complete && operation < generatedFrom) {
        const given = c.information[row] as number;
        const information = otherInformation(recordedOf(operation), c.status[row] as number, given);
        if (information === null) continue;
        const cause = causeOf(operation);
        add({
          kind: 'information', operation, what: 'IoStatus.Information', recorded: String(information), run: String(given), issued: c.issued[row] as number, sequence: c.sequence[row] as number,
          cause: cause === 0 ? { kind: 'system' } : cause === operation ? { kind: 'driver', name: '' } : { kind: 'operation', side, operation: cause },
        });
        continue;
      }
      if (kind === eventKindCode.lower) sent.set(operation, true);
      const isParameter = kind === eventKindCode.change && !sent.has(operation) && operation < generatedFrom;
      if (kind !== eventKindCode.violation && kind !== eventKindCode.hint && !isParameter) continue;
      const layer = layers[c.layer[row] as number];
      const issued = c.issued[row] as number;
      const number = operation >= generatedFrom ? issued : operation;
      const cause = number === 0 ? 0 : causeOf(number);
      const detail = pageText(page, c.detail[row] as number);
      // Information is no difference: a run that ends as recorded has none.
      if (!isParameter && member(detail, 'severity') === 'I') continue;
      add({
        kind: isParameter ? 'parameter' : 'violation', operation: number, what: pageText(page, c.name[row] as number) || (eventKinds[kind] ?? ''), recorded: isParameter ? member(detail, 'from') : null, run: isParameter ? member(detail, 'to') : 'reported',
        issued, sequence: c.sequence[row] as number,
        cause: cause !== 0 && cause !== number ? { kind: 'operation', side, operation: cause } : layer?.isFilter === true ? { kind: 'driver', name: layer.name } : { kind: 'system' },
      });
    }
  }
}

/** What was recorded where the run ended with the same status and another value; a log has its low 32 bits. */
function otherInformation(recorded: RecordedAnswer | null, status: number, given: number): number | null {
  if (recorded === null || recorded.status !== status || recorded.information === null) return null;
  return recorded.information >>> 0 === given ? null : recorded.information;
}
