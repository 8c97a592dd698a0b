/**
 * Routines that real drivers call and that are deliberately not provided, each with the reason and what to do instead.
 *
 * Source: driver-api-usage.md 1.3 ("rest refuse by name"), 5.12. A driver that names one is refused when it is loaded; the reason ends
 * the sentence "NAME ...".
 */
const assign = (operator: string): string => `cannot assign to a variable of its caller here: write ${operator}`;
const cache = 'is not provided: there is no cache manager here, and what it would do is in the trace already; leave the call out';
const objectFilter = 'is not provided: handles of processes and threads are not in a trace, so nothing could be filtered';
const fileLocks = 'is not provided: byte-range locks are the file system\'s here; let IRP_MJ_LOCK_CONTROL go down';
const priorities = 'is not provided: I/O has no priorities here; leave the call out';
const reparseLists = 'is not provided: there are no open-reparse lists here; give the driver below an extra create parameter';
const fastMdl = 'is not provided: there is no cache manager here; use FltReadFile or FltWriteFile';
const activities = 'is not provided: there is no event tracing inside a run; leave the call out';
const extensions = 'is not provided: IRPs have no extensions here; leave the call out';
const quotas = 'is not provided: volumes have no quotas here';
const onCreate = 'is not provided: ask with FltQueryInformationFile in the post callback of the create';
const pipes = 'is not provided: pipes and mailslots are recorded and cannot be made';
const redirection = 'is not provided: a redirection is checked when TargetInstance or TargetFileObject changes (FV-025, FV-026)';
const enumerate = (instead: string): string => `is not provided: use ${instead}`;
const each = (reason: string, names: string): [string, string][] => names.split(' ').map((name) => [name, reason]);
const end = 'is not provided: what a recorded process does is in the trace and cannot be ended';

export const refusedRoutines: ReadonlyMap<string, string> = new Map([
  ['SetFlag', assign('Flags |= Flag')],
  ['ClearFlag', assign('Flags &= ~Flag')],
  ['CcIsFileCached', 'is not provided: there is no cache manager here; FileObject.PrivateCacheMap tells whether the handle is cached'],
  ['CcPurgeCacheSection', cache], ['CcSetFileSizes', cache], ['CcFlushCache', cache], ['CcCopyRead', cache], ['CcCopyWrite', cache], ['CcInitializeCacheMap', cache], ['CcUninitializeCacheMap', cache],
  ['FsRtlGetFileSize', 'is not provided: it asks from the top of the stack; use FltQueryInformationFile with FileStandardInformation'],
  ['FsRtlIsNtstatusExpected', 'is not provided: catch the exception and decide by its GetExceptionCode()'],
  ['FsRtlCreateSectionForDataScan', 'is not provided: use FltCreateSectionForDataScan'],
  ['ObRegisterCallbacks', objectFilter], ['ObUnRegisterCallbacks', objectFilter],
  ['CmRegisterCallback', 'is not provided: registry operations do not reach file system filters'], ['CmRegisterCallbackEx', 'is not provided: registry operations do not reach file system filters'],
  ['ZwTerminateProcess', end], ['ZwOpenThread', end],
  ...each(fileLocks, 'FltAllocateFileLock FltFreeFileLock FltInitializeFileLock FltUninitializeFileLock FltProcessFileLock FltCheckLockForReadAccess FltCheckLockForWriteAccess'),
  ...each(priorities, 'FltApplyPriorityInfoThread FltRetrieveIoPriorityInfo FltGetIoPriorityHint FltGetIoPriorityHintFromCallbackData FltGetIoPriorityHintFromFileObject FltGetIoPriorityHintFromThread'),
  ...each(priorities, 'FltSetIoPriorityHintIntoCallbackData FltSetIoPriorityHintIntoFileObject FltSetIoPriorityHintIntoThread'),
  ...each(reparseLists, 'FltAddOpenReparseEntry FltRemoveOpenReparseEntry FltCopyOpenReparseList FltFreeOpenReparseList'),
  ...each(fastMdl, 'FltFastIoMdlRead FltFastIoMdlReadComplete FltFastIoPrepareMdlWrite FltFastIoMdlWriteComplete'),
  ...each(activities, 'FltGetActivityIdCallbackData FltSetActivityIdCallbackData FltPropagateActivityIdToThread'),
  ...each(extensions, 'FltPropagateIrpExtension FltGetCopyInformationFromCallbackData'),
  ...each(quotas, 'FltQueryQuotaInformationFile FltSetQuotaInformationFile'),
  ...each(onCreate, 'FltRequestFileInfoOnCreateCompletion FltRetrieveFileInfoOnCreateCompletion FltRetrieveFileInfoOnCreateCompletionEx'),
  ...each(pipes, 'FltCreateNamedPipeFile FltCreateMailslotFile'),
  ...each(redirection, 'FltAdjustDeviceStackSizeForIoRedirection FltIsIoRedirectionAllowed FltIsIoRedirectionAllowedForOperation'),
  ['FltEnumerateFilterInformation', enumerate('FltEnumerateFilters and FltGetFilterInformation')], ['FltEnumerateVolumeInformation', enumerate('FltEnumerateVolumes and FltGetVolumeInformation')],
  ...each(enumerate('FltEnumerateInstances and FltGetInstanceInformation'), 'FltEnumerateInstanceInformationByFilter FltEnumerateInstanceInformationByVolume FltEnumerateInstanceInformationByVolumeName FltEnumerateInstanceInformationByDeviceObject'),
  ['FltCommitFinalizeComplete', 'is not provided: TRANSACTION_NOTIFY_COMMIT_FINALIZE is told and not waited for; let the callback return STATUS_SUCCESS'],
  ['FltGetRequestorSessionId', 'is not provided: a trace records no sessions; use FltGetRequestorProcessId'],
  ['FltIs32bitProcess', 'is not provided: buffers have the 64-bit layout whoever made them; leave the other layout out'],
  ['FltIsFltMgrVolumeDeviceObject', 'is not provided: the Filter Manager\'s own device objects are not seen here'],
  ['FltNotifyFilterChangeDirectory', 'is not provided: let the file system answer directory notifications'],
  ['FltVetoBypassIo', 'is not provided: no request bypasses the stack here; leave the call out'],
  ['IoCallDriver', 'is not provided: a minifilter sends own I/O with FltPerformSynchronousIo'], ['IoAttachDeviceToDeviceStack', 'is not provided: a minifilter attaches through the Filter Manager'],
]);
