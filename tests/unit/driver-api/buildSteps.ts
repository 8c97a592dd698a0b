/**
 * Which routines real drivers call: the Step column of driver-api-usage.md 1.2 and the families of its 1.3, transcribed.
 *
 * A family's members are those the page names; it leaves out some of the rarest.
 */

export interface BuildStep {
  readonly step: number;
  readonly adds: string;
  /** How many routines the page says the step has (1.6). */
  readonly count: number;
  readonly routines: readonly string[];
}

export const buildSteps: readonly BuildStep[] = [
  {
    step: 1, adds: 'registration, names, requestor, dirty, macros, cancel open, status callback', count: 20, routines: [
      'FltUnregisterFilter', 'FltRegisterFilter', 'FltStartFiltering', 'FltReleaseFileNameInformation', 'FltGetFileNameInformation', 'FltParseFileNameInformation', 'FltIsDirectory',
      'FltGetRequestorProcessId', 'FltSetCallbackDataDirty', 'FltGetDestinationFileNameInformation', 'FltGetIrpName', 'FltReferenceFileNameInformation', 'FLT_IS_FASTIO_OPERATION',
      'FLT_IS_IRP_OPERATION', 'FltCancelFileOpen', 'FltGetRequestorProcess', 'FLT_IS_FS_FILTER_OPERATION', 'FLT_IS_SYSTEM_BUFFER', 'FltParseFileName', 'FltRequestOperationStatusCallback',
    ],
  },
  {
    step: 2, adds: 'contexts, ports, volume and instance facts', count: 38, routines: [
      'FltReleaseContext', 'FltAllocateContext', 'FltCloseCommunicationPort', 'FltCloseClientPort', 'FltCreateCommunicationPort', 'FltBuildDefaultSecurityDescriptor',
      'FltFreeSecurityDescriptor', 'FltSendMessage', 'FltSetStreamHandleContext', 'FltGetStreamHandleContext', 'FltGetInstanceContext', 'FltSetInstanceContext', 'FltObjectDereference',
      'FltGetFileContext', 'FltGetVolumeName', 'FltGetVolumeProperties', 'FltGetDiskDeviceObject', 'FltSetFileContext', 'FltGetStreamContext', 'FltReferenceContext', 'FltSetStreamContext',
      'FltDeleteContext', 'FltGetVolumeGuidName', 'FltGetVolumeInstanceFromName', 'FltSupportsStreamHandleContexts', 'FltGetVolumeContext', 'FltSetVolumeContext', 'FltGetRoutineAddress',
      'FltGetFileSystemType', 'FltEnumerateInstances', 'FltEnumerateVolumes', 'FltGetVolumeFromInstance', 'FltGetVolumeFromFileObject', 'FltIsVolumeWritable', 'FltObjectReference',
      'FltGetDeviceObject', 'FltDeleteInstanceContext', 'FltDeleteStreamHandleContext',
    ],
  },
  {
    step: 3, adds: 'buffers, own I/O, work items, pending, cancel-safe queues, tunnelling', count: 29, routines: [
      'FltClose', 'FltQueryInformationFile', 'FltCreateFile', 'FltSetInformationFile', 'FltLockUserBuffer', 'FltDoCompletionProcessingWhenSafe', 'FltReadFile', 'FltFreePoolAlignedWithTag',
      'FltAllocatePoolAlignedWithTag', 'FltCreateFileEx', 'FltWriteFile', 'FltCompletePendedPreOperation', 'FltGetFileNameInformationUnsafe', 'FltFsControlFile',
      'FltCompletePendedPostOperation', 'FltFreeGenericWorkItem', 'FltAllocateGenericWorkItem', 'FltQueueGenericWorkItem', 'FltCreateFileEx2', 'FltFreeDeferredIoWorkItem',
      'FltAllocateDeferredIoWorkItem', 'FltFlushBuffers', 'FltGetTunneledName', 'FltQueueDeferredIoWorkItem', 'FltDetachVolume', 'FltCbdqRemoveNextIo', 'FltCbdqDisable',
      'FltCbdqInitialize', 'FltCbdqInsertIo',
    ],
  },
  {
    step: 4, adds: 'transactions', count: 5, routines: [
      'FltGetTransactionContext', 'FltEnlistInTransaction', 'FltSetTransactionContext', 'FltAcquireResourceExclusive', 'FltReleaseResource',
    ],
  },
  {
    step: 5, adds: 'own callback data, asynchronous own I/O, name provider', count: 14, routines: [
      'FltAllocateCallbackData', 'FltFreeCallbackData', 'FltPerformSynchronousIo', 'FltCheckAndGrowNameControl', 'FltReadFileEx', 'FltWriteFileEx', 'FltPerformAsynchronousIo',
      'FltGetFileNameFormat', 'FltCancelIo', 'FltClearCancelCompletion', 'FltGetFileNameQueryMethod', 'FltIsIoCanceled', 'FltReuseCallbackData', 'FltSetCancelCompletion',
    ],
  },
  {
    step: 6, adds: 'extra create parameters, data-scan sections, rest', count: 16, routines: [
      'FltGetEcpListFromCallbackData', 'FltIsEcpFromUserMode', 'FltFindExtraCreateParameter', 'FltCancellableWaitForSingleObject', 'FltCreateSectionForDataScan',
      'FltAllocateExtraCreateParameter', 'FltAllocateExtraCreateParameterList', 'FltCloseSectionForDataScan', 'FltCreateSystemVolumeInformationFolder', 'FltFreeExtraCreateParameter',
      'FltFreeExtraCreateParameterList', 'FltGetNextExtraCreateParameter', 'FltInsertExtraCreateParameter', 'FltIsEcpAcknowledged', 'FltRegisterForDataScan',
      'FltSetEcpListIntoCallbackData',
    ],
  },
];

