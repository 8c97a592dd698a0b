/**
 * Reads ETL files: their records become events, and events operations.
 *
 * Source: etw-formats.md 7 to 11. The file is gone over twice after its buffers have been found: names often stand behind the operations they belong to.
 */
import type { ByteSource } from '../../byteSource.ts';
import { EtwCorrelator, learnsFrom } from '../../etw/correlator.ts';
import { ImportTally } from '../../importTally.ts';
import type { DetailValue, ImportSink, ImportSummary } from '../../record.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { openEtl } from './container/openEtl.ts';
import type { EtlDamage, EtlFile, EtlLoss, EtlRecord, EtlVisitor } from './container/etlRecord.ts';
import { EtlDecoder, isDecoded, tellsNames } from './decoder.ts';

export const etlId = 'etl';

export function importEtl(source: ByteSource, sink: ImportSink, options: ImportOptions = {}): ImportSummary {
  const tally = new ImportTally(sink);
  const correlator = new EtwCorrelator(tally);
  const parts = new Progress(tally, source.size);
  const file = openEtl(source, (done) => parts.tell(0, done));
  const decoder = new EtlDecoder(file.sessions.map(({ perfFreq }) => perfFreq));
  if (options.glance !== true) {
    if (!tally.cancelled) file.read(new NamesPass(decoder, correlator, parts));
    correlator.learned();
  }
  if (!tally.cancelled) {
    const pass = new OperationsPass(decoder, correlator, tally, parts);
    const { inversions, firstTime, lastTime } = file.read(pass);
    if (firstTime !== null) tally.time(firstTime);
    if (lastTime !== null) tally.time(lastTime);
    if (inversions > 0) tally.damage(0, 'offset', `${inversions} records have earlier times than the one before them in their buffer; they are kept in the order of the file`, 0);
  }
  correlator.finish();
  reportLosses(file, tally);
  return tally.summary(etlId, source.size, { ...systemFacts(file), ...correlator.system });
}

/** Finding the buffers, learning names and making operations are told as one way: most of the time goes into the last. */
class Progress {
  readonly #tally: ImportTally;
  readonly #size: number;

  constructor(tally: ImportTally, size: number) {
    this.#tally = tally;
    this.#size = size;
  }

  tell(part: 0 | 1 | 2, done: number): boolean {
    const of = this.#size === 0 ? 1 : Math.min(1, done / this.#size);
    const share = part === 0 ? of * 0.05 : part === 1 ? 0.05 + of * 0.25 : 0.3 + of * 0.7;
    return this.#tally.progress(Math.floor(share * this.#size), this.#size);
  }
}

/** Takes in what names processes, threads and files. */
class NamesPass implements EtlVisitor {
  readonly #decoder: EtlDecoder;
  readonly #correlator: EtwCorrelator;
  readonly #progress: Progress;

  constructor(decoder: EtlDecoder, correlator: EtwCorrelator, progress: Progress) {
    this.#decoder = decoder;
    this.#correlator = correlator;
    this.#progress = progress;
  }

  record(record: EtlRecord): void {
    if (!tellsNames(record)) return;
    const event = this.#decoder.decode(record);
    if (event !== null && learnsFrom(event.kind)) this.#correlator.learn(event);
  }

  // Damage and losses are told in the second pass as well, and counted there.
  damage(): void {}
  lost(): void {}

  progress(done: number): boolean {
    return this.#progress.tell(1, done);
  }
}

class OperationsPass implements EtlVisitor {
  readonly #decoder: EtlDecoder;
  readonly #correlator: EtwCorrelator;
  readonly #tally: ImportTally;
  readonly #progress: Progress;
  #next = 0;

  constructor(decoder: EtlDecoder, correlator: EtwCorrelator, tally: ImportTally, progress: Progress) {
    this.#decoder = decoder;
    this.#correlator = correlator;
    this.#tally = tally;
    this.#progress = progress;
  }

  record(record: EtlRecord): void {
    this.#next = record.sourceIndex + 1;
    if (!isDecoded(record)) {
      this.#tally.skip(this.#decoder.reasonOf(record), this.#decoder.nameOf(record));
      return;
    }
    const event = this.#decoder.decode(record);
    if (event !== null) {
      this.#correlator.event(event);
      return;
    }
    const at = record.bufferOffset + (record.compressed ? 0 : record.start);
    this.#tally.damage(at, 'offset', `${this.#decoder.nameOf(record)}: its payload is too short`, 1);
  }

  damage({ at, reason, records }: EtlDamage): void {
    this.#tally.damage(at, 'offset', reason, records);
  }

  lost({ kind, count, processor, time }: EtlLoss): void {
    this.#correlator.lost({ what: kind === 'events' ? 'events' : 'buffers', sourceIndex: this.#next, time, count, processor });
  }

  progress(done: number): boolean {
    return this.#progress.tell(2, done);
  }
}

/** What the recorder itself says it lost, of which nobody knows when. */
function reportLosses(file: EtlFile, tally: ImportTally): void {
  for (const { offset, eventsLost, buffersLost } of file.sessions) {
    const lost = [eventsLost > 0 ? `${eventsLost} events` : '', buffersLost > 0 ? `${buffersLost} buffers` : ''].filter((text) => text !== '').join(' and ');
    if (lost !== '') tally.damage(offset, 'offset', `the recorder lost ${lost}: operations may lack their ends, and files their names`, 0);
  }
}

function systemFacts({ sessions, buffers }: EtlFile): { readonly [key: string]: DetailValue } {
  const [session] = sessions;
  return {
    windows: `${session.osVersion} build ${session.osBuild}`, processors: session.processors, pointerSize: session.pointerSize, sessionName: session.name,
    logFileName: session.logFileName, clock: session.clockType, startTime: session.startTime, endTime: session.endTime, timeZoneBias: session.timeZoneBias,
    buffers: buffers.total, compressedBuffers: buffers.compressed, eventsLost: session.eventsLost, buffersLost: session.buffersLost,
    ...(sessions.length > 1 ? { sessions: sessions.length } : {}),
    ...(buffers.skipped.length > 0 ? { skippedBuffers: buffers.skipped.map(({ type, count }) => ({ type, count })) } : {}),
  };
}
