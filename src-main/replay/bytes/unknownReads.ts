/**
 * Who looks at bytes that nobody recorded: once for each callback.
 *
 * Source: driver-api-usage.md 5.5, 3.1 (EDR-8: a decision that had no data counts too). What a driver makes of a number it has read cannot be followed, so the unit is the callback that
 * read it. Work that looks at no byte for its value stays unmarked: copying, swapping, and a transform, which writes what it has made
 * of the bytes to the same offsets of this buffer, or of one that is no shorter, before it reads the next ones. What it has written is as unknown as
 * what it has read.
 */
import { byteOrigin, type Activation, type CallSite } from '../../engine/index.ts';

/** What was read, and where. */
export interface UnknownLook {
  readonly activation: Activation;
  readonly site: CallSite | null;
  /** Printable name of the buffer. */
  readonly buffer: string;
  readonly offset: number;
  readonly length: number;
  /** It has asked whether they are known, and goes without them. */
  readonly asked: boolean;
}

/** What is told of a buffer. */
interface KBufferFacts {
  readonly id: string;
  readonly length: number;
}

export interface UnknownReadsHost {
  /** The routine whose code runs; null while none does. */
  running(): Activation | null;
  site(): CallSite | null;
  looked(look: UnknownLook): void;
  /** A callback reads unknown bytes for the first time, whatever it makes of them. */
  began?(activation: Activation): void;
}

/** Of more reads of a loop that goes through the bytes in order, the line is that of the ones before: looking it up is dear. */
const placesLookedUp = 8;

export class UnknownReads {
  readonly #host: UnknownReadsHost;
  /** Routines on the stack that have been told of. */
  readonly #told = new Set<Activation>();
  /** The latest read, which may turn out to be half of a transform. */
  #open: Activation | null = null;
  #buffer = '';
  #size = 0;
  #offset = 0;
  #length = 0;
  #covered = 0;
  #site: CallSite | null = null;
  #lookedUp = 0;

  constructor(host: UnknownReadsHost) {
    this.#host = host;
  }

  /** Driver code or the file system reads bytes of this origin. */
  read(buffer: KBufferFacts, offset: number, length: number, origin: number): void {
    if (origin !== byteOrigin.unknown || length === 0) return;
    const activation = this.#host.running();
    if (activation === null || this.#told.has(activation)) return;
    const again = this.#open === activation;
    this.#decide();
    if (again) return;
    if (this.#lookedUp++ < placesLookedUp || offset !== this.#offset + this.#length) this.#site = this.#host.site();
    // Nobody's line: a debugger looks.
    if (this.#site === null) return;
    this.#open = activation;
    this.#buffer = buffer.id;
    this.#size = buffer.length;
    this.#offset = offset;
    this.#length = length;
    this.#covered = 0;
    if (this.#lookedUp === 1) this.#host.began?.(activation);
  }

  /** Driver code, or the file system, asks whether bytes are known that are not. */
  asked(buffer: KBufferFacts, offset: number, length: number, origin: number): void {
    const activation = origin === byteOrigin.unknown ? this.#host.running() : null;
    if (activation === null || this.#told.has(activation)) return;
    const site = this.#host.site();
    if (site === null) return;
    this.#told.add(activation);
    this.#host.looked({ activation, site, buffer: buffer.id, offset, length, asked: true });
  }

  /** Bytes of a buffer of `size` bytes are written. True where they are made of unknown ones, and so unknown themselves. */
  written(size: number, offset: number, length: number): boolean {
    if (this.#open === null || this.#host.running() !== this.#open) return false;
    if (size < this.#size || offset !== this.#offset + this.#covered || length > this.#length - this.#covered) {
      this.#decide();
      return false;
    }
    this.#covered += length;
    if (this.#covered === this.#length) this.#open = null;
    return true;
  }

  /** A routine has returned: what it has read and not written was looked at. */
  left(activation: Activation): void {
    if (this.#open === activation) this.#decide();
    if (this.#told.size > 0) this.#told.delete(activation);
    this.#lookedUp = 0;
  }

  #decide(): void {
    const activation = this.#open;
    if (activation === null) return;
    this.#open = null;
    this.#told.add(activation);
    this.#host.looked({ activation, site: this.#site, buffer: this.#buffer, offset: this.#offset, length: this.#length, asked: false });
  }
}
