/** Reads the headers of records into the one object that is handed out. Source: etw-formats.md 4 and 5. */
import type { EtlExtent, EtlRecord } from './etlRecord.ts';
import type { GuidCache } from './guid.ts';
import { messageComponent, messageGuid, messagePointer32, messagePointer64, messageSequence, messageSystemInfo, messageTime } from './recordFrame.ts';
import type { FrameWalker } from './recordFrame.ts';

const unknownId = 0xffff_ffff;
const flagExtended = 0x0001;
const extendedStart = 0x50;
const itemHeaderSize = 8;

/** Fills `record` from the record `frame` stands at. `bytes` and `view` are set; so are time, place and sequence by the caller. */
export function fillRecord(record: EtlRecord, frame: FrameWalker, guids: GuidCache, filePointerSize: 4 | 8): void {
  const { kind, start } = frame;
  record.kind = kind.kind;
  record.start = start;
  record.payloadStart = start + kind.headerSize;
  record.payloadEnd = frame.end;
  record.pointerSize = kind.pointerSize;
  record.rawHigh = frame.rawHigh;
  record.rawLow = frame.rawLow;
  record.timed = frame.timed;
  if (record.hasExtended) clearExtended(record);
  switch (kind.kind) {
    case 'system':
    case 'compact':
      fillKernel(record, start);
      setThread(record, start);
      break;
    case 'perfinfo':
      fillKernel(record, start);
      record.tid = null;
      record.pid = null;
      break;
    case 'event':
      fillEvent(record, start, guids);
      break;
    case 'full':
      fillClassic(record, start);
      record.guid = guids.get(record.view, start + 0x18);
      break;
    case 'instance':
      fillClassic(record, start);
      record.guid = null;
      break;
    case 'message':
      fillMessage(record, start, guids, filePointerSize);
      break;
    case 'error':
      fillError(record, filePointerSize);
  }
}

function fillKernel(record: EtlRecord, start: number): void {
  const { view } = record;
  // Type and group stand in the order in which a u16 makes them group << 8 | type.
  record.hook = view.getUint16(start + 6, true);
  record.opcode = record.hook & 0xff;
  record.version = view.getUint16(start, true);
  record.guid = null;
  clearManifest(record);
}

function setThread(record: EtlRecord, start: number): void {
  const tid = record.view.getUint32(start + 8, true);
  const pid = record.view.getUint32(start + 12, true);
  record.tid = tid === unknownId ? null : tid;
  record.pid = pid === unknownId ? null : pid;
}

function clearManifest(record: EtlRecord): void {
  record.id = 0;
  record.level = 0;
  record.task = 0;
  record.channel = 0;
  record.keywordHigh = 0;
  record.keywordLow = 0;
  record.flags = 0;
  record.eventProperty = 0;
}

function fillClassic(record: EtlRecord, start: number): void {
  const { view } = record;
  clearManifest(record);
  record.hook = -1;
  record.opcode = view.getUint8(start + 4);
  record.level = view.getUint8(start + 5);
  record.version = view.getUint16(start + 6, true);
  setThread(record, start);
}

function fillEvent(record: EtlRecord, start: number, guids: GuidCache): void {
  const { view } = record;
  record.hook = -1;
  record.flags = view.getUint16(start + 4, true);
  record.eventProperty = view.getUint16(start + 6, true);
  setThread(record, start);
  record.guid = guids.get(view, start + 0x18);
  record.id = view.getUint16(start + 0x28, true);
  record.version = view.getUint8(start + 0x2a);
  record.channel = view.getUint8(start + 0x2b);
  record.level = view.getUint8(start + 0x2c);
  record.opcode = view.getUint8(start + 0x2d);
  record.task = view.getUint16(start + 0x2e, true);
  record.keywordLow = view.getUint32(start + 0x30, true);
  record.keywordHigh = view.getUint32(start + 0x34, true);
  if ((record.flags & flagExtended) !== 0) record.payloadStart = readExtended(record, start + extendedStart, record.payloadEnd);
}

/** Follows the chain of extended data items and gives the place where the user data begins. A broken chain is user data. */
function readExtended(record: EtlRecord, start: number, end: number): number {
  const { view } = record;
  let at = start;
  let more = true;
  while (more && at + itemHeaderSize <= end) {
    const size = view.getUint16(at, true);
    if (size < itemHeaderSize || at + size > end) return at;
    const dataSize = Math.min(view.getUint16(at + 6, true), size - itemHeaderSize);
    keepItem(record, view.getUint16(at + 2, true), at + itemHeaderSize, at + itemHeaderSize + dataSize);
    more = (view.getUint16(at + 4, true) & 1) !== 0;
    at += size;
  }
  return at;
}

function keepItem(record: EtlRecord, type: number, start: number, end: number): void {
  if (type === 5 || type === 6) {
    if (record.stackExtent.start === 0) record.stackPointerSize = type === 5 ? 4 : 8;
    keep(record, record.stackExtent, start, end);
  } else if (type === 1) keep(record, record.relatedActivityExtent, start, end);
  else if (type === 2) keep(record, record.sidExtent, start, end);
  else if (type === 11) keep(record, record.schemaExtent, start, end);
  else if (type === 12) keep(record, record.traitsExtent, start, end);
  else if (type === 13) keep(record, record.processStartKeyExtent, start, end);
}

function keep(record: EtlRecord, extent: EtlExtent, start: number, end: number): void {
  if (extent.start !== 0) return;
  record.hasExtended = true;
  extent.start = start;
  extent.end = end;
}

function clearExtended(record: EtlRecord): void {
  record.hasExtended = false;
  const { relatedActivityExtent, sidExtent, stackExtent, schemaExtent, traitsExtent, processStartKeyExtent } = record;
  for (const extent of [relatedActivityExtent, sidExtent, stackExtent, schemaExtent, traitsExtent, processStartKeyExtent]) {
    extent.start = 0;
    extent.end = 0;
  }
}

/** A WPP message: its header has the fields its options name, as far as it is long enough for them. */
function fillMessage(record: EtlRecord, start: number, guids: GuidCache, filePointerSize: 4 | 8): void {
  const { view } = record;
  const options = view.getUint16(start + 6, true);
  clearManifest(record);
  record.hook = -1;
  record.opcode = 0;
  record.version = 0;
  record.id = view.getUint16(start + 4, true);
  record.flags = options;
  record.guid = null;
  record.tid = null;
  record.pid = null;
  record.pointerSize = (options & messagePointer64) !== 0 ? 8 : (options & messagePointer32) !== 0 ? 4 : filePointerSize;
  let at = start + 8;
  if ((options & messageSequence) !== 0) at += 4;
  if ((options & messageGuid) !== 0) {
    if (at + 16 <= record.payloadEnd) record.guid = guids.get(view, at);
    at += 16;
  } else if ((options & messageComponent) !== 0) at += 4;
  if ((options & messageTime) !== 0) at += 8;
  if ((options & messageSystemInfo) !== 0) {
    if (at + 8 <= record.payloadEnd) {
      record.tid = view.getUint32(at, true);
      record.pid = view.getUint32(at + 4, true);
    }
    at += 8;
  }
  record.payloadStart = Math.min(at, record.payloadEnd);
}

function fillError(record: EtlRecord, filePointerSize: 4 | 8): void {
  clearManifest(record);
  record.hook = -1;
  record.opcode = 0;
  record.version = 0;
  record.guid = null;
  record.tid = null;
  record.pid = null;
  record.pointerSize = filePointerSize;
}
