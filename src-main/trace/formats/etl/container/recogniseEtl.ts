/** Tells an ETL file by its first bytes: it has no magic number. Source: etw-formats.md 1.1. */
import type { TraceHead } from '../../../traceFormat.ts';
import { bufferHeaderSize, largestBuffer, typeHeader } from './bufferHeader.ts';

const systemHeaderSize = 32;
const smallestLogHeader = 272;
const smallestFirstStride = 0x150;

export function recogniseEtl(head: TraceHead): boolean {
  const { bytes } = head;
  if (bytes.length < bufferHeaderSize + systemHeaderSize + smallestLogHeader) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stride = view.getUint32(0, true);
  // A complete file has a whole first buffer; a file that ends inside it is an ETL file all the same.
  if (stride < smallestFirstStride || stride > largestBuffer) return false;
  return beginsSession(view, 0);
}

/** True where a header buffer at `at` begins with a log file header: type 4, and a SYSTEM record of group 0, type 0, version 2. */
export function beginsSession(view: DataView, at: number): boolean {
  const pointerSize = view.getUint32(at + 0x68 + 0x2c, true);
  return view.getUint16(at + 0x36, true) === typeHeader && isLogHeaderRecord(view, at + bufferHeaderSize) && (pointerSize === 4 || pointerSize === 8);
}

function isLogHeaderRecord(view: DataView, at: number): boolean {
  const headerType = view.getUint8(at + 2);
  return view.getUint8(at + 3) === 0xc0 && (headerType === 1 || headerType === 2) && view.getUint16(at + 6, true) === 0 && view.getUint16(at, true) === 2;
}
