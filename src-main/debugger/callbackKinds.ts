/** Kinds of driver routines as breakpoints group them. A kind that is added to the engine does not compile until it has its line here. */
import type { ActivationKind } from '../engine/index.ts';
import type { BreakpointCallback } from './breakpointSpec.ts';

export const callbackOf: Readonly<Record<ActivationKind, BreakpointCallback>> = {
  pre: 'pre', post: 'post', drain: 'post', status: 'status', work: 'work', safe: 'safePost', dpc: 'timer', thread: 'thread', cancel: 'cancel', queue: 'queue', async: 'completion', contextCleanup: 'contextCleanup',
  contextAllocate: 'context', contextFree: 'context', portMessage: 'message', portConnect: 'port', portDisconnect: 'port', driverEntry: 'driverEntry', setup: 'instanceSetup', queryTeardown: 'teardown', teardownStart: 'teardown',
  teardownComplete: 'teardown', unload: 'unload', transaction: 'transaction', generateName: 'name', normalizeName: 'name', normalizeCleanup: 'name', routine: 'routine',
};
