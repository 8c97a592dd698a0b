/**
 * Routines that real drivers call and that are deliberately not provided, each with the reason and what to do instead.
 *
 * Source: driver-api-usage.md 1.3 ("rest refuse by name"), 5.12. A driver that names one is refused when it is loaded; the reason ends
 * the sentence "NAME ...".
 */
const assign = (operator: string): string => `cannot assign to a variable of its caller here: write ${operator}`;
const cache = 'is not provided: there is no cache manager here, and what it would do is in the trace already; leave the call out';
const objectFilter = 'is not provided: handles of processes and threads are not in a trace, so nothing could be filtered';
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
  ['IoCallDriver', 'is not provided: a minifilter sends own I/O with FltPerformSynchronousIo'], ['IoAttachDeviceToDeviceStack', 'is not provided: a minifilter attaches through the Filter Manager'],
]);
