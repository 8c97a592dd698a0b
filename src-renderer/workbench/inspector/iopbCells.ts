import type { IopbField } from '../../../src-preload/contract/index.ts';

export interface IopbCell {
  readonly text: string;
  /** `first`: the column others are compared with. `same`: equal to it, written `=`. `other`: not equal, but nobody changed it (each layer has its own
   *  TargetInstance). `none`: no value at this moment. */
  readonly kind: 'first' | 'same' | 'different' | 'other' | 'none';
}

/** The cells of one field: the first value in full, then `=` where nothing changed and the value where it did. */
export function iopbCells(field: Pick<IopbField, 'values' | 'raw' | 'changed'>): readonly IopbCell[] {
  const baseAt = field.values.findIndex((value) => value !== null);
  return field.values.map((value, at): IopbCell => {
    if (value === null) return { text: '–', kind: 'none' };
    if (at === baseAt) return { text: value, kind: 'first' };
    // Decoded text can be alike where the numbers are not: both must agree to be "the same".
    const isSame = value === field.values[baseAt] && (field.raw[at] ?? null) === (field.raw[baseAt] ?? null);
    return isSame ? { text: '=', kind: 'same' } : { text: value, kind: field.changed ? 'different' : 'other' };
  });
}

/** What a buffer or an MDL is written as: its bytes can be shown. */
export const isBufferText = (value: string | null | undefined): boolean => value !== null && value !== undefined && /#\d+.*\(\d+ bytes\)$|^MDL#\d+$/.test(value);

/** What the editor of a value begins with: something that can be read again. */
export function editText({ values, raw }: Pick<IopbField, 'values' | 'raw'>, at: number): string {
  const text = values[at] ?? '';
  if (isBufferText(text)) return 'NULL';
  return raw[at] !== null && raw[at] !== undefined && !/^[A-Z][\w]*( ?[|;] ?\w+)*$/i.test(text) ? (raw[at] ?? '') : text;
}
