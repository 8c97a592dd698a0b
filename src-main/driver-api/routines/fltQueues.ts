/** Cancel-safe queues of callback data. Bound to the engine. Source: the reference page of each routine; filter-manager-core.md 4.3. */
import { input, inputOutput, optionalInput, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const lockNote = 'With a mutex or resource behind the queue\'s lock at most at APC_LEVEL (FV-071).';

const row = (name: string, rule: string, meaning: string, parameters: readonly RoutineParameter[], returns: string, statuses: RoutineRow['statuses'] = [], irql: IrqlLimit = 'DISPATCH'): RoutineRow => ({
  name, area: 'Cancel-safe queues', irql, meaning: irql === 'any' ? meaning : `${meaning} ${lockNote}`, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const queue = inputOutput('Cbdq', 'PFLT_CALLBACK_DATA_QUEUE', 'the queue, from FltCbdqInitialize');
const routine = (name: string, type: string, meaning: string): RoutineParameter => input(name, `PFLT_CALLBACK_DATA_QUEUE_${type}`, meaning);

export const queueRows: readonly RoutineRow[] = [
  row('FltCbdqInitialize', 'R-4.21, R-4.22', 'Makes a cancel-safe queue of the driver\'s own storage and routines. The Filter Manager takes the lock around insertion, search and removal, and calls CbdqCompleteCanceledIo without it.', [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'), inputOutput('Cbdq', 'PFLT_CALLBACK_DATA_QUEUE', 'the queue: {}, for example a property of the instance context'),
    routine('CbdqInsertIo', 'INSERT_IO', 'puts an operation in; what it returns FltCbdqInsertIo returns'), routine('CbdqRemoveIo', 'REMOVE_IO', 'takes an operation out'),
    routine('CbdqPeekNextIo', 'PEEK_NEXT_IO', 'the first match, or the next one behind Cbd; NULL where there is none'), routine('CbdqAcquire', 'ACQUIRE', 'takes the queue\'s lock'),
    routine('CbdqRelease', 'RELEASE', 'releases it'), routine('CbdqCompleteCanceledIo', 'COMPLETE_CANCELED_IO', 'completes an operation that was cancelled, normally with STATUS_CANCELLED and FltCompletePendedPreOperation'),
  ], 'NTSTATUS', [['STATUS_SUCCESS', 'the queue is there, and enabled'], ['STATUS_INVALID_PARAMETER', 'Cbdq is no object']], 'any'),
  row('FltCbdqInsertIo', 'R-4.20, R-4.23 to R-4.26', 'Puts an IRP operation into the queue, from its pre callback, which then returns FLT_PREOP_PENDING.', [
    queue, input('Cbd', 'PFLT_CALLBACK_DATA', 'an IRP operation'), optionalInput('Context', 'PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT', 'an object that FltCbdqRemoveIo finds the operation by; it must last as long as somebody may ask'),
    optionalInput('InsertContext', 'PVOID', 'handed to CbdqInsertIo'),
  ], 'NTSTATUS', [
    ['STATUS_SUCCESS', 'queued; or cancelled already and completed by CbdqCompleteCanceledIo. Return FLT_PREOP_PENDING either way'], ['STATUS_PENDING', 'queued, where CbdqInsertIo says it so; any other status is that of CbdqInsertIo'],
    ['STATUS_FLT_CBDQ_DISABLED', 'the queue is disabled; the operation was not queued'],
  ]),
  row('FltCbdqRemoveNextIo', 'R-4.25', 'Takes the next matching operation out of the queue; the caller goes on with it and hands it back. Null where there is none. Cancelled operations are passed over.', [
    queue, optionalInput('PeekContext', 'PVOID', 'handed to CbdqPeekNextIo, which decides by it'),
  ], 'PFLT_CALLBACK_DATA | null'),
  row('FltCbdqRemoveIo', 'R-4.25', 'Takes one particular operation out of the queue. Null when it is not there any more: cancelled, or taken out before.', [
    queue, input('Context', 'PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT', 'as given to FltCbdqInsertIo'),
  ], 'PFLT_CALLBACK_DATA | null'),
  row('FltCbdqDisable', 'R-4.23', 'Refuses insertions from now on; what is queued can still be removed. Called from the teardown-start callback.', [queue], 'void'),
  row('FltCbdqEnable', 'R-4.23', 'Allows insertions again.', [queue], 'void'),
];
