/**
 * The base protocol of DAP: a header with `Content-Length`, an empty line, and so many bytes of JSON.
 *
 * Nothing but the header fields of the protocol is let through. A web page can make a browser send a request to any loopback port, and
 * with its own `Content-Length` and body it would otherwise be understood here.
 */
import { dapErrors } from './errors.ts';

const longestHeader = 4096;
const longestMessage = 64 * 1024 * 1024;
const knownFields: ReadonlySet<string> = new Set(['content-length', 'content-type']);
const headerEnd = '\r\n\r\n';

export function frameMessage(message: object): string {
  const json = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(json, 'utf8')}${headerEnd}${json}`;
}

/** Puts chunks together again, whatever their sizes. Throws where what follows cannot be understood any more. */
export class MessageReader {
  readonly #deliver: (json: string) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes of the message under way; null: its header is. */
  #body: number | null = null;

  constructor(deliver: (json: string) => void) {
    this.#deliver = deliver;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#body === null ? this.#readHeader() : this.#readBody(this.#body));
  }

  #readHeader(): boolean {
    const all = this.#joined();
    const end = all.indexOf(headerEnd);
    if (end < 0) {
      if (this.#length > longestHeader) throw dapErrors.header();
      return false;
    }
    if (end > longestHeader) throw dapErrors.header();
    this.#body = lengthOf(all.toString('latin1', 0, end));
    this.#keep(all.subarray(end + headerEnd.length));
    return true;
  }

  #readBody(length: number): boolean {
    if (this.#length < length) return false;
    const all = this.#joined();
    this.#body = null;
    this.#keep(all.subarray(length));
    this.#deliver(all.toString('utf8', 0, length));
    return true;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }
}

function lengthOf(header: string): number {
  let length: number | null = null;
  for (const line of header.split('\r\n')) {
    const match = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
    const field = match?.[1]?.toLowerCase() ?? '';
    if (!knownFields.has(field)) throw dapErrors.header();
    if (field === 'content-length') length = /^\d{1,10}$/.test(match?.[2]?.trim() ?? '') ? Number(match?.[2]) : null;
  }
  if (length === null) throw dapErrors.header();
  if (length > longestMessage) throw dapErrors.messageTooLong(length);
  return length;
}
