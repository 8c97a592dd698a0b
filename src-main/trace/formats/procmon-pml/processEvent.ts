/**
 * Decodes process, thread and image events (class 1).
 *
 * Source: procmon-formats.md 11. The u32 of Thread Exit is an exit status (259, STATUS_PENDING's code, in most samples); the thread that ends
 * is the event's own. System Statistics, which ends boot logs, is the page size and SYSTEM_PERFORMANCE_INFORMATION (Windows headers). Of Process Start the environment's size is kept, not the environment: it may hold secrets and helps no replay.
 */
import type { ContextClass, DetailValue, TraceProcess } from '../../record.ts';
import { textBytes } from './detailText.ts';
import type { DetailTexts } from './detailText.ts';
import { boundedTime, imageName, nobody } from './processes.ts';
import { sidText } from './sids.ts';
import { unsignedWideAt, wideAt } from './values.ts';

type Detail = { [key: string]: DetailValue };

const noDetail: Readonly<Detail> = Object.freeze({});

const contextClasses: readonly ContextClass[] = ['process', 'process', 'process', 'thread', 'thread', 'image', 'thread', 'process', 'process', 'other'];
export const processOperationCount = contextClasses.length;
export const processContextClass = (operation: number): ContextClass => contextClasses[operation] ?? 'other';

export const processDefined = 0;
export const processCreate = 1;
export const loadImage = 5;
const processCreateSize = 52;
const systemStatisticsSize = 316;

/** A new process as Process Create tells of it. */
export interface CreatedProcess {
  readonly key: number;
  readonly process: Omit<TraceProcess, 'index'>;
}

/** After `decode` its fields hold the event's values until the next call. */
export class ProcessDecoder {
  path: string | null = null;
  detail: Readonly<Detail> = noDetail;
  /** The process that was created; null for other events. */
  created: CreatedProcess | null = null;
  /** Base and size of an image that was loaded. */
  imageBase = 0n;
  imageSize = 0;

  readonly #p: 4 | 8;
  readonly #texts: DetailTexts;

  constructor(pointerSize: 4 | 8, texts: DetailTexts) {
    this.#p = pointerSize;
    this.#texts = texts;
  }

  /** What does not fit into the blob is left out. */
  decode(bytes: Uint8Array, view: DataView, start: number, end: number, operation: number): void {
    this.path = null;
    this.detail = noDetail;
    this.created = null;
    const size = end - start;
    if (operation <= processCreate && size >= processCreateSize) this.#create(bytes, view, start, end);
    else if ((operation === 2 || operation === 8) && size >= 52) this.detail = statistics(view, start);
    else if (operation === 3 && size >= 4) this.detail = { ThreadId: view.getUint32(start, true) };
    else if (operation === 4 && size >= 20) this.detail = { ExitStatus: view.getInt32(start, true), KernelTime: wideAt(view, start + 4), UserTime: wideAt(view, start + 12) };
    else if (operation === loadImage && size >= this.#p + 8) this.#image(bytes, view, start, end);
    else if (operation === 7 && size >= 4) this.#start(bytes, view, start, end);
    else if (operation === 9 && size >= systemStatisticsSize) this.detail = systemStatistics(view, start);
  }

  #create(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const userSize = bytes[start + 44] ?? 0;
    const integritySize = bytes[start + 45] ?? 0;
    const pathDescriptor = view.getUint16(start + 46, true);
    const sids = start + processCreateSize;
    const texts = sids + userSize + integritySize;
    this.path = beforeNul(this.#texts.optional(bytes, pathDescriptor, texts, end));
    const commandLine = beforeNul(this.#texts.optional(bytes, view.getUint16(start + 48, true), texts + textBytes(pathDescriptor), end));
    const key = view.getUint32(start, true);
    const pid = view.getUint32(start + 4, true);
    const parentPid = view.getUint32(start + 12, true);
    const is64Bit = this.#p === 8 && view.getUint32(start + 20, true) === 0;
    const detail: Detail = {
      ProcessId: pid,
      ParentId: parentPid,
      SessionId: view.getUint32(start + 16, true),
      Is64bit: is64Bit,
      CreateTime: wideAt(view, start + 24),
      AuthenticationId: unsignedWideAt(view, start + 32),
    };
    const user = userSize === 0 ? null : sidText(bytes, view, sids, userSize, end);
    const integrity = integritySize === 0 ? null : sidText(bytes, view, sids + userSize, integritySize, end);
    if (user !== null) detail['UserSid'] = user;
    if (integrity !== null) detail['IntegritySid'] = integrity;
    if (commandLine !== null) detail['CommandLine'] = commandLine;
    this.detail = detail;
    this.created = {
      key,
      process: {
        ...nobody,
        pid,
        parentPid,
        name: imageName(this.path) ?? `<process ${key} without a name>`,
        imagePath: this.path,
        commandLine,
        is64Bit,
        startTime: boundedTime(view.getBigUint64(start + 24, true)),
      },
    };
  }

  #image(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const p = this.#p;
    this.imageBase = p === 8 ? view.getBigUint64(start, true) : BigInt(view.getUint32(start, true));
    this.imageSize = view.getUint32(start + p, true);
    this.path = this.#texts.optional(bytes, view.getUint16(start + p + 4, true), start + p + 8, end);
    this.detail = { ImageBase: p === 8 ? unsignedWideAt(view, start) : view.getUint32(start, true), ImageSize: this.imageSize };
  }

  /** In logs of version 7 only the parent's process id. */
  #start(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const detail: Detail = { ParentId: view.getUint32(start, true) };
    this.detail = detail;
    if (end - start < 12) return;
    const commandDescriptor = view.getUint16(start + 4, true);
    const directoryAt = start + 12 + textBytes(commandDescriptor);
    const commandLine = this.#texts.optional(bytes, commandDescriptor, start + 12, end);
    const directory = this.#texts.optional(bytes, view.getUint16(start + 6, true), directoryAt, end);
    if (commandLine !== null) detail['CommandLine'] = commandLine;
    if (directory !== null) detail['CurrentDirectory'] = directory;
    detail['EnvironmentBytes'] = view.getUint32(start + 8, true) * 2;
  }
}

/** Process Monitor 2.8 counted the closing NUL. */
function beforeNul(text: string | null): string | null {
  const nul = text === null ? -1 : text.indexOf('\0');
  return text === null || nul < 0 ? text : text.slice(0, nul) || null;
}

function statistics(view: DataView, at: number): Detail {
  return {
    ExitStatus: view.getInt32(at, true),
    KernelTime: wideAt(view, at + 4),
    UserTime: wideAt(view, at + 12),
    WorkingSet: wideAt(view, at + 20),
    PeakWorkingSet: wideAt(view, at + 28),
    PrivateBytes: wideAt(view, at + 36),
    PeakPrivateBytes: wideAt(view, at + 44),
  };
}

/** Of SYSTEM_PERFORMANCE_INFORMATION what Procmon shows; its peak commitment is counted in pages. */
function systemStatistics(view: DataView, at: number): Detail {
  const pageSize = view.getUint32(at, true);
  return {
    PageSize: pageSize,
    CommitPeak: pageSize * view.getUint32(at + 60, true),
    ContextSwitches: view.getUint32(at + 300, true),
    SystemCalls: view.getUint32(at + 312, true),
  };
}
