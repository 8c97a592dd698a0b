/**
 * UNICODE_STRING and ANSI_STRING routines.
 *
 * Source: the page of each routine in wdm.h, ntddk.h, ntifs.h. Text is JavaScript text; Length and MaximumLength count bytes and are
 * obeyed as in C. Letter case by the engine's upcase table.
 */
import { hasWildcards, isNameInExpression, UNICODE_STRING, upcase, type Ref } from '../../engine/index.ts';
import {
  STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { ANSI_STRING } from '../ansiString.ts';
import type { DriverServices, Routines } from '../services.ts';
import { GUID } from '../structures/valueClasses.ts';
import { isTrue, put, store, stringIn, textOf } from './common.ts';

type Target = Ref<UNICODE_STRING> | UNICODE_STRING;

const downcase = (text: string): string => [...Array(text.length).keys()].map((at) => {
  const unit = text.charAt(at);
  const lower = unit.toLowerCase();
  return lower.length === 1 && upcase(lower) === upcase(unit) ? lower : unit;
}).join('');

const folded = (value: unknown, ignoreCase: unknown): string => (isTrue(ignoreCase) ? upcase(textOf(value)) : textOf(value));

function compare(first: string, second: string): number {
  const length = Math.min(first.length, second.length);
  for (let at = 0; at < length; at++) {
    const difference = first.charCodeAt(at) - second.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

/** Whether a text fits into a string that exists; then it is stored. */
function fill(target: UNICODE_STRING, text: string, tooLong: number): number {
  if (text.length * 2 > target.MaximumLength) return tooLong;
  target.Buffer = text;
  return STATUS_SUCCESS;
}

const comparisons: Routines = {
  RtlEqualUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(a, ignoreCase) === folded(b, ignoreCase),
  RtlCompareUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => compare(folded(a, ignoreCase), folded(b, ignoreCase)),
  RtlPrefixUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(b, ignoreCase).startsWith(folded(a, ignoreCase)),
  RtlSuffixUnicodeString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(b, ignoreCase).endsWith(folded(a, ignoreCase)),
  RtlEqualString: (a: unknown, b: unknown, ignoreCase: unknown) => folded(a, ignoreCase) === folded(b, ignoreCase),
  RtlCompareString: (a: unknown, b: unknown, ignoreCase: unknown) => compare(folded(a, ignoreCase), folded(b, ignoreCase)),
  RtlHashUnicodeString: (string: unknown, ignoreCase: unknown, algorithm: number, out: Ref<number>) => {
    // HASH_STRING_ALGORITHM_DEFAULT 0, HASH_STRING_ALGORITHM_X65599 1
    if (algorithm !== 0 && algorithm !== 1) return STATUS_INVALID_PARAMETER;
    const text = folded(string, ignoreCase);
    let hash = 0;
    for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 65599) + text.charCodeAt(at)) >>> 0;
    out.value = hash;
    return STATUS_SUCCESS;
  },
  FsRtlAreNamesEqual: (a: unknown, b: unknown, ignoreCase: unknown) => folded(a, ignoreCase) === folded(b, ignoreCase),
  // The name is raised to upper case and the expression is not: its caller has to do that (FsRtlIsNameInExpression).
  FsRtlIsNameInExpression: (expression: unknown, name: unknown, ignoreCase: unknown) => isNameInExpression(textOf(expression), folded(name, ignoreCase), false),
  FsRtlDoesNameContainWildCards: (name: unknown) => hasWildcards(textOf(name)),
  FsRtlDissectName: (path: unknown, first: Target, remaining: Target) => {
    const text = textOf(path).replace(/^\\/, '');
    const at = text.indexOf('\\');
    const set = (target: Target, part: string): void => store(target, new UNICODE_STRING(part), (string) => {
      string.Buffer = part;
    });
    set(first, at < 0 ? text : text.slice(0, at));
    set(remaining, at < 0 ? '' : text.slice(at + 1));
  },
  RtlUpcaseUnicodeChar: (character: unknown) => characterOf(character, upcase),
  RtlDowncaseUnicodeChar: (character: unknown) => characterOf(character, downcase),
  RtlUpperChar: (character: unknown) => characterOf(character, (text) => (/^[a-z]$/.test(text) ? text.toUpperCase() : text)),
};

/** A character is a text of one; a number stands for its code and gives a number. */
function characterOf(character: unknown, change: (text: string) => string): string | number {
  if (typeof character === 'number') return change(String.fromCharCode(character)).charCodeAt(0);
  return change(textOf(character).slice(0, 1));
}

const assembling: Routines = {
  RtlInitUnicodeString: (target: Target, source?: unknown) => {
    const text = textOf(source);
    const length = text.length * 2;
    store(target, new UNICODE_STRING(text), (string) => {
      string.Buffer = text;
      string.MaximumLength = source === null || source === undefined ? 0 : length + 2;
    });
  },
  RtlInitEmptyUnicodeString: (target: Target, _buffer: unknown, bytes: number) => store(target, new UNICODE_STRING('', bytes), (string) => {
    string.Buffer = '';
    string.MaximumLength = bytes;
  }),
  RtlUnicodeStringInit: (target: Target, source?: unknown) => {
    const text = textOf(source);
    if (text.length > 32767) return STATUS_INVALID_PARAMETER;
    store(target, new UNICODE_STRING(text), (string) => {
      string.Buffer = text;
    });
    return STATUS_SUCCESS;
  },
  RtlCopyUnicodeString: (target: UNICODE_STRING, source?: unknown) => {
    target.Buffer = textOf(source).slice(0, target.MaximumLength >>> 1);
  },
  RtlAppendUnicodeToString: (target: UNICODE_STRING, source?: unknown) => fill(target, target.Buffer + textOf(source), STATUS_BUFFER_TOO_SMALL),
  RtlAppendUnicodeStringToString: (target: UNICODE_STRING, source: unknown) => fill(target, target.Buffer + textOf(source), STATUS_BUFFER_TOO_SMALL),
  RtlUnicodeStringCopy: (target: UNICODE_STRING, source: unknown) => copyLimited(target, textOf(source)),
  RtlUnicodeStringCopyString: (target: UNICODE_STRING, source: unknown) => copyLimited(target, textOf(source)),
  RtlUnicodeStringCat: (target: UNICODE_STRING, source: unknown) => copyLimited(target, target.Buffer + textOf(source)),
  RtlUnicodeStringCatString: (target: UNICODE_STRING, source: unknown) => copyLimited(target, target.Buffer + textOf(source)),
  RtlUnicodeStringValidate: (string: UNICODE_STRING) => (string.Length <= string.MaximumLength && string.MaximumLength <= 0xfffe ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER),
  RtlInitAnsiString: (target: Ref<ANSI_STRING> | ANSI_STRING, source?: unknown) => initAnsi(target, source),
  RtlInitString: (target: Ref<ANSI_STRING> | ANSI_STRING, source?: unknown) => initAnsi(target, source),
  RtlCopyString: (target: ANSI_STRING, source?: unknown) => {
    target.Buffer = textOf(source).slice(0, target.MaximumLength);
  },
  RtlUpperString: (target: ANSI_STRING, source: unknown) => {
    target.Buffer = textOf(source).slice(0, target.MaximumLength).replace(/[a-z]/g, (letter) => letter.toUpperCase());
  },
};

function initAnsi(target: Ref<ANSI_STRING> | ANSI_STRING, source: unknown): void {
  const text = textOf(source);
  store(target, new ANSI_STRING(text), (string) => {
    string.Buffer = text;
  });
}

/** ntstrsafe: what does not fit is cut off, and said. */
function copyLimited(target: UNICODE_STRING, text: string): number {
  const capacity = target.MaximumLength >>> 1;
  target.Buffer = text.slice(0, capacity);
  return text.length > capacity ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

const digits = (value: bigint, base: number): string | null => (base === 0 || base === 10 ? value.toString() : base === 2 || base === 8 || base === 16 ? value.toString(base).toUpperCase() : null);

/** Leading blanks, a sign, 0x 0o 0b; stops at the first character that is no digit. */
function parseInteger(text: string, givenBase: number): number | null {
  const [, sign = '', prefix = '', rest = ''] = /^[\0-\x20]*([+-]?)(0[xob])?(.*)$/s.exec(text) ?? [];
  const fromPrefix = { '0x': 16, '0o': 8, '0b': 2 }[prefix] ?? 10;
  const base = givenBase === 0 ? fromPrefix : givenBase;
  if (![2, 8, 10, 16].includes(base)) return null;
  const body = givenBase === 0 || prefix === '' ? rest : `0${prefix.slice(1)}${rest}`;
  let value = 0n;
  for (const character of body) {
    const digit = Number.parseInt(character, base);
    if (Number.isNaN(digit)) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  return Number(BigInt.asUintN(32, sign === '-' ? -value : value));
}

const numbers: Routines = {
  RtlIntegerToUnicodeString: (value: number, base: number | null | undefined, target: UNICODE_STRING) => {
    const text = digits(BigInt(value >>> 0), base ?? 0);
    return text === null ? STATUS_INVALID_PARAMETER : fill(target, text, STATUS_BUFFER_OVERFLOW);
  },
  RtlInt64ToUnicodeString: (value: bigint | number | { QuadPart: bigint }, base: number | null | undefined, target: UNICODE_STRING) => {
    const text = digits(BigInt.asUintN(64, BigInt(typeof value === 'object' ? value.QuadPart : value)), base ?? 0);
    return text === null ? STATUS_INVALID_PARAMETER : fill(target, text, STATUS_BUFFER_OVERFLOW);
  },
  RtlUnicodeStringToInteger: (string: unknown, base: number | null | undefined, out: Ref<number>) => {
    const value = parseInteger(textOf(string), base ?? 0);
    if (value === null) return STATUS_INVALID_PARAMETER;
    out.value = value;
    return STATUS_SUCCESS;
  },
  RtlCharToInteger: (text: unknown, base: number | null | undefined, out: Ref<number>) => {
    const value = parseInteger(textOf(text), base ?? 0);
    if (value === null) return STATUS_INVALID_PARAMETER;
    out.value = value;
    return STATUS_SUCCESS;
  },
  RtlGUIDFromString: (text: unknown, out: Ref<GUID> | GUID) => {
    const string = textOf(text);
    if (!/^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i.test(string)) return STATUS_INVALID_PARAMETER;
    const guid = new GUID(string);
    store(out, guid, (given) => Object.assign(given, guid));
    return STATUS_SUCCESS;
  },
};

/** Routines that make strings with memory of their own, which RtlFreeUnicodeString gives back. */
function allocating(services: DriverServices): Routines {
  const keep = (routine: string, target: unknown, text: string): number => {
    if (!services.mayAllocate(routine)) return STATUS_NO_MEMORY;
    const made = new UNICODE_STRING(text);
    let kept = made;
    store(target as Target, made, (string) => {
      string.Buffer = text;
      string.MaximumLength = text.length * 2 + 2;
      kept = string;
    });
    services.take('string', kept, `UNICODE_STRING "${text}"`);
    return STATUS_SUCCESS;
  };
  const convert = (routine: string) => (target: Target, text: string, allocate: unknown): number => {
    if (isTrue(allocate)) return keep(routine, target, text);
    const existing = stringIn(target);
    if (existing === null) return STATUS_INVALID_PARAMETER;
    return fill(existing, text, STATUS_BUFFER_OVERFLOW);
  };
  const free = (string: UNICODE_STRING): void => {
    services.ledger.giveBack(string);
    string.Buffer = '';
    string.MaximumLength = 0;
  };
  return {
    RtlUpcaseUnicodeString: (target: Target, source: unknown, allocate: unknown) => convert('RtlUpcaseUnicodeString')(target, upcase(textOf(source)), allocate),
    RtlDowncaseUnicodeString: (target: Target, source: unknown, allocate: unknown) => convert('RtlDowncaseUnicodeString')(target, downcase(textOf(source)), allocate),
    RtlAnsiStringToUnicodeString: (target: Target, source: unknown, allocate: unknown) => convert('RtlAnsiStringToUnicodeString')(target, textOf(source), allocate),
    RtlUnicodeStringToAnsiString: (target: Ref<ANSI_STRING> | ANSI_STRING, source: unknown, allocate: unknown) => {
      const text = textOf(source).replace(/[^\0-\xff]/g, '?');
      if (!isTrue(allocate)) {
        const existing = stringIn(target) as ANSI_STRING | null;
        if (existing === null) return STATUS_INVALID_PARAMETER;
        if (text.length > existing.MaximumLength) return STATUS_BUFFER_OVERFLOW;
        existing.Buffer = text;
        return STATUS_SUCCESS;
      }
      if (!services.mayAllocate('RtlUnicodeStringToAnsiString')) return STATUS_NO_MEMORY;
      let kept = new ANSI_STRING(text);
      store(target, kept, (string) => {
        string.Buffer = text;
        kept = string;
      });
      services.take('string', kept, `ANSI_STRING "${text}"`);
      return STATUS_SUCCESS;
    },
    RtlCreateUnicodeString: (target: Target, source: unknown) => keep('RtlCreateUnicodeString', target, textOf(source)) === STATUS_SUCCESS,
    RtlDuplicateUnicodeString: (_flags: number, source: unknown, target: Target) => keep('RtlDuplicateUnicodeString', target, textOf(source)),
    RtlStringFromGUID: (guid: unknown, target: Target) => (guid instanceof GUID ? keep('RtlStringFromGUID', target, guid.toString()) : STATUS_INVALID_PARAMETER),
    RtlFreeUnicodeString: free,
    RtlFreeAnsiString: (string: ANSI_STRING) => {
      services.ledger.giveBack(string);
      string.Buffer = '';
    },
    RtlUnicodeStringToAnsiSize: (string: unknown) => textOf(string).length + 1,
    RtlAnsiStringToUnicodeSize: (string: unknown) => textOf(string).length * 2 + 2,
    RtlxAnsiStringToUnicodeSize: (string: unknown) => textOf(string).length * 2 + 2,
    RtlUnicodeToMultiByteN: (target: { setU8(offset: number, value: number): void }, maximum: number, written: Ref<number> | null, text: unknown, bytes: number) => {
      const source = textOf(text).slice(0, bytes >>> 1);
      const count = Math.min(maximum, source.length);
      for (let at = 0; at < count; at++) target.setU8(at, source.charCodeAt(at) > 0xff ? 0x3f : source.charCodeAt(at));
      put(written, count);
      return source.length > maximum ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
    },
  };
}

export const stringRoutines = (services: DriverServices): Routines => ({ ...comparisons, ...assembling, ...numbers, ...allocating(services) });
