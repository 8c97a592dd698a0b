/**
 * Makes operations of ETW's start, note and end events, and names their files, threads and processes.
 *
 * Source: etw-formats.md 11. Names often come after the operations they belong to (the rundown at the end of a trace), and an operation is handed over
 * as soon as it ends, so a reader goes over its source twice: `learn` takes what names things, `event` makes the operations. The first pass may be left
 * out where a source can be read only once: names then come from the past only. Neither pass holds more than the tables of names and what is running.
 */
import type { ImportTally } from '../importTally.ts';
import type { DetailValue } from '../record.ts';
import type { EtwEvent, EtwLoss } from './kernelEvent.ts';

export class EtwCorrelator {
  readonly #tally: ImportTally;

  constructor(tally: ImportTally) {
    this.#tally = tally;
  }

  /** First pass: takes names and lives, counts nothing. Events for which `learnsFrom` is false may be left out. */
  learn(_event: EtwEvent): void {}

  /** A process by its number, as text forms print it beside every event; what process events say counts more. Either pass. */
  processNamed(_pid: number, _imageName: string): void {}

  /** Ends the first pass. */
  learned(): void {}

  /** Second pass: every decoded record of the source, in order of time. It is counted here, exactly once. */
  event(event: EtwEvent): void {
    this.#tally.skip('not implemented yet', event.name);
  }

  /** Between two events: something was dropped here. */
  lost(_loss: EtwLoss): void {}

  /** Hands over what never completed. To be called before the tally's summary, also after a cancel. */
  finish(): void {}

  /** What the events said of the trace itself, for `ImportSummary.system`: group masks in words, unnamed files, what was left out and why. */
  get system(): { readonly [key: string]: DetailValue } {
    return {};
  }
}

/** True for the events `learn` has a use for; a reader may skip decoding the others in the first pass. */
export function learnsFrom(kind: EtwEvent['kind']): boolean {
  return kind !== 'other' && kind !== 'disk' && kind !== 'stack' && kind !== 'stackReference' && kind !== 'minifilter' && kind !== 'groupMasks';
}
