/** Sequences that may have to wait, run to their end by a caller that cannot be set aside. */
import type { Blocking } from '../kernel/wait.ts';
import type { Core } from './core.ts';

/** Runs a sequence on the stack: others run while it waits. */
export function runNested<T>(core: Core, routine: Blocking<T>): T {
  const { activation } = core;
  for (let step = routine.next(); ; step = routine.next()) {
    if (step.done === true) return step.value;
    if (!step.value.settled) core.threads.scheduler.waitNested(step.value, activation?.thread ?? core.systemThread, activation);
  }
}
