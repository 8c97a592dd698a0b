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
