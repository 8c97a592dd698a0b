/**
 * Messages of the child on their way to the host: numbered, length-prefixed `v8.serialize` frames over two extra pipes.
 *
 * What must be heard before the child pauses, loops for ever or dies is out when `send` returns: it takes the pipe that blocks. Pages of a run
 * that goes on need not be: they take the other one, which the event loop empties whenever the host has read, so that the run goes on while the
 * host stores the last ones. What is not known to be out yet goes again before an urgent message, and the host knows by its number what it has.
 *
 * Not one pipe that does not block, with its EAGAIN caught: where exceptions are to stop, V8 pauses the child at each of those.
 */
import { writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { HostMessage } from './messages.ts';

/** File descriptors in the child: the first after stdin, stdout, stderr. */
export const urgentPipe = 3;
export const patientPipe = 4;
/** Length and number. */
const headerBytes = 8;
/** A frame beyond this is no frame of ours. */
const longestFrame = 256 * 1024 * 1024;
/** What may wait: some eighty pages of events, two or three seconds of a host that is busy otherwise. */
const mostWaitingBytes = 8 * 1024 * 1024;

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

export function encodeFrame(message: HostMessage, number: number): Uint8Array {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt32LE(number, 4);
  body.copy(frame, headerBytes);
  return frame;
}

/** The pipe that does not block. */
export interface PatientPipe {
  /** `out` is called, in order, when the bytes are out. */
  write(bytes: Uint8Array, out: () => void): void;
}

export class FrameWriter {
  readonly #urgentFd: number;
  readonly #patient: PatientPipe;
  /** Handed to the patient pipe and not known to be out. */
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #next = 0;
  #roomWanted: (() => void) | null = null;

  /** `urgentFd` must block. */
  constructor(urgentFd: number, patient: PatientPipe) {
    this.#urgentFd = urgentFd;
    this.#patient = patient;
  }

  /** Returns when the message is out, and all before it. */
  send(message: HostMessage): void {
    this.drain();
    this.#write(encodeFrame(message, this.#next++));
  }

  /** The message goes out when the pipe has room. */
  post(message: HostMessage): void {
    const frame = encodeFrame(message, this.#next++);
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    this.#patient.write(frame, () => this.#isOut(frame));
  }

  /** Returns when everything is out. */
  drain(): void {
    // The other pipe still holds them, so that they come twice.
    for (const frame of this.#waiting.splice(0)) this.#write(frame);
    this.#waitingBytes = 0;
    this.#tellRoom();
  }

  /** So much waits that the run should. */
  get isFull(): boolean {
    return this.#waitingBytes > mostWaitingBytes;
  }

  /** Calls back once when it is not full any more. */
  whenRoom(action: () => void): void {
    this.#roomWanted = action;
    this.#tellRoom();
  }

  #isOut(frame: Uint8Array): void {
    if (this.#waiting[0] !== frame) return;
    this.#waiting.shift();
    this.#waitingBytes -= frame.length;
    this.#tellRoom();
  }

  #tellRoom(): void {
    if (this.#roomWanted === null || this.isFull) return;
    const action = this.#roomWanted;
    this.#roomWanted = null;
    action();
  }

  #write(frame: Uint8Array): void {
    for (let written = 0; written < frame.length;) {
      try {
        written += writeSync(this.#urgentFd, frame, written, frame.length - written);
      } catch (error) {
        // A system on which the pipe does not block after all.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(sleepCell, 0, 0, 1);
      }
    }
  }
}

/** Puts frames together again, whatever the sizes of the chunks, and hands them on in the order of their numbers, each once. */
export class FrameReader {
  readonly #deliver: (message: HostMessage) => void;
  /** Came before one with a lower number. */
  readonly #early = new Map<number, Buffer>();
  #next = 0;

  constructor(deliver: (message: HostMessage) => void) {
    this.#deliver = deliver;
  }

  /** Takes the chunks of one of the pipes. */
  pipe(): (chunk: Buffer) => void {
    const assembly = new FrameAssembly((number, body) => this.#arrived(number, body));
    return (chunk) => assembly.push(chunk);
  }

  #arrived(number: number, body: Buffer): void {
    if (number > this.#next) this.#early.set(number, body);
    if (number !== this.#next) return;
    for (let frame: Buffer | undefined = body; frame !== undefined; frame = this.#early.get(this.#next)) {
      this.#early.delete(this.#next++);
      this.#deliver(deserialize(frame) as HostMessage);
    }
  }
}

/** Each frame gets memory of its own and no more, as what is in it is kept until it is stored. */
class FrameAssembly {
  readonly #whole: (number: number, body: Buffer) => void;
  readonly #header = Buffer.alloc(headerBytes);
  /** Of the frame that comes in; null while its length is not known. */
  #body: Buffer | null = null;
  /** How much of the header, or of the frame, is there. */
  #filled = 0;

  constructor(whole: (number: number, body: Buffer) => void) {
    this.#whole = whole;
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
      this.#whole(this.#header.readUInt32LE(4), frame);
      return;
    }
    const length = this.#header.readUInt32LE(0);
    if (length > longestFrame) throw new RangeError(`a frame of ${length} bytes is not one of the engine host's`);
    this.#body = Buffer.allocUnsafeSlow(length);
  }
}
