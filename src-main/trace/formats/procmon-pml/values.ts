/** Values that several decoders of a log read. Source: procmon-formats.md 10.4. */
import type { DetailValue } from '../../record.ts';

/** FILE_NETWORK_OPEN_INFORMATION. */
export function networkOpenDetail(view: DataView, at: number): { [key: string]: DetailValue } {
  return {
    CreationTime: wideAt(view, at),
    LastAccessTime: wideAt(view, at + 8),
    LastWriteTime: wideAt(view, at + 16),
    ChangeTime: wideAt(view, at + 24),
    AllocationSize: wideAt(view, at + 32),
    EndOfFile: wideAt(view, at + 40),
    FileAttributes: view.getUint32(at + 48, true),
  };
}

/** A signed 64-bit value: a number where that is exact, else a bigint. */
export function wideAt(view: DataView, at: number): number | bigint {
  const high = view.getInt32(at + 4, true);
  if (high >= 0x200000 || high < -0x200000) return view.getBigInt64(at, true);
  return high * 0x1_0000_0000 + view.getUint32(at, true);
}

/** An unsigned 64-bit value: a number where that is exact, else a bigint. */
export function unsignedWideAt(view: DataView, at: number): number | bigint {
  const high = view.getUint32(at + 4, true);
  return high >= 0x200000 ? view.getBigUint64(at, true) : high * 0x1_0000_0000 + view.getUint32(at, true);
}
