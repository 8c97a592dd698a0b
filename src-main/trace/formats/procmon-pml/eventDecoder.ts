/**
 * Turns one event of a log into an operation or a context event.
 *
 * Source: procmon-formats.md 8 (header), 10 (file system), 11 (the others), 15 (what is unknown is kept with its raw bytes).
 */
import type { ImportTally } from '../../importTally.ts';
import { ntStatus } from '../../../nt/ntStatus.ts';
import type { ContextClass, DetailValue, TraceTime } from '../../record.ts';
import { eventClasses, fileSystemClass, otherEventName, procmonOperationName, subOperationOf, unknownOperation } from '../procmon/operations.ts';
import type { DamageSink } from './damage.ts';
import { DetailTexts } from './detailText.ts';
import { FileEventDecoder } from './fileEvent.ts';
import type { HostTable } from './hosts.ts';
import { NetworkDecoder } from './networkEvent.ts';
import { loadImage, processContextClass, ProcessDecoder, processOperationCount } from './processEvent.ts';
import { boundedTime } from './processes.ts';
import type { ProcessTable } from './processes.ts';
import { RegistryDecoder, registryOperationCount } from './registryEvent.ts';
import { StackCache } from './stackCache.ts';

const eventHeaderSize = 0x34;
const statusPending = 0x103;
const largestTicks = 0x7fff_ffff_ffff_ffffn;
const processClass = 1;
const registryClass = 2;
const profilingClass = 4;
const networkClass = 5;
const ipcClass = 6;
const lastFileOperation = 47;

const skipReasons: readonly string[] = eventClasses.map((name) => `${name} event`);
/** So many unknown classes are told apart; a damaged log could name tens of thousands. */
const mostUnknownClasses = 32;
/** Raw bytes kept of an event that nobody knows. */
const shownBytes = 64;

type Detail = { readonly [key: string]: DetailValue };

export class EventDecoder {
  readonly #tally: ImportTally;
  readonly #processes: ProcessTable;
  readonly #problems: DamageSink;
  /** Whether images that are loaded are the only way to know of them. */
  readonly #modulesFromEvents: boolean;
  readonly #file: FileEventDecoder;
  readonly #process: ProcessDecoder;
  readonly #registry: RegistryDecoder;
  readonly #network: NetworkDecoder;
  readonly #stacks: StackCache;
  readonly #unknownClasses = new Set<number>();
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #detail = 0;
  #end = 0;
  #extra = 0;
  #extraSize = 0;

  constructor(pointerSize: 4 | 8, tally: ImportTally, problems: DamageSink, processes: ProcessTable, hosts: HostTable, modulesFromEvents: boolean) {
    const texts = new DetailTexts();
    this.#tally = tally;
    this.#problems = problems;
    this.#processes = processes;
    this.#modulesFromEvents = modulesFromEvents;
    this.#file = new FileEventDecoder(pointerSize, texts);
    this.#process = new ProcessDecoder(pointerSize, texts);
    this.#registry = new RegistryDecoder(texts);
    this.#network = new NetworkDecoder(hosts);
    this.#stacks = new StackCache(pointerSize);
  }

