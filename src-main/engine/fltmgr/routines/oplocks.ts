/**
 * The oplock routines of the Filter Manager: a filter keeps the oplocks of a stream itself.
 *
 * Source: filter-manager-objects.md 8.8 (OPL-070 to OPL-076), 8.2 (OPL-010 to OPL-016), and the reference page of each routine. An
 * OPLOCK is whatever object the driver names as one; its state is kept here.
 */
import {
  FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_WITH_CALLBACK, FO_SYNCHRONOUS_IO, FSCTL_OPBATCH_ACK_CLOSE_PENDING, FSCTL_OPLOCK_BREAK_ACK_NO_2, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE,
  FSCTL_OPLOCK_BREAK_NOTIFY, FSCTL_REQUEST_OPLOCK, IRP_MJ_CLEANUP, IRP_MJ_CREATE, IRP_MJ_FILE_SYSTEM_CONTROL, OPLOCK_FLAG_BACK_OUT_ATOMIC_OPLOCK, OPLOCK_FLAG_COMPLETE_IF_OPLOCKED,
  OPLOCK_FLAG_OPLOCK_KEY_CHECK_ONLY, OPLOCK_FLAG_PARENT_OBJECT, OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH, REQUEST_OPLOCK_INPUT_FLAG_ACK, REQUEST_OPLOCK_INPUT_FLAG_COMPLETE_ACK_ON_CLOSE,
  REQUEST_OPLOCK_INPUT_FLAG_REQUEST, STATUS_BUFFER_TOO_SMALL, STATUS_CANCELLED, STATUS_CANNOT_BREAK_OPLOCK, STATUS_INVALID_PARAMETER, STATUS_OPLOCK_BREAK_IN_PROGRESS,
  STATUS_OPLOCK_NOT_GRANTED, STATUS_PENDING, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { isTransacted, oplockKeysEqual } from '../../fsrtl/fileObjectExtension.ts';
import { Oplock, oplockOutputBytes, type LegacyAcknowledgement, type OplockAnswer, type OplockRequest, type OplockWaiter } from '../../fsrtl/oplock.ts';
import { isExclusive, legacyRequestLevel, levelFromBits, type OplockLevel, type OplockOperation } from '../../fsrtl/oplockRules.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { Wait, type Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import type { Core } from '../core.ts';
import { checkedOperation, hasOplockCheck, type CheckedOperation } from '../oplockChecks.ts';
import { completeKept, context, keepOperation, releaseOperation } from '../oplockHolds.ts';
import type { Operation } from '../operation.ts';
import { operationArg, type Definition } from './definition.ts';

/** By engine, so that two runs never share a state. */
const oplocks = new WeakMap<Core, WeakMap<object, Oplock>>();

function tableOf(core: Core): WeakMap<object, Oplock> {
  let table = oplocks.get(core);
  if (table === undefined) {
    table = new WeakMap();
    oplocks.set(core, table);
  }
  return table;
}

const whereOf = (activation: ActivationRecord | null, operation: Operation | null) => ({ filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation });

function oplockObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new TypeError('Oplock is no OPLOCK: pass the object that FltInitializeOplock got.');
}

/** The state behind an OPLOCK. OPL-070: used before FltInitializeOplock it is initialized now (OV-094). */
function oplockOf(core: Core, value: unknown, activation: ActivationRecord | null): Oplock {
  const object = oplockObject(value);
  const known = tableOf(core).get(object);
  if (known !== undefined) return known;
  core.violate('OV-094', whereOf(activation, activation?.operation ?? null), { objects: 'it', object: labelOf(object) });
  return initialize(core, object, activation);
}

const labelOf = (object: object): string => ('id' in object && typeof object.id === 'string' ? object.id : 'OPLOCK');

function initialize(core: Core, object: object, activation: ActivationRecord | null): Oplock {
  const oplock = new Oplock((id, word) => core.is(id, word));
  tableOf(core).set(object, oplock);
  if (activation !== null) core.ledger.take(activation.filter, 'oplock', object, labelOf(object), core.site());
  return oplock;
}

