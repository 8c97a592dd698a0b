/** Oplocks that a filter keeps itself. Source: filter-manager-objects.md 8.8 (OPL-070 to OPL-076) and the page of each routine. */
import { input, optionalInput, type RoutineRow } from '../routineRow.ts';

const oplock = input('Oplock', 'POPLOCK', 'the object that FltInitializeOplock got; one for each stream');
const data = input('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation the pre callback is running for');
const openCount = input('OpenCount', 'number', 'exclusive requests: user handles on the stream; shared requests: nonzero when it has byte-range locks');
const flags = (meaning: string) => input('Flags', 'number', meaning);
const context = optionalInput('Context', 'PVOID', 'handed to both routines');
const waitRoutine = optionalInput('WaitCompletionRoutine', '((CallbackData: PFLT_CALLBACK_DATA, Context: PVOID) => void)', 'called when the operation may go on; without it the call waits in place');
const prePost = optionalInput('PrePostCallbackDataRoutine', '((CallbackData: PFLT_CALLBACK_DATA, Context: PVOID) => void)', 'called before the operation is kept');

const shared = { area: 'File system support', irql: 'APC', binding: 'engine' } as const;

const checkStatuses: RoutineRow['statuses'] = [
  ['FLT_PREOP_SUCCESS_WITH_CALLBACK', 'go on; with IoStatus.Status STATUS_OPLOCK_BREAK_IN_PROGRESS a break is under way and the operation does not wait for it'],
  ['FLT_PREOP_PENDING', 'the operation is kept: return this; WaitCompletionRoutine runs when it may go on'],
  ['FLT_PREOP_COMPLETE', 'the operation has failed, IoStatus says why: return this'],
];

const fsctrlStatuses: RoutineRow['statuses'] = [
  ['FLT_PREOP_PENDING', 'the oplock is granted and the request kept until it is broken, switched, closed or cancelled: return this'],
  ['FLT_PREOP_COMPLETE', 'refused, or acknowledged and nothing is held; IoStatus has the status: return this'],
  ['FLT_PREOP_SUCCESS_WITH_CALLBACK', 'a create with FILE_RESERVE_OPFILTER may go on'],
];

const question = (name: string, meaning: string): RoutineRow => ({ ...shared, name, returns: 'boolean', source: `${name} (OPL-075, OPL-076)`, parameters: [oplock], statuses: [], meaning });

export const oplockRows: readonly RoutineRow[] = [
  { ...shared, name: 'FltInitializeOplock', returns: 'void', source: 'FltInitializeOplock (OPL-070)', statuses: [], parameters: [input('Oplock', 'POPLOCK', 'any object of the driver that stands for the oplocks of one stream')], meaning: 'Makes an oplock state for a stream. Once, before anything else is done with it; FltUninitializeOplock ends it.' },
  { ...shared, name: 'FltUninitializeOplock', returns: 'void', source: 'FltUninitializeOplock (OPL-070)', statuses: [], parameters: [oplock], meaning: 'Ends an oplock state. What is still held ends as if its handle were closed.' },
  { ...shared, name: 'FltOplockFsctrl', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltOplockFsctrl (OPL-010 to OPL-016, OPL-074)', statuses: fsctrlStatuses, parameters: [oplock, data, openCount], meaning: 'Does what an oplock control code asks: requests, acknowledgements, FSCTL_OPLOCK_BREAK_NOTIFY. From the pre callback of IRP_MJ_FILE_SYSTEM_CONTROL, or of IRP_MJ_CREATE with FILE_RESERVE_OPFILTER.' },
  { ...shared, name: 'FltOplockFsctrlEx', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltOplockFsctrlEx (OPL-016, OPL-074)', statuses: fsctrlStatuses, parameters: [oplock, data, openCount, flags('OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH: every open of the stream has the same oplock key')], meaning: 'As FltOplockFsctrl, with flags.' },
  { ...shared, name: 'FltCheckOplock', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltCheckOplock (OPL-020 to OPL-042, OPL-071 to OPL-073)', statuses: checkStatuses, parameters: [oplock, data, context, waitRoutine, prePost], meaning: 'Breaks what the operation is incompatible with and waits where it has to. From pre callbacks of CREATE, READ, WRITE, SET_INFORMATION, FLUSH_BUFFERS, LOCK_CONTROL, FILE_SYSTEM_CONTROL and CLEANUP, for IRPs only. Not from inside the wait routine.' },
  { ...shared, name: 'FltCheckOplockEx', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltCheckOplockEx (OPL-071 to OPL-073)', statuses: checkStatuses, parameters: [oplock, data, flags('OPLOCK_FLAG_*: COMPLETE_IF_OPLOCKED never waits, OPLOCK_KEY_CHECK_ONLY breaks nothing, PARENT_OBJECT compares the parent\'s key, BACK_OUT_ATOMIC_OPLOCK gives up what this open holds'), context, waitRoutine, prePost], meaning: 'As FltCheckOplock, with flags.' },
  { ...shared, name: 'FltOplockBreakH', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltOplockBreakH (OPL-023, OPL-071)', statuses: checkStatuses, parameters: [oplock, data, flags('OPLOCK_FLAG_COMPLETE_IF_OPLOCKED, or 0'), context, waitRoutine, prePost], meaning: 'Breaks handle caching, as a share conflict, rename or deletion has to.' },
  { ...shared, name: 'FltOplockBreakToNone', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltOplockBreakToNone (OPL-071)', statuses: checkStatuses, parameters: [oplock, data, context, waitRoutine, prePost], meaning: 'Breaks every oplock to none, whatever the operation is.' },
  { ...shared, name: 'FltOplockBreakToNoneEx', returns: 'FLT_PREOP_CALLBACK_STATUS', source: 'FltOplockBreakToNoneEx (OPL-071)', statuses: checkStatuses, parameters: [oplock, data, flags('OPLOCK_FLAG_COMPLETE_IF_OPLOCKED, or 0'), context, waitRoutine, prePost], meaning: 'As FltOplockBreakToNone, with flags.' },
  question('FltCurrentOplock', 'Whether any oplock is held, breaking ones included.'),
  question('FltCurrentOplockH', 'Whether an oplock with handle caching is held.'),
  question('FltCurrentBatchOplock', 'Whether a batch or filter oplock is held.'),
  question('FltOplockIsFastIoPossible', 'Whether fast I/O is possible: no oplock is held, or only an exclusive one that is not being broken.'),
  { ...shared, name: 'FltOplockIsSharedRequest', returns: 'boolean', source: 'FltOplockIsSharedRequest (OPL-076)', statuses: [], parameters: [data], meaning: 'Whether a control code asks for a shared oplock: level 2, R or RH.' },
  { ...shared, name: 'FltOplockKeysEqual', returns: 'boolean', source: 'FltOplockKeysEqual (OPL-003)', statuses: [], parameters: [optionalInput('Fo1', 'PFILE_OBJECT', 'one open'), optionalInput('Fo2', 'PFILE_OBJECT', 'the other')], meaning: 'Whether two opens are the same to the oplock package: the same file object, or both with the same oplock key.' },
];
