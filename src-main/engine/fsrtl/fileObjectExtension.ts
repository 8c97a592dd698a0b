/**
 * What the I/O manager keeps about an open beside its FILE_OBJECT, where drivers cannot see it.
 *
 * Sources: OPL-003 (oplock keys come from the oplock-key ECP of the create), GEN-016 (IO_IGNORE_SHARE_ACCESS_CHECK).
 */
import { FILE_OBJECT, fileObjectFriend } from '../iomgr/fileObject.ts';

export interface FileObjectExtension {
  /** Target key of the oplock-key ECP; null without one. */
  readonly oplockKey: string | null;
  readonly parentOplockKey: string | null;
  /** Opened with IO_IGNORE_SHARE_ACCESS_CHECK: neither checked nor counted. */
  readonly ignoresShareAccess: boolean;
}

const nothing: FileObjectExtension = { oplockKey: null, parentOplockKey: null, ignoresShareAccess: false };

const extensions = new WeakMap<object, FileObjectExtension>();

export const fileObjectExtension = (fileObject: object): FileObjectExtension => extensions.get(fileObject) ?? nothing;

/** Adds to what is known of an open; done before its create is sent. */
export function extendFileObject(fileObject: object, facts: Partial<FileObjectExtension>): void {
  extensions.set(fileObject, { ...fileObjectExtension(fileObject), ...facts });
}

/** OPL-003: an open equals itself; two opens are equal only when both have a key and the keys are the same. */
export function oplockKeysEqual(a: object, b: object): boolean {
  if (a === b) return true;
  const key = fileObjectExtension(a).oplockKey;
  return key !== null && key === fileObjectExtension(b).oplockKey;
}

/** The same with OPLOCK_FLAG_PARENT_OBJECT: the parent key of the operation's open against the holder's target key. */
export function parentOplockKeyEquals(operation: object, holder: object): boolean {
  const key = fileObjectExtension(operation).parentOplockKey;
  return key !== null && key === fileObjectExtension(holder).oplockKey;
}

/** Whether an open belongs to a transaction: it is granted no oplock (OPL-012). */
export const isTransacted = (open: object): boolean => open instanceof FILE_OBJECT && fileObjectFriend.transaction(open) !== null;

/** What the file system keeps of an open. It lies in the file object: in a table of weak keys it would outlive its close until old objects are collected. */
export const fileSystemOpen = (fileObject: FILE_OBJECT): object | null => fileObjectFriend.open(fileObject);

export const setFileSystemOpen = (fileObject: FILE_OBJECT, open: object | null): void => fileObjectFriend.setOpen(fileObject, open);
