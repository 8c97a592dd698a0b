/**
 * Reads JSON Lines, ours and those of other tools. A line that cannot be read is reported with its number; the others are kept.
 *
 * The format is described in docs/json-lines.md.
 */
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import { ImportTally } from '../../importTally.ts';
import { ntStatus } from '../../../nt/ntStatus.ts';
import { contextClasses } from '../../record.ts';
import type { DetailValue, ImportSink, ImportSummary, RecordedStack } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import * as read from './fields.ts';
import type { JsonObject } from './fields.ts';
import { JsonProcesses } from './processes.ts';
import { leftOut, StackTexts } from './stackTexts.ts';

const maximumLine = 16 * 1024 * 1024;
const progressEvery = 4096;
const lf = 0x0a;

export function importJsonLines(source: ByteSource, sink: ImportSink): ImportSummary {
  const tally = new ImportTally(sink);
  const reader = new JsonLinesReader(source, tally);
  reader.run();
  return tally.summary('fltreplay-jsonl', source.size, reader.system);
}

/** What is wrong with a line; undefined for a good one. */
type Problem = string | undefined;

class JsonLinesReader {
  readonly #source: ByteSource;
  readonly #tally: ImportTally;
  readonly #buffer: StreamBuffer;
  readonly #processes: JsonProcesses;
  readonly #stacks = new read.StackReader();
  readonly #stackTexts = new StackTexts();
  #line = 0;
  /** `sourceIndex` of the next record that does not say its own. */
  #next = 0;
  system: { readonly [key: string]: DetailValue } = {};

  constructor(source: ByteSource, tally: ImportTally) {
    this.#source = source;
    this.#tally = tally;
    this.#buffer = new StreamBuffer(source);
    this.#processes = new JsonProcesses(tally);
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
    let searched = buffer.position;
    for (;;) {
      const end = buffer.bytes.indexOf(lf, searched);
      if (end >= 0) return this.#take(end, end + 1);
      if (buffer.bytes.length - buffer.position > maximumLine) return this.#passLongLine();
      searched = buffer.bytes.length - buffer.position;
      if (!buffer.fill()) break;
    }
    return buffer.position < buffer.bytes.length ? this.#take(buffer.bytes.length, buffer.bytes.length) : null;
  }

