/**
 * The fields of the kernel's events by all names that text forms give them: those of the MOF classes (`IrpPtr`, `NtStatus`), of the manifests (`Irp`,
 * `Status`), of TraceEvent and of xperf's columns.
 *
 * Source: etw-formats.md 9.3, 9.5, 9.6, 10, 14, 16, 17; PerfView's KernelTraceEventParser for TraceEvent's names.
 */

/** Fields that are numbers. Their places are shared by all classes of events. */
export const numberSlot = {
  irp: 0, threadId: 1, fileObject: 2, fileKey: 3, createOptions: 4, fileAttributes: 5, shareAccess: 6, offset: 7, ioSize: 8, ioFlags: 9, extraFlags: 10, extraInfo: 11,
  infoClass: 12, length: 13, fileIndex: 14, status: 15, processId: 16, parentId: 17, sessionId: 18, exitStatus: 19, tThreadId: 20, imageBase: 21, imageSize: 22,
  diskNumber: 23, irpFlags: 24, transferSize: 25, response: 26, routine: 27, fileContext: 28, callbackData: 29, majorFunction: 30, initialTime: 31, flags: 32,
  createDisposition: 33, parentIrp: 34, childIrp: 35, createTime: 36, exitTime: 37, processorId: 38, elapsed: 39, priority: 40,
} as const;
export const numberSlots = 41;

/** Fields that are text. */
export const textSlot = { path: 0, fileName: 1, directory: 2, imageName: 3, commandLine: 4, user: 5, ntPath: 6, dosPath: 7, threadName: 8, operation: 9 } as const;
export const textSlots = 10;

/** Where a field goes: a number's slot, or a text's with `textBase` added. */
export const textBase = 64;

const n = numberSlot;
const t = (slot: number): number => textBase + slot;

const slots: { readonly [name: string]: number } = {
  IrpPtr: n.irp, Irp: n.irp, TTID: n.threadId, IssuingThreadId: n.threadId, ThreadId: n.threadId, ThreadID: n.threadId,
  FileObject: n.fileObject, FileKey: n.fileKey, CreateOptions: n.createOptions, Options: n.createOptions, CreateDisposition: n.createDisposition,
  FileAttributes: n.fileAttributes, CreateAttributes: n.fileAttributes, Attributes: n.fileAttributes, ShareAccess: n.shareAccess, ShareFlags: n.shareAccess,
  Offset: n.offset, ByteOffset: n.offset, IoSize: n.ioSize, IOSize: n.ioSize, IoFlags: n.ioFlags, IOFlags: n.ioFlags, ExtraFlags: n.extraFlags,
  ExtraInfo: n.extraInfo, ExtraInformation: n.extraInfo, InfoClass: n.infoClass, Length: n.length, FileIndex: n.fileIndex, NtStatus: n.status, Status: n.status,
  ProcessId: n.processId, ProcessID: n.processId, ParentId: n.parentId, ParentID: n.parentId, ParentProcessID: n.parentId, ParentPID: n.parentId,
  SessionId: n.sessionId, SessionID: n.sessionId, ExitStatus: n.exitStatus, ExitCode: n.exitStatus, TThreadId: n.tThreadId, ImageBase: n.imageBase,
  ImageSize: n.imageSize, DiskNumber: n.diskNumber, DiskNum: n.diskNumber, IrpFlags: n.irpFlags, TransferSize: n.transferSize, HighResResponseTime: n.response,
  RoutineAddr: n.routine, FileContext: n.fileContext, CallbackDataPtr: n.callbackData, MajorFunction: n.majorFunction, InitialTime: n.initialTime, Flags: n.flags,
  ParentIrp: n.parentIrp, ChildIrp: n.childIrp, CreateTime: n.createTime, ExitTime: n.exitTime, ElapsedTime: n.elapsed,
  OpenPath: t(textSlot.path), FilePath: t(textSlot.path), FileName: t(textSlot.fileName), DirectoryName: t(textSlot.directory), ImageFileName: t(textSlot.imageName),
  ImageName: t(textSlot.imageName), CommandLine: t(textSlot.commandLine), UserSID: t(textSlot.user), UserSid: t(textSlot.user), NtPath: t(textSlot.ntPath),
  DosPath: t(textSlot.dosPath), ThreadName: t(textSlot.threadName),
};

const byName: ReadonlyMap<string, number> = new Map(Object.entries(slots));

/** Slot of a field by its name, undefined for one that no reader has a use for. */
export const slotOf = (name: string): number | undefined => byName.get(name);
