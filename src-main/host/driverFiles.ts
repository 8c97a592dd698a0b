/** The files beside a driver's entry: their names, their slots, and when two drivers are the same code. */
import { isFileName, linesInSlot, type DriverFile, type NamedFile } from '../base/driverLines.ts';
import type { NewDriverFile } from '../../src-preload/contract/index.ts';
import { hostErrors } from './errors.ts';

/** A file that has a slot already, or a new one. */
export interface GivenFile extends NewDriverFile {
  readonly slot?: number | null;
}

/**
 * Gives every file its slot: its own where it says so, that of the file of the same name that the driver has or had, or a new one.
 *
 * `known`: every file that the driver has or had.
 */
export function placedFiles(driver: string, known: readonly NamedFile[], given: readonly GivenFile[]): DriverFile[] {
  checkFiles(driver, known, given);
  const taken = new Set(given.flatMap(({ slot }) => slot ?? []));
  let next = Math.max(0, ...known.map(({ slot }) => slot)) + 1;
  return given.map(({ slot, name, text }) => {
    const own = slot ?? known.find((file) => file.name === name && !taken.has(file.slot))?.slot ?? next++;
    taken.add(own);
    return { slot: own, name, text };
  });
}

function checkFiles(driver: string, known: readonly NamedFile[], given: readonly GivenFile[]): void {
  const names = new Set([`${driver}.ts`.toLowerCase()]);
  for (const { slot, name, text } of given) {
    if (!isFileName(name)) throw hostErrors.driverFileName(name);
    if (names.has(name.toLowerCase())) throw hostErrors.driverFileTaken(driver, name);
    names.add(name.toLowerCase());
    if (slot !== undefined && slot !== null && !known.some((file) => file.slot === slot)) throw hostErrors.noDriverFile(driver, slot);
    checkLength(name, text);
  }
  const slots = given.flatMap(({ slot }) => slot ?? []);
  const twice = slots.find((slot, at) => slots.indexOf(slot) !== at);
  if (twice !== undefined) throw hostErrors.driverFileTwice(driver, twice);
}

/** A longer text would have lines of the next slot. */
export function checkLength(name: string, text: string): void {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  if (lines >= linesInSlot) throw hostErrors.driverFileLong(name, lines, linesInSlot);
}

interface Contents {
  readonly source: string;
  readonly service: string;
  readonly files: readonly NewDriverFile[];
}

/** The slots do not matter: they only say where its lines are. */
export function sameContents(a: Contents, b: Contents): boolean {
  const other = new Map(b.files.map(({ name, text }) => [name, text]));
  return a.source === b.source && a.service === b.service && a.files.length === b.files.length && a.files.every(({ name, text }) => other.get(name) === text);
}
