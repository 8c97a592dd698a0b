/** Detail blobs of the event classes that are no file system events. Written from procmon-formats.md 11. */
import { ByteWriter } from './byteWriter.ts';
import { descriptor, text } from './writePml.ts';

export interface CreatedProcess {
  readonly index: number;
  readonly pid: number;
  readonly parentPid: number;
  readonly session: number;
  readonly wow64: boolean;
  readonly createTime: bigint;
  readonly userSid: readonly number[];
  readonly integritySid: readonly number[];
  readonly path: string;
  readonly commandLine: string;
}

/** `S-1-5-18` and `S-1-16-8192` as bytes. */
export const systemSid = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0] as const;
export const mediumSid = [1, 1, 0, 0, 0, 0, 0, 16, 0, 0x20, 0, 0] as const;

export function processCreate(process: CreatedProcess): Uint8Array {
  const out = new ByteWriter();
  out.u32(process.index).u32(process.pid).u32(1).u32(process.parentPid).u32(process.session).u32(process.wow64 ? 1 : 0).u64(process.createTime).u64(0x3e7).u32(0);
  out.u8(process.userSid.length).u8(process.integritySid.length).u16(descriptor(process.path)).u16(descriptor(process.commandLine)).u16(0xbeef);
  out.bytes(process.userSid).bytes(process.integritySid);
  text(out, process.path);
  text(out, process.commandLine);
  return out.done();
}

export function processExit(status: number, kernel: bigint, user: bigint, memory: readonly [workingSet: bigint, peak: bigint, privateBytes: bigint, peakPrivate: bigint]): Uint8Array {
  const out = new ByteWriter().u32(status >>> 0).u64(kernel).u64(user);
  for (const size of memory) out.u64(size);
  return out.done();
}

export const threadExit = (status: number, kernel: bigint, user: bigint): Uint8Array => new ByteWriter().u32(status).u64(kernel).u64(user).done();

/** u32 page size, then SYSTEM_PERFORMANCE_INFORMATION of 312 bytes. */
export function systemStatistics(pageSize: number, peakPages: number, contextSwitches: number, systemCalls: number): Uint8Array {
  return new ByteWriter().u32(pageSize).padTo(4 + 56).u32(peakPages).padTo(4 + 296).u32(contextSwitches).zeros(8).u32(systemCalls).done();
}

export function loadImage(bits: 32 | 64, base: bigint, size: number, path: string): Uint8Array {
  const out = new ByteWriter().pointer(base, bits === 64 ? 8 : 4).u32(size).u16(descriptor(path)).u16(0xbeef);
  text(out, path);
  return out.done();
}

export function processStart(parentPid: number, commandLine: string, directory: string, environment: string): Uint8Array {
  const out = new ByteWriter().u32(parentPid).u16(descriptor(commandLine)).u16(descriptor(directory)).u32(environment.length);
  text(out, commandLine);
  text(out, directory);
  return out.utf16(environment).done();
}

/** The fixed part, which begins with the path's descriptor, is filled in by `fixed` from offset 2 on. */
export function registry(path: string, pathAt: number, fixed: (out: ByteWriter) => void = () => undefined, tail: (out: ByteWriter) => void = () => undefined): Uint8Array {
  const out = new ByteWriter().u16(descriptor(path));
  fixed(out);
  out.padTo(pathAt);
  text(out, path);
  tail(out);
  return out.done();
}

export interface NetworkDetail {
  readonly tcp: boolean;
  readonly source: readonly number[];
  readonly sourcePort: number;
  readonly destination: readonly number[];
  readonly destinationPort: number;
  readonly length: number;
  readonly pairs?: readonly string[];
}

export function network(detail: NetworkDetail): Uint8Array {
  const { source, destination } = detail;
  const out = new ByteWriter();
  out.u16((source.length === 4 ? 1 : 0) | (destination.length === 4 ? 2 : 0) | (detail.tcp ? 4 : 0)).u16(0xbeef).u32(detail.length);
  out.bytes(source).zeros(16 - source.length).bytes(destination).zeros(16 - destination.length).u16(detail.sourcePort).u16(detail.destinationPort);
  for (const item of detail.pairs ?? []) out.utf16(item).u16(0);
  return out.u16(0).done();
}
