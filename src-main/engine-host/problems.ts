/** Turns what ended a run into a problem with a sentence and a place in the driver. */
import { BugCheck, Deadlock, DriverException, type Operation } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import { withoutCallNames } from './callNames.ts';
import { driverFrames } from './callSite.ts';
import { serviceUrlPrefix } from './control.ts';
import { placeText, runProblem } from './errors.ts';
import type { RunProblem } from './messages.ts';
import { driverNamed } from './runDrivers.ts';

/** `operation 18204 (ReadFile C:\a.txt)` */
export function operationPhrase(index: number, name: string, path: string | null): string {
  return `operation ${index}${name === '' ? '' : ` (${`${name} ${path ?? ''}`.trim()})`}`;
}

function phraseOf(operation: Operation | null, index: number | null): string {
  if (operation === null) return index === null || index === 0 ? '' : `, in operation ${index}`;
  const record = replayTagOf(operation)?.record;
  return `, in ${operationPhrase(operation.index, record?.operation ?? irpMjName(operation.major), record?.path ?? null)}`;
}

const routineNames: Readonly<Record<string, string>> = {
  pre: 'the pre callback', post: 'the post callback', drain: 'the post callback', status: 'the status callback', work: 'a work routine', driverEntry: 'DriverEntry', setup: 'InstanceSetupCallback',
};

/** `the pre callback` */
export const routineText = (routine: string): string => routineNames[routine] ?? `the ${routine} routine`;

/** `operation`: what was running, when that is still known; `lastOperation`: what was issued last. */
export function problemOf(error: unknown, operation: Operation | null, lastOperation: number): RunProblem {
  if (error instanceof DriverException) return exceptionProblem(error, operation, lastOperation);
  if (error instanceof BugCheck) {
    const { site } = error;
    const where = site === null ? '' : `${placeText(driverNamed(site.driver), site)}: `;
    return runProblem('bugcheck', `${where}${error.message} The run ended there${phraseOf(operation, lastOperation)}; on Windows the machine would have stopped.`, { ...site, operation: operation?.index ?? lastOperation });
  }
  const stack = driverFrames(stackOf(error));
  const [frame] = stack;
  if (error instanceof Deadlock) {
    const place = frame?.driver === undefined || frame.driver === null ? null : { driver: frame.driver, line: frame.line, column: frame.column };
    const where = place === null ? '' : `${placeText(driverNamed(place.driver), place)}: `;
    return runProblem('deadlock', `${where}${error.message} The run ended there${phraseOf(operation, lastOperation)}.`, { ...place, operation: operation?.index ?? lastOperation, stack });
  }
  if (frame?.driver !== undefined && frame.driver !== null) {
    // An exception of a service script, or at a driver's top level, outside any routine.
    const ended = stackOf(error).includes(serviceUrlPrefix) ? '. The service script broke, so the run ended after the operation under way.' : '';
    return runProblem('exception', `${placeText(driverNamed(frame.driver), frame)}: ${textOf(error)}${ended}`, { driver: frame.driver, line: frame.line, column: frame.column, stack });
  }
  return runProblem('host-died', `The simulated Filter Manager failed${phraseOf(operation, lastOperation)}: ${textOf(error)}. This is a fault of FltReplay, not of the driver; everything recorded until then is kept.`, { operation: operation?.index ?? lastOperation });
}

function exceptionProblem(error: DriverException, operation: Operation | null, lastOperation: number): RunProblem {
  const stack = driverFrames(stackOf(error.cause));
  const place = stack.find((frame) => frame.driver === error.driver) ?? stack[0];
  const where = placeText(driverNamed(error.driver), { line: place?.line ?? null, column: place?.column ?? null });
  const index = error.operation ?? operation?.index ?? null;
  const own = operation !== null && operation.index === index ? operation : null;
  const routine = `${routineText(error.routine)}${place === undefined || place.name === '' || place.name === '(top level)' ? '' : ` (${stack.at(-1)?.name ?? place.name})`}`;
  const message = `${where}: ${textOf(error.cause)}. The exception left ${routine}${phraseOf(own, index ?? lastOperation)}, so the run ended there.`;
  return runProblem('exception', message, { driver: error.driver, line: place?.line ?? null, column: place?.column ?? null, operation: index, stack });
}

// Errors of a driver's realm are not instances of this realm's Error.
export const stackOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : '');

export function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const name = 'name' in error ? String(error.name) : 'Error';
  return withoutCallNames(`${name}: ${String(error.message)}`.replace(/\.$/, ''));
}
