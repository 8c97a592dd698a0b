/**
 * Contents that the user supplies for files of a trace.
 *
 * The engine host opens no file, so what it may read is handed to it when the run starts, as far as that is little. A folder holds
 * the files by their paths, drive letter first: `C:\docs\plan.txt` is `C/docs/plan.txt` in it.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/userError.ts';
import type { UserFile } from '../replay/bytes/unknownBytes.ts';

const megabyte = 1024 * 1024;
/** Of one file, its beginning. */
const mostBytesOfFile = 16 * megabyte;
/** Together. */
const mostBytes = 64 * megabyte;
const mostFiles = 10_000;

/** Files in the order of their paths, until there are enough. */
export function readUserFiles(folder: string): UserFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UserError('file-missing', `There is no folder “${folder}” to take unknown bytes from; it holds files by their paths in the trace, e.g. C/docs/plan.txt.`);
  }
  const files: UserFile[] = [];
  let left = mostBytes;
  for (const { file, name } of below(folder, '')) {
    if (files.length === mostFiles || left === 0) break;
    const bytes = readFileSync(file).subarray(0, Math.min(left, mostBytesOfFile));
    left -= bytes.length;
    files.push({ path: tracePath(name), bytes });
  }
  return files;
}

/** `C/docs/plan.txt` is `C:\docs\plan.txt`; another first folder is a server. */
function tracePath(name: string): string {
  const parts = name.split('/');
  const [first = ''] = parts;
  return /^[A-Za-z]$/.test(first) ? `${first.toUpperCase()}:\\${parts.slice(1).join('\\')}` : `\\\\${parts.join('\\')}`;
}

function* below(folder: string, prefix: string): Generator<{ readonly file: string; readonly name: string }> {
  for (const entry of readdirSync(path.join(folder, prefix), { withFileTypes: true }).sort(byName)) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* below(folder, name);
    else if (entry.isFile()) yield { file: path.join(folder, name), name };
  }
}

const byName = (one: Dirent, other: Dirent): number => (one.name < other.name ? -1 : 1);
