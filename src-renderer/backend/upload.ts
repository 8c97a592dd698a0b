/** One file on its way to the host, chunk by chunk, because a browser gives no path. */
import type { HostApi } from '../../src-preload/contract/index.ts';

const chunkBytes = 256 * 1024;

/** What of a browser's File is needed. */
export interface UploadFile {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export class UploadCancelled extends Error {
  constructor(name: string) {
    super(`${name} was not handed over: it was cancelled.`);
  }
}

export class Upload {
  readonly name: string;
  readonly size: number;
  /** Bytes that the host has. */
  sent = 0;
  /** The upload's id, once the host has enough of the file to tell what it is. */
  readonly begun: Promise<number>;
  readonly #host: HostApi;
  readonly #file: UploadFile;
  readonly #progress: (sent: number) => void;
  #uploadId: number | null = null;
  #isCancelled = false;
  #whole: Promise<number> | null = null;

  constructor(host: HostApi, file: UploadFile, progress: (sent: number) => void) {
    this.#host = host;
    this.#file = file;
    this.#progress = progress;
    this.name = file.name;
    this.size = file.size;
    this.begun = this.#begin();
    // Whoever needs the upload hears of its failure; nobody has to.
    this.begun.catch(() => undefined);
  }

  /** Hands over the rest once `turn` has come; answers with the id when the host has all of it. */
  finish(turn: Promise<unknown> = Promise.resolve()): Promise<number> {
    this.#whole ??= this.#rest(turn);
    this.#whole.catch(() => undefined);
    return this.#whole;
  }

  /** Ends it; the host forgets what it had of the file. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    if (this.#uploadId !== null) void this.#host.request('upload.cancel', { uploadId: this.#uploadId }).catch(() => undefined);
  }

  async #begin(): Promise<number> {
    const { uploadId } = await this.#host.request('upload.begin', { name: this.name, size: this.size });
    this.#uploadId = uploadId;
    if (this.#isCancelled) {
      void this.#host.request('upload.cancel', { uploadId }).catch(() => undefined);
      throw new UploadCancelled(this.name);
    }
    await this.#send(uploadId);
    return uploadId;
  }

  async #rest(turn: Promise<unknown>): Promise<number> {
    const uploadId = await this.begun;
    await turn.catch(() => undefined);
    while (this.sent < this.size) await this.#send(uploadId);
    if (this.#isCancelled) throw new UploadCancelled(this.name);
    return uploadId;
  }

  async #send(uploadId: number): Promise<void> {
    if (this.#isCancelled) throw new UploadCancelled(this.name);
    const bytes = new Uint8Array(await this.#file.slice(this.sent, this.sent + chunkBytes).arrayBuffer());
    // A file that shrank since it was chosen would be waited for without end.
    if (bytes.length === 0 && this.size > 0) throw new Error(`${this.name} could not be read to its end; it may have changed since it was chosen.`);
    if (bytes.length > 0 && !this.#isCancelled) await this.#host.request('upload.chunk', { uploadId, bytes });
    this.sent += bytes.length;
    this.#progress(this.sent);
  }
}
