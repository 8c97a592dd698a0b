/** Breakpoints as a file: drivers by name, so that it means the same in another session. */
import { driverLine, fileName, filePlace, linesInSlot, type NamedFile } from '../base/driverLines.ts';
import { breakpointJson, type BreakpointAt, type BreakpointSpec } from '../debugger/breakpointSpec.ts';
import { readBreakpoint } from '../debugger/readBreakpoint.ts';
import type { StoredBreakpoint } from '../session/index.ts';
import { UserError } from '../base/userError.ts';

export interface FileDriver {
  readonly id: number;
  readonly name: string;
  readonly files: readonly NamedFile[];
}

export interface FileBreakpoint {
  readonly enabled: boolean;
  readonly spec: BreakpointSpec;
  /** The how many-th of the file it is. */
  readonly position: number;
  /** Its id in the file, for those that depend on it. */
  readonly id: number | null;
}

const version = 1;

/** One as it is stored. */
export function stored(enabled: boolean, spec: BreakpointSpec): Omit<StoredBreakpoint, 'id'> {
  return { enabled, driver: spec.driverId, spec: breakpointJson(spec), group: spec.group, hits: 0 };
}

export function breakpointFile(breakpoints: readonly { readonly id: number; readonly enabled: boolean; readonly spec: BreakpointSpec }[], drivers: readonly FileDriver[]): string {
  const rows = breakpoints.map(({ id, enabled, spec }) => {
    const { driverId, at, ...rest } = JSON.parse(breakpointJson(spec)) as BreakpointSpec;
    const driver = drivers.find((one) => one.id === driverId);
    return { id, enabled, driver: driver?.name ?? null, at: driver === undefined ? at : inFile(at, driver), ...rest };
  });
  return `${JSON.stringify({ fltreplayBreakpoints: version, breakpoints: rows }, null, 2)}\n`;
}

/** What a file has, and sentences about what it has that cannot be used here. */
export function readBreakpointFile(text: string, drivers: readonly FileDriver[]): { readonly breakpoints: readonly FileBreakpoint[]; readonly left: readonly string[] } {
  const breakpoints: FileBreakpoint[] = [];
  const left: string[] = [];
  rowsOf(text).forEach((row, at) => {
    const { id, enabled, driver, ...rest } = (typeof row === 'object' && row !== null ? row : {}) as Readonly<Record<string, unknown>>;
    const found = driver === undefined || driver === null ? null : drivers.find((one) => one.name === driver);
    const place = inDriver(rest['at'], found);
    const read = readBreakpoint({ ...rest, at: place, driverId: found?.id ?? null });
    if (found === undefined) left.push(`Breakpoint ${at + 1}: there is no driver ${JSON.stringify(driver)} in this session.`);
    else if (typeof place === 'string') left.push(`Breakpoint ${at + 1}: ${place}`);
    else if (read.kind === 'problem') left.push(`Breakpoint ${at + 1}: ${read.message}`);
    else breakpoints.push({ position: at + 1, id: typeof id === 'number' ? id : null, enabled: enabled !== false, spec: read.spec });
  });
  return { breakpoints, left };
}

/** A line as that of one of the files: in another session they may have other slots. */
function inFile(at: BreakpointAt, { name, files }: FileDriver): object {
  if (at.kind !== 'line' || files.length === 0) return at;
  const place = filePlace(at.line);
  return { kind: at.kind, file: fileName(name, files, place.slot), line: place.line };
}

/** The line of a file as the line of its driver; a sentence where there is no such line. */
function inDriver(at: unknown, driver: FileDriver | null | undefined): unknown {
  const { kind, file, line, ...rest } = (typeof at === 'object' && at !== null ? at : {}) as Readonly<Record<string, unknown>>;
  if (kind !== 'line' || typeof line !== 'number' || !driver) return at;
  if (line >= linesInSlot) return `no file has a line ${line}; a line of a file beside ${driver.name}.ts is written { "kind": "line", "file": "names.ts", "line": 12 }.`;
  if (file === undefined || file === `${driver.name}.ts`) return { ...rest, kind, line };
  const named = driver.files.find(({ name }) => name === file);
  return named === undefined ? `${driver.name} has no file ${JSON.stringify(file)}; it has ${[`${driver.name}.ts`, ...driver.files.map(({ name }) => name)].join(', ')}.` : { ...rest, kind, line: driverLine(named.slot, line) };
}

function rowsOf(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError('breakpoint-file', `The file is no JSON: ${(error as Error).message}.`);
  }
  const file = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof file['fltreplayBreakpoints'] !== 'number' || !Array.isArray(file['breakpoints'])) throw new UserError('breakpoint-file', 'The file has no breakpoints: it begins with { "fltreplayBreakpoints": 1, "breakpoints": [ ... ] }.');
  if (file['fltreplayBreakpoints'] > version) throw new UserError('breakpoint-file', 'The file was made by a newer version of the program.');
  return file['breakpoints'];
}
