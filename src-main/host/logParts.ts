/**
 * The parts of one Process Monitor log.
 *
 * A backing file that grows past its limit goes on in `name-1.PML`, `name-2.PML` ... beside `name.PML` (procmon-formats.md 16).
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { SourceFile } from './workers/messages.ts';

const partName = /^(.*?)(?:-(\d{1,4}))?(\.pml)$/i;

/** `file` with the other parts that lie beside it, in their order: `name-2.PML` brings the whole log. Alone where the numbers have a gap. */
export function partsBeside(file: string): SourceFile[] {
  const folder = path.dirname(file);
  const own = path.basename(file);
  const alone = [{ file, name: own }];
  if (!partName.test(own)) return alone;
  const names = partsAmong(own, listed(folder));
  return names.length < 2 ? alone : names.map((name) => ({ file: name === own ? file : path.join(folder, name), name }));
}

/** Names that are parts of the log `own` belongs to, in their order; only `own` where it belongs to none. */
export function partsAmong(own: string, names: readonly string[]): string[] {
  const byName = new Map(names.map((name) => [name.toLowerCase(), name]));
  // A dash and a number may belong to the name itself: `cap-1.PML` is a part only where `cap.PML` is there.
  for (const base of basesOf(own)) {
    const parts = contiguous(base, byName);
    if (parts.length > 1 && parts.some((name) => name.toLowerCase() === own.toLowerCase())) return parts;
  }
  return [own];
}

/** Uploads in the order of their part numbers, as far as they have any. */
export function inPartOrder(files: readonly SourceFile[]): SourceFile[] {
  const names = partsAmong(files[0]?.name ?? '', files.map(({ name }) => name));
  return names.length === files.length ? names.flatMap((name) => files.find((file) => file.name === name) ?? []) : [...files];
}

function basesOf(own: string): { stem: string; extension: string }[] {
  const match = partName.exec(own);
  if (match === null) return [];
  const [, stem = '', number, extension = ''] = match;
  const whole = { stem: own.slice(0, -extension.length), extension };
  return number === undefined ? [whole] : [{ stem, extension }, whole];
}

function contiguous({ stem, extension }: { readonly stem: string; readonly extension: string }, byName: ReadonlyMap<string, string>): string[] {
  const parts: string[] = [];
  for (let number = 0; ; number++) {
    const name = byName.get(`${stem}${number === 0 ? '' : `-${number}`}${extension}`.toLowerCase());
    if (name === undefined) return parts;
    parts.push(name);
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that cannot be listed may still have a file that can be read.
    return [];
  }
}
