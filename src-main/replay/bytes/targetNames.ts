/**
 * The target of a recorded rename or hard link as its buffer holds it.
 *
 * Sources: MS-FSCC 2.4.21, 2.4.42 (FileName: a plain name, a name below RootDirectory, or a full one). A recording has the
 * caller's text, the DOS path it leads to, one of them, or none; RootDirectory is a handle and never recorded.
 */
import type { NumberedOperation } from '../../trace/record.ts';
import { targetLayout } from './structureLayouts.ts';

/** `C:\a` is `\??\C:\a`, `\\server\share\a` is `\??\UNC\server\share\a`; a name that is no DOS path stays. */
export function ntPathOf(path: string): string {
  if (/^[A-Za-z]:/.test(path)) return `\\??\\${path}`;
  return path.startsWith('\\\\') ? `\\??\\UNC\\${path.slice(2)}` : path;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('\\') + 1).toLowerCase();

/** What FileName holds with RootDirectory NULL; null where the recording has no target. */
export function targetText(op: NumberedOperation): string | null {
  const { TargetName: given, FileName: dos } = op.detail;
  if (typeof given === 'string' && given !== '' && !belowAnotherFolder(given, dos, op.path)) return given;
  return typeof dos === 'string' && dos !== '' ? ntPathOf(dos) : null;
}

/** A name without a path is in the file's own directory, unless it leads elsewhere: then RootDirectory was a handle. */
function belowAnotherFolder(given: string, dos: unknown, path: string | null): boolean {
  if (given.startsWith('\\') || given.startsWith(':') || typeof dos !== 'string' || path === null) return false;
  return folderOf(dos) !== folderOf(path) || given.includes('\\');
}

/** Units of a name that is not recorded: enough to see that there is one. */
const unknownNameUnits = 8;

/** Where the name ends in the structure. */
export const targetEnd = (op: NumberedOperation): number => targetLayout.nameAt + (targetText(op)?.length ?? unknownNameUnits) * 2;

/** Bytes of the whole structure. */
export const targetBytes = (op: NumberedOperation): number => Math.max(targetLayout.least, targetEnd(op));
