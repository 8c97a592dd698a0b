/** Filter rules out of Process Monitor's files: PMF (one exported filter) and PMC (a configuration). Source: procmon-formats.md 17. */

export interface ProcmonRule {
  /** Id of the column, procmon-formats.md 12.1. */
  readonly column: number;
  /** 0 is, 1 is not, 2 less than, 3 more than, 4 begins with, 5 ends with, 6 contains, 7 excludes. */
  readonly relation: number;
  readonly include: boolean;
  readonly value: string;
}

export interface ProcmonRules {
  readonly filter: readonly ProcmonRule[];
  readonly highlight: readonly ProcmonRule[];
}

/** Null where the bytes are neither. */
export function readProcmonRules(bytes: Uint8Array): ProcmonRules | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 9) return null;
  if (view.getUint32(0, true) === bytes.length - 4) {
    const filter = rulesOf(bytes.subarray(4));
    return filter === null ? null : { filter, highlight: [] };
  }
  return configuration(bytes, view);
}

/** Records of: size, 0x10, 0x10 + bytes of the name, bytes of the data, name, data. */
function configuration(bytes: Uint8Array, view: DataView): ProcmonRules | null {
  let [filter, highlight]: (readonly ProcmonRule[] | null)[] = [null, null];
  for (let at = 0; at + 16 <= bytes.length;) {
    const [size, head, nameEnd, dataSize] = [0, 4, 8, 12].map((offset) => view.getUint32(at + offset, true)) as [number, number, number, number];
    if (head !== 0x10 || size < 0x10 || at + size > bytes.length || nameEnd + dataSize > size) return null;
    const name = utf16(bytes.subarray(at + head, at + nameEnd));
    const data = bytes.subarray(at + nameEnd, at + nameEnd + dataSize);
    if (name === 'FilterRules') filter = rulesOf(data);
    if (name === 'HighlightRules') highlight = rulesOf(data);
    at += size;
  }
  return filter === null && highlight === null ? null : { filter: filter ?? [], highlight: highlight ?? [] };
}

function rulesOf(blob: Uint8Array): readonly ProcmonRule[] | null {
  if (blob.length < 5 || blob[0] !== 1) return null;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const rules: ProcmonRule[] = [];
  let at = 5;
  for (let left = view.getUint32(1, true); left > 0; left--) {
    if (at + 13 > blob.length) return null;
    const size = view.getUint32(at + 9, true);
    if (at + 21 + size > blob.length) return null;
    rules.push({ column: view.getUint32(at, true), relation: view.getUint32(at + 4, true), include: blob[at + 8] === 1, value: utf16(blob.subarray(at + 13, at + 13 + size)) });
    at += 21 + size;
  }
  return rules;
}

/** Little endian, up to its NUL. */
function utf16(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const unit = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}
