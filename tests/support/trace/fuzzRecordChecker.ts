/** A sink that keeps nothing: it checks that every value can be stored and shown, weighs what comes out, and digests it. */
import { formatTraceTime } from '../../../src-main/trace/record.ts';
import type { ContextEvent, ImportSink, ImportSummary, OperationRecord, RecordedStack, TraceModule, TraceProcess } from '../../../src-main/trace/record.ts';

/** What comes out may weigh this many times what went in, and this much in any case (headers, tables of names). */
const weightPerByte = 100;
const freeWeight = 1 << 20;

export class FuzzRecordChecker implements ImportSink {
  operationCount = 0;
  /** The first promise that was not kept. */
  problem: string | null = null;
  readonly #knownProcesses = new Set<number>();
  readonly #heaviest: number;
  #weight = 0;
  /** Processes, modules, context events, operations, summary: which of them comes first in a batch is no promise. */
  readonly #digests = [0, 0, 0, 0, 0];
  #slot = 0;
  #lastDone = 0;

  constructor(bytes: number) {
    this.#heaviest = bytes * weightPerByte + freeWeight;
  }

  processes(batch: readonly TraceProcess[]): void {
    this.#slot = 0;
    for (const process of batch) {
      this.#number('process index', process.index, 0);
      this.#number('pid', process.pid, 0);
      this.#knownProcesses.add(process.index);
      this.#value(process, 'process');
    }
  }

  modules(batch: readonly TraceModule[]): void {
    this.#slot = 1;
    for (const module of batch) {
      this.#process(module.process);
      this.#number('module size', module.size, 0);
      this.#time('load time', module.loadTime);
      this.#value(module, 'module');
    }
  }

  contextEvents(batch: readonly ContextEvent[]): void {
    this.#slot = 2;
    for (const event of batch) {
      this.#number('sourceIndex', event.sourceIndex, 0);
      if (event.process !== null) this.#process(event.process);
      if (event.tid !== null) this.#number('tid', event.tid, 0);
      if (event.status !== null) this.#number('status', event.status, 0, 0xffff_ffff);
      if (event.duration !== null && event.duration < 0n) this.#broken(`duration ${event.duration}`);
      this.#time('time', event.time);
      this.#value(event, 'context event');
    }
  }

  operations(batch: readonly OperationRecord[]): void {
    this.#slot = 3;
    this.operationCount += batch.length;
    for (const operation of batch) {
      this.#number('sourceIndex', operation.sourceIndex, 0);
      this.#process(operation.process);
      this.#number('tid', operation.tid, 0);
      this.#number('minor', operation.minor, 0, 0xff);
      this.#number('irpFlags', operation.irpFlags, 0, 0xffff_ffff);
      if (operation.major !== null) this.#number('major', operation.major, 0, 0xff);
      if (operation.status !== null) this.#number('status', operation.status, 0, 0xffff_ffff);
      if (operation.duration !== null && operation.duration < 0n) this.#broken(`duration ${operation.duration}`);
      if (operation.information !== null && !Number.isFinite(operation.information)) this.#broken(`information ${operation.information}`);
      if (operation.length !== null && !(operation.length >= 0 && Number.isFinite(operation.length))) this.#broken(`length ${operation.length}`);
      this.#time('time', operation.time);
      const { stack, ...rest } = operation;
      if (stack !== null) this.#stack(stack);
      this.#value(rest, 'operation');
    }
  }

  progress(done: number, total: number): boolean {
    if (!(done >= this.#lastDone && done <= total)) this.#broken(`progress goes from ${this.#lastDone} to ${done} of ${total}`);
    this.#lastDone = done;
    return true;
  }

  digestWith(summary: ImportSummary): string {
    this.#slot = 4;
    this.#value(summary, 'summary');
    return this.#digests.join(' ');
  }

  #broken(problem: string): void {
    this.problem ??= problem;
  }

  #number(what: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
    if (!Number.isInteger(value) || value < least || value > most) this.#broken(`${what} is ${value}`);
  }

  #process(index: number): void {
    if (!this.#knownProcesses.has(index)) this.#broken(`process ${index} was not announced`);
  }

  #time(what: string, time: bigint | null): void {
    if (time === null) return;
    try {
      formatTraceTime(time as Parameters<typeof formatTraceTime>[0]);
    } catch {
      this.#broken(`${what} ${time} cannot be written`);
    }
    if (time < 0n || time >= 1n << 63n) this.#broken(`${what} ${time} is no 64-bit time`);
  }

  #stack(stack: RecordedStack): void {
    if (stack.locations !== null && stack.locations.length !== stack.frames.length) this.#broken('a stack has as many locations as frames');
    for (const frame of stack.frames) this.#add(Number(frame & 0xffff_ffffn) ^ Number(frame >> 32n), 8);
    if (stack.locations !== null) this.#value(stack.locations, 'stack');
  }

  #value(value: unknown, where: string): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#numberValue(value, where);
    else if (typeof value === 'bigint') this.#wide(value, where);
    else if (typeof value === 'boolean') this.#add(value ? 7 : 8, 1);
    else if (value === null) this.#add(9, 1);
    else if (value instanceof BigUint64Array) this.#add(value.length, 8 * value.length);
    else if (Array.isArray(value)) this.#list(value, where);
    else if (typeof value === 'object') this.#object(value, where);
    else this.#broken(`a ${typeof value} in ${where}`);
  }

  #list(values: readonly unknown[], where: string): void {
    this.#add(values.length, 8);
    for (const item of values) this.#value(item, where);
  }

  #object(value: object, where: string): void {
    for (const [key, item] of Object.entries(value)) {
      this.#text(key);
      // A summary leaves out what it has not.
      if (item !== undefined || where !== 'summary') this.#value(item, `${where}.${key}`);
    }
  }

  #text(text: string): void {
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    this.#add(hash, 0);
    this.#add(text.length, text.length + 8);
  }

  #numberValue(value: number, where: string): void {
    if (!Number.isFinite(value)) this.#broken(`${value} in ${where}`);
    this.#add(value >>> 0, 8);
    this.#add(Math.floor(value / 0x1_0000_0000) | 0, 0);
  }

  #wide(value: bigint, where: string): void {
    if (value < -(1n << 63n) || value >= 1n << 64n) this.#broken(`${value} in ${where} has more than 64 bits`);
    this.#add(Number(BigInt.asUintN(32, value)), 8);
    this.#add(Number(BigInt.asUintN(32, value >> 32n)), 0);
  }

  #add(value: number, weight: number): void {
    this.#digests[this.#slot] = (Math.imul(this.#digests[this.#slot] ?? 0, 31) + value) | 0;
    this.#weight += weight;
    if (this.#weight > this.#heaviest) this.#broken(`puts out more than ${weightPerByte} times what it read`);
  }
}
