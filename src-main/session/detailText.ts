/**
 * `detail` and `provenance` of an operation as JSON text, in the form of replay/operationPage.ts, so that the texts go from the
 * store to the engine host untouched.
 *
 * A bigint that a double holds exactly is written as a plain number, which is what SQL users expect of json_extract; a larger one
 * as `{"$bigint":"18446744073709551615"}`.
 */
import { detailFromJson } from '../replay/operationPage.ts';
import type { DetailValue } from '../trace/record.ts';

export type DetailObject = { readonly [key: string]: DetailValue };

const largest = BigInt(Number.MAX_SAFE_INTEGER);

/** Written by hand because JSON.stringify with a replacer takes several times as long, and there is one text an operation. */
export function detailToText(value: DetailValue): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return value <= largest && value >= -largest ? value.toString() : `{"$bigint":"${value.toString()}"}`;
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value === null || value === undefined ? 'null' : compound(value);
  }
}

// Letters that JSON writes as they are; most texts have no others.
const isPlain = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (text.length < 256 && isPlain.test(text) ? `"${text}"` : JSON.stringify(text));

function compound(value: readonly DetailValue[] | DetailObject): string {
  if (Array.isArray(value)) return `[${(value as readonly DetailValue[]).map(detailToText).join(',')}]`;
  let text = '{';
  for (const key in value) {
    const member = (value as DetailObject)[key];
    if (member === undefined) continue;
    text += (text === '{' ? '' : ',') + keyText(key) + detailToText(member);
  }
  return `${text}}`;
}

const keyTexts = new Map<string, string>();

// A few dozen keys in all; a hostile trace may bring more.
function keyText(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  if (keyTexts.size > 4096) keyTexts.clear();
  const text = `${JSON.stringify(key)}:`;
  keyTexts.set(key, text);
  return text;
}

/** The inverse of `detailToText`; an empty object for text that is none, because a session file may hold anything. */
export function detailFromText(text: string | null): DetailObject {
  if (text === null || text === '{}') return {};
  try {
    const value: unknown = detailFromJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DetailObject) : {};
  } catch {
    return {};
  }
}
