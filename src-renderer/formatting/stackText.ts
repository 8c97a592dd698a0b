/** A recorded stack as lines: where each return address lies, as symbols or as module and offset. */
import type { RecordedFrame } from '../../src-preload/contract/index.ts';

export const formatAddress = (address: bigint): string => `0x${address.toString(16).toUpperCase().padStart(16, '0')}`;

/** `ntdll.dll + 0x9f7d4`; what the source says comes first, an address without a module stands for itself. */
export function frameText(frame: RecordedFrame): string {
  if (frame.location !== null && frame.location !== '') return frame.location;
  if (frame.module === null) return '(no module known here)';
  return frame.offset === null ? frame.module : `${frame.module} + 0x${frame.offset.toString(16)}`;
}

/** For pasting elsewhere: number, K or U, place, address. */
export function stackText(frames: readonly RecordedFrame[]): string {
  return frames.map((frame, at) => [String(at), frame.kernel ? 'K' : 'U', frameText(frame), formatAddress(frame.address), frame.modulePath ?? ''].join('\t').trimEnd()).join('\n');
}
