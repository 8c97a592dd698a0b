/** Readings of the assumptions that are asked for on the way of every operation, read once. */
import type { AssumptionSettings } from '../assumptions/index.ts';

export interface Readings {
  readonly fixedList: boolean;
  readonly postOnlyIgnored: boolean;
  readonly lowerCallStatus: boolean;
  readonly teardownImmediately: boolean;
  readonly completesAfterCall: boolean;
  readonly pagingRefused: boolean;
  readonly misuseUndefined: boolean;
  readonly obeyUnsynchronizable: boolean;
  readonly fsFilterStatusSeparate: boolean;
  readonly postsAtDispatch: boolean;
  readonly ownPostOnly: boolean;
  readonly createsNotSynchronized: boolean;
  readonly completesInOriginatingThread: boolean;
  readonly drainStatusUnchanged: boolean;
  readonly resumingThreadGoesOn: boolean;
  readonly statusAfterWait: boolean;
  readonly ioStatusForRequests: boolean;
  readonly servedWithPostOnly: boolean;
  readonly oldestRequestFirst: boolean;
  readonly servedAtCompletion: boolean;
  readonly servedWithPending: boolean;
  readonly servedInLowestFrame: boolean;
  readonly requestDroppedAtTeardown: boolean;
  readonly unmarkedChangesVisible: boolean;
  readonly lockedMdlHidden: boolean;
  readonly preStatusVisible: boolean;
  readonly performedAboveIrql: boolean;
}

export function readingsOf(settings: AssumptionSettings): Readings {
  const is = (id: string, word: string): boolean => settings[id] === word;
  return {
    fixedList: is('R-1.6', 'fixed-at-start'),
    postOnlyIgnored: is('R-1.8', 'ignored'),
    lowerCallStatus: is('R-1.12', 'lower-call-status'),
    teardownImmediately: is('R-1.17', 'immediately'),
    completesAfterCall: is('R-1.18', 'after-the-call'),
    pagingRefused: is('R-2.20', 'refused'),
    misuseUndefined: is('R-2.22', 'undefined'),
    obeyUnsynchronizable: is('R-2.29', 'obey'),
    fsFilterStatusSeparate: is('R-2.31', 'separate'),
    postsAtDispatch: is('R-3.6', 'at-dispatch'),
    ownPostOnly: is('R-3.7', 'own-post-only'),
    createsNotSynchronized: is('R-3.8', 'completing-context'),
    completesInOriginatingThread: is('R-3.9', 'originating-thread'),
    drainStatusUnchanged: is('R-3.13', 'unchanged'),
    resumingThreadGoesOn: is('R-4.6', 'resuming-thread'),
    statusAfterWait: is('R-5.14', 'after-the-wait'),
    ioStatusForRequests: is('R-5.12', 'io-status'),
    servedWithPostOnly: is('R-5.13', 'with-post-only'),
    oldestRequestFirst: is('R-5.15', 'oldest-first'),
    servedAtCompletion: is('R-5.17', 'served-at-completion'),
    servedWithPending: is('R-5.18', 'served-with-pending'),
    servedInLowestFrame: is('R-5.19', 'lowest-frame'),
    requestDroppedAtTeardown: is('R-5.21', 'dropped-at-teardown'),
    unmarkedChangesVisible: is('R-6.12', 'visible'),
    lockedMdlHidden: is('R-6.19', 'not-visible'),
    preStatusVisible: is('R-6.28', 'visible'),
    performedAboveIrql: is('R-7.1', 'performed'),
  };
}
