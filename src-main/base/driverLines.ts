/**
 * Lines of drivers of several files as one number, so that a place in a driver is its name and a line, whatever the file.
 *
 * A file keeps its slot for as long as the driver exists, under whatever name, and no other file of that driver ever gets it. Slot 0 is
 * the file with DriverEntry, so the lines of a driver of one file are those of its text.
 */

/** A file has fewer lines than this. */
export const linesInSlot = 100_000;

/** What is told where a driver is only a name. */
export interface NamedFile {
  readonly slot: number;
  /** From the driver's folder, with `/`: `names.ts`, `util/strings.ts`. */
  readonly name: string;
}

/** A file beside the one that has DriverEntry. */
export interface DriverFile extends NamedFile {
  readonly text: string;
}

/** 1-based in the file, as shown. */
export interface FilePlace {
  readonly slot: number;
  readonly line: number;
}

/** `names.ts`, `util/strings.ts`. */
export const isFileName = (name: string): boolean => /^(?:[A-Za-z_][\w-]*\/)*[A-Za-z_][\w-]*\.ts$/.test(name);

export const driverLine = (slot: number, line: number): number => slot * linesInSlot + line;
export const filePlace = (driverLine: number): FilePlace => ({ slot: Math.floor(driverLine / linesInSlot), line: driverLine % linesInSlot });

/** The name of a driver's file, from its folder. `files`: those that the driver has or had. */
export function fileName(driver: string, files: readonly NamedFile[], slot: number): string {
  if (slot === 0) return `${driver}.ts`;
  return files.find((file) => file.slot === slot)?.name ?? `${driver}.ts (file ${slot})`;
}

/** `names.ts:12:5` of a driver's line, or only the name of its file. */
export function driverPlaceText(driver: string, files: readonly NamedFile[], line: number | null, column: number | null = null): string {
  if (line === null) return fileName(driver, files, 0);
  const place = filePlace(line);
  return `${fileName(driver, files, place.slot)}:${place.line}${column === null ? '' : `:${column}`}`;
}

/** The same where nothing beside it says whose line it is: `guard.ts:12`, `names.ts:12 of guard`. */
export function placeOfDriver(driver: string, files: readonly NamedFile[], line: number | null, column: number | null = null): string {
  const place = driverPlaceText(driver, files, line, column);
  return line === null || filePlace(line).slot === 0 ? place : `${place} of ${driver}`;
}

/** `line 12`, `line 12 of names.ts` */
export function lineText(driver: string, files: readonly NamedFile[], driverLine: number): string {
  const { slot, line } = filePlace(driverLine);
  return slot === 0 ? `line ${line}` : `line ${line} of ${fileName(driver, files, slot)}`;
}
