/**
 * Header of a Process Monitor log, versions 7 to 9.
 *
 * Source: procmon-formats.md 2 (layout), 15 (what a broken header means) and 16.1 (version 7: the same layout).
 */
import { decodeUtf16z } from '../../byteText.ts';
import { readBytes } from '../../byteWindow.ts';
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import type { DetailValue } from '../../record.ts';
import { unsignedWideAt } from './values.ts';

export const headerSize = 0x3a8;
/** No log of this version has been seen; it stands between two that are alike. */
export const unseenVersion = 8;
const readVersions: readonly number[] = [7, unseenVersion, 9];

export interface PmlHeader {
  readonly version: number;
  /** Pointer size of the traced system: 8 or 4. */
  readonly pointerSize: 4 | 8;
  readonly events: number;
  /** Whether the header ends as that of every log does. */
  readonly whole: boolean;
  /** File offsets of the tables; 0 where the file was not closed. */
  readonly eventOffsets: number;
  readonly processTable: number;
  readonly stringTable: number;
  readonly iconTable: number;
  readonly hostTable: number;
  readonly system: { readonly [key: string]: DetailValue };
}

/** Throws the sentence that names the version when it is another one. It comes first, so that a short log is told by its version. */
export function checkPmlVersion(name: string, bytes: Uint8Array): void {
  if (bytes.length < 8) return;
  const version = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  if (!readVersions.includes(version)) throw traceErrors.pmlVersion(name, version);
}

/** Reads and checks the header; throws the sentence for a file that cannot be read at all. */
export function readPmlHeader(source: ByteSource): PmlHeader {
  const bytes = readBytes(source, 0, headerSize);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkPmlVersion(source.name, bytes);
  if (bytes.length < headerSize) throw traceErrors.pmlTruncatedHeader(source.name, bytes.length, headerSize);
  const bitness = view.getUint32(8, true);
  if (bitness > 1) throw traceErrors.pmlBitness(source.name, bitness);
  return {
    version: view.getUint32(4, true),
    pointerSize: bitness === 1 ? 8 : 4,
    events: view.getUint32(0x234, true),
    whole: pointer(view, 0x398) === headerSize,
    eventOffsets: pointer(view, 0x248),
    processTable: pointer(view, 0x250),
    stringTable: pointer(view, 0x258),
    iconTable: pointer(view, 0x260),
    hostTable: pointer(view, 0x3a0),
    system: systemOf(bytes, view, bitness === 1),
  };
}

/** A 64-bit file offset. What exceeds 2^53 is beyond any file, which the range checks then say. */
function pointer(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

const productTypes = ['', 'workstation', 'domain controller', 'server'];

function systemOf(bytes: Uint8Array, view: DataView, is64Bit: boolean): { readonly [key: string]: DetailValue } {
  const product = bytes[0x38a] ?? 0;
  return {
    computer: decodeUtf16z(bytes, 0x00c, 0x02c),
    systemRoot: decodeUtf16z(bytes, 0x02c, 0x234),
    is64Bit,
    windowsVersion: `${view.getUint32(0x274, true)}.${view.getUint32(0x278, true)}.${view.getUint32(0x27c, true)}`,
    windowsBuild: view.getUint32(0x27c, true),
    servicePack: decodeUtf16z(bytes, 0x284, 0x384),
    productType: productTypes[product] ?? String(product),
    processors: view.getUint32(0x38c, true),
    physicalMemory: unsignedWideAt(view, 0x390),
    highestUserAddress: unsignedWideAt(view, 0x268),
  };
}
