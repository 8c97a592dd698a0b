/**
 * What a zip archive holds. The bytes of its entries are read by packedStream.ts; the library only reads the directory.
 *
 * Source: APPNOTE.TXT of PKWARE, 4.3.7 (local file header) for archives that lost their end.
 */
import { open, type FileHandle } from 'node:fs/promises';
import yauzl, { type Entry } from 'yauzl';
import type { PackedCoding, PackedStream } from './packedStream.ts';

export interface ZipEntry {
  /** With forward slashes, however the archive writes them. */
  readonly name: string;
  /** Unpacked, as the archive says; null where it does not say. */
  readonly bytes: number | null;
  readonly packedBytes: number;
  /** Null where this program cannot unpack it; `obstacle` says why. */
  readonly packed: PackedStream | null;
  readonly obstacle: string | null;
}

export interface ZipDirectory {
  /** The largest ones first; folders are left out. */
  readonly entries: readonly ZipEntry[];
  /** All files in it, those beyond `entries` too. */
  readonly count: number;
  /** The archive has lost its end: its entries were found one behind the other. */
  readonly cut: boolean;
}

/** So many entries are looked at: a trace is among the largest. */
const entriesKept = 500;

export async function readZipDirectory(file: string): Promise<ZipDirectory> {
  try {
    return await byDirectory(file);
  } catch {
    // No directory, or none that can be read.
    return byLocalHeaders(file);
  }
}

async function byDirectory(file: string): Promise<ZipDirectory> {
  // Names are only shown and compared, never used as paths, so any name will do.
  const zip = await yauzl.openPromise(file, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
  try {
    const kept = new LargestEntries<Entry>((entry) => entry.uncompressedSize);
    for await (const entry of zip.eachEntry()) if (!entryName(entry).endsWith('/')) kept.add(entry);
    const entries: ZipEntry[] = [];
    for (const entry of kept.largest()) entries.push(await zipEntry(entry, async () => (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart, file));
    return { entries, count: kept.count, cut: false };
  } finally {
    zip.close();
  }
}

async function zipEntry(entry: Entry, dataStart: () => Promise<number>, file: string): Promise<ZipEntry> {
  const common = { name: entryName(entry), bytes: entry.uncompressedSize, packedBytes: entry.compressedSize };
  const obstacle = (entry.generalPurposeBitFlag & flags.encrypted) !== 0 ? 'it is encrypted' : codingOf(entry.compressionMethod) === null ? `its compression method ${entry.compressionMethod} is unknown` : null;
  const coding = codingOf(entry.compressionMethod);
  if (obstacle !== null || coding === null) return { ...common, packed: null, obstacle };
  try {
    const start = await dataStart();
    return { ...common, packed: { file, coding, start, end: start + entry.compressedSize, crc32: entry.crc32 }, obstacle: null };
  } catch (error) {
    return { ...common, packed: null, obstacle: error instanceof Error ? error.message : String(error) };
  }
}

const entryName = (entry: Entry): string => yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false).replaceAll('\\', '/');

const flags = { encrypted: 1, sizesBehind: 8, utf8: 0x800 } as const;

function codingOf(method: number): PackedCoding | null {
  if (method === 0) return 'stored';
  return method === 8 ? 'deflate' : null;
}

const localHeader = { signature: 0x04034b50, size: 30 } as const;

/** Entries as they stand from the file's beginning, as far as their sizes are known. */
async function byLocalHeaders(file: string): Promise<ZipDirectory> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const kept = new LargestEntries<ZipEntry>((entry) => entry.bytes ?? entry.packedBytes);
    for (let at = 0; at >= 0 && at < size; ) {
      const found = await localEntry(handle, at, size, file);
      if (found === null) break;
      if (!found.entry.name.endsWith('/')) kept.add(found.entry);
      at = found.next;
    }
    return { entries: kept.largest(), count: kept.count, cut: true };
  } finally {
    await handle.close();
  }
}

/** `next`: where the following one begins; -1 where that cannot be told. */
async function localEntry(handle: FileHandle, at: number, size: number, file: string): Promise<{ entry: ZipEntry; next: number } | null> {
  const header = Buffer.alloc(localHeader.size);
  if ((await handle.read(header, 0, header.length, at)).bytesRead < header.length || header.readUInt32LE(0) !== localHeader.signature) return null;
  const bits = header.readUInt16LE(6);
  const nameBytes = Buffer.alloc(header.readUInt16LE(26));
  await handle.read(nameBytes, 0, nameBytes.length, at + header.length);
  const name = nameBytes.toString((bits & flags.utf8) !== 0 ? 'utf8' : 'latin1').replaceAll('\\', '/');
  const start = at + header.length + nameBytes.length + header.readUInt16LE(28);
  const packedBytes = header.readUInt32LE(18);
  const isKnown = (bits & flags.sizesBehind) === 0 && packedBytes !== 0xffffffff;
  const coding = (bits & flags.encrypted) !== 0 ? null : codingOf(header.readUInt16LE(8));
  const end = isKnown ? start + packedBytes : size;
  const isWhole = isKnown && end <= size;
  return {
    entry: {
      name, bytes: isWhole ? header.readUInt32LE(22) : null, packedBytes: Math.max(0, Math.min(end, size) - start),
      packed: coding === null || start > size ? null : { file, coding, start, end, crc32: isWhole ? header.readUInt32LE(14) : null },
      obstacle: coding === null ? 'it is encrypted, or its compression method is unknown' : null,
    },
    next: isWhole ? end : -1,
  };
}

/** Keeps the largest of many in bounded memory. */
class LargestEntries<T> {
  readonly #sizeOf: (entry: T) => number;
  #entries: T[] = [];
  count = 0;

  constructor(sizeOf: (entry: T) => number) {
    this.#sizeOf = sizeOf;
  }

  add(entry: T): void {
    this.count++;
    this.#entries.push(entry);
    if (this.#entries.length >= 4 * entriesKept) this.#entries = this.largest();
  }

  largest(): T[] {
    return [...this.#entries].sort((a, b) => this.#sizeOf(b) - this.#sizeOf(a)).slice(0, entriesKept);
  }
}
