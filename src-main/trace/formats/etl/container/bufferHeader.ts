/** The 0x48 bytes in front of every buffer. Source: etw-formats.md 1.2 to 1.4. */

export const bufferHeaderSize = 0x48;
/** Windows makes none above 16 MiB; whatever says more is damaged. */
export const largestBuffer = 64 * 1024 * 1024;

export const flagEventsLost = 0x0002;
export const flagBufferLost = 0x0004;
const flagProcessorIndex = 0x0020;
export const flagCompressed = 0x0040;

export const typeHeader = 4;
/** Types that hold records: generic, rundown, header, batched. */
export const holdsRecords = (type: number): boolean => type === 0 || type === 1 || type === typeHeader || type === 5;

const otherTypes: { readonly [type: number]: string } = { 2: 'context switch', 3: 'reference time', 6: 'empty', 7: 'debugger info' };
export const bufferTypeName = (type: number): string => otherTypes[type] ?? `type ${type}`;

export interface BufferHeader {
  /** Bytes the buffer takes in the file, this header included. */
  stride: number;
  /** Bytes used, this header included, behind decompression. */
  used: number;
  sequenceHigh: number;
  sequenceLow: number;
  processor: number;
  state: number;
  flags: number;
  type: number;
}

export function newBufferHeader(): BufferHeader {
  return { stride: 0, used: 0, sequenceHigh: 0, sequenceLow: 0, processor: 0, state: 0, flags: 0, type: 0 };
}

/** Fills `header` from the bytes at `at`; its numbers are as they stand, unchecked. */
export function readBufferHeader(view: DataView, at: number, header: BufferHeader): void {
  const offset = view.getUint32(at + 0x30, true);
  header.stride = view.getUint32(at, true);
  header.used = offset >= bufferHeaderSize ? offset : view.getUint32(at + 0x04, true);
  header.sequenceLow = view.getUint32(at + 0x18, true);
  header.sequenceHigh = view.getUint32(at + 0x1c, true);
  header.flags = view.getUint16(at + 0x34, true);
  header.type = view.getUint16(at + 0x36, true);
  header.state = view.getUint32(at + 0x2c, true);
  // Before Windows 8 the second byte of the processor is an alignment.
  header.processor = (header.flags & flagProcessorIndex) !== 0 ? view.getUint16(at + 0x28, true) & 0x7ff : view.getUint8(at + 0x28);
}
