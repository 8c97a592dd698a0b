/** Reads the JSON Lines of `writer.ts` again. A line that is no operation is reported with its number; the others are kept. */
import { decodeUtf8 } from '../../byteText.ts';
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import { ImportTally } from '../../importTally.ts';
import { irpMjFromName } from '../../../nt/names.ts';
import { ntStatus } from '../../../nt/ntStatus.ts';
import { parseTraceTime } from '../../record.ts';
import type { DetailValue, ImportSink, ImportSummary, OperationKind, OperationRecord, ProcessIndex, Provenance, TraceProcess } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { wideKeys } from '../procmon/vocabulary.ts';

const maximumLine = 16 * 1024 * 1024;
const progressEvery = 4096;

export function importJsonLines(source: ByteSource, sink: ImportSink): ImportSummary {
  const tally = new ImportTally(sink);
  const reader = new JsonLinesReader(source, tally);
  reader.run();
  return tally.summary('fltreplay-jsonl', source.size, reader.system);
}

class JsonLinesReader {
  readonly #source: ByteSource;
  readonly #tally: ImportTally;
  readonly #buffer: StreamBuffer;
  readonly #processes = new Map<string, ProcessIndex>();
  #line = 0;
  #records = 0;
  system: { readonly [key: string]: DetailValue } = {};

  constructor(source: ByteSource, tally: ImportTally) {
    this.#source = source;
    this.#tally = tally;
    this.#buffer = new StreamBuffer(source);
  }

  run(): void {
    for (;;) {
      const text = this.#nextLine();
      if (text === null) break;
      this.#line += 1;
      if (text !== undefined && text.trim() !== '') this.#readLine(text);
      if (this.#line % progressEvery === 0 && !this.#tally.progress(this.#buffer.consumed, this.#source.size)) return;
    }
    this.#tally.progress(this.#source.size, this.#source.size);
  }

  /** null at the end; undefined for a line too long to be one, which has been reported. */
  #nextLine(): string | null | undefined {
    const buffer = this.#buffer;
    for (;;) {
      const end = buffer.bytes.indexOf(0x0a, buffer.position);
      if (end >= 0) return this.#take(end, end + 1);
      if (buffer.bytes.length - buffer.position > maximumLine) {
        buffer.position = buffer.bytes.length;
        this.#tally.damage(this.#line + 1, 'line', 'line is too long to be an operation', 1);
        return undefined;
      }
      if (!buffer.fill()) break;
    }
    return buffer.position < buffer.bytes.length ? this.#take(buffer.bytes.length, buffer.bytes.length) : null;
  }

  #take(end: number, next: number): string {
    const text = decodeUtf8(this.#buffer.bytes, this.#buffer.position, end);
    this.#buffer.position = next;
    return text;
  }

  #readLine(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#tally.damage(this.#line, 'line', 'line is no JSON', 1);
      return;
    }
    if (isObject(value) && value['fltreplay'] === 'trace') {
      this.#readHeader(value);
      return;
    }
    const problem = isObject(value) ? this.#readOperation(value) : 'line is no JSON object';
    if (problem !== undefined) this.#tally.damage(this.#line, 'line', problem, 1);
  }

  #readHeader(value: { [key: string]: unknown }): void {
    if (value['version'] !== 1) throw traceErrors.jsonlVersion(this.#source.name, value['version']);
    this.system = value as { [key: string]: DetailValue };
  }

  /** Says what is wrong with the line, or nothing. */
  #readOperation(value: { [key: string]: unknown }): string | undefined {
    const time = typeof value['time'] === 'string' ? parseTraceTime(value['time']) : undefined;
    if (time === undefined) return 'time is not ISO 8601 with 7 decimals, as in 2026-06-05T06:42:34.4865138Z';
    const { process, pid, tid, operation } = value;
    if (typeof process !== 'string') return 'process is no text';
    if (!isCount(pid)) return 'pid is no number';
    if (!isCount(tid)) return 'tid is no number';
    if (typeof operation !== 'string') return 'operation is no text';
    const major = majorOf(value['major']);
    if (major === undefined) return 'major is no IRP_MJ_ name';
    const duration = integer(value['duration']);
    const offset = integer(value['offset']);
    if (duration === undefined || offset === undefined) return 'duration or offset is no 64-bit integer';
    const record: OperationRecord = {
      sourceIndex: this.#records,
      time,
      duration: duration === null ? null : duration / 100n,
      process: this.#process(process, pid),
      tid,
      operation,
      major,
      minor: isUpTo(value['minor'], 0xff) ? value['minor'] : 0,
      kind: kindOf(value['kind']),
      path: typeof value['path'] === 'string' ? value['path'] : null,
      status: isCount(value['status']) ? ntStatus(value['status']) : null,
      information: numberOf(value['information']),
      irpFlags: isUpTo(value['irpFlags'], 0xffff_ffff) ? value['irpFlags'] : 0,
      offset,
      length: numberOf(value['length']),
      detail: isObject(value['detail']) ? detailOf(value['detail']) : {},
      stack: null,
      provenance: isObject(value['provenance']) ? provenancesOf(value['provenance']) : {},
    };
    this.#records += 1;
    this.#tally.time(time);
    this.#tally.operation(record);
    return undefined;
  }

  #process(name: string, pid: number): ProcessIndex {
    const key = `${pid} ${name}`;
    const known = this.#processes.get(key);
    if (known !== undefined) return known;
    const index = this.#processes.size as ProcessIndex;
    const process: TraceProcess = {
      index, pid, parentPid: null, name, imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null,
    };
    this.#processes.set(key, index);
    this.#tally.process(process);
    return index;
  }
}

const isObject = (value: unknown): value is { [key: string]: unknown } => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isUpTo = (value: unknown, most: number): value is number => isCount(value) && value <= most;

/** null stays null; a number or decimal string is the integer; undefined for anything else. */
function integer(value: unknown): bigint | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const exact = BigInt(value);
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}

/** Lengths may be any 64-bit count, e.g. of a lock over a whole file; as a number they lose digits above 2^53. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function majorOf(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') return undefined;
  return irpMjFromName(value) ?? (/^0x[0-9A-Fa-f]{2}$/.test(value) ? Number.parseInt(value, 16) : undefined);
}

const kinds: readonly OperationKind[] = ['irp', 'fastio', 'fsfilter', 'other'];
const kindOf = (value: unknown): OperationKind => kinds.find((kind) => kind === value) ?? 'other';

/** A record lists only what was not recorded. */
const provenances: readonly Provenance[] = ['derived', 'assumed'];

function provenancesOf(value: { [key: string]: unknown }): { [field: string]: Provenance } {
  const out: { [field: string]: Provenance } = {};
  for (const [field, word] of Object.entries(value)) {
    const known = provenances.find((provenance) => provenance === word);
    if (known !== undefined) out[field] = known;
  }
  return out;
}

/** 64-bit values come back from their decimal strings; only under keys that hold such values, as a name may be all digits. */
function detailOf(value: { [key: string]: unknown }): { [key: string]: DetailValue } {
  const out = value as { [key: string]: DetailValue };
  for (const key of Object.keys(out)) {
    const item = out[key];
    if (typeof item === 'string' && wideKeys.has(key) && /^-?\d{16,20}$/.test(item)) {
      const wide = BigInt(item);
      if (BigInt.asUintN(64, wide) === wide || BigInt.asIntN(64, wide) === wide) out[key] = wide;
    }
  }
  return out;
}
