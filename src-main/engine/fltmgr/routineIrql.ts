/**
 * The highest IRQL at which each routine may be called.
 *
 * Source: filter-manager-core.md, section 7 (the reference page of each routine). Routines whose limit depends on an argument
 * (FltCompletePendedPreOperation, FltPerformAsynchronousIo, FltReissueSynchronousIo, FltCbdq*) check it themselves, and so do
 * FltRequestOperationStatusCallback and FltCancelFileOpen, which have other checks to make first.
 */
import { APC_LEVEL, DISPATCH_LEVEL, PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

const limits = new Map<string, Irql>();
const allow = (irql: Irql, names: string): void => {
  for (const name of words(names)) limits.set(name, irql);
};

allow(DISPATCH_LEVEL, `
    FltCompletePendedPostOperation FltAllocateDeferredIoWorkItem FltFreeDeferredIoWorkItem FltQueueDeferredIoWorkItem FltAllocateGenericWorkItem
    FltFreeGenericWorkItem FltQueueGenericWorkItem FltSetCancelCompletion FltCancelIo FltFreeCallbackData FltGetNewSystemBufferAddress
    FltGetRequestorProcess FltGetRequestorProcessId FltGetRequestorProcessIdEx FltObjectReference FltObjectDereference FltReferenceContext
    FltReleaseContext FltReleaseContexts FltCompareInstanceAltitudes FltGetDeviceObject FltGetDiskDeviceObject FltGetIoPriorityHint
    FltSetIoPriorityHint FltGetRoutineAddress FltReleaseResource
`);

allow(APC_LEVEL, `
    FltLockUserBuffer FltAllocateCallbackData FltAllocateCallbackDataEx FltReuseCallbackData FltPerformSynchronousIo FltRegisterFilter
    FltStartFiltering FltUnregisterFilter FltBuildDefaultSecurityDescriptor FltFreeSecurityDescriptor FltDetachVolume FltAllocateContext FltGetContexts FltGetFileNameInformation FltGetFileNameInformationUnsafe
    FltGetDestinationFileNameInformation FltParseFileNameInformation FltReleaseFileNameInformation FltReferenceFileNameInformation FltGetTunneledName
    FltSupportsStreamContexts FltSupportsStreamHandleContexts FltSupportsFileContexts FltGetLowerInstance FltGetUpperInstance FltGetTopInstance
    FltEnumerateInstances FltEnumerateVolumes FltEnumerateFilters FltGetVolumeInstanceFromName FltGetVolumeFromFileObject FltGetVolumeFromDeviceObject
    FltGetFilterFromInstance FltGetFilterFromName FltGetVolumeInformation FltGetInstanceInformation FltGetFilterInformation FltGetFileSystemType
    FltGetBottomInstance FltGetVolumeFromInstance FltGetVolumeProperties FltGetVolumeName FltIsDirectory FltSendMessage FltOplockFsctrl FltCheckOplock
    FltOplockFsctrlEx FltCheckOplockEx FltOplockBreakH FltOplockBreakToNoneEx FltUninitializeOplock FltCurrentOplock FltCurrentOplockH
    FltOplockIsSharedRequest FltOplockKeysEqual
    FltCurrentBatchOplock FltInitializeOplock FltOplockIsFastIoPossible FltOplockBreakToNone FltProcessFileLock FltCheckLockForReadAccess
    FltCheckLockForWriteAccess FltRegisterForDataScan FltCreateSectionForDataScan FltCloseSectionForDataScan FltEnlistInTransaction FltPrePrepareComplete FltPrepareComplete FltRollbackEnlistment
    FltSupportsFileContextsEx FltGetContextsEx FltParseFileName FltPurgeFileNameInformationCache FltCheckAndGrowNameControl FltAcknowledgeEcp FltPrepareToReuseEcp ExDeleteResourceLite
`);

allow(PASSIVE_LEVEL, `
    FltReadFile FltReadFileEx FltWriteFile FltWriteFileEx FltCreateFile FltCreateFileEx FltCreateFileEx2 FltClose FltFlushBuffers
    FltQueryInformationFile FltSetInformationFile FltQueryVolumeInformation FltQueryVolumeInformationFile FltSetVolumeInformation
    FltQueryDirectoryFile FltQueryEaFile FltSetEaFile FltQuerySecurityObject FltSetSecurityObject FltFsControlFile FltDeviceIoControlFile FltTagFile
    FltUntagFile FltAttachVolume FltAttachVolumeAtAltitude FltLoadFilter FltUnloadFilter FltGetVolumeFromName FltGetVolumeGuidName FltIsVolumeWritable FltIsVolumeSnapshot
    FltQueryDirectoryFileEx FltTagFileEx FltFlushBuffers2 FltQueryInformationByName IoReplaceFileObjectName ZwCreateFile ZwOpenFile ZwReadFile ZwWriteFile
    ZwQueryInformationFile ZwSetInformationFile ZwQueryVolumeInformationFile ZwSetVolumeInformationFile ZwQueryDirectoryFile ZwFsControlFile
    ZwDeviceIoControlFile ZwFlushBuffersFile ZwDeleteFile ZwQueryFullAttributesFile IoCreateFile IoCreateFileEx IoCreateFileSpecifyDeviceObjectHint
    FltCommitComplete FltRollbackComplete FltCreateSystemVolumeInformationFolder FltOpenVolume FltCreateCommunicationPort FltCloseCommunicationPort FltCloseClientPort
`);

// Waits and locks. KeWaitFor... and KeDelayExecutionThread check it themselves: a poll is allowed at DISPATCH_LEVEL (H-04).
allow(APC_LEVEL, `
    ExAcquireResourceExclusiveLite ExAcquireResourceSharedLite ExAcquireSharedStarveExclusive ExAcquireSharedWaitForExclusive
    ExEnterCriticalRegionAndAcquireResourceExclusive ExEnterCriticalRegionAndAcquireResourceShared ExEnterCriticalRegionAndAcquireSharedWaitForExclusive
    FltAcquireResourceExclusive FltAcquireResourceShared ExReleaseResourceAndLeaveCriticalRegion ExConvertExclusiveToSharedLite
    ExAcquireFastMutex ExTryToAcquireFastMutex ExReleaseFastMutex ExAcquireFastMutexUnsafe ExReleaseFastMutexUnsafe
    KeAcquireGuardedMutex KeTryToAcquireGuardedMutex KeReleaseGuardedMutex KeAcquireGuardedMutexUnsafe KeReleaseGuardedMutexUnsafe
    ExAcquirePushLockExclusive ExAcquirePushLockExclusiveEx ExAcquirePushLockShared ExAcquirePushLockSharedEx ExReleasePushLockExclusive
    ExReleasePushLockExclusiveEx ExReleasePushLockShared ExReleasePushLockSharedEx ExWaitForRundownProtectionRelease
    KeEnterCriticalRegion KeLeaveCriticalRegion KeEnterGuardedRegion KeLeaveGuardedRegion FsRtlEnterFileSystem FsRtlExitFileSystem
    ExDeleteTimer KeInitializeGuardedMutex ExInitializeRundownProtection ExReInitializeRundownProtection ExRundownCompleted
`);

allow(PASSIVE_LEVEL, 'PsTerminateSystemThread KeFlushQueuedDpcs KeInitializeSemaphore');

/** Routines that get, set or delete a context: called in post at DISPATCH_LEVEL they are FV-092. */
export const isContextRoutine = (name: string): boolean => /^Flt(Get|Set|Delete)\w*Contexts?$/.test(name);

/** Routines that get or set a context of the file, stream or stream handle. */
export const isStreamContextRoutine = (name: string): boolean => /^Flt(Get|Set)(File|Stream|StreamHandle)Context$/.test(name);

const apcFamilies = /ExtraCreateParameter|EcpList|^FltIsEcp|PushLock/;

/** DISPATCH_LEVEL, the highest there is here, for routines without a limit. */
export function highestIrql(name: string): Irql {
  const known = limits.get(name);
  if (known !== undefined) return known;
  return isContextRoutine(name) || apcFamilies.test(name) ? APC_LEVEL : DISPATCH_LEVEL;
}