/** Fails an operation in pre: what FLT_PREOP_COMPLETE goes with. */
function fail(operation: Operation, status: number, information = 0): number {
  operation.data.IoStatus.Status = status;
  operation.data.IoStatus.Information = information;
  return FLT_PREOP_COMPLETE;
}

/** A status for the filter to look at, which is no attempt of the filter to complete the operation (FV-020). */
const tell = (operation: Operation, status: number): void => operation.shown.assign(status, 0);

// -- Checks ------------------------------------------------------------------------------------------------------------------------

interface CheckCall {
  readonly oplock: Oplock;
  readonly operation: Operation;
  readonly open: object;
  readonly checked: CheckedOperation;
  /** FltOplockBreakToNone and FltOplockBreakH want this whatever the operation is. */
  readonly forced: OplockOperation | null;
  readonly flags: number;
  readonly context: unknown;
  readonly waitRoutine: unknown;
  readonly prePost: unknown;
}

/** OPL-073: only where a check belongs. Null when it may go on; otherwise what the routine returns. */
function misplaced(core: Core, name: string, operation: Operation, activation: ActivationRecord | null): number | null {
  const legal = activation?.kind === 'pre' && activation.operation === operation && operation.kind === 'irp' && hasOplockCheck(operation.major);
  if (legal) return null;
  // OPL-072: the wait routine checks again.
  const again = activation?.kind === 'routine' && waiting.has(operation);
  core.violate(again ? 'OV-092' : 'OV-090', whereOf(activation, operation), { api: name });
  if (!again && core.is('OPL-073', 'go-on')) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  return fail(operation, STATUS_INVALID_PARAMETER);
}

/** Operations whose wait routine is running. */
const waiting = new WeakSet<Operation>();

const check = (name: string, forced: OplockOperation | null, argumentsOf: (args: readonly unknown[]) => { readonly flags: number; readonly context: unknown; readonly waitRoutine: unknown; readonly prePost: unknown }): Definition => ({
  refused: FLT_PREOP_COMPLETE,
  blocks: function* (core, args, _call, activation): Blocking<number> {
    const operation = operationArg(args[1]);
    const oplock = oplockOf(core, args[0], activation);
    const answer = misplaced(core, name, operation, activation);
    if (answer !== null) return answer;
    const open = operation.iopb.TargetFileObject;
    if (open === null) return fail(operation, STATUS_INVALID_PARAMETER);
    const checked = checkedOperation(operation.iopb, (id, word) => core.is(id, word));
    return yield* runCheck(core, { oplock, operation, open, checked, forced, ...argumentsOf(args) }, activation);
  },
});

function* runCheck(core: Core, call: CheckCall, activation: ActivationRecord | null): Blocking<number> {
  const { oplock, operation, open, checked, flags } = call;
  if ((flags & OPLOCK_FLAG_OPLOCK_KEY_CHECK_ONLY) !== 0) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  if (operation.major === IRP_MJ_CLEANUP || (flags & OPLOCK_FLAG_BACK_OUT_ATOMIC_OPLOCK) !== 0) {
    oplock.cleanup(open);
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  }
  const effect = call.forced ?? ((flags & OPLOCK_FLAG_PARENT_OBJECT) !== 0 ? 'child-change' : checked.operation);
  if (effect === null) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  const by = { open, ...(checked.access !== undefined && { access: checked.access }), ...(checked.share !== undefined && { share: checked.share }) };
  const options = call.forced === null ? checked.options : {};
  if (checked.neverBreaks && oplock.wouldBreak(effect, by, options)) return fail(operation, STATUS_CANNOT_BREAK_OPLOCK);
  const neverWaits = checked.neverWaits || (flags & OPLOCK_FLAG_COMPLETE_IF_OPLOCKED) !== 0;
  if (neverWaits) {
    if (oplock.check(effect, by, null, options) === 'wait') tell(operation, STATUS_OPLOCK_BREAK_IN_PROGRESS);
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  }
  const passes = (waiter: OplockWaiter): boolean => oplock.check(effect, by, waiter, options) === 'go';
  if (typeof call.waitRoutine === 'function') return waitInRoutine(core, call, passes, activation);
  return yield* waitInPlace(core, call, passes);
}

