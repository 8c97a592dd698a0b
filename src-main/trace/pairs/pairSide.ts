/** What pairing looks at of an operation, from either of two captures. */
export interface PairSide {
  /** Number of the operation within its trace. */
  readonly index: number;
  /** 100 ns ticks, on one clock for both captures but for `PairOptions.clockOffset`. */
  readonly time: bigint;
  readonly duration: bigint | null;
  readonly pid: number;
  readonly tid: number;
  readonly major: number | null;
  readonly minor: number;
  readonly path: string | null;
  /** Address of the FILE_OBJECT, where the capture has it. */
  readonly fileObject: bigint | null;
  readonly offset: bigint | null;
  readonly length: number | null;
  readonly status: number | null;
  readonly information: number | null;
  readonly irpFlags: number;
}

/** Fields in which two sides of one operation can differ. */
export const pairFields = ['path', 'tid', 'offset', 'length', 'irpFlags', 'status', 'information'] as const;
export type PairField = (typeof pairFields)[number];

export function changedFields(above: PairSide, below: PairSide): PairField[] {
  return pairFields.filter((field) => (field === 'path' ? !samePath(above.path, below.path) : !sameValue(above[field], below[field])));
}

// What one of the captures does not record is no change.
const sameValue = (a: unknown, b: unknown): boolean => a === null || b === null || a === b;
const samePath = (a: string | null, b: string | null): boolean => a === null || b === null || pathKey(a) === pathKey(b);

/**
 * A path without its volume and without case: captures of different kinds write `C:\a` and `\Device\HarddiskVolume3\a` for one file.
 * Two volumes are told apart by thread and time.
 */
export function pathKey(path: string): string {
  const lower = path.toLowerCase();
  if (lower.charCodeAt(1) === 0x3a) return lower.slice(2);
  const device = '\\device\\harddiskvolume';
  if (!lower.startsWith(device)) return lower;
  const end = lower.indexOf('\\', device.length);
  return end < 0 ? '' : lower.slice(end);
}
