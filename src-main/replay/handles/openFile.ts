import type { FILE_OBJECT, Operation } from '../../engine/index.ts';

export type FileObjectOrigin = 'derived' | 'assumed';

/** A recorded file object between its create, or its first use, and its close. */
export interface OpenFile {
  readonly fileObject: FILE_OBJECT;
  readonly origin: FileObjectOrigin;
  /** See `DerivedFileObject`. */
  readonly opening: Operation | null;
  readonly pid: number;
  readonly tid: number;
  /** Its path in lower case. */
  key: string;
}

/** Paths of a trace repeat: each is put into lower case once in a while only, and its hash is kept with it. */
const lower = new Map<string, string>();
const maximumLower = 65_536;
let lastPath = '';
let lastKey = '';

export function pathKey(path: string | null): string {
  if (path === null) return '';
  if (path === lastPath) return lastKey;
  let key = lower.get(path);
  if (key === undefined) {
    if (lower.size >= maximumLower) lower.clear();
    lower.set(path, (key = path.toLowerCase()));
  }
  lastPath = path;
  lastKey = key;
  return key;
}
