/**
 * JSON with bigint and Uint8Array, for transports that carry text.
 *
 * A bigint is written as `{"$n":"123"}`, bytes as `{"$b":"base64"}`; an object that has such a key of its own is wrapped as
 * `{"$o":{...}}`, so every value comes back as it was. undefined members are dropped, as structured clone's receivers expect
 * optional members to be absent.
 */
import type { Message } from './channel.ts';

const marks = ['$n', '$b', '$o'];

function encodeValue(value: unknown): unknown {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (value instanceof Uint8Array) return { $b: bytesToBase64(value) };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    const encoded = Object.fromEntries(entries.map(([key, member]) => [key, encodeValue(member)]));
    return marks.some((mark) => Object.hasOwn(value, mark)) ? { $o: encoded } : encoded;
  }
  return value;
}

function decodeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if (typeof object['$n'] === 'string') return BigInt(object['$n']);
  if (typeof object['$b'] === 'string') return base64ToBytes(object['$b']);
  const members = typeof object['$o'] === 'object' && object['$o'] !== null ? (object['$o'] as Record<string, unknown>) : object;
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, decodeValue(member)]));
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
const valueOf = new Uint8Array(128).fill(255);
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i;

function bytesToBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    parts.push(
      alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63) + (left > 1 ? alphabet.charAt((word >> 6) & 63) : '=') + (left > 2 ? alphabet.charAt(word & 63) : '='),
    );
  }
  return parts.join('');
}

function base64ToBytes(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digit = (at: number): number => {
    const value = valueOf[text.charCodeAt(at)] ?? 255;
    return value === 255 ? 0 : value;
  };
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const word = (digit(i) << 18) | (digit(i + 1) << 12) | (digit(i + 2) << 6) | digit(i + 3);
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (word >> shift) & 255;
  }
  return bytes;
}
