/**
 * Messages of the child on their way to the host: length-prefixed `v8.serialize` frames over an extra pipe.
 *
 * Written synchronously, so that a message is out before the child pauses, loops for ever or dies. The pipe may be full:
 * EAGAIN then means that the host has to read first.
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

/** Writes frames to a file descriptor and returns when they are out. */
export function frameWriter(fd: number): (message: HostMessage) => void {
  return (message) => {
    const frame = encodeFrame(message);
    for (let at = 0; at < frame.length;) {
      try {
        at += writeSync(fd, frame, at, frame.length - at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(sleepCell, 0, 0, 1);
      }
    }
  };
}

/** Puts chunks together again, whatever their sizes. */
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
