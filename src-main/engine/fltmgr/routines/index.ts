/**
 * The Flt routines the engine provides: exact WDK names and argument order.
 *
 * Who calls is known from the activation that is running. IRQL is checked here for all that have a plain limit.
 */
import type { EngineRoutine } from '../../index.ts';
import type { Blocking } from '../../kernel/wait.ts';
import { STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER } from '../../../nt/values.generated.ts';
import type { ActivationRecord } from '../activation.ts';
import { callbackDataOwner, FLT_CALLBACK_DATA } from '../callbackData.ts';
import { checkIrql, REFUSED, refusedStatus } from '../callChecks.ts';
import { CallRecord, type Core } from '../core.ts';
import { refusedInDrain } from '../draining.ts';
import { Operation } from '../operation.ts';
import { bufferRoutines } from './buffers.ts';
import { callbackDataRoutines } from './callbackData.ts';
import { contextRoutines } from './contexts.ts';
import { Refusal, type Definition } from './definition.ts';
import { WrongHandle } from '../wrongHandle.ts';
import { extraCreateParameterRoutines } from './extraCreateParameters.ts';
import { lifeCycleRoutines } from './lifeCycle.ts';
import { lockRoutines } from './locks.ts';
import { nameRoutines } from './names.ts';
import { objectRoutines } from './objects.ts';
import { oplockRoutines } from './oplocks.ts';
import { ownIoRoutines } from './ownIo.ts';
import { pendingRoutines } from './pending.ts';
import { ownRequestRoutines } from './ownRequests.ts';
import { portRoutines } from './ports.ts';
import { queueRoutines } from './queues.ts';
import { timerAndThreadRoutines } from './timers.ts';
import { waitRoutines } from './waits.ts';
import { zwFileRoutines } from './zwFiles.ts';

/** Every area of the API; one line each. */
const areas: readonly Readonly<Record<string, Definition>>[] = [
  lifeCycleRoutines,
  callbackDataRoutines,
  pendingRoutines,
  queueRoutines,
  ownIoRoutines,
  ownRequestRoutines,
  extraCreateParameterRoutines,
  zwFileRoutines,
  portRoutines,
  bufferRoutines,
  objectRoutines,
  contextRoutines,
  nameRoutines,
  waitRoutines,
  lockRoutines,
  timerAndThreadRoutines,
  oplockRoutines,
];

function ownerOf(args: readonly unknown[]): Operation | null {
  for (const arg of args) {
    if (!(arg instanceof FLT_CALLBACK_DATA)) continue;
    const owner = callbackDataOwner(arg);
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

/** What a driver passed, in words. */
function textOf(handle: unknown): string {
  if (handle instanceof FLT_CALLBACK_DATA) return 'callback data';
  const text = String(handle);
  return text.startsWith('[object ') ? 'an object' : text;
}

/** SIM-004: OV-003, and what a call with a dead or foreign handle gives. Any other error is thrown again. */
function wrongHandle(core: Core, name: string, refused: unknown, error: unknown): unknown {
  if (!(error instanceof WrongHandle)) throw error;
  const { activation } = core;
  core.violate('OV-003', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: activation?.operation ?? null }, { object: textOf(error.handle), api: name });
  if (refused !== refusedStatus) return refused;
  return core.is('SIM-004', 'deleting-object') ? STATUS_FLT_DELETING_OBJECT : STATUS_INVALID_PARAMETER;
}

function* settleLater(core: Core, name: string, refused: unknown, call: CallRecord | null, begin: () => Blocking<unknown>): Blocking<unknown> {
  let result: unknown;
  try {
    result = yield* begin();
  } catch (error) {
    result = wrongHandle(core, name, refused, error);
  }
  return settle(core, call, result);
}

function runNow(core: Core, name: string, definition: Definition, args: readonly unknown[], call: CallRecord | null, activation: ActivationRecord | null): unknown {
  try {
    return definition.run?.(core, args, call, activation);
  } catch (error) {
    return wrongHandle(core, name, definition.refused, error);
  }
}

function bind(core: Core, name: string, definition: Definition): EngineRoutine {
  const { blocks, ownIrql = false, refused, silent = false, noOperation = false, ofCaller = false } = definition;
  const perform = (args: readonly unknown[]): unknown => {
    const { activation } = core;
    if (silent) core.observer?.silentCall?.(name, args);
    const operation = noOperation ? null : (ownerOf(args) ?? (ofCaller || name === 'FltCancelFileOpen' || name.startsWith('FltPerform') ? (activation?.operation ?? null) : null));
    const call = silent || core.observer === null ? null : new CallRecord(name, args, activation?.filter ?? null, operation, null);
    if (!ownIrql && !checkIrql(core, name, operation)) {
      core.returnCall(call, REFUSED);
      return refused;
    }
    if (activation?.kind === 'drain' && refusedInDrain(core, name)) {
      const result = refused === refusedStatus ? STATUS_FLT_DELETING_OBJECT : refused;
      core.returnCall(call, result);
      return result;
    }
    if (blocks !== undefined) return core.block(name, settleLater(core, name, refused, call, () => blocks(core, args, call, activation)));
    const { mark } = core.threads.scheduler;
    const result = runNow(core, name, definition, args, call, activation);
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

/** Routines that can block: in a generator function they are used with yield* (driver-api-usage.md 5.6). */
export const blockingRoutines: ReadonlySet<string> = new Set(areas.flatMap((area) => Object.entries(area).flatMap(([name, { blocks }]) => (blocks === undefined ? [] : [name]))));

/** Every routine, bound to one engine. */
export function makeRoutines(core: Core): Readonly<Record<string, EngineRoutine>> {
  const all = areas.flatMap((area) => Object.entries(area));
  const routines: Record<string, EngineRoutine> = Object.fromEntries(all.map(([name, definition]) => [name, bind(core, name, definition)]));
  const address = 'FltGetRoutineAddress';
  routines[address] = bind(core, address, { silent: true, refused: null, run: (_core, [name]) => routines[String(name)] ?? null });
  return Object.freeze(routines);
}
