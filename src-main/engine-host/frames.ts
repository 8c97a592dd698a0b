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

/** Puts chunks together again, whatever their sizes. Each frame gets memory of its own and no more, as what is in it is kept until it is stored. */
export class FrameReader {
  readonly #deliver: (message: HostMessage) => void;
  readonly #header = Buffer.alloc(headerBytes);
  /** Of the frame that comes in; null while its length is not known. */
  #body: Buffer | null = null;
  /** How much of the header, or of the frame, is there. */
  #filled = 0;

  constructor(deliver: (message: HostMessage) => void) {
    this.#deliver = deliver;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const into = this.#body ?? this.#header;
      const taken = Math.min(into.length - this.#filled, chunk.length - at);
      chunk.copy(into, this.#filled, at, at + taken);
      this.#filled += taken;
      at += taken;
      if (this.#filled === into.length) this.#full();
    }
  }

  #full(): void {
    const frame = this.#body;
    this.#filled = 0;
    if (frame !== null) {
      this.#body = null;
      this.#deliver(deserialize(frame) as HostMessage);
      return;
    }
    const length = this.#header.readUInt32LE(0);
    if (length > longestFrame) throw new RangeError(`a frame of ${length} bytes is not one of the engine host's`);
    this.#body = Buffer.allocUnsafeSlow(length);
  }
}
