/**
 * JSON with bigint and Uint8Array, for transports that carry text.
 *
 * A bigint is written as `{"$n":"123"}`, bytes as `{"$b":"base64"}`; an object that has such a key of its own is wrapped as
 * `{"$o":{...}}`, so every value comes back as it was. undefined members are dropped, as structured clone's receivers expect
 * optional members to be absent.
 */
import type { Message } from './channel.ts';

const marks = ['$n', '$b', '$o'];

const isMarked = (value: object): boolean => marks.some((mark) => Object.hasOwn(value, mark));

/** The value itself where text says all of it; else a copy of what is different on the way there. Most of a page of rows is plain. */
function encodeValue(value: unknown): unknown {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $b: bytesToBase64(value) };
  if (Array.isArray(value)) return encodeList(value);
  const encoded = encodeMembers(value as Record<string, unknown>);
  return isMarked(value) ? { $o: encoded } : encoded;
}

function encodeList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const encoded = encodeValue(list[at]);
    if (!Object.is(encoded, list[at])) (copy ??= [...list])[at] = encoded;
  }
  return copy ?? list;
}

function encodeMembers(object: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (typeof member !== 'object' && typeof member !== 'bigint') continue;
    const encoded = encodeValue(member);
    // A copy has every member as its own, so that one named __proto__ is set like others.
    if (encoded !== member) (copy ??= { ...object })[key] = encoded;
  }
  return copy ?? object;
}

/** Changes what was just parsed: nobody else has it. */
function decodeValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (let at = 0; at < list.length; at++) list[at] = decodeValue(list[at]);
    return list;
  }
  const object = value as Record<string, unknown>;
  if (typeof object['$n'] === 'string') return BigInt(object['$n']);
  if (typeof object['$b'] === 'string') return base64ToBytes(object['$b']);
  return decodeMembers(typeof object['$o'] === 'object' && object['$o'] !== null ? (object['$o'] as Record<string, unknown>) : object);
}

function decodeMembers(object: Record<string, unknown>): unknown {
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (typeof member === 'object' && member !== null) object[key] = decodeValue(member);
  }
  return object;
}

export function encodeMessage(message: Message): string {
  return JSON.stringify(encodeValue(message));
}

/** Throws SyntaxError for text that is no message. */
export function decodeMessage(text: string): Message {
  const value = decodeValue(JSON.parse(text)) as { kind?: unknown };
  if (typeof value !== 'object' || value === null || typeof value.kind !== 'string') throw new SyntaxError('not a message');
  return value as Message;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Uint8Array(128);
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i;

const alphabetCodes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const paddingCode = '='.charCodeAt(0);
/** Characters a call: engines limit how many arguments one may have. */
const charactersACall = 8192;

/** Engines of ECMAScript 2026 write base64 themselves, many times as fast: Chromium does, Node 24 does not. */
const { toBase64 } = Uint8Array.prototype as { readonly toBase64?: () => string };

function bytesToBase64(bytes: Uint8Array): string {
  if (toBase64 !== undefined) return toBase64.call(bytes);
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let i = 0, at = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) codes[at++] = alphabetCodes[(word >> shift) & 63] ?? 0;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  codes.fill(paddingCode, codes.length - missing);
  const parts: string[] = [];
  for (let i = 0; i < codes.length; i += charactersACall) parts.push(String.fromCharCode.apply(null, codes.subarray(i, i + charactersACall) as unknown as number[]));
  return parts.join('');
}

function base64ToBytes(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const word = (digitAt(text, i) << 18) | (digitAt(text, i + 1) << 12) | (digitAt(text, i + 2) << 6) | digitAt(text, i + 3);
    bytes[at++] = word >> 16;
    // Beyond the end, where the padding stands, these write nothing.
    bytes[at++] = word >> 8;
    bytes[at++] = word;
  }
  return bytes;
}

/** 0 for the padding. */
function digitAt(text: string, at: number): number {
  return (valueOf[text.charCodeAt(at)] ?? 0) & 63;
}
