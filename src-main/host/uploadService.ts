/** Files that a page hands over in chunks, because a browser gives no path. */
import { closeSync, openSync, renameSync, copyFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { hostErrors } from './errors.ts';
import type { TemporaryFiles } from './temporaryFiles.ts';

interface Upload {
  readonly name: string;
  readonly file: string;
  readonly size: number;
  readonly descriptor: number;
  received: number;
}

export class UploadService {
  readonly #files: TemporaryFiles;
  readonly #uploads = new Map<number, Upload>();
  #next = 1;

  constructor(files: TemporaryFiles) {
    this.#files = files;
  }

  begin(name: string, size: number): number {
    const id = this.#next++;
    const file = this.#files.fresh();
    this.#uploads.set(id, { name: path.basename(name.replaceAll('\\', '/')), file, size, descriptor: openSync(file, 'w', 0o600), received: 0 });
    return id;
  }

  chunk(id: number, bytes: Uint8Array): number {
    const upload = this.#get(id);
    if (upload.received + bytes.length > upload.size) {
      this.cancel(id);
      throw hostErrors.uploadSize(upload.name, upload.size, upload.received + bytes.length);
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(upload.descriptor, bytes, at);
    upload.received += bytes.length;
    return upload.received;
  }

  /** What has come of it so far; the file stays where it is. */
  peek(id: number): { readonly name: string; readonly file: string; readonly size: number; readonly received: number } {
    return this.#get(id);
  }

  nameOf(id: number): string | undefined {
    return this.#uploads.get(id)?.name;
  }

  /** The whole file; from now on it belongs to the caller. */
  take(id: number): { name: string; file: string } {
    const upload = this.#get(id);
    this.#uploads.delete(id);
    closeSync(upload.descriptor);
    if (upload.received === upload.size) return upload;
    rmSync(upload.file, { force: true });
    throw hostErrors.uploadSize(upload.name, upload.size, upload.received);
  }

  cancel(id: number): void {
    const upload = this.#uploads.get(id);
    if (!upload) return;
    this.#uploads.delete(id);
    closeSync(upload.descriptor);
    rmSync(upload.file, { force: true });
  }

  move(from: string, to: string): string {
    try {
      renameSync(from, to);
    } catch {
      // Another file system.
      copyFileSync(from, to);
      rmSync(from, { force: true });
    }
    return to;
  }

  dispose(): void {
    for (const id of [...this.#uploads.keys()]) this.cancel(id);
  }

  #get(id: number): Upload {
    const upload = this.#uploads.get(id);
    if (!upload) throw hostErrors.uploadUnknown(id);
    return upload;
  }
}