/** OPL-072: without a wait routine the caller's thread stays where it is. */
function* waitInPlace(core: Core, { oplock, operation }: CheckCall, passes: (waiter: OplockWaiter) => boolean): Blocking<number> {
  for (;;) {
    const wait = new Wait({ what: 'the end of an oplock break', holders: () => [`the holder of ${oplock.state}`], external: true });
    const waiter: OplockWaiter = { resume: (recheck) => wait.settle(recheck ? 'again' : 'go') };
    if (passes(waiter)) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    keepOperation(operation, () => {
      oplock.cancelWait(waiter);
      wait.settle('cancelled');
      return true;
    });
    yield wait;
    releaseOperation(operation);
    if (wait.result === 'cancelled') return fail(operation, STATUS_CANCELLED);
    if (wait.result === 'go' || core.ended !== null) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  }
}

/** The operation is kept; the filter's wait routine runs when it may go on. */
function waitInRoutine(core: Core, { oplock, operation, context: given, waitRoutine, prePost }: CheckCall, passes: (waiter: OplockWaiter) => boolean, activation: ActivationRecord | null): number {
  const filter = activation?.filter;
  const instance = activation?.instance ?? null;
  const run = (routine: unknown, name: string): void => {
    if (typeof routine !== 'function' || filter === undefined) return;
    const { thread, irql } = context(core);
    const record = core.enter('routine', name, operation, filter, instance, thread, irql);
    record.data = operation.data;
    record.routine = routine as (...args: never[]) => unknown;
    core.run(record, () => (routine as (...args: unknown[]) => unknown)(operation.data, given));
  };
  const goOn = (status: number): void => {
    releaseOperation(operation);
    tell(operation, status);
    waiting.add(operation);
    try {
      run(waitRoutine, 'WaitCompletionRoutine');
    } finally {
      waiting.delete(operation);
    }
  };
  const waiter: OplockWaiter = { resume: (recheck) => { if (!recheck || passes(waiter)) goOn(STATUS_SUCCESS); } };
  if (passes(waiter)) return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  keepOperation(operation, () => {
    oplock.cancelWait(waiter);
    goOn(STATUS_CANCELLED);
    return true;
  });
  run(prePost, 'PrePostCallbackDataRoutine');
  return FLT_PREOP_PENDING;
}

const plainArguments = ([, , given, waitRoutine, prePost]: readonly unknown[]) => ({ flags: 0, context: given ?? null, waitRoutine, prePost });
const exArguments = ([, , flags, given, waitRoutine, prePost]: readonly unknown[]) => ({ flags: typeof flags === 'number' ? flags : 0, context: given ?? null, waitRoutine, prePost });

// -- Requests ----------------------------------------------------------------------------------------------------------------------

const acknowledgements: ReadonlyMap<number, LegacyAcknowledgement> = new Map<number, LegacyAcknowledgement>([
  [FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, 'ACKNOWLEDGE'], [FSCTL_OPLOCK_BREAK_ACK_NO_2, 'ACK_NO_2'], [FSCTL_OPBATCH_ACK_CLOSE_PENDING, 'CLOSE_PENDING'],
]);

/** sizeof(REQUEST_OPLOCK_INPUT_BUFFER) */
const inputBytes = 12;

interface OplockBuffer {
  u16(offset: number): number;
  u32(offset: number): number;
  setU16(offset: number, value: number): void;
  setU32(offset: number, value: number): void;
  readonly length: number;
}

const bufferOf = (value: unknown): OplockBuffer | null => (typeof value === 'object' && value !== null && 'setU32' in value && 'length' in value ? (value as OplockBuffer) : null);

