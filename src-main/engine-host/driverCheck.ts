/** What is wrong with drivers as text. Nothing of theirs is run, so this needs no child. */
import { driverGlobalNames } from '../driver-api/driverGlobals.ts';
import { createEngine } from '../engine/index.ts';
import { checkDriver } from './loader.ts';
import type { DriverSource, RunProblem } from './messages.ts';

let provided: ReadonlySet<string> | null = null;

/** Names the driver API provides with the engine as it is. */
export function providedNames(): ReadonlySet<string> {
  provided ??= driverGlobalNames(Object.keys(createEngine({ lowerDevice: { dispatch: () => ({ kind: 'complete', status: 0, information: 0 }) } }).routines));
  return provided;
}

export function problemsOf(drivers: readonly DriverSource[]): RunProblem[] {
  return drivers.flatMap((driver) => {
    const result = checkDriver(driver, providedNames());
    return result.kind === 'ok' ? [] : [...result.problems];
  });
}
