/**
 * What the Filter Manager asks of the file system besides I/O: names, the identity of streams, and whether it supports contexts.
 *
 * Source: filter-manager-objects.md 4.1 (CTX-003) and 5 (NAM-001 to NAM-003, NAM-036). Paths begin with a backslash and have no volume.
 */
import type { FILE_OBJECT } from './fileObject.ts';

export interface ResolvedPath {
  /** STATUS_SUCCESS also where only the final component is missing. */
  readonly status: number;
  /** Name of the volume it leads to. */
  readonly volume: string;
  /** Long names in the case on disk, without a default stream suffix. */
  readonly path: string;
  readonly shortName: string | null;
  readonly exists: boolean;
  readonly directory: boolean;
}

export interface FileLocation {
  /** Present long path of the link it was opened by. */
  readonly path: string;
  /** As the open spelled it, joined to the related file object. */
  readonly openedPath: string;
  readonly shortName: string | null;
  /** Identity of the stream, and of the file with all its streams. */
  readonly stream: object;
  readonly file: object;
  readonly directory: boolean;
  readonly pagingFile: boolean;
  /** Of the stream, in bytes. */
  readonly size?: bigint;
}

export interface ContextSupport {
  readonly stream: boolean;
  readonly streamHandle: boolean;
  readonly file: boolean;
}

/** Told by the file system; the Filter Manager drops contexts and cached names. */
export interface FileSystemListener {
  streamFreed(stream: object): void;
  fileFreed(file: object): void;
  /** The name, and every name below it, is not valid any more. */
  nameChanged(volume: string, path: string): void;
}

export interface FileSystemServices {
  listener: FileSystemListener | null;
  resolve(volume: string, path: string): ResolvedPath;
  /** Null for a file object that is not open here. */
  locate(fileObject: FILE_OBJECT): FileLocation | null;
  tunneled(volume: string, directory: string, component: string): { readonly longName: string; readonly shortName: string | null } | null;
  supportsContexts(fileObject: FILE_OBJECT): ContextSupport;
  /** After STATUS_REPARSE with a tag: the full name that the mount point or symbolic link leads to; null where it leads to no name. */
  reparseTarget?(fileObject: FILE_OBJECT): string | null;
}
