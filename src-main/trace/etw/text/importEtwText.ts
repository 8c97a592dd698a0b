/** Imports a text form of an ETW trace: goes over it once or twice (see `EtwCorrelator`) with a reader of that form. */
import type { ByteSource } from '../../byteSource.ts';
import { ImportTally } from '../../importTally.ts';
import type { DetailValue, ImportSink, ImportSummary, UnknownTime } from '../../record.ts';
import { EtwCorrelator, learnsFrom } from '../correlator.ts';
import type { EtwEvent, EtwLoss } from '../kernelEvent.ts';

/** Where a reader puts what it finds in one pass over its source. */
export interface EtwTextSink {
  /** Only what names things is wanted: a reader may leave out events for which `learnsFrom` is false, as long as it counts them. */
  readonly namesOnly: boolean;
  /** Every record, in the source's order. */
  event(event: EtwEvent): void;
  /** A process by its number, where the form prints its name beside an event. */
  processNamed(pid: number, imageName: string): void;
  lost(loss: EtwLoss): void;
  /** A line from which `records` records could not be read. */
  damage(line: number, reason: string, records: number): void;
  /** False once the user has cancelled. */
  progress(consumed: number): boolean;
}

export interface EtwTextReader {
  run(sink: EtwTextSink): void;
  /** What the source says of itself, after `run`. */
  readonly system: { readonly [key: string]: DetailValue };
  /** What the source does not say of its times, after `run`. */
  readonly unknownTimes: readonly UnknownTime[];
}

/** How much of an import the first pass is, as a part of its progress. */
const firstPart = 0.4;

/** `twice`: names may stand behind what they name, so that the source is read for names first. */
export function importEtwText(format: string, source: ByteSource, sink: ImportSink, twice: boolean, open: () => EtwTextReader): ImportSummary {
  const tally = new ImportTally(sink);
  const correlator = new EtwCorrelator(tally, 'line');
  const { size } = source;
  const behind = twice ? firstPart * size : 0;
  if (twice) {
    open().run(namesPass(correlator, tally, size));
    correlator.learned();
  }
  const reader = open();
  if (!tally.cancelled) {
    reader.run({
      namesOnly: false,
      event: (event) => correlator.event(event),
      processNamed: (pid, name) => correlator.processNamed(pid, name),
      lost: (loss) => correlator.lost(loss),
      damage: (line, reason, records) => tally.damage(line, 'line', reason, records),
      progress: (consumed) => tally.progress(Math.floor(behind + (consumed * (size - behind)) / Math.max(1, size)), size),
    });
  }
  reader.unknownTimes.forEach((what) => tally.timesLack(what));
  correlator.finish();
  if (!tally.cancelled) tally.progress(size, size);
  return tally.summary(format, size, { ...reader.system, ...correlator.system });
}

function namesPass(correlator: EtwCorrelator, tally: ImportTally, size: number): EtwTextSink {
  return {
    namesOnly: true,
    event: (event) => {
      if (learnsFrom(event.kind)) correlator.learn(event);
    },
    processNamed: (pid, name) => correlator.processNamed(pid, name),
    lost: () => {},
    damage: () => {},
    progress: (consumed) => tally.progress(Math.floor(consumed * firstPart), size),
  };
}
