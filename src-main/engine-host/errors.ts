/** Problems the engine host tells a user about: one clear sentence each, with the place in the driver's source. */
import { driverPlaceText, type NamedFile } from '../base/driverLines.ts';
import { UserError } from '../base/userError.ts';
import type { RunProblem, StackFrame } from './messages.ts';

export interface Place {
  readonly line: number | null;
  readonly column: number | null;
}

/** What it takes to say a place in a driver. */
export interface NamedDriver {
  readonly name: string;
  readonly files?: readonly NamedFile[];
}

/** A driver that cannot be loaded: `statusWatch.ts:12:5: FltCheckOplock is not provided. ...` */
export function loadProblem(driver: NamedDriver, place: Place, sentence: string): RunProblem {
  return { kind: 'load', message: `${placeText(driver, place)}: ${sentence}`, driver: driver.name, ...place, operation: null, stack: [] };
}

export const driverIn = (drivers: readonly NamedDriver[], name: string): NamedDriver => drivers.find((one) => one.name === name) ?? { name };

export const placeText = ({ name, files = [] }: NamedDriver, { line, column }: Place): string => driverPlaceText(name, files, line, column);

export function runProblem(kind: RunProblem['kind'], message: string, at: { driver?: string | null; line?: number | null; column?: number | null; operation?: number | null; stack?: readonly StackFrame[] }): RunProblem {
  return { kind, message, driver: at.driver ?? null, line: at.line ?? null, column: at.column ?? null, operation: at.operation ?? null, stack: at.stack ?? [] };
}

export const hostErrors = {
  notStopped: () => new UserError('engine-host.not-stopped', 'The run is not stopped at the moment; stop it at a breakpoint or pause it first.'),
  notRunning: () => new UserError('engine-host.not-running', 'There is no run under way; start one first.'),
  evaluation: (expression: string, message: string) => new UserError('engine-host.evaluation', `${expression}: ${message}`, { expression }),
  wouldChange: (expression: string) => new UserError('engine-host.would-change', `${expression}: this could change the run, so it was not evaluated. Expressions here only look; Change value makes a branch.`, { expression }),
  noBuffer: (what: string) => new UserError('engine-host.no-buffer', `${what} is no buffer at this moment: name a KBUFFER, an MDL, or a structure over one, e.g. Data.Iopb.Parameters.Read.ReadBuffer.`),
  noFrame: (id: number) => new UserError('engine-host.no-frame', `Stack frame ${id} does not belong to the present stop; choose a frame of the call stack again.`),
};
