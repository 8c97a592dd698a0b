/** Small pieces of minispy's text: times of day, numbers in words, names with their notes. Source: etw-formats.md 18.1. */

const colon = 0x3a;

/** The number in `prefix` + `12)`; undefined where that is not what `text` is, or no byte. */
export function byteAfter(text: string, prefix: string): number | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const digits = /^(\d{1,3})\)$/.exec(text.slice(prefix.length));
  const value = digits === null ? 256 : Number(digits[1]);
  return value < 256 ? value : undefined;
}

const digit = (byte: number | undefined): number => {
  const value = (byte ?? 0) - 0x30;
  return value >= 0 && value < 10 ? value : Number.NaN;
};

/** Milliseconds of `HH:MM:SS:mmm` since midnight; -1 for what is no time, such as `time error`. */
export function timeOfDay(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 12 || bytes[start + 2] !== colon || bytes[start + 5] !== colon || bytes[start + 8] !== colon) return -1;
  const two = (at: number): number => digit(bytes[at]) * 10 + digit(bytes[at + 1]);
  const hours = two(start);
  const minutes = two(start + 3);
  const seconds = two(start + 6);
  const milliseconds = two(start + 9) * 10 + digit(bytes[start + 11]);
  if (!(hours < 24 && minutes < 60 && seconds < 61 && milliseconds >= 0)) return -1;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

export interface MinispyName {
  readonly path: string | null;
  /** Why minispy could not get the normalised name: then the path is the one the file was opened by, or null. */
  readonly nameStatus: number | null;
  /** Extra create parameters as minispy prints them, `[2 ECPs: PREFETCH; 1 unknown ECPs]`. */
  readonly extraCreateParameters: string | null;
}

/**
 * Takes the Name column apart.
 *
 * The driver writes `<c0000034> \Device\...` with the status of the normalised name before the opened one, `<NO NAME>` or `<NO NAME: NormalizeStatus=c0000034
 * OpenedStatus=c0000001>` where it has neither, and for a create always a blank and then the note about extra create parameters, if there are any.
 */
export function minispyName(text: string, isCreate: boolean): MinispyName {
  let rest = text;
  let extraCreateParameters: string | null = null;
  if (isCreate) {
    const note = /^(.*?) (\[\d{1,10} ECPs:.*)$/.exec(rest);
    if (note !== null) {
      rest = note[1] ?? '';
      extraCreateParameters = note[2] ?? '';
    } else if (rest.endsWith(' ')) {
      rest = rest.slice(0, -1);
    }
  }
  if (!rest.startsWith('<')) return { path: rest === '' ? null : rest, nameStatus: null, extraCreateParameters };
  const opened = /^<([0-9a-f]{8})> (.*)$/i.exec(rest);
  if (opened !== null) return { path: opened[2] === '' ? null : (opened[2] ?? null), nameStatus: Number.parseInt(opened[1] ?? '', 16), extraCreateParameters };
  const none = /^<NO NAME(?:: NormalizeStatus=([0-9a-f]{1,8}).*)?>?$/i.exec(rest);
  if (none === null) return { path: rest, nameStatus: null, extraCreateParameters };
  return { path: null, nameStatus: none[1] === undefined ? null : Number.parseInt(none[1], 16), extraCreateParameters };
}
