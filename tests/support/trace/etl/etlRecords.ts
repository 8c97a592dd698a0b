/** Builds single records of ETL files, exact size, unpadded. Source: etw-formats.md 4 and 5. */
import { ByteWriter } from '../byteWriter.ts';

export type PointerSize = 4 | 8;
export type Payload = Uint8Array | readonly number[];

/** Thread and process where a header has them; unknown by default. */
export interface RecordOrigin {
  readonly tid?: number;
  readonly pid?: number;
}

const unknown = 0xffff_ffff;

/** SYSTEM: kernel event with thread and process. */
export function systemRecord(pointer: PointerSize, hook: number, version: number, time: bigint | number, payload: Payload, origin: RecordOrigin = {}): Uint8Array {
  const out = new ByteWriter().u16(version).u8(pointer === 4 ? 1 : 2).u8(0xc0).u16(32 + payload.length).u16(hook);
  return out.u32(origin.tid ?? unknown).u32(origin.pid ?? unknown).u64(time).u32(0).u32(0).bytes(payload).done();
}

export function compactRecord(pointer: PointerSize, hook: number, version: number, time: bigint | number, payload: Payload, origin: RecordOrigin = {}): Uint8Array {
  const out = new ByteWriter().u16(version).u8(pointer === 4 ? 3 : 4).u8(0xc0).u16(24 + payload.length).u16(hook);
  return out.u32(origin.tid ?? unknown).u32(origin.pid ?? unknown).u64(time).bytes(payload).done();
}

/** PERFINFO: kernel event with nothing but its time. */
export function perfInfoRecord(pointer: PointerSize, hook: number, version: number, time: bigint | number, payload: Payload): Uint8Array {
  return new ByteWriter().u16(version).u8(pointer === 4 ? 0x10 : 0x11).u8(0xc0).u16(16 + payload.length).u16(hook).u64(time).bytes(payload).done();
}

export interface ClassicEvent extends RecordOrigin {
  readonly opcode: number;
  readonly level?: number;
  readonly version?: number;
}

/** FULL: classic event of a class. */
export function fullRecord(pointer: PointerSize, guid: string, event: ClassicEvent, time: bigint | number, payload: Payload): Uint8Array {
  const out = new ByteWriter().u16(48 + payload.length).u8(pointer === 4 ? 0x0a : 0x14).u8(0xc0).u8(event.opcode).u8(event.level ?? 0).u16(event.version ?? 0);
  return out.u32(event.tid ?? 0).u32(event.pid ?? 0).u64(time).bytes(guidBytes(guid)).u64(0).bytes(payload).done();
}

export function instanceRecord(pointer: PointerSize, event: ClassicEvent, time: bigint | number, payload: Payload): Uint8Array {
  const out = new ByteWriter().u16(56 + payload.length).u8(pointer === 4 ? 0x0b : 0x15).u8(0xc0).u8(event.opcode).u8(event.level ?? 0).u16(event.version ?? 0);
  return out.u32(event.tid ?? 0).u32(event.pid ?? 0).u64(time).u64(0).u32(7).u32(0).u64(0).u64(0).bytes(payload).done();
}

export interface ManifestEvent extends RecordOrigin {
  readonly id: number;
  readonly version?: number;
  readonly channel?: number;
  readonly level?: number;
  readonly opcode?: number;
  readonly task?: number;
  readonly keyword?: bigint;
  readonly eventProperty?: number;
  readonly activityId?: string;
  readonly extended?: readonly ExtendedItem[];
}

export interface ExtendedItem {
  readonly type: number;
  readonly data: Payload;
}

const flagExtended = 1;
const noGuid = '00000000-0000-0000-0000-000000000000';

/** EVENT_HEADER: event of a manifest, or a self-describing one. */
export function eventRecord(pointer: PointerSize, provider: string, event: ManifestEvent, time: bigint | number, payload: Payload): Uint8Array {
  const items = extendedItems(event.extended ?? []);
  const out = new ByteWriter().u16(80 + items.length + payload.length).u8(pointer === 4 ? 0x12 : 0x13).u8(0xc0);
  out.u16(items.length > 0 ? flagExtended : 0).u16(event.eventProperty ?? 0).u32(event.tid ?? unknown).u32(event.pid ?? unknown).u64(time);
  out.bytes(guidBytes(provider)).u16(event.id).u8(event.version ?? 0).u8(event.channel ?? 0).u8(event.level ?? 0).u8(event.opcode ?? 0).u16(event.task ?? 0);
  out.u64(event.keyword ?? 0n).u64(0).bytes(guidBytes(event.activityId ?? noGuid));
  return out.bytes(items).bytes(payload).done();
}

function extendedItems(items: readonly ExtendedItem[]): Uint8Array {
  const out = new ByteWriter();
  items.forEach(({ type, data }, i) => {
    const size = Math.ceil((8 + data.length) / 8) * 8;
    out.u16(size).u16(type).u16(i < items.length - 1 ? 1 : 0).u16(data.length).bytes(data).zeros(size - 8 - data.length);
  });
  return out.done();
}

export interface WppMessage {
  readonly number: number;
  readonly sequence?: number;
  readonly guid?: string;
  readonly component?: number;
  readonly time?: bigint | number;
  /** True for the second kind of time stamp. */
  readonly performance?: boolean;
  readonly system?: { readonly tid: number; readonly pid: number };
  readonly pointer?: PointerSize;
}

/** MESSAGE: software trace by the Windows preprocessor. */
export function messageRecord(message: WppMessage, payload: Payload): Uint8Array {
  const body = new ByteWriter();
  let options = message.pointer === 4 ? 0x40 : message.pointer === 8 ? 0x80 : 0;
  if (message.sequence !== undefined) {
    options |= 0x01;
    body.u32(message.sequence);
  }
  if (message.guid !== undefined) {
    options |= 0x02;
    body.bytes(guidBytes(message.guid));
  } else if (message.component !== undefined) {
    options |= 0x04;
    body.u32(message.component);
  }
  if (message.time !== undefined) {
    options |= message.performance === true ? 0x10 : 0x08;
    body.u64(message.time);
  }
  if (message.system !== undefined) {
    options |= 0x20;
    body.u32(message.system.tid).u32(message.system.pid);
  }
  const header = new ByteWriter().u16(8 + body.length + payload.length).u8(0).u8(0x90).u16(message.number).u16(options);
  return header.bytes(body.done()).bytes(payload).done();
}

/** ERROR: an event whose logging failed part-way. */
export function errorRecord(payload: Payload): Uint8Array {
  return new ByteWriter().u16(8 + payload.length).u8(0x0d).u8(0xc0).u32(0).bytes(payload).done();
}

/** The 16 bytes of a GUID: the first three groups little-endian, the rest as written. */
export function guidBytes(text: string): Uint8Array {
  const hex = text.replaceAll('-', '');
  const bytes = Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => bytes[i] ?? 0));
}
