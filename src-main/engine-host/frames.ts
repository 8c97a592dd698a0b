/**
 * Messages of the child on their way to the host: length-prefixed `v8.serialize` frames over an extra pipe.
 *
 * What must be heard before the child pauses, loops for ever or dies is out when `send` returns. Pages of a run that goes on need
 * not: the pipe holds two or three, and while the host stores the last ones the run would stand still. They wait in order here.
 */
import { writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { HostMessage } from './messages.ts';

const headerBytes = 4;
/** A frame beyond this is no frame of ours. */
const longestFrame = 256 * 1024 * 1024;

export function encodeFrame(message: HostMessage): Uint8Array {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, headerBytes);
  return frame;
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** What may wait: some eighty pages of events, two or three seconds of a host that is busy otherwise. */
const mostWaitingBytes = 8 * 1024 * 1024;

/** Writes frames to a file descriptor that does not block. */
export class FrameWriter {
  readonly #fd: number;
  readonly #frames: Uint8Array[] = [];
  /** What of the first is out. */
  #begun = 0;
  #waiting = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Returns when the message is out, and all before it. */
  send(message: HostMessage): void {
    this.#add(message);
    this.drain();
  }

  /** The message goes out when the pipe has room: see `pump`. */
  post(message: HostMessage): void {
    this.#add(message);
    this.#write(mostWaitingBytes);
  }

  /** Writes what the pipe takes. True when nothing waits. */
  pump(): boolean {
    this.#write(Number.POSITIVE_INFINITY);
    return this.#frames.length === 0;
  }

  /** Returns when everything is out. */
  drain(): void {
    this.#write(0);
  }

  #add(message: HostMessage): void {
    const frame = encodeFrame(message);
    this.#frames.push(frame);
    this.#waiting += frame.length;
  }

  /** Waits for the host only while more than `mayWait` bytes are left. EAGAIN: the pipe is full. */
  #write(mayWait: number): void {
    for (let frame = this.#frames[0]; frame !== undefined;) {
      try {
        const written = writeSync(this.#fd, frame, this.#begun, frame.length - this.#begun);
        this.#begun += written;
        this.#waiting -= written;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        if (this.#waiting <= mayWait) return;
        Atomics.wait(sleepCell, 0, 0, 1);
      }
      if (this.#begun < frame.length) continue;
      this.#begun = 0;
      this.#frames.shift();
      frame = this.#frames[0];
    }
  }
}

export class FrameReader {
  readonly #deliver: (message: HostMessage) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = headerBytes;

  constructor(deliver: (message: HostMessage) => void) {
    this.#deliver = deliver;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#wanted) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks);
      const body = all.readUInt32LE(0);
      if (body > longestFrame) throw new RangeError(`a frame of ${body} bytes is not one of the engine host's`);
      this.#wanted = headerBytes + body;
      const whole = all.length >= this.#wanted;
      const rest = whole ? all.subarray(this.#wanted) : all;
      this.#chunks = rest.length === 0 ? [] : [rest];
      this.#length = rest.length;
      if (!whole) return;
      const frame = all.subarray(headerBytes, this.#wanted);
      this.#wanted = headerBytes;
      this.#deliver(deserialize(frame) as HostMessage);
    }
  }
}
