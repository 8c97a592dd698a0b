/**
 * JSON with bigint and Uint8Array, for transports that carry text and bytes in frames.
 *
 * A message is a frame of text; where it has bytes, a frame of all its bytes one behind the other comes before. A bigint is written as
 * `{"$n":"123"}`, bytes as `{"$b":[offset,length]}` in the frame before; an object that has such a key of its own is wrapped as
 * `{"$o":{...}}`, so every value comes back as it was. undefined members are dropped, as structured clone's receivers expect
 * optional members to be absent.
 */
import type { Message } from './channel.ts';

export type Frame = string | Uint8Array<ArrayBuffer>;

const marks = ['$n', '$b', '$o'];
const noBytes = new Uint8Array();

const isMarked = (value: object): boolean => marks.some((mark) => Object.hasOwn(value, mark));

/** The bytes of one message, in the order in which they are written. */
class BytesOut {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): readonly [offset: number, length: number] {
    const offset = this.#length;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return [offset, bytes.length];
  }

  /** Null where nothing was added. */
  frame(): Uint8Array<ArrayBuffer> | null {
    if (this.#parts.length === 0) return null;
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** The value itself where text says all of it; else a copy of what is different on the way there. Most of a page of rows is plain. */
function encodeValue(value: unknown, out: BytesOut): unknown {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $b: out.add(value) };
  if (Array.isArray(value)) return encodeList(value, out);
  const encoded = encodeMembers(value as Record<string, unknown>, out);
  return isMarked(value) ? { $o: encoded } : encoded;
}

function encodeList(list: readonly unknown[], out: BytesOut): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const encoded = encodeValue(list[at], out);
    if (!Object.is(encoded, list[at])) (copy ??= [...list])[at] = encoded;
  }
  return copy ?? list;
}

function encodeMembers(object: Record<string, unknown>, out: BytesOut): Record<string, unknown> {
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (typeof member !== 'object' && typeof member !== 'bigint') continue;
    const encoded = encodeValue(member, out);
    // A copy has every member as its own, so that one named __proto__ is set like others.
    if (encoded !== member) (copy ??= { ...object })[key] = encoded;
  }
  return copy ?? object;
}

/** Changes what was just parsed: nobody else has it. */
function decodeValue(value: unknown, bytes: Uint8Array): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (let at = 0; at < list.length; at++) list[at] = decodeValue(list[at], bytes);
    return list;
  }
  const object = value as Record<string, unknown>;
  if (typeof object['$n'] === 'string') return BigInt(object['$n']);
  if (Array.isArray(object['$b'])) return bytesAt(bytes, object['$b'] as readonly unknown[]);
  return decodeMembers(typeof object['$o'] === 'object' && object['$o'] !== null ? (object['$o'] as Record<string, unknown>) : object, bytes);
}

function decodeMembers(object: Record<string, unknown>, bytes: Uint8Array): unknown {
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (typeof member === 'object' && member !== null) object[key] = decodeValue(member, bytes);
  }
  return object;
}

function bytesAt(bytes: Uint8Array, [offset, length]: readonly unknown[]): Uint8Array {
  if (!Number.isInteger(offset) || !Number.isInteger(length)) throw new SyntaxError('bytes without a place');
  const [from, end] = [offset as number, (offset as number) + (length as number)];
  if (from < 0 || end < from || end > bytes.length) throw new SyntaxError('bytes that did not come');
  return bytes.slice(from, end);
}

/** The frames of a message, in the order in which they are to be sent. */
export function encodeMessage(message: Message): readonly Frame[] {
  const out = new BytesOut();
  const text = JSON.stringify(encodeValue(message, out));
  const bytes = out.frame();
  return bytes === null ? [text] : [bytes, text];
}

/** Puts the frames of one connection together again. */
export class MessageDecoder {
  #bytes: Uint8Array | null = null;

  /** The message that a frame completes; null where the rest of it is still to come. Throws SyntaxError for what is no message. */
  decode(frame: string | Uint8Array): Message | null {
    if (typeof frame !== 'string') {
      if (this.#bytes !== null) throw new SyntaxError('bytes without a message');
      this.#bytes = frame;
      return null;
    }
    const bytes = this.#bytes ?? noBytes;
    this.#bytes = null;
    const value = decodeValue(JSON.parse(frame), bytes) as { kind?: unknown };
    if (typeof value !== 'object' || value === null || typeof value.kind !== 'string') throw new SyntaxError('not a message');
    return value as Message;
  }
}
