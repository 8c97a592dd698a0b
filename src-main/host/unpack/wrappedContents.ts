/** What is inside a wrapped file, told from the beginnings of what it holds; nothing is unpacked for it. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/userError.ts';
import type { ByteSource } from '../../trace/byteSource.ts';
import { detectTraceFormat } from '../../trace/detect.ts';
import type { TraceFormat } from '../../trace/traceFormat.ts';
import { headSize } from '../../trace/traceHead.ts';
import { unpackErrors } from './errors.ts';
import { unpackStream, type PackedStream } from './packedStream.ts';
import { partsAmong } from '../logParts.ts';
import { innerName, wrappingOf, type Wrapped } from './wrapping.ts';
import { readZipDirectory, type ZipEntry } from './zipDirectory.ts';

export interface WrappedContents {
  readonly wrapping: Wrapped;
  /** What may be imported: the largest trace first. Never empty. */
  readonly members: readonly WrappedMember[];
  /** What is wrong with the wrapping itself. */
  readonly problem: string | null;
}

export interface WrappedMember {
  readonly name: string;
  /** Parts of one log in their order; nearly always one. */
  readonly streams: readonly { readonly name: string; readonly packed: PackedStream }[];
  /** Unpacked, where the wrapping says it. */
  readonly bytes: number | null;
  /** Null where it is wrapped once more, so that only unpacking tells. */
  readonly format: TraceFormat | null;
}

/** Null where the file is not wrapped; throws the sentence that refuses one in which no trace is. */
export async function wrappedContents(file: string, name: string): Promise<WrappedContents | null> {
  const wrapping = wrappingOf(await beginningOf(file));
  if (wrapping === null) return null;
  return wrapping === 'zip' ? zipContents(file, name) : streamContents(file, name, wrapping);
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(16);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function streamContents(file: string, name: string, wrapping: 'gzip' | 'zlib'): Promise<WrappedContents> {
  const handle = await open(file, 'r');
  const { size } = await handle.stat().finally(() => handle.close());
  const packed: PackedStream = { file, coding: wrapping, start: 0, end: size, crc32: null };
  const inner = innerName(name);
  const head = await headOf(packed);
  if (head.length === 0) throw unpackErrors.nothingInside(name, wrapping);
  const format = formatOf(name, head, null);
  if (format instanceof Error) throw format;
  return { wrapping, members: [{ name: inner, streams: [{ name: inner, packed }], bytes: null, format }], problem: null };
}

async function zipContents(file: string, name: string): Promise<WrappedContents> {
  const { entries, count, cut } = await readZipDirectory(file);
  const traces: (ZipEntry & { packed: PackedStream; format: TraceFormat | null })[] = [];
  for (const entry of entries) {
    if (entry.packed === null) continue;
    const format = formatOf(entry.name, await headOf(entry.packed), entry.bytes);
    if (!(format instanceof Error)) traces.push({ ...entry, packed: entry.packed, format });
  }
  if (traces.length === 0) throw refusal(name, entries, count);
  return { wrapping: 'zip', members: membersOf(traces), problem: cut ? 'the zip archive has lost its end; what is left of it was read' : null };
}

function refusal(name: string, entries: readonly ZipEntry[], count: number): UserError {
  const [first] = entries;
  if (first === undefined) return unpackErrors.emptyZip(name);
  return first.obstacle !== null ? unpackErrors.closedZip(name, first.name, first.obstacle) : unpackErrors.noTraceInZip(name, count, entries.slice(0, 3).map((entry) => entry.name));
}

/** Parts of one log become one member. */
function membersOf(traces: readonly (ZipEntry & { readonly packed: PackedStream; readonly format: TraceFormat | null })[]): WrappedMember[] {
  const names = traces.map((trace) => trace.name);
  const taken = new Set<string>();
  const members: WrappedMember[] = [];
  for (const trace of traces) {
    if (taken.has(trace.name)) continue;
    const parts = partsAmong(trace.name, names).flatMap((part) => traces.find((other) => other.name === part) ?? []);
    for (const part of parts) taken.add(part.name);
    const bytes = parts.some((part) => part.bytes === null) ? null : parts.reduce((sum, part) => sum + (part.bytes ?? 0), 0);
    members.push({ name: parts[0]?.name ?? trace.name, streams: parts.map((part) => ({ name: path.posix.basename(part.name), packed: part.packed })), bytes, format: trace.format });
  }
  // A trace before what is only perhaps one.
  return members.sort((a, b) => Number(b.format !== null) - Number(a.format !== null) || (b.bytes ?? 0) - (a.bytes ?? 0));
}

/** The first bytes of what a stream holds; fewer where it is short or broken. */
async function headOf(packed: PackedStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await unpackStream(packed, (bytes) => {
    parts.push(bytes);
    length += bytes.length;
    return length < headSize;
  });
  return Buffer.concat(parts).subarray(0, headSize);
}

/** The format of something that begins so; null where it is wrapped itself; the refusal where it is no trace. */
function formatOf(name: string, head: Uint8Array, size: number | null): TraceFormat | Error | null {
  if (wrappingOf(head) !== null) return null;
  const source: ByteSource = {
    name, size: Math.max(size ?? 0, head.length),
    read: (offset, length) => head.subarray(offset, offset + length),
  };
  try {
    return detectTraceFormat(source);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
