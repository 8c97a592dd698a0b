/**
 * Tells what a record is and has it decoded.
 *
 * Source: etw-formats.md 9.1 (classes), 9.2, 10. Dispatch is by hook, class or provider, never by the kind of header: the same event comes with different
 * ones (section 4.2).
 */
import type { EtwEvent } from '../../etw/kernelEvent.ts';
import type { EtlRecord } from './container/etlRecord.ts';
import { eventHead } from './eventHead.ts';
import type { EventHead } from './eventHead.ts';
import { EventNames } from './eventNames.ts';
import { FileEvents } from './fileEvents.ts';
import type { Decoded } from './fileEvents.ts';
import { SystemEvents } from './systemEvents.ts';

const kernelFile = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
const kernelProcess = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const filterManager = 'f3c5e28e-63f6-49c7-a204-e48a1bc4b09d';
const systemConfigEx = '9b79ee91-b5fd-41c0-a243-4248e266e9d0';
const volumeMapping = 35;
const traceLoggingChannel = 11;
const mostMessageSources = 64;

/** Groups of the kernel's classes, for records that name the class and not the group. */
const groupOfClass: { readonly [guid: string]: number } = {
  '68fdd900-4a3e-11d1-84f4-0000f80464e3': 0x00, '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c': 0x01, '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c': 0x02,
  '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c': 0x03, '90cbdc39-4a3e-11d1-84f4-0000f80464e3': 0x04, '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c': 0x05,
  'ae53722e-c863-11d2-8659-00c04fa321a1': 0x09, '01853a65-418f-4f36-aefc-dc0f1d2fd235': 0x0b, 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc': 0x0f,
  '2cb15d1d-5fc1-11d2-abe1-00a0c911f518': 0x14, 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3': 0x18, 'd837ca92-12b9-44a5-ad6a-3a65b3578aa8': 0x1b,
};

const fileIoGroup = 0x04;
const imageLoad = 0x030a;

const reasonOfGroup: { readonly [group: number]: string } = {
  0x00: 'log record', 0x01: 'disk event', 0x02: 'memory event', 0x03: 'process event', 0x04: 'other file event', 0x05: 'thread event', 0x06: 'network event',
  0x08: 'network event', 0x09: 'registry event', 0x0b: 'system configuration', 0x0f: 'profiling event', 0x14: 'image event', 0x18: 'stack',
};

export class EtlDecoder {
  readonly #names = new EventNames();
  readonly #files = new FileEvents();
  readonly #messages = new Map<string, string>();
  /** Durations of disk I/O are measured in ticks of the session. */
  readonly #systems: readonly SystemEvents[];

  constructor(perfFreqs: readonly bigint[]) {
    this.#systems = perfFreqs.map((perfFreq) => new SystemEvents(perfFreq));
  }

  /** What `record` is counted by. */
  nameOf(record: EtlRecord): string {
    return this.#names.of(record);
  }

  /** Null where the payload is too short for what the record says it is. */
  decode(record: EtlRecord): EtwEvent | null {
    const head = eventHead(record, this.#names.of(record));
    const found = this.#known(record, head);
    if (found === 'short') return null;
    return found ?? { ...head, kind: 'other', reason: this.reasonOf(record), row: null };
  }

  /** Why a record is no operation, where nothing of it is decoded. */
  reasonOf(record: EtlRecord): string {
    return record.kind === 'message' && record.guid !== null ? this.#messageReason(record.guid) : reasonOf(record);
  }

  /** Messages are told by their source, but not by any number of them. */
  #messageReason(guid: string): string {
    let reason = this.#messages.get(guid);
    if (reason === undefined) {
      if (this.#messages.size >= mostMessageSources) return 'WPP message';
      reason = `WPP message of {${guid}}`;
      this.#messages.set(guid, reason);
    }
    return reason;
  }

  #known(record: EtlRecord, head: EventHead): Decoded {
    switch (record.kind) {
      case 'system': case 'compact': case 'perfinfo': return this.#kernel(record, head, record.hook >>> 8, record.hook & 0xff);
      case 'full': return this.#classic(record, head);
      case 'event': return this.#manifest(record, head);
      default: return undefined;
    }
  }

  #kernel(record: EtlRecord, head: EventHead, group: number, type: number): Decoded {
    const system = this.#systems[record.session];
    if (group === fileIoGroup) return this.#files.kernel(record, withStack(record, head), type);
    if (system === undefined) return undefined;
    switch (group) {
      case 0x00: return type === 5 || type === 32 ? system.groupMasks(record, head) : undefined;
      case 0x01: return system.disk(record, head, type);
      case 0x03: return type === (imageLoad & 0xff) ? system.image(record, head, type) : system.process(record, head, type);
      case 0x05: return system.thread(record, head, type);
      case 0x14: return type === 2 || type === 3 || type === 4 || (type === 10 && record.kind === 'full') ? system.image(record, head, type) : undefined;
      case 0x18: return system.stack(record, head, type);
      case 0x1b: return type === 32 ? system.splitIo(record, head) : undefined;
      default: return undefined;
    }
  }

  #classic(record: EtlRecord, head: EventHead): Decoded {
    const { guid, opcode } = record;
    if (guid === systemConfigEx) return opcode === volumeMapping ? this.#systems[record.session]?.volume(record, head) : undefined;
    const group = guid === null ? undefined : groupOfClass[guid];
    return group === undefined ? undefined : this.#kernel(record, head, group, opcode);
  }

  #manifest(record: EtlRecord, head: EventHead): Decoded {
    switch (record.guid) {
      case kernelFile: return this.#files.manifest(record, withStack(record, head));
      case kernelProcess: return this.#systems[record.session]?.manifestProcess(record, head);
      case filterManager: return this.#systems[record.session]?.filterManager(record, head);
      default: return undefined;
    }
  }
}

/** False for records the first pass has no use for: most of them in a trace of more than file I/O. */
export function tellsNames(record: EtlRecord): boolean {
  switch (record.kind) {
    case 'system': case 'compact': case 'perfinfo': {
      const group = record.hook >>> 8;
      return group === 0x04 || group === 0x03 || group === 0x05 || group === 0x14 || group === 0x18;
    }
    case 'full': return record.guid !== null && (record.guid === systemConfigEx || groupOfClass[record.guid] !== undefined);
    case 'event': return record.guid === kernelFile || record.guid === kernelProcess;
    default: return false;
  }
}

/** False for records that are only counted, for `EtlDecoder.reasonOf`. */
export function isDecoded(record: EtlRecord): boolean {
  if (tellsNames(record)) return true;
  if (record.kind === 'event') return record.guid === filterManager;
  const group = record.hook >>> 8;
  return record.hook >= 0 && (group === 0x00 || group === 0x01 || group === 0x1b);
}

function withStack(record: EtlRecord, head: EventHead): EventHead {
  const { stackExtent } = record;
  if (stackExtent.end <= stackExtent.start) return head;
  const frames = record.stackAddresses();
  return frames === null ? head : { ...head, stack: { frames, locations: null } };
}

function reasonOf(record: EtlRecord): string {
  switch (record.kind) {
    case 'system': case 'compact': case 'perfinfo': return reasonOfGroup[record.hook >>> 8] ?? 'other kernel event';
    case 'full': case 'instance': return record.guid === systemConfigEx ? 'system configuration' : 'classic event';
    case 'event': return record.channel === traceLoggingChannel ? 'self-describing event' : 'manifest event';
    case 'message': return 'WPP message';
    case 'error': return 'record whose logging failed';
  }
}
