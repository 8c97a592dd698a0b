/**
 * What goes wrong with the objects of the Filter Manager: the OV violations. All are errors of the driver, or of the program at the
 * other end of a port.
 *
 * Source: filter-manager-objects.md, section 10.1.
 */
import type { ViolationRow } from './violationKind.ts';

export const objectViolations: readonly ViolationRow[] = [
  ['OV-002', 'V', 'SIM-003', 'INFERRED', 0, 'Thread {thread} waits for {what}, and nothing can end that wait any more. Held by: {holders}. Wait graph: {graph}.'],
  ['OV-003', 'V', 'SIM-004', 'INFERRED', 0, '{f} passed {object} to {api}: the object is gone or is not what the routine takes.'],
  ['OV-010', 'V', 'REG-019', 'FltRegisterFilter; status INFERRED', 0, '{f} registered itself a second time while it is registered.'],
  ['OV-011', 'V', 'REG-026', 'writing-a-filterunloadcallback-routine; FltCreateCommunicationPort', 0, 'FltUnregisterFilter of {f} cannot return: still held by {holders}.'],
  ['OV-012', 'V', 'REG-024', 'writing-a-driverentry-routine-for-a-minifilter-driver; INFERRED', 0, 'DriverEntry of {f} failed with {status} and left its filter registered; it is unregistered.'],
  ['OV-014', 'V', 'REG-032', 'when-the-filterunloadcallback-routine-is-called', 0, '{f} returned {status} from a mandatory unload; it is unloaded all the same.'],
  ['OV-015', 'V', 'REG-033', 'writing-a-filterunloadcallback-routine; engine action INFERRED', 0, '{f} returned {status} from its unload callback without calling FltUnregisterFilter; it is unregistered.'],
  ['OV-016', 'V', '1.3', 'FLT_OPERATION_REGISTRATION', 0, 'The operation array of {f} has no IRP_MJ_OPERATION_END entry; it ends with its last entry.'],
  ['OV-020', 'V', 'VOL-020', 'PFLT_INSTANCE_SETUP_CALLBACK', 0, '{f} waits for {what} in its instance setup callback, which must not wait for another thread or process.'],
  ['OV-021', 'V', 'ALT-009', 'INFERRED', 0, '{f} declares load-order group {group}, but altitude {altitude} belongs to {actual}.'],
  ['OV-026', 'V', 'VOL-032', 'PFLT_INSTANCE_TEARDOWN_CALLBACK; INFERRED', 0, '{f} pended {op} after its teardown-start callback; teardown waits for it.'],
  ['OV-027', 'V', 'VOL-031', 'PFLT_INSTANCE_TEARDOWN_CALLBACK', 0, '{f} left a callback data queue enabled after teardown start; it is disabled.'],
  ['OV-029', 'V', 'VOL-034', 'PFLT_POST_OPERATION_CALLBACK', 0, '{f} {did} in a draining post-operation callback, which may only free its completion context.'],
  ['OV-030', 'V', 'VOL-039', 'PFLT_INSTANCE_TEARDOWN_CALLBACK', 0, '{f} still has {objects} open after its teardown-complete callback.'],
  ['OV-032', 'V', 'VOL-036', 'PFLT_INSTANCE_TEARDOWN_CALLBACK', 0, '{f} has requests of its own outstanding while its instance is torn down ({objects}); teardown waits.'],
  ['OV-036', 'V', 'CTX-026', 'FltCreateSectionForDataScan; FltDeleteContext', 0, '{f} called FltDeleteContext on {ctx}, which it may not delete that way.'],
  ['OV-039', 'V', 'CTX-024', 'managing-contexts; INFERRED', 0, '{f} used {ctx} for an instance of another filter, or a context of another filter.'],
  ['OV-040', 'V', 'CTX-012', 'FltAllocateContext; status INFERRED', 0, '{f} asked for a volume context in paged pool.'],
  ['OV-041', 'V', 'CTX-013', 'FltAllocateContext; pattern INFERRED', 0, '{f} read {field} of {ctx} before it was written.'],
  ['OV-042', 'V', 'CTX-020', 'setting-contexts', 0, '{f} did not release {ctx}, which it got back as the old context.'],
  ['OV-044', 'V', 'CTX-037', 'PFLT_CONTEXT_CLEANUP_CALLBACK; INFERRED', 0, '{f} called {api} on {ctx} in its cleanup callback.'],
  ['OV-045', 'V', 'CTX-034', 'FltReleaseContexts; INFERRED', 0, '{f} called FltReleaseContexts with {ctx}, which it has released already.'],
  ['OV-051', 'V', 'NAM-034', 'FltGetFileNameInformation', 0, '{f} wrote {field} of a shared name record; the change is dropped.'],
  ['OV-055', 'V', 'NAM-030', 'FltGetFileNameInformationUnsafe; INFERRED', 0, '{f} called {api} where asking the file system for a name is not safe.'],
  ['OV-056', 'V', 'NAM-035', 'FltGetTunneledName; status INFERRED', 0, '{f} called FltGetTunneledName in {op}, which cannot tunnel.'],
  ['OV-057', 'V', 'NAM-044', 'INFERRED', 0, '{f} read {field} of a name record that has not been parsed.'],
  ['OV-060', 'V', 'GEN-011', 'FltCreateFileEx2', 0, '{f} called {api} while the thread has a top-level IRP.'],
  ['OV-061', 'V', 'GEN-017', 'INFERRED', 0, '{f} entered itself {n} times through its own requests from the top of the stack.'],
  ['OV-062', 'V', 'GEN-010', 'FltCreateFile; FltCreateFileEx; FltCreateFileEx2', 0, '{f} did not close {objects}.'],
  ['OV-063', 'V', 'GEN-010', 'FltCreateFile; FltCreateFileEx; FltCreateFileEx2', 0, '{f} did not dereference {objects}.'],
  ['OV-068', 'V', 'GEN-033', 'FltFreeCallbackData', 0, '{f} freed {object}, which is freed already or in use.'],
  ['OV-070', 'V', 'GEN-043', 'FltSetEcpListIntoCallbackData', 0, '{f}: extra create parameter list {object} was freed twice or not at all.'],
  ['OV-080', 'V', 'COM-010', 'FltCreateCommunicationPort', 0, '{f} created a communication port without OBJ_KERNEL_HANDLE.'],
  ['OV-081', 'V', 'COM-022', 'FltSendMessage; decision INFERRED', 0, '{f} passed a pointer to a zero timeout to FltSendMessage; the message times out at once. NULL waits without limit.'],
  ['OV-082', 'V', 'COM-016', 'FltCreateCommunicationPort', 0, '{f} touched the message buffer of the program without a guard or at a misaligned address.'],
  ['OV-083', 'V', 'COM-013', 'FltCreateCommunicationPort; FltCloseClientPort', 0, '{f} did not close {objects} after the disconnect callback.'],
  ['OV-084', 'V', 'COM-025', 'sample: scanner; INFERRED', 0, '{f} waits for {process} with FltSendMessage, and {process} waits for {f}.'],
  ['OV-085', 'V', 'COM-014', 'FltCloseClientPort; sample: minispy; INFERRED', 0, '{f} used {object} after FltCloseClientPort.'],
  ['OV-090', 'V', 'OPL-073', 'FltCheckOplock; result INFERRED', 0, '{f} called {api} for {op}, which has no oplock check.'],
  ['OV-092', 'V', 'OPL-072', 'FltCheckOplock', 0, '{f} checked an oplock again inside the wait routine of {op}.'],
  ['OV-094', 'V', 'OPL-070', 'FltInitializeOplock', 0, '{f} used an oplock that is not initialized, or did not uninitialize {objects}.'],
  ['OV-103', 'V', 'FIO-020', 'flt-parameters-for-irp-mj-network-query-open; file-system-support-for-contexts', 0, '{f} referenced or kept the file object of {op}, which lies on the stack of the I/O manager.'],
  ['OV-104', 'V', 'FIO-023', 'flt-parameters-for-irp-mj-release-for-mod-write; treatment INFERRED', 0, '{f} failed {op} with {status}; a release cannot fail, and the status is ignored.'],
];
