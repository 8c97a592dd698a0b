/** Small helpers of the implementations: texts, boxes, strings with a capacity. */
import { UNICODE_STRING, type Ref } from '../../engine/index.ts';
import { KBUFFER } from '../kbuffer.ts';

/** Text of a string, a UNICODE_STRING or a box of one; empty for NULL. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && 'Buffer' in value && typeof value.Buffer === 'string') return value.Buffer;
  if (typeof value === 'object' && 'value' in value) return textOf(value.value);
  throw new TypeError(`a UNICODE_STRING or a text is wanted here, not ${typeof value}`);
}

export const isTrue = (value: unknown): boolean => value === true || value === 1;

export const isBox = (value: unknown): value is Ref<unknown> => typeof value === 'object' && value !== null && 'value' in value;

/** Stores into a box, or into the object itself: `&variable` both ways. */
export function store<T extends object>(target: Ref<T> | T, value: T, assign: (object: T) => void): void {
  if (isBox(target)) (target as Ref<T>).value = value;
  else assign(target as T);
}

/** An optional out-parameter. */
export function put<T>(box: Ref<T> | null | undefined, value: T): void {
  if (box !== null && box !== undefined) box.value = value;
}

/** The string an out-parameter names: the object itself, or the one in the box. Null for a box without one. */
export function stringIn(target: unknown): UNICODE_STRING | null {
  const inner = isBox(target) ? target.value : target;
  return inner instanceof UNICODE_STRING || (typeof inner === 'object' && inner !== null && 'Buffer' in inner && 'MaximumLength' in inner) ? (inner as UNICODE_STRING) : null;
}

/** Text of a wide string argument: a text, or the characters of a buffer up to the first NUL. */
export function wideArgument(value: unknown): string {
  if (!(value instanceof KBUFFER)) return textOf(value);
  let text = '';
  for (let at = 0; at + 1 < value.length; at += 2) {
    const unit = value.u16(at);
    if (unit === 0) return text;
    text += String.fromCharCode(unit);
  }
  return text;
}