  /** Where the details and the captured output of the next event are, as indices into `bytes`. */
  blob(bytes: Uint8Array, view: DataView, detail: number, end: number, extra: number, extraSize: number): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#detail = detail;
    this.#end = end;
    this.#extra = extra;
    this.#extraSize = extraSize;
  }

  /** False where the details are too short for a file system event. `view` and `i` are those of the event's header. */
  fileEvent(sourceIndex: number, view: DataView, i: number, depth: number): boolean {
    const operation = view.getUint16(i + 0x0c, true);
    if (operation > lastFileOperation) {
      this.#unknown(fileSystemClass, sourceIndex, view, i);
      return true;
    }
    const major = (operation - 20) & 0xff;
    const status = view.getUint32(i + 0x24, true);
    const sub = this.#bytes[this.#detail] ?? 0;
    const file = this.#file;
    if (!file.decode(this.#bytes, this.#view, this.#detail, this.#end, this.#extra, this.#extraSize, major, sub, status)) return false;
    this.#tally.operation({
      sourceIndex,
      time: this.#time(view, i),
      duration: durationOf(view, i, status),
      process: this.#processes.indexOf(view.getUint32(i, true)),
      tid: view.getUint32(i + 0x04, true),
      operation: procmonOperationName(major, sub),
      major,
      minor: subOperationOf(major) === 'minor' ? sub : 0,
      kind: file.kind,
      path: file.path,
      status: ntStatus(status),
      information: file.information,
      irpFlags: file.irpFlags,
      offset: file.offset,
      length: file.length,
      detail: file.detail,
      stack: this.#stacks.get(view, i + eventHeaderSize, depth),
      provenance: file.provenance,
    });
    return true;
  }

  /** Keeps an event of another class; what of its details does not fit is left out. */
  contextEvent(eventClass: number, sourceIndex: number, view: DataView, i: number): void {
    const operation = view.getUint16(i + 0x0c, true);
    if (eventClass === registryClass && operation < registryOperationCount) this.#registryEvent(sourceIndex, view, i, operation);
    else if (eventClass === processClass && operation < processOperationCount) this.#processEvent(sourceIndex, view, i, operation);
    else if (eventClass === networkClass && otherEventName(networkClass, operation) !== unknownOperation) this.#networkEvent(sourceIndex, view, i, operation);
    else if (eventClass === ipcClass && operation <= lastFileOperation) this.#ipcEvent(sourceIndex, view, i, operation);
    else this.#unknown(eventClass, sourceIndex, view, i);
  }

  /** Counted, not kept. */
  profiling(view: DataView, i: number): void {
    this.#time(view, i);
    this.#tally.skip(skipReasons[profilingClass] ?? '', otherEventName(profilingClass, view.getUint16(i + 0x0c, true)));
  }

  #time(view: DataView, i: number): TraceTime {
    const time = boundedTime(view.getBigUint64(i + 0x1c, true));
    this.#tally.time(time);
    return time;
  }

  #registryEvent(sourceIndex: number, view: DataView, i: number, operation: number): void {
    const registry = this.#registry;
    const whole = registry.decode(this.#bytes, this.#view, this.#detail, this.#end, this.#extra, this.#extraSize, operation);
    this.#context(registryClass, 'registry', otherEventName(registryClass, operation), sourceIndex, view, i, whole ? registry.path : null, whole ? registry.detail : this.#raw());
  }

  #processEvent(sourceIndex: number, view: DataView, i: number, operation: number): void {
    const process = this.#process;
    process.decode(this.#bytes, this.#view, this.#detail, this.#end, operation);
    if (process.created !== null && !this.#processes.has(process.created.key)) this.#processes.add(process.created.key, process.created.process);
    this.#context(processClass, processContextClass(operation), otherEventName(processClass, operation), sourceIndex, view, i, process.path, process.detail);
    if (operation !== loadImage || !this.#modulesFromEvents || process.path === null) return;
    this.#tally.module({
      process: this.#processes.indexOf(view.getUint32(i, true)), base: process.imageBase, size: process.imageSize, path: process.path,
      loadTime: boundedTime(view.getBigUint64(i + 0x1c, true)), version: null, company: null, description: null,
    });
  }

  #networkEvent(sourceIndex: number, view: DataView, i: number, operation: number): void {
    const network = this.#network;
    network.decode(this.#bytes, this.#view, this.#detail, this.#end);
    this.#context(networkClass, 'network', otherEventName(networkClass, operation, network.tcp), sourceIndex, view, i, network.path, network.detail);
  }

  /** Encoded as file system events are (section 8, unverified): pipes and mailslots of newer versions. */
  #ipcEvent(sourceIndex: number, view: DataView, i: number, operation: number): void {
    const major = (operation - 20) & 0xff;
    const sub = this.#bytes[this.#detail] ?? 0;
    const file = this.#file;
    const whole = file.decode(this.#bytes, this.#view, this.#detail, this.#end, this.#extra, this.#extraSize, major, sub, view.getUint32(i + 0x24, true));
    const detail: { [key: string]: DetailValue } = whole ? { ...file.detail } : { ...this.#raw() };
    if (whole && file.offset !== null) detail['Offset'] = file.offset;
    if (whole && file.length !== null) detail['Length'] ??= file.length;
    this.#context(ipcClass, 'other', procmonOperationName(major, sub), sourceIndex, view, i, whole ? file.path : null, detail);
  }

  /** A class or an operation of a newer Procmon: kept with its numbers and the beginning of its details, and reported. */
  #unknown(eventClass: number, sourceIndex: number, view: DataView, i: number): void {
    const detail = { Class: eventClass, Operation: view.getUint16(i + 0x0c, true), ...this.#raw() };
    const known = skipReasons[eventClass];
    const reason = known === undefined ? this.#unknownReason(eventClass) : `${known} of an unknown operation`;
    this.#emit(reason, 'other', unknownOperation, sourceIndex, view, i, null, detail);
  }

  #unknownReason(eventClass: number): string {
    if (this.#unknownClasses.size < mostUnknownClasses && !this.#unknownClasses.has(eventClass)) {
      this.#unknownClasses.add(eventClass);
      this.#problems.note(`events of class ${eventClass}, which this version does not know, are counted and kept undecoded`);
    }
    return this.#unknownClasses.has(eventClass) ? `event of unknown class ${eventClass}` : 'event of another unknown class';
  }

  #raw(): Detail {
    let hex = '';
    for (let at = this.#detail; at < Math.min(this.#end, this.#detail + shownBytes); at++) hex += (this.#bytes[at] ?? 0).toString(16).padStart(2, '0');
    return { Details: hex };
  }

  #context(eventClass: number, contextClass: ContextClass, name: string, sourceIndex: number, view: DataView, i: number, path: string | null, detail: Detail): void {
    this.#emit(skipReasons[eventClass] ?? '', contextClass, name, sourceIndex, view, i, path, detail);
  }

  #emit(reason: string, contextClass: ContextClass, name: string, sourceIndex: number, view: DataView, i: number, path: string | null, detail: Detail): void {
    const status = view.getUint32(i + 0x24, true);
    this.#tally.context(reason, {
      sourceIndex,
      time: this.#time(view, i),
      duration: durationOf(view, i, status),
      process: this.#processes.indexOf(view.getUint32(i, true)),
      tid: view.getUint32(i + 0x04, true),
      contextClass,
      name,
      path,
      status: ntStatus(status),
      detail,
      operation: null,
    });
  }
}

/** A duration is junk while pending; one beyond any signed 64-bit count is damage. */
function durationOf(view: DataView, i: number, status: number): bigint | null {
  if (status === statusPending) return null;
  const duration = view.getBigUint64(i + 0x14, true);
  return duration > largestTicks ? null : duration;
}