  #passLongLine(): undefined {
    const buffer = this.#buffer;
    this.#damage(this.#line + 1, 'line is too long to be an operation');
    for (;;) {
      const end = buffer.bytes.indexOf(lf, buffer.position);
      buffer.position = end < 0 ? buffer.bytes.length : end + 1;
      if (end >= 0 || !buffer.fill()) return undefined;
    }
  }

  #take(end: number, next: number): string {
    const text = this.#stackTexts.text(this.#buffer.bytes, this.#buffer.position, end);
    this.#buffer.position = next;
    return text;
  }

  #damage(line: number, problem: string): void {
    this.#next += 1;
    this.#tally.damage(line, 'line', problem, 1);
  }

  #readLine(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#damage(this.#line, 'line is no JSON');
      return;
    }
    if (this.#stackTexts.stack !== null && !(read.isObject(value) && value['fltreplay'] === undefined && value['stack'] === leftOut)) {
      // What was left out is not the stack of an operation after all.
      this.#readLine(this.#stackTexts.whole());
      return;
    }
    const problem = read.isObject(value) ? this.#readObject(value) : 'line is no JSON object';
    if (problem !== undefined) this.#damage(this.#line, problem);
  }

  #readObject(value: JsonObject): Problem {
    const kind = value['fltreplay'];
    switch (kind) {
      case undefined:
        return this.#readOperation(value);
      case 'trace':
        return this.#readHeader(value);
      case 'process':
        return this.#processes.read(value);
      case 'module':
        return this.#readModule(value);
      case 'context':
        return this.#readContext(value);
      default:
        return `line is of a kind this version does not know: ${JSON.stringify(kind)?.slice(0, 40) ?? ''}`;
    }
  }

  #readHeader({ fltreplay: _kind, version, system, integers, ...rest }: JsonObject): Problem {
    if (version !== 1) throw traceErrors.jsonlVersion(this.#source.name, version);
    const whole = read.detail({ ...rest, ...(read.isObject(system) ? system : {}) }, integers);
    if (whole === undefined) return 'header is nested too deeply, or has a number that is too large';
    this.system = whole;
    return undefined;
  }

  #readModule(value: JsonObject): Problem {
    const process = this.#processes.of(value);
    const base = read.address(value['base']);
    const size = read.word(value['size']);
    const path = read.text(value['path']);
    const loadTime = read.time(value['loadTime']);
    const [version, company, description] = [read.text(value['version']), read.text(value['company']), read.text(value['description'])];
    if (typeof process !== 'number') return process ?? 'module has no process';
    if (base === undefined) return 'base is no address, as in 0x7ffa744e0000';
    if (typeof size !== 'number' || typeof path !== 'string') return 'size or path is missing';
    if (loadTime === undefined) return timeProblem;
    if (version === undefined || company === undefined || description === undefined) return 'version, company or description is no text';
    this.#tally.module({ process, base, size, path, loadTime, version, company, description });
    return undefined;
  }

  /** The record's place, which may leave others out, and goes back where lines stand in the order of time; undefined for none. */
  #sourceIndex(value: JsonObject): number | undefined {
    const stated = value['sourceIndex'];
    if (stated === undefined) return this.#next;
    return read.isCount(stated) ? stated : undefined;
  }

  #readContext(value: JsonObject): Problem {
    const time = read.time(value['time']);
    if (time === undefined || time === null) return timeProblem;
    const process = this.#processes.of(value);
    if (typeof process === 'string') return process;
    const contextClass = contextClasses.find((known) => known === value['class']);
    if (contextClass === undefined) return `class is none of ${contextClasses.join(', ')}`;
    const name = read.text(value['name']);
    if (typeof name !== 'string') return 'name is no text';
    const detail = read.detail(value['detail'], value['integers']);
    if (detail === undefined) return detailProblem;
    const [duration, tid, path] = [read.duration(value['duration']), read.word(value['tid']), read.text(value['path'])];
    const [status, operation] = [read.word(value['status']), read.count(value['operation'])];
    if (duration === undefined || tid === undefined || path === undefined || status === undefined || operation === undefined) return 'duration, tid, path, status or operation is of another kind';
    const sourceIndex = this.#sourceIndex(value);
    if (sourceIndex === undefined) return sourceIndexProblem;
    const event = { sourceIndex, time, duration, process, tid, contextClass, name, path, status: status === null ? null : ntStatus(status), detail, operation };
    this.#tally.time(time);
    // Marks of lost events are no records of their own.
    if (contextClass === 'lost') {
      this.#tally.note(event);
    } else {
      this.#tally.context(`${contextClass} event`, event);
      this.#next = sourceIndex + 1;
    }
    return undefined;
  }

  #stackOf(value: JsonObject): RecordedStack | null | undefined {
    const known = this.#stackTexts.stack;
    if (known !== null) return known;
    const stack = this.#stacks.read(value['stack'], value['locations']);
    if (stack !== null && stack !== undefined && stack.locations === null) this.#stackTexts.learn(stack);
    return stack;
  }

  #readOperation(value: JsonObject): Problem {
    const time = read.time(value['time']);
    if (time === undefined || time === null) return timeProblem;
    const operation = value['operation'];
    const tid = read.word(value['tid']);
    if (typeof value['process'] !== 'string') return 'process is no text';
    if (typeof read.word(value['pid']) !== 'number') return 'pid is no number';
    if (typeof tid !== 'number') return 'tid is no number';
    if (typeof operation !== 'string') return 'operation is no text';
    const major = read.major(value['major']);
    if (major === undefined) return 'major is no IRP_MJ_ name';
    const [duration, offset] = [read.duration(value['duration']), read.integer(value['offset'])];
    if (duration === undefined || offset === undefined) return 'duration or offset is no 64-bit integer';
    const [length, information] = [read.size(value['length']), read.size(value['information'])];
    if (length === undefined || information === undefined) return 'length or information is no number';
    const [minor, irpFlags, status] = [read.byte(value['minor']), read.word(value['irpFlags']), read.word(value['status'])];
    if (minor === undefined || irpFlags === undefined || status === undefined) return 'minor is no byte, or irpFlags or status no 32-bit number';
    const [kind, path] = [read.kind(value['kind']), read.text(value['path'])];
    if (kind === undefined) return 'kind is none of irp, fastio, fsfilter, other';
    if (path === undefined) return 'path is no text';
    const detail = read.detail(value['detail'], value['integers']);
    if (detail === undefined) return detailProblem;
    const provenance = read.provenance(value['provenance']);
    if (provenance === undefined) return 'provenance has something else than recorded, derived and assumed';
    const stack = this.#stackOf(value);
    if (stack === undefined) return 'stack is no list of addresses, as in ["0x7ffa744e0000"]';
    const process = this.#processes.of(value);
    if (typeof process !== 'number') return process ?? 'process is no text';
    const sourceIndex = this.#sourceIndex(value);
    if (sourceIndex === undefined) return sourceIndexProblem;
    this.#next = sourceIndex + 1;
    this.#tally.time(time);
    this.#tally.operation({
      sourceIndex, time, duration, process, tid, operation, major, minor: minor ?? 0, kind, path, status: status === null ? null : ntStatus(status), information,
      irpFlags: irpFlags ?? 0, offset, length, detail, stack, provenance,
    });
    return undefined;
  }
}

const timeProblem = 'time is not ISO 8601 with 7 decimals, as in 2026-06-05T06:42:34.4865138Z';
const sourceIndexProblem = 'sourceIndex is no count';
const detailProblem = 'detail is no object, is nested too deeply, or has a number that is too large';
