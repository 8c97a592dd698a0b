/**
 * Contexts, data-scan sections and transactions. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 4.
 */
import { input, optionalInput, optionalOutput, output, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

type Statuses = RoutineRow['statuses'];

const row = (name: string, rule: string, meaning: string, parameters: readonly RoutineParameter[], statuses: Statuses, returns = 'NTSTATUS', irql: IrqlLimit = 'APC'): RoutineRow => ({
  name, area: 'Contexts and objects', irql, meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const filter = input('Filter', 'PFLT_FILTER', 'the caller\'s own filter');
const volume = input('Volume', 'PFLT_VOLUME', 'the volume');
const instance = input('Instance', 'PFLT_INSTANCE', 'an instance of the caller\'s own');
const fileObject = input('FileObject', 'PFILE_OBJECT', 'an open file');
const transaction = input('Transaction', 'PKTRANSACTION', 'FltObjects.Transaction');
const context = input('Context', 'PFLT_CONTEXT', 'from FltAllocateContext or a get');
const operation = input('Operation', 'number', 'FLT_SET_CONTEXT_KEEP_IF_EXISTS or FLT_SET_CONTEXT_REPLACE_IF_EXISTS');
const found = output('Context', 'Ref<any>', 'receives the context with one reference more: release it; null when there is none');
const oldContext = optionalOutput('OldContext', 'Ref<any>', 'receives what was there, with a reference the caller must release; null when nothing was');

const success: readonly [string, string] = ['STATUS_SUCCESS', 'done'];
const notFound: readonly [string, string] = ['STATUS_NOT_FOUND', 'there is no such context'];
const noSupport: readonly [string, string] = ['STATUS_NOT_SUPPORTED', 'the file object is not open (pre-create, post-close, a create that failed or ended in STATUS_REPARSE) or its file system keeps no such contexts (page files, volumes)'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const deleting: readonly [string, string] = ['STATUS_FLT_DELETING_OBJECT', 'the instance or volume is being torn down'];
const invalid: readonly [string, string] = ['STATUS_INVALID_PARAMETER', 'a wrong operation, a missing context or one of another type, another filter\'s instance or context (OV-039)'];

interface Target {
  readonly word: string;
  readonly of: string;
  readonly parameters: readonly RoutineParameter[];
  readonly getParameters?: readonly RoutineParameter[];
  readonly file: boolean;
}

const targets: readonly Target[] = [
  { word: 'Volume', of: 'a volume', parameters: [volume], getParameters: [filter, volume], file: false },
  { word: 'Instance', of: 'an instance', parameters: [instance], file: false },
  { word: 'File', of: 'a file with all its streams', parameters: [instance, fileObject], file: true },
  { word: 'Stream', of: 'a stream', parameters: [instance, fileObject], file: true },
  { word: 'StreamHandle', of: 'a file object', parameters: [instance, fileObject], file: true },
  { word: 'Transaction', of: 'a transaction', parameters: [instance, transaction], file: false },
];

const family = ({ word, of, parameters, getParameters = parameters, file }: Target): RoutineRow[] => [
  row(`FltSet${word}Context`, 'CTX-020 to CTX-025', `Sets the filter's context of ${of}. The link takes a reference of its own: release the one from FltAllocateContext whatever the status is.`,
    [...parameters, operation, input('NewContext', 'PFLT_CONTEXT', 'from FltAllocateContext, set nowhere yet'), oldContext], [
      ['STATUS_SUCCESS', 'set; with REPLACE_IF_EXISTS what was there is unlinked'], ['STATUS_FLT_CONTEXT_ALREADY_DEFINED', 'KEEP_IF_EXISTS and one is there; OldContext has it'],
      ['STATUS_FLT_CONTEXT_ALREADY_LINKED', 'NewContext is or was set somewhere'], invalid, ...(file ? [noSupport] : []), deleting,
    ]),
  row(`FltGet${word}Context`, 'CTX-030, CTX-031', `The filter's context of ${of}.`, [...getParameters, found], [success, notFound, ...(file ? [noSupport] : [])]),
  row(`FltDelete${word}Context`, 'CTX-030', `Unlinks the filter's context of ${of}. Without OldContext the reference of the link is given back.`, [...getParameters, oldContext], [success, notFound, ...(file ? [noSupport] : []), deleting]),
];

const counts: readonly RoutineRow[] = [
  row('FltAllocateContext', 'CTX-010 to CTX-013', 'Allocates a context with one reference. Write properties on it; what was not written reads as a marker (OV-041), but a variable-sized context is zeroed.', [
    filter, input('ContextType', 'number', 'FLT_VOLUME_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_FILE_CONTEXT, FLT_STREAM_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_TRANSACTION_CONTEXT or FLT_SECTION_CONTEXT'),
    input('ContextSize', 'number', 'in bytes, 1 to 65535'), input('PoolType', 'number', 'PagedPool, NonPagedPool or NonPagedPoolNx'), output('ReturnedContext', 'Ref<any>', 'receives the context'),
  ], [
    success, ['STATUS_INVALID_PARAMETER', 'an unknown type, or size 0'], ['STATUS_INVALID_BUFFER_SIZE', 'more than 65535 bytes'], ['STATUS_FLT_MUST_BE_NONPAGED_POOL', 'a volume context from paged pool'],
    ['STATUS_FLT_DELETING_OBJECT', 'the filter is being unloaded'], ['STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND', 'no registered definition has this type and size'], ['STATUS_NOT_SUPPORTED', 'the file system keeps no such contexts'], noMemory,
  ]),
  row('FltReferenceContext', 'CTX-030', 'Takes one more reference.', [context], [], 'void', 'DISPATCH'),
  row('FltReleaseContext', 'CTX-035, CTX-038', 'Gives a reference back. The last one runs the cleanup callback: inside this call, or at DISPATCH_LEVEL in a work item. A context from paged pool: at most APC_LEVEL.', [context], [], 'void', 'DISPATCH'),
  row('FltDeleteContext', 'CTX-033', 'Unlinks a context from what it is set on. The caller\'s reference stays and must be released.', [context], [], 'void'),
  row('FltGetContexts', 'CTX-031, CTX-032', 'Gets contexts of several types. Members that were not asked for or not found are null.', [
    input('FltObjects', 'PCFLT_RELATED_OBJECTS', 'what to get contexts of'), input('DesiredContexts', 'number', 'FLT_*_CONTEXT bits'), output('Contexts', 'FLT_RELATED_CONTEXTS', 'an object for the members'),
  ], [], 'void'),
  row('FltGetContextsEx', 'CTX-032', 'As FltGetContexts, with section contexts.', [
    input('FltObjects', 'PCFLT_RELATED_OBJECTS', 'what to get contexts of'), input('DesiredContexts', 'number', 'FLT_*_CONTEXT bits'), input('ContextsSize', 'number', 'size of FLT_RELATED_CONTEXTS_EX, 56 bytes'),
    output('Contexts', 'FLT_RELATED_CONTEXTS_EX', 'an object for the members'),
  ], [success, ['STATUS_INVALID_PARAMETER', 'unknown type bits, or a wrong size']]),
  row('FltReleaseContexts', 'CTX-034', 'Releases every member that is not null, and clears it.', [input('Contexts', 'FLT_RELATED_CONTEXTS', 'from FltGetContexts')], [], 'void', 'DISPATCH'),
  row('FltReleaseContextsEx', 'CTX-034', 'Releases every member that is not null, and clears it.', [input('ContextsSize', 'number', '56 bytes'), input('Contexts', 'FLT_RELATED_CONTEXTS_EX', 'from FltGetContextsEx')], [], 'void', 'DISPATCH'),
];

const support: readonly RoutineRow[] = [
  row('FltSupportsStreamContexts', 'CTX-003', 'Whether the file system keeps stream contexts for the file object.', [fileObject], [], 'boolean'),
  row('FltSupportsStreamHandleContexts', 'CTX-003', 'Whether the file system keeps stream handle contexts for the file object.', [fileObject], [], 'boolean'),
  row('FltSupportsFileContexts', 'CTX-003', 'Whether the file system itself keeps file contexts for the file object.', [fileObject], [], 'boolean'),
  row('FltSupportsFileContextsEx', 'CTX-003', 'As FltSupportsFileContexts; with an instance, file contexts that the Filter Manager emulates count too.', [fileObject, optionalInput('Instance', 'PFLT_INSTANCE', 'the caller\'s instance')], [], 'boolean'),
];

const sectionContext = input('SectionContext', 'PFLT_CONTEXT', 'an FLT_SECTION_CONTEXT');

const sections: readonly RoutineRow[] = [
  row('FltRegisterForDataScan', 'CTX-026', 'Prepares an instance for FltCreateSectionForDataScan.', [instance], [success, ['STATUS_NOT_SUPPORTED', 'the volume allows no data scans'], ['STATUS_INVALID_PARAMETER', 'another filter\'s instance (OV-039)'], deleting]),
  row('FltCreateSectionForDataScan', 'CTX-026', 'Makes a section to scan a file\'s data, and links the section context to the stream.', [
    instance, fileObject, input('SectionContext', 'PFLT_CONTEXT', 'a new FLT_SECTION_CONTEXT'), input('DesiredAccess', 'number', 'SECTION_MAP_READ ...'), optionalInput('ObjectAttributes', 'object', 'of the section'),
    optionalInput('MaximumSize', 'LARGE_INTEGER', 'in bytes; NULL: the file\'s size'), input('SectionPageProtection', 'number', 'PAGE_READONLY ...'), input('AllocationAttributes', 'number', 'SEC_COMMIT'), input('Flags', 'number', '0'),
    optionalOutput('SectionHandle', 'Ref<any>', 'receives a handle'), optionalOutput('SectionObject', 'Ref<any>', 'receives the section object'), optionalOutput('SectionFileSize', 'Ref<any>', 'receives the file\'s size in bytes'),
  ], [
    success, ['STATUS_NOT_SUPPORTED', 'FltRegisterForDataScan was not called for the instance, or the file is not open'], ['STATUS_INVALID_PARAMETER', 'no section context'],
    ['STATUS_FLT_CONTEXT_ALREADY_DEFINED', 'the instance has a section of this stream'], ['STATUS_FLT_CONTEXT_ALREADY_LINKED', 'the context was used before'], deleting,
    ['STATUS_END_OF_FILE', 'the file is empty and MaximumSize is 0'], ['STATUS_FILE_LOCK_CONFLICT', 'a part of the file is locked'], ['STATUS_INVALID_FILE_FOR_SECTION', 'the file cannot be mapped'],
    ['STATUS_FILE_IS_A_DIRECTORY', 'a directory has no data'], ['STATUS_PRIVILEGE_NOT_HELD', 'large pages are not allowed to the caller'], ['STATUS_INVALID_PARAMETER_8', 'AllocationAttributes without SEC_COMMIT'],
    ['STATUS_INVALID_PARAMETER_9', 'Flags is not 0'], noMemory,
  ]),
  row('FltCloseSectionForDataScan', 'CTX-026', 'Closes the section and unlinks its context.', [sectionContext], [success, ['STATUS_NOT_FOUND', 'the context has no section'], ['STATUS_INVALID_PARAMETER', 'no section context']]),
  row('FltGetSectionContext', 'CTX-026', 'The filter\'s section context of a stream.', [instance, fileObject, found], [success, notFound, noSupport]),
];

const transactionContext = input('TransactionContext', 'PFLT_CONTEXT', 'the enlistment\'s context');
const notActive: readonly [string, string] = ['STATUS_TRANSACTION_NOT_ACTIVE', 'the transaction has ended, or nobody asked for this answer'];
const noContext: readonly [string, string] = ['STATUS_NOT_FOUND', 'the instance has not set a context on the transaction'];
const optionalContext = { ...transactionContext, optional: true };
const answer = (name: string, to: string, irql: IrqlLimit): RoutineRow =>
  row(name, 'PFLT_TRANSACTION_NOTIFICATION_CALLBACK', `Answers ${to}, for which the notification callback had returned STATUS_PENDING.`, [instance, transaction, optionalContext], [success, noContext, notActive], 'NTSTATUS', irql);

const transactions: readonly RoutineRow[] = [
  row('FltEnlistInTransaction', 'CTX-027', 'Sets the transaction context and asks for notifications.', [
    instance, transaction, transactionContext, input('NotificationMask', 'number', 'TRANSACTION_NOTIFY_* bits, or FLT_MAX_TRANSACTION_NOTIFICATIONS'),
  ], [
    success, ['STATUS_FLT_ALREADY_ENLISTED', 'the instance has enlisted before'], ['STATUS_INVALID_PARAMETER', 'the filter registered no TransactionNotificationCallback, or no transaction context'],
    ['STATUS_FLT_CONTEXT_ALREADY_LINKED', 'the context is set elsewhere'], ['STATUS_TRANSACTION_NOT_ACTIVE', 'the transaction is ending'], ['STATUS_INVALID_PARAMETER_4', 'NotificationMask has bits that are no notification'], noMemory, deleting,
  ]),
  answer('FltPrePrepareComplete', 'TRANSACTION_NOTIFY_PREPREPARE', 'APC'),
  answer('FltPrepareComplete', 'TRANSACTION_NOTIFY_PREPARE', 'APC'),
  answer('FltCommitComplete', 'TRANSACTION_NOTIFY_COMMIT', 'PASSIVE'),
  answer('FltRollbackComplete', 'TRANSACTION_NOTIFY_ROLLBACK', 'PASSIVE'),
  row('FltRollbackEnlistment', 'FltRollbackEnlistment', 'Rolls the transaction back.', [instance, transaction, optionalContext], [success, noContext, notActive]),
];

export const contextRows: readonly RoutineRow[] = [...counts, ...targets.flatMap(family), ...support, ...sections, ...transactions];
