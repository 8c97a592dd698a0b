/**
 * Damages a trace in seeded ways and imports it: whatever the bytes, the import may refuse them with a sentence or must keep its promises.
 *
 * Promises: nothing else is thrown; the totals add up; time, memory and what is read are bounded by the size of the file; every line of
 * damage has a place within the file and a reason; every value can be stored; the same bytes give the same again, whatever the source hands
 * out at a time.
 */
import { UserError } from '../../../src-main/base/userError.ts';
import type { ByteSource } from '../../../src-main/trace/byteSource.ts';
import { importTrace } from '../../../src-main/trace/importTrace.ts';
import type { ImportSummary } from '../../../src-main/trace/record.ts';
import type { ImportOptions } from '../../../src-main/trace/traceFormat.ts';
import { accountedFor, chunkedSource } from './collectTrace.ts';
import { mutate } from './fuzzMutate.ts';
import { FuzzRandom } from './fuzzRandom.ts';
import { FuzzRecordChecker } from './fuzzRecordChecker.ts';

/** What is fuzzed: a whole small trace, and whether its bytes are text. */
export interface FuzzSample {
  readonly name: string;
  readonly text: boolean;
  readonly bytes: () => Uint8Array;
  readonly options?: ImportOptions;
}

export interface FuzzFailure {
  readonly problem: string;
  readonly seed: number;
  readonly round: number;
  readonly recipe: readonly string[];
  readonly bytes: Uint8Array;
}

export interface FuzzReport {
  readonly imported: number;
  readonly refused: number;
  readonly failures: readonly FuzzFailure[];
}

const seedOfRound = (seed: number, round: number): number => Math.imul(seed, 0x01000193) ^ Math.imul(round + 1, 0x9e3779b1);

/** Rounds `first` to `first + rounds - 1`. Each depends on the seed and its number alone, so that one can be run again by itself. */
export function fuzzTrace(sample: FuzzSample, seed: number, rounds: number, first = 0): FuzzReport {
  // A plain array: `slice` of a Buffer is no copy, and one round's damage would stay for the next.
  const base = new Uint8Array(sample.bytes());
  const failures: FuzzFailure[] = [];
  let imported = 0;
  let refused = 0;
  for (let round = first; round < first + rounds; round++) {
    const random = new FuzzRandom(seedOfRound(seed, round));
    const { bytes, recipe } = mutate(base, random, sample.text);
    const outcome = checkImport(bytes, sample.options ?? {}, random);
    if (outcome === 'imported') imported += 1;
    else if (outcome === 'refused') refused += 1;
    else failures.push({ problem: outcome.problem, seed, round, recipe, bytes });
  }
  return { imported, refused, failures };
}

/** One failure in words. */
export function failureText(failure: FuzzFailure): string {
  return `${failure.problem}\n  seed ${failure.seed} round ${failure.round}, ${failure.bytes.length} bytes: ${failure.recipe.join('; ')}`;
}

export type FuzzOutcome = 'imported' | 'refused' | { readonly problem: string };

/** Imports the bytes twice, whole and in pieces, and says which promise was broken. */
export function checkImport(bytes: Uint8Array, options: ImportOptions, random: FuzzRandom): FuzzOutcome {
  try {
    const whole = measuredImport(bytes, chunkedSource(bytes), options);
    const chunk = Math.max(1 + random.below(5000), bytes.length >>> 6);
    const pieces = measuredImport(bytes, chunkedSource(bytes, chunk), options);
    if (whole === 'refused' || pieces === 'refused') {
      return whole === pieces ? 'refused' : { problem: `refused ${whole === 'refused' ? 'whole' : `in pieces of ${chunk}`} only` };
    }
    if (whole !== pieces) return { problem: `read in pieces of ${chunk} it gives something else` };
    return 'imported';
  } catch (error) {
    return { problem: error instanceof Broken ? error.message : `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
  }
}

/** A promise that was not kept. */
class Broken extends Error {}

/** Digest of everything that was imported, or `refused`. */
function measuredImport(bytes: Uint8Array, source: ByteSource, options: ImportOptions): string {
  const checker = new FuzzRecordChecker((options.parts ?? []).reduce((sum, part) => sum + part.size, bytes.length));
  const begun = process.cpuUsage();
  let summary: ImportSummary;
  try {
    summary = importTrace(boundedSource(source), checker, options);
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
  const used = process.cpuUsage(begun).user / 1000;
  // Processor time and not the clock: the machine may be busy with other work. The first part lets code be compiled.
  const allowed = 600 + bytes.length / 200;
  if (used > allowed) throw new Broken(`took ${Math.round(used)} ms for ${bytes.length} bytes`);
  const problem = checker.problem ?? summaryProblem(summary, bytes, options.parts ?? [], checker);
  if (problem !== null) throw new Broken(problem);
  return checker.digestWith(summary);
}

/** Throws where a reader reads the file over and over. */
function boundedSource(source: ByteSource): ByteSource {
  let left = source.size * 1000 + 1024 * 1024;
  return {
    size: source.size,
    name: source.name,
    read(offset, length) {
      if (offset < 0 || length < 0 || !Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) throw new Broken(`read ${length} bytes at ${offset}`);
      const part = source.read(offset, length);
      left -= part.length + 1;
      if (left < 0) throw new Broken(`read the file's ${source.size} bytes more than a thousand times`);
      return part;
    },
  };
}

function summaryProblem(summary: ImportSummary, bytes: Uint8Array, parts: readonly ByteSource[], checker: FuzzRecordChecker): string | null {
  const size = parts.reduce((sum, part) => sum + part.size, bytes.length);
  const longest = parts.reduce((most, part) => Math.max(most, part.size), bytes.length);
  if (accountedFor(summary) !== summary.events) return `totals do not add up: ${summary.events} events, ${accountedFor(summary)} accounted for`;
  if (summary.operations !== checker.operationCount) return `${checker.operationCount} operations were handed over, ${summary.operations} counted`;
  if (summary.bytes !== size) return `says it has ${summary.bytes} bytes instead of ${size}`;
  if (summary.cancelled === true) return 'says it was cancelled';
  const lines = longest + 1;
  for (const { at, unit, reason, records } of summary.damaged) {
    if (reason === '') return 'damage without a reason';
    if (!Number.isSafeInteger(at) || at < (unit === 'line' ? 1 : 0) || at > (unit === 'line' ? lines : longest)) return `damage at ${unit} ${at} of ${longest} bytes: ${reason}`;
    if (records !== null && (!Number.isSafeInteger(records) || records < 0)) return `damage of ${records} records: ${reason}`;
  }
  for (const { reason, count } of summary.skipped) if (reason === '' || !Number.isSafeInteger(count) || count < 1) return `skipped ${count} for “${reason}”`;
  return null;
}