function oplockFsctrl(core: Core, args: readonly unknown[], flags: number, activation: ActivationRecord | null, name: string): number {
  const operation = operationArg(args[1]);
  const oplock = oplockOf(core, args[0], activation);
  const openCount = typeof args[2] === 'number' ? args[2] : 0;
  const open = operation.iopb.TargetFileObject;
  const { major } = operation;
  const legal = operation.kind === 'irp' && open !== null && activation?.kind === 'pre' && activation.operation === operation && (major === IRP_MJ_FILE_SYSTEM_CONTROL || major === IRP_MJ_CREATE);
  if (!legal || open === null) {
    core.violate('OV-090', whereOf(activation, operation), { api: name });
    return fail(operation, STATUS_INVALID_PARAMETER);
  }
  if (major === IRP_MJ_CREATE) return reserve(oplock, operation, open, openCount);
  const request: OplockRequest = { end: (answer) => { writeOutput(buffer, answer); completeKept(core, operation, answer); } };
  const { Buffered, Common } = operation.iopb.Parameters.FileSystemControl as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const buffer = bufferOf(Buffered?.['SystemBuffer']);
  const code = Number(Common?.['FsControlCode']) >>> 0;
  const answer = code === FSCTL_OPLOCK_BREAK_NOTIFY ? notify(core, oplock, operation, open) : perform(core, { oplock, operation, open, openCount, flags, code, buffer }, request);
  if (answer.status === STATUS_PENDING) {
    if (code !== FSCTL_OPLOCK_BREAK_NOTIFY) keepOperation(operation, () => oplock.cancel(request));
    return FLT_PREOP_PENDING;
  }
  writeOutput(buffer, answer);
  return fail(operation, answer.status, answer.information);
}

interface Fsctrl {
  readonly oplock: Oplock;
  readonly operation: Operation;
  readonly open: FILE_OBJECT;
  readonly openCount: number;
  readonly flags: number;
  readonly code: number;
  readonly buffer: OplockBuffer | null;
}

const only = (status: number): OplockAnswer => ({ status, information: 0, output: null });