export interface Family {
  readonly name: string;
  /** What the page says to do about it. */
  readonly advice: string;
  readonly members: readonly string[];
}

export const families: readonly Family[] = [
  {
    name: 'Strings', advice: 'offer; UNICODE_STRING class, lengths in bytes', members: [
      'RtlInitUnicodeString', 'RtlCopyUnicodeString', 'RtlAppendUnicodeToString', 'RtlCompareUnicodeString', 'RtlEqualUnicodeString', 'RtlAppendUnicodeStringToString',
      'RtlPrefixUnicodeString', 'RtlUpcaseUnicodeChar', 'RtlStringCbPrintfW', 'RtlAnsiStringToUnicodeString',
    ],
  },
  {
    name: 'Plain memory', advice: 'offer, over buffer objects', members: [
      'RtlCopyMemory', 'RtlZeroMemory', 'RtlMoveMemory', 'RtlZeroBytes', 'RtlCopyBytes', 'RtlFillMemory', 'RtlEqualMemory',
    ],
  },
  {
    name: 'Pool, lookaside lists', advice: 'offer; tags and pool type kept for the leak report', members: [
      'ExFreePoolWithTag', 'ExFreePool', 'ExAllocatePoolWithTag', 'ExAllocatePoolZero', 'ExAllocatePool2', 'ExFreeToNPagedLookasideList', 'ExAllocateFromNPagedLookasideList',
      'ExDeleteNPagedLookasideList', 'ExInitializeNPagedLookasideList',
    ],
  },
  {
    name: 'Linked lists, CONTAINING_RECORD', advice: 'offer; entry carries its owner', members: [
      'InitializeListHead', 'CONTAINING_RECORD', 'IsListEmpty', 'InsertTailList', 'RemoveHeadList', 'RemoveEntryList', 'InsertHeadList', 'ExInterlockedInsertTailList',
      'ExInterlockedRemoveHeadList', 'RemoveTailList',
    ],
  },
  {
    name: 'Interlocked', advice: 'offer, over boxes', members: [
      'InterlockedExchangePointer', 'InterlockedIncrement', 'InterlockedDecrement', 'InterlockedExchange', 'InterlockedCompareExchangePointer', 'InterlockedCompareExchange',
      'ExInterlockedInsertTailList', 'ExInterlockedRemoveHeadList', 'InterlockedIncrementU64', 'InterlockedOr',
    ],
  },
  {
    name: 'ERESOURCE', advice: 'offer; owner, recursion, APC state', members: [
      'ExDeleteResourceLite', 'ExInitializeResourceLite', 'ExReleaseResourceLite', 'ExAcquireResourceExclusiveLite', 'ExAcquireResourceSharedLite', 'KeEnterCriticalRegion',
      'KeLeaveCriticalRegion', 'ExIsResourceAcquiredExclusiveLite', 'ExIsResourceAcquiredSharedLite', 'ExEnterCriticalRegionAndAcquireResourceExclusive',
    ],
  },
  {
    name: 'Fast and kernel mutex', advice: 'offer; fast mutex raises to APC_LEVEL', members: [
      'ExAcquireFastMutex', 'ExReleaseFastMutex', 'ExInitializeFastMutex', 'KeInitializeMutex', 'KeReleaseMutex',
    ],
  },
  {
    name: 'Spin lock', advice: 'offer; raises to DISPATCH_LEVEL', members: [
      'KeReleaseSpinLock', 'KeInitializeSpinLock', 'KeAcquireSpinLock', 'ExAcquireSpinLockExclusive', 'ExAcquireSpinLockShared', 'ExReleaseSpinLockExclusive', 'ExReleaseSpinLockShared',
      'KeAcquireSpinLockRaiseToDpc', 'ExAcquireSpinLockSharedAtDpcLevel', 'ExReleaseSpinLockSharedFromDpcLevel',
    ],
  },
  {
    name: 'Push lock, rundown, KQUEUE', advice: 'later', members: [
      'KeInsertQueue', 'KeRundownQueue', 'ExAcquireRundownProtection', 'ExReInitializeRundownProtection', 'ExReleaseRundownProtection', 'ExWaitForRundownProtectionRelease',
      'KeRemoveQueueEx',
    ],
  },
  {
    name: 'Events and waits', advice: 'offer; the blocking model of section 5.6', members: [
      'KeWaitForSingleObject', 'KeSetEvent', 'KeInitializeEvent', 'KeDelayExecutionThread',
    ],
  },
  {
    name: 'Timers and DPCs', advice: 'offer; virtual clock', members: [
      'KeCancelTimer', 'KeInitializeDpc', 'KeInitializeTimer', 'KeSetTimer',
    ],
  },
  {
    name: 'Time', advice: 'offer; virtual clock', members: [
      'KeQuerySystemTime', 'KeQuerySystemTimePrecise',
    ],
  },
  {
    name: 'IRQL, APC and mode queries', advice: 'offer; PAGED_CODE is a real check', members: [
      'PAGED_CODE', 'KeGetCurrentIrql', 'ExGetPreviousMode', 'KeAreAllApcsDisabled', 'KeLowerIrql', 'KeRaiseIrql',
    ],
  },
  {
    name: 'System threads, Io work items', advice: 'offer as virtual threads', members: [
      'PsCreateSystemThread', 'PsTerminateSystemThread', 'IoFreeWorkItem', 'IoAllocateWorkItem', 'IoQueueWorkItem',
    ],
  },
  {
    name: 'Who is asking (process, thread)', advice: 'offer from trace data', members: [
      'PsGetCurrentProcessId', 'ZwOpenProcess', 'PsGetProcessId', 'SeLocateProcessImageName', 'PsLookupProcessByProcessId', 'PsGetCurrentThread', 'PsGetThreadProcessId',
      'ZwQueryInformationProcess', 'PsGetCurrentThreadId', 'PsGetThreadProcess',
    ],
  },
  {
    name: 'Process and image notifications', advice: 'offer process create/exit; rest refuse by name', members: [
      'PsSetCreateProcessNotifyRoutine', 'PsRemoveLoadImageNotifyRoutine', 'PsSetLoadImageNotifyRoutine', 'PsSetCreateProcessNotifyRoutineEx', 'ObRegisterCallbacks',
      'ObUnRegisterCallbacks',
    ],
  },
  {
    name: 'Object references', advice: 'offer; counted for the leak report', members: [
      'ObDereferenceObject', 'ObReferenceObjectByHandle', 'ObOpenObjectByPointer', 'ObReferenceObject',
    ],
  },
  {
    name: 'Registry', advice: 'offer a small key tree from the manifest', members: [
      'ZwOpenKey', 'ZwQueryValueKey', 'ZwSetValueKey', 'ZwCreateKey', 'ZwDeleteKey',
    ],
  },
  {
    name: 'Files through the top of the stack', advice: 'offer; re-enters at the top, seen by the caller itself', members: [
      'ZwWriteFile', 'ZwQueryInformationFile', 'ZwReadFile', 'ZwCreateFile', 'ZwOpenFile', 'ZwSetInformationFile', 'IoCreateFileSpecifyDeviceObjectHint', 'ZwDeleteFile',
      'ZwQueryDirectoryFile',
    ],
  },
  {
    name: 'MDLs', advice: 'offer over buffer objects', members: [
      'MmGetSystemAddressForMdlSafe', 'IoAllocateMdl', 'IoFreeMdl', 'MmBuildMdlForNonPagedPool', 'MmGetMdlByteCount', 'MmProbeAndLockProcessPages', 'MmUnlockPages',
    ],
  },
  {
    name: 'Control device, IRPs', advice: 'later (cdo sample)', members: [
      'IoDeleteDevice', 'IoCreateDevice', 'IoGetCurrentIrpStackLocation', 'IoCompleteRequest', 'IoDeleteSymbolicLink', 'IoCreateSymbolicLink',
    ],
  },
  {
    name: 'Cache manager, FsRtl', advice: 'offer FsRtlIsPagingFile, Enter/ExitFileSystem; rest refuse by name', members: [
      'FsRtlIsPagingFile', 'FsRtlGetFileSize', 'FsRtlIsNtstatusExpected', 'CcPurgeCacheSection', 'FsRtlEnterFileSystem', 'FsRtlExitFileSystem', 'CcIsFileCached', 'CcSetFileSizes',
      'CcFlushCache', 'FsRtlCreateSectionForDataScan',
    ],
  },
  {
    name: 'Security descriptors', advice: 'accept, no effect', members: [
      'RtlSetDaclSecurityDescriptor', 'RtlMapGenericMask',
    ],
  },
  {
    name: 'Helper macros', advice: 'helpers of the list of routines with five drivers or more that are in no family', members: [
      'NT_SUCCESS', 'InitializeObjectAttributes', 'ZwClose', 'FlagOn', 'MmGetSystemRoutineAddress', 'ExInitializeDriverRuntime', 'DbgPrint', 'ASSERT', 'BooleanFlagOn', 'KdPrint', 'SetFlag',
      'NT_ASSERT', 'ClearFlag',
    ],
  },
];
