/** Looks at a child that has said nothing for a while: is it in a loop, or is the machine only slow? */
import type { Whereabouts } from './control.ts';
import type { DebugSession } from './debugSession.ts';
import { driverIn, placeText, runProblem, type NamedDriver } from './errors.ts';
import type { RunProblem, StackFrame } from './messages.ts';
import { operationPhrase } from './problems.ts';

/** A child that cannot even be paused for so long is given up: a busy machine takes a second or two. */
const unreachableMilliseconds = 10_000;

export interface Loop {
  readonly at: Whereabouts;
  /** The nearest frame of a driver. */
  readonly frame: StackFrame | null;
}

/** One routine has used the processor for half of `milliseconds` between two looks: it is in a loop. Waits as long as it takes to know. */
export async function lookForLoop(debug: DebugSession, milliseconds: number, isEnded: () => boolean): Promise<Loop | 'goes-on' | 'unreachable' | 'ended'> {
  for (let before: Whereabouts | null = null; ;) {
    const paused = await debug.interrupt(unreachableMilliseconds);
    // It came to a stop just then, where the watchdog is put to sleep.
    if (paused === 'stops') return 'goes-on';
    if (isEnded()) return 'ended';
    if (paused === null) return 'unreachable';
    const at = await debug.whereabouts();
    const frame = debug.driverFrame(paused);
    if (before !== null && (at.routines !== before.routines || frame === null)) {
      await debug.resumeAfterInterrupt();
      return 'goes-on';
    }
    if (before !== null && at.processorMilliseconds - before.processorMilliseconds >= milliseconds / 2) return { at, frame };
    before ??= at;
    await debug.resumeAfterInterrupt();
    await new Promise((resolve) => void setTimeout(resolve, milliseconds / 8));
    if (isEnded()) return 'ended';
  }
}

export function unreachableProblem(milliseconds: number): RunProblem {
  const seconds = ((milliseconds + unreachableMilliseconds) / 1000).toFixed(1);
  return runProblem('host-died', `The engine host has not answered for ${seconds} s and was stopped: a driver is in code that cannot be interrupted, or the machine is too busy. Everything recorded before is kept.`, {});
}

export function loopProblem({ at: { driver: running, routine, operation, operationName, path }, frame }: Loop, milliseconds: number, drivers: readonly NamedDriver[]): RunProblem {
  const driver = frame?.driver ?? running;
  const where = driver === null ? 'A driver' : `${placeText(driverIn(drivers, driver), { line: frame?.line ?? null, column: null })}: ${frame?.name ?? routine ?? 'a routine'}`;
  const inOperation = operation === null ? '' : `, in ${operationPhrase(operation, operationName, path)}`;
  const message = `${where} has been running for ${(milliseconds / 1000).toFixed(1)} s without returning${inOperation}; the engine host was stopped. Look for a loop that does not end. Everything recorded before is kept.`;
  return runProblem('endless-loop', message, { driver, line: frame?.line ?? null, column: frame?.column ?? null, operation, stack: frame === null ? [] : [frame] });
}
