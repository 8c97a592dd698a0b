/**
 * The counted text routines of ntstrsafe.h and the C runtime routines that drivers call.
 *
 * Source: ntstrsafe.h, by the pages of RtlStringCbPrintfW and its relatives. A destination is a buffer, which gets the characters and a
 * NUL, or a box for a text. Text that does not fit is cut off and STATUS_BUFFER_OVERFLOW says so.
 */
import { upcase, type Ref, type UNICODE_STRING } from '../../engine/index.ts';
import { STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { formatDbgPrint } from '../format.ts';
import { KBUFFER } from '../kbuffer.ts';
import type { Routines } from '../services.ts';
import { put, textOf, wideArgument } from './common.ts';

/** NTSTRSAFE_MAX_CCH */
const maxCharacters = 0x7fffffff;

type Destination = KBUFFER | Ref<unknown>;

interface Form {
  /** Bytes of a character. */
  readonly unit: 1 | 2;
  /** The size argument counts bytes or characters. */
  readonly counts: 'bytes' | 'characters';
}

const capacityOf = (form: Form, size: number): number => (form.counts === 'bytes' ? Math.floor(size / form.unit) : size);

function present(form: Form, destination: Destination): string {
  if (!(destination instanceof KBUFFER)) return textOf(destination.value);
  if (form.unit === 2) return wideArgument(destination);
  const bytes = destination.bytes();
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}

/** Stores text with its NUL in so many characters. */
function storeText(form: Form, destination: Destination, size: number, text: string): number {
  const capacity = capacityOf(form, size);
  if (capacity <= 0 || capacity > maxCharacters) return STATUS_INVALID_PARAMETER;
  const kept = text.slice(0, capacity - 1);
  if (!(destination instanceof KBUFFER)) destination.value = kept;
  else if (form.unit === 2) destination.setWstr(0, `${kept}\0`);
  else for (let at = 0; at <= kept.length; at++) destination.setU8(at, at < kept.length ? kept.charCodeAt(at) & 0xff : 0);
  return kept.length < text.length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

function family(prefix: 'RtlStringCb' | 'RtlStringCch', suffix: 'A' | 'W'): Routines {
  const form: Form = { unit: suffix === 'W' ? 2 : 1, counts: prefix === 'RtlStringCb' ? 'bytes' : 'characters' };
  const limit = (text: string, count: number): string => text.slice(0, capacityOf(form, count));
  return {
    [`${prefix}Printf${suffix}`]: (destination: Destination, size: number, format: unknown, ...args: unknown[]) => storeText(form, destination, size, formatDbgPrint(wideArgument(format), args)),
    [`${prefix}Copy${suffix}`]: (destination: Destination, size: number, source: unknown) => storeText(form, destination, size, wideArgument(source)),
    [`${prefix}CopyN${suffix}`]: (destination: Destination, size: number, source: unknown, count: number) => storeText(form, destination, size, limit(wideArgument(source), count)),
    [`${prefix}Cat${suffix}`]: (destination: Destination, size: number, source: unknown) => storeText(form, destination, size, present(form, destination) + wideArgument(source)),
    [`${prefix}CatN${suffix}`]: (destination: Destination, size: number, source: unknown, count: number) => storeText(form, destination, size, present(form, destination) + limit(wideArgument(source), count)),
    [`${prefix}Length${suffix}`]: (source: unknown, maximum: number, out: Ref<number> | null) => {
      const text = wideArgument(source);
      if (text.length >= capacityOf(form, maximum)) return STATUS_INVALID_PARAMETER;
      put(out, form.counts === 'bytes' ? text.length * form.unit : text.length);
      return STATUS_SUCCESS;
    },
  };
}

const counted: Routines = {
  ...family('RtlStringCb', 'W'), ...family('RtlStringCch', 'W'), ...family('RtlStringCb', 'A'), ...family('RtlStringCch', 'A'),
  RtlStringCbCopyUnicodeString: (destination: Destination, size: number, source: unknown) => storeText({ unit: 2, counts: 'bytes' }, destination, size, textOf(source)),
  RtlStringCchCopyUnicodeString: (destination: Destination, size: number, source: unknown) => storeText({ unit: 2, counts: 'characters' }, destination, size, textOf(source)),
  RtlStringCbCatUnicodeString: (destination: Destination, size: number, source: unknown) => storeText({ unit: 2, counts: 'bytes' }, destination, size, present({ unit: 2, counts: 'bytes' }, destination) + textOf(source)),
  RtlUnicodeStringPrintf: (target: UNICODE_STRING, format: unknown, ...args: unknown[]) => {
    const text = formatDbgPrint(wideArgument(format), args);
    const capacity = target.MaximumLength >>> 1;
    target.Buffer = text.slice(0, capacity);
    return text.length > capacity ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
  },
};

const sign = (first: string, second: string): number => (first < second ? -1 : first > second ? 1 : 0);
/** A pointer into a text is the rest of the text. */
const from = (text: string, at: number): string | null => (at < 0 ? null : text.slice(at));

/** C runtime: texts in, texts and numbers out. */
const runtime: Routines = {
  wcslen: (text: unknown) => wideArgument(text).length,
  wcsnlen: (text: unknown, count: number) => Math.min(wideArgument(text).length, count),
  strlen: (text: unknown) => wideArgument(text).length,
  wcscmp: (a: unknown, b: unknown) => sign(wideArgument(a), wideArgument(b)),
  wcsncmp: (a: unknown, b: unknown, count: number) => sign(wideArgument(a).slice(0, count), wideArgument(b).slice(0, count)),
  _wcsicmp: (a: unknown, b: unknown) => sign(upcase(wideArgument(a)), upcase(wideArgument(b))),
  _wcsnicmp: (a: unknown, b: unknown, count: number) => sign(upcase(wideArgument(a)).slice(0, count), upcase(wideArgument(b)).slice(0, count)),
  _stricmp: (a: unknown, b: unknown) => sign(upcase(wideArgument(a)), upcase(wideArgument(b))),
  strcmp: (a: unknown, b: unknown) => sign(wideArgument(a), wideArgument(b)),
  strncmp: (a: unknown, b: unknown, count: number) => sign(wideArgument(a).slice(0, count), wideArgument(b).slice(0, count)),
  wcsstr: (text: unknown, part: unknown) => from(wideArgument(text), wideArgument(text).indexOf(wideArgument(part))),
  strstr: (text: unknown, part: unknown) => from(wideArgument(text), wideArgument(text).indexOf(wideArgument(part))),
  wcschr: (text: unknown, character: unknown) => from(wideArgument(text), wideArgument(text).indexOf(characterText(character))),
  wcsrchr: (text: unknown, character: unknown) => from(wideArgument(text), wideArgument(text).lastIndexOf(characterText(character))),
  towupper: (character: unknown) => changed(character, upcase),
  towlower: (character: unknown) => changed(character, (text) => text.toLowerCase()),
};

const characterText = (character: unknown): string => (typeof character === 'number' ? String.fromCharCode(character) : textOf(character).slice(0, 1));
const changed = (character: unknown, change: (text: string) => string): string | number => {
  const text = change(characterText(character));
  return typeof character === 'number' ? text.charCodeAt(0) : text;
};

export const strsafeRoutines: Routines = { ...counted, ...runtime };
