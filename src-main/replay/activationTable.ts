/**
 * Every kind of driver routine the engine calls: which row it writes, what that says, and the rule behind the call.
 *
 * Source: filter-manager-core.md and filter-manager-objects.md; the rules themselves are in engine/rules.ts. Routines are named as in
 * fltKernel.h. A kind that is added to the engine does not compile until it has its line here.
 */
import { contextTypeName, transactionNotifications, type Activation, type ActivationKind } from '../engine/index.ts';
import { eventKindCode } from './eventPage.ts';
import { driveName } from './recordedPaths.ts';

export interface ActivationWords {
  /** Kind of its row. */
  readonly row: number;
  /** What the row says, for kinds whose row does not say it by its columns (pre, post, status). */
  readonly words: ((activation: Activation) => string) | null;
  /** Empty where it depends on the operation, see eventRules.ts, or where no rule of the pages is behind it. */
  readonly rule: string;
}

const { pre, post, status, load, teardown, cancel, work } = eventKindCode;

const place = ({ instance }: Activation): string => (instance === null ? '' : ` on ${driveName(instance.volume.name)}`);
const named = (what: string) => ({ name, routine }: Activation): string => {
  const own = name === '' ? (routine?.name ?? '') : name;
  return own === '' ? what : `${what} ${own}`;
};
const fixed = (what: string) => (): string => what;
const ofContext = (what: string) => ({ flags }: Activation): string => `${what} for an ${contextTypeName(flags)}`;
const notification = ({ flags }: Activation): string => transactionNotifications.find(([, value]) => value === flags)?.[0] ?? `0x${flags.toString(16)}`;

/** Callbacks of a cancel-safe queue and the rule that calls each. */
export const queueRules: Readonly<Record<string, string>> = {
  Acquire: 'R-4.22', Release: 'R-4.22', InsertIo: 'R-4.24', PeekNextIo: 'R-4.25', RemoveIo: 'R-4.25', CompleteCanceledIo: 'R-4.27',
};

export const activationTable: Readonly<Record<ActivationKind, ActivationWords>> = {
  pre: { row: pre, words: null, rule: '' },
  post: { row: post, words: null, rule: '' },
  drain: { row: post, words: fixed('draining'), rule: 'R-3.12' },
  status: { row: status, words: null, rule: '' },
  driverEntry: { row: load, words: fixed('DriverEntry'), rule: 'REG-023' },
  unload: { row: teardown, words: ({ flags }) => `FilterUnloadCallback${flags === 0 ? '' : ', FLTFL_FILTER_UNLOAD_MANDATORY'}`, rule: '' },
  setup: { row: load, words: (activation) => `InstanceSetupCallback${place(activation)}`, rule: 'VOL-010' },
  queryTeardown: { row: teardown, words: (activation) => `InstanceQueryTeardownCallback${place(activation)}`, rule: 'VOL-021' },
  teardownStart: { row: teardown, words: (activation) => `InstanceTeardownStartCallback${place(activation)}`, rule: 'VOL-030' },
  teardownComplete: { row: teardown, words: (activation) => `InstanceTeardownCompleteCallback${place(activation)}`, rule: 'VOL-030' },
  work: { row: work, words: named('work item'), rule: 'R-4.11' },
  safe: { row: work, words: named('SafePostCallback'), rule: 'R-3.22' },
  cancel: { row: cancel, words: named('CanceledCallback'), rule: 'R-4.32' },
  queue: { row: work, words: ({ name }) => `cancel-safe queue: Cbdq${name}`, rule: '' },
  async: { row: work, words: named('CallbackRoutine of its own I/O'), rule: 'GEN-032' },
  routine: { row: work, words: named('routine'), rule: 'SIM-001' },
  thread: { row: work, words: named('system thread'), rule: 'SIM-001' },
  dpc: { row: work, words: named('DPC'), rule: 'SIM-001' },
  portConnect: { row: eventKindCode.port, words: fixed('ConnectNotifyCallback'), rule: 'COM-011' },
  portDisconnect: { row: eventKindCode.port, words: fixed('DisconnectNotifyCallback'), rule: 'COM-013' },
  portMessage: { row: eventKindCode.port, words: fixed('MessageNotifyCallback'), rule: 'COM-016' },
  contextCleanup: { row: work, words: ofContext('ContextCleanupCallback'), rule: 'CTX-035' },
  contextAllocate: { row: work, words: ofContext('ContextAllocateCallback'), rule: 'CTX-005' },
  contextFree: { row: work, words: ofContext('ContextFreeCallback'), rule: 'CTX-035' },
  transaction: { row: work, words: (activation) => `TransactionNotificationCallback, ${notification(activation)}`, rule: 'CTX-027' },
  generateName: { row: work, words: fixed('GenerateFileNameCallback'), rule: 'NAM-053' },
  normalizeName: { row: work, words: fixed('NormalizeNameComponentCallback'), rule: 'NAM-053' },
  normalizeCleanup: { row: work, words: fixed('NormalizeContextCleanupCallback'), rule: 'NAM-053' },
};