function perform(core: Core, call: Fsctrl, request: OplockRequest): OplockAnswer {
  const { oplock, operation, open, code, buffer } = call;
  const form = acknowledgements.get(code);
  const legacy = legacyRequestLevel(code);
  if (form !== undefined) return oplock.acknowledge(form, open, request);
  if (legacy !== undefined) return ask(call, legacy, request);
  if (code !== FSCTL_REQUEST_OPLOCK) return only(STATUS_INVALID_PARAMETER);
  const view = operation.iopb.Parameters.FileSystemControl['Buffered'];
  const tooSmall = Number(view?.['InputBufferLength']) < inputBytes || Number(view?.['OutputBufferLength']) < oplockOutputBytes;
  if (tooSmall || buffer === null) return only(core.is('OPL-011', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_BUFFER_TOO_SMALL);
  const wanted = buffer.u32(8);
  const asks = (wanted & REQUEST_OPLOCK_INPUT_FLAG_REQUEST) !== 0;
  const level = levelFromBits(buffer.u32(4));
  if (buffer.u16(0) !== 1 || asks === ((wanted & REQUEST_OPLOCK_INPUT_FLAG_ACK) !== 0) || level === null) return only(STATUS_INVALID_PARAMETER);
  if (!asks) return oplock.acknowledgeGranular(level, open, request, { onClose: (wanted & REQUEST_OPLOCK_INPUT_FLAG_COMPLETE_ACK_ON_CLOSE) !== 0 });
  return level === 'NONE' ? only(STATUS_SUCCESS) : ask(call, level, request);
}

/** OPL-016: what the caller says of other opens and of byte-range locks. */
function ask({ oplock, open, openCount, flags }: Fsctrl, level: OplockLevel, request: OplockRequest): OplockAnswer {
  const exclusive = isExclusive(level);
  return oplock.request(level, {
    open, synchronous: (open.Flags & FO_SYNCHRONOUS_IO) !== 0, transacted: isTransacted(open), byteRangeLocks: !exclusive && openCount !== 0,
    openCount: exclusive ? openCount : 1, otherKeyOpen: exclusive && openCount > 1 && (flags & OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH) === 0,
  }, request);
}

/** OPL-037 */
function notify(core: Core, oplock: Oplock, operation: Operation, open: object): OplockAnswer {
  const waiter: OplockWaiter = { resume: () => completeKept(core, operation, only(STATUS_SUCCESS)) };
  if (!oplock.waitForBreakEnd(open, waiter)) return only(STATUS_SUCCESS);
  keepOperation(operation, () => {
    oplock.cancelWait(waiter);
    completeKept(core, operation, only(STATUS_CANCELLED));
    return true;
  });
  return only(STATUS_PENDING);
}

/** OPL-074, OPL-036: the atomic request of a create with FILE_RESERVE_OPFILTER. */
function reserve(oplock: Oplock, operation: Operation, open: object, openCount: number): number {
  if (openCount > 1 || oplock.held) return fail(operation, STATUS_OPLOCK_NOT_GRANTED);
  oplock.reserve(open);
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function writeOutput(buffer: OplockBuffer | null, { output }: OplockAnswer): void {
  if (output === null || buffer === null || buffer.length < oplockOutputBytes) return;
  buffer.setU16(0, 1);
  buffer.setU16(2, oplockOutputBytes);
  buffer.setU32(4, output.originalLevel);
  buffer.setU32(8, output.newLevel);
  buffer.setU32(12, output.flags);
  buffer.setU32(16, output.accessMode);
  buffer.setU16(20, output.shareMode);
}

/** OPL-076: L2, R and RH are shared; asked of the callback data of a request. */
function isSharedRequest(operation: Operation): boolean {
  if (operation.major !== IRP_MJ_FILE_SYSTEM_CONTROL) return false;
  const { Buffered, Common } = operation.iopb.Parameters.FileSystemControl as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const code = Number(Common?.['FsControlCode']) >>> 0;
  const buffer = bufferOf(Buffered?.['SystemBuffer']);
  const level = legacyRequestLevel(code) ?? (code === FSCTL_REQUEST_OPLOCK && buffer !== null ? levelFromBits(buffer.u32(4)) : null);
  return level === 'L2' || level === 'R' || level === 'RH';
}

const question = (ask: (oplock: Oplock) => boolean): Definition => ({ refused: false, run: (core, [oplock], _call, activation) => ask(oplockOf(core, oplock, activation)) });

export const oplockRoutines: Record<string, Definition> = {
  FltInitializeOplock: {
    run: (core, [value], _call, activation) => {
      const object = oplockObject(value);
      // OPL-070: once per stream.
      if (tableOf(core).has(object)) core.violate('OV-094', whereOf(activation, activation?.operation ?? null), { objects: 'it before it was initialized again', object: labelOf(object) });
      else initialize(core, object, activation);
    },
  },
  FltUninitializeOplock: {
    run: (core, [value], _call, activation) => {
      const object = oplockObject(value);
      const oplock = oplockOf(core, object, activation);
      oplock.end();
      tableOf(core).delete(object);
      core.ledger.forget(object);
    },
  },
  FltOplockFsctrl: { refused: FLT_PREOP_COMPLETE, run: (core, args, _call, activation) => oplockFsctrl(core, args, 0, activation, 'FltOplockFsctrl') },
  FltOplockFsctrlEx: { refused: FLT_PREOP_COMPLETE, run: (core, args, _call, activation) => oplockFsctrl(core, args, typeof args[3] === 'number' ? args[3] : 0, activation, 'FltOplockFsctrlEx') },
  FltCheckOplock: check('FltCheckOplock', null, plainArguments),
  FltCheckOplockEx: check('FltCheckOplockEx', null, exArguments),
  FltOplockBreakH: check('FltOplockBreakH', 'break-handle', exArguments),
  FltOplockBreakToNone: check('FltOplockBreakToNone', 'break-to-none', plainArguments),
  FltOplockBreakToNoneEx: check('FltOplockBreakToNoneEx', 'break-to-none', exArguments),
  FltCurrentOplock: question((oplock) => oplock.held),
  FltCurrentOplockH: question((oplock) => oplock.heldWithHandle),
  FltCurrentBatchOplock: question((oplock) => oplock.heldBatchOrFilter),
  FltOplockIsFastIoPossible: question((oplock) => oplock.fastIoIsPossible),
  FltOplockIsSharedRequest: { refused: false, run: (_core, [data]) => isSharedRequest(operationArg(data)) },
  FltOplockKeysEqual: {
    refused: false,
    run: (_core, [a, b]) => a instanceof FILE_OBJECT && b instanceof FILE_OBJECT && oplockKeysEqual(a, b),
  },
};
