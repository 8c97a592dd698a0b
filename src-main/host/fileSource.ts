/** A file as a ByteSource: synchronous reads at an offset, for worker threads. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ByteSource } from '../trace/byteSource.ts';
import { hostErrors } from './errors.ts';

export interface FileSource extends ByteSource {
  close(): void;
}

/** Opens for reading only: a source trace is never written to. */
export function openFileSource(file: string, name = path.basename(file)): FileSource {
  const descriptor = open(file);
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) {
    closeSync(descriptor);
    throw hostErrors.fileIsFolder(file);
  }
  return {
    size: stats.size,
    name,
    read: (offset, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, stats.size - offset)));
      return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, offset));
    },
    close: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw hostErrors.fileMissing(file);
    if (code === 'EISDIR') throw hostErrors.fileIsFolder(file);
    throw hostErrors.fileUnreadable(file, message);
  }
}
