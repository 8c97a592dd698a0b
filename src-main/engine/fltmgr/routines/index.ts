/**
 * The Flt routines the engine provides: exact WDK names and argument order.
 *
 * Who calls is known from the activation that is running. IRQL is checked here for all that have a plain limit.
 */
import type { EngineRoutine } from '../../index.ts';
import type { Blocking } from '../../kernel/wait.ts';
import { callbackDataFriend, FLT_CALLBACK_DATA } from '../callbackData.ts';
import { checkIrql, REFUSED, refusedStatus } from '../callChecks.ts';
import { CallRecord, type Core } from '../core.ts';
import { Operation } from '../operation.ts';
import { bufferRoutines } from './buffers.ts';
import { callbackDataRoutines } from './callbackData.ts';
import { contextRoutines } from './contexts.ts';
import { Refusal, type Definition } from './definition.ts';
import { lifeCycleRoutines } from './lifeCycle.ts';
import { objectRoutines } from './objects.ts';
import { ownIoRoutines } from './ownIo.ts';
import { pendingRoutines } from './pending.ts';
import { queueRoutines } from './queues.ts';

/** Every area of the API; one line each. */
const areas: readonly Readonly<Record<string, Definition>>[] = [
  lifeCycleRoutines,
  callbackDataRoutines,
  pendingRoutines,
  queueRoutines,
  ownIoRoutines,
  bufferRoutines,
  objectRoutines,
  contextRoutines,
];

function ownerOf(args: readonly unknown[]): Operation | null {
  for (const arg of args) {
    if (!(arg instanceof FLT_CALLBACK_DATA)) continue;
    const owner = callbackDataFriend.owner(arg);
    return owner instanceof Operation ? owner : null;
  }
  return null;
}

/** Ends a call: what the driver gets for what the routine gave. */
function settle(core: Core, call: CallRecord | null, result: unknown): unknown {
  if (result instanceof Refusal || result === refusedStatus) {
    core.returnCall(call, REFUSED);
    return result instanceof Refusal ? result.given : result;
  }
  core.returnCall(call, result);
  return result;
}

function* settleLater(core: Core, call: CallRecord | null, blocking: Blocking<unknown>): Blocking<unknown> {
  return settle(core, call, yield* blocking);
}

function bind(core: Core, name: string, definition: Definition): EngineRoutine {
  const { run, blocks, ownIrql = false, refused, silent = false, noOperation = false } = definition;
  const perform = (args: readonly unknown[]): unknown => {
    const { activation } = core;
    const operation = noOperation ? null : (ownerOf(args) ?? (name === 'FltCancelFileOpen' || name.startsWith('FltPerform') ? (activation?.operation ?? null) : null));
    const call = silent || core.observer === null ? null : new CallRecord(name, args, activation?.filter ?? null, operation, null);
    if (!ownIrql && !checkIrql(core, name, operation)) {
      core.returnCall(call, REFUSED);
      return refused;
    }
    if (blocks !== undefined) return core.block(name, settleLater(core, call, blocks(core, args, call, activation)));
    const { mark } = core.threads.scheduler;
    const result = run?.(core, args, call, activation);
    core.threads.finishInner(activation, mark);
    return settle(core, call, result);
  };
  return (...args) => {
    core.checkCaller();
    // What the engine looks at on a driver's behalf is no access of the driver's.
    const { driverRuns } = core;
    core.driverRuns = false;
    try {
      return perform(args);
    } finally {
      core.driverRuns = driverRuns;
    }
  };
}

/** Every routine, bound to one engine. */
export function makeRoutines(core: Core): Readonly<Record<string, EngineRoutine>> {
  const all = areas.flatMap((area) => Object.entries(area));
  return Object.freeze(Object.fromEntries(all.map(([name, definition]) => [name, bind(core, name, definition)])));
}
