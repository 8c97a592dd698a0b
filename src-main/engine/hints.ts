/**
 * Hints: bugs of drivers that no rule of the Filter Manager forbids, or that show only as a suspicion.
 *
 * Source: driver-api-usage.md, section 4 (ids A-01 to H-21) and 5.4. A bug that a violation reports is no hint of its own; the
 * violation names it instead (`explainingHint`). In the sentences {f} is filter and instance, {op} operation and major function.
 */

export interface HintKind {
  /** `A-05`; U-01 and U-02 are those of 5.4 and 5.8, which have no id there. */
  readonly id: string;
  readonly template: string;
  /** What the driver should do, in a few words. */
  readonly advice: string;
  readonly source: string;
}

type Row = readonly [id: string, template: string, advice: string, source: string];

const rows: readonly Row[] = [
  ['U-01', '{path} {access} during {major}: raw value {value}{under}.', 'use the member that belongs to the major function', 'driver-api-usage.md 5.4'],
  ['U-02', '{value} does not fit {path} ({type}); {stored} was stored.', 'store a value of the width of the field', 'driver-api-usage.md 5.8'],
  ['A-05', '{f} completed {op} with {status} but left Information at {n}.', 'set Information together with Status', 'driver-api-usage.md A-05'],
  ['A-08', '{f} touched the callback data of {op} after it had queued it; the worker may have completed it already.', 'hand over last, touch nothing after', 'driver-api-usage.md A-08'],
  ['A-15', '{f} set Information of {op} to {n}, more than the {length} bytes of its buffer.', 'Information is at most the length of the buffer', 'driver-api-usage.md A-15'],
  ['A-16', '{f} failed {op} in post; what the file system did is not undone.', 'undo it, or veto in pre', 'driver-api-usage.md A-16'],
  ['B-05', '{f} touched the buffer of the caller in a post-operation callback of {op} that runs in another address space or at DISPATCH_LEVEL, without an MDL.', 'lock the buffer in pre, or wait for a safe routine', 'driver-api-usage.md B-05'],
  ['B-11', '{f} holds {locks} while {op}, which it synchronizes, is below it.', 'hold nothing while the request is below', 'driver-api-usage.md B-11'],
  ['B-12', '{f} read the output buffer of {op}, which failed with {status}.', 'look at the status first', 'driver-api-usage.md B-12'],
  ['B-14', '{f} waits for {what} in the post-operation callback of {op}, which is paging I/O.', 'never wait on the paging path', 'driver-api-usage.md B-14'],
  ['C-01', '{f} called {api} in post-create of {op}, which ended with STATUS_REPARSE: a success code without an open file.', 'exclude STATUS_REPARSE', 'driver-api-usage.md C-01'],
  ['C-03', '{f} cancelled the open of {op} but left its status at {status}.', 'set a failing status and Information 0', 'driver-api-usage.md C-03'],
  ['C-04', '{f} cancelled the open of {op}, which had {done} the file; that is not undone.', 'cancelling does not undo', 'driver-api-usage.md C-04'],
  ['C-05', '{f} called {api} where {op} allows no name query; the answer was STATUS_FLT_INVALID_NAME_REQUEST.', 'ask earlier and keep the result', 'driver-api-usage.md C-05'],
  ['C-09', '{f} looked at the FileName of a file object in {op}: it may be relative to another file, or name a stream, a short name or an id, and is not reliable after the create.', 'FltGetFileNameInformation', 'driver-api-usage.md C-09'],
  ['C-13', '{f} asked for the name in pre-create of {op}, which opens the parent directory of that name (SL_OPEN_TARGET_DIRECTORY).', 'look at OperationFlags first', 'driver-api-usage.md C-13'],
  ['C-18', '{f} redirected {op} to {name}, which it redirects again: given up after {n} rounds.', 'exclude the target of the redirection', 'driver-api-usage.md C-18'],
  ['C-19', '{api} of {f} met a reparse to another volume: STATUS_MOUNT_POINT_NOT_RESOLVED does not mean that the file is missing.', 'create through the instance on the other volume', 'driver-api-usage.md C-19'],
  ['D-05', '{f} frees {buffer}, which it has just put into the parameters of {op}: the file system will use it.', 'free it in post', 'driver-api-usage.md D-05'],
  ['D-06', '{f} used {buffer} after it had been freed: a pointer to it was kept.', 'copy what is needed later', 'driver-api-usage.md D-06'],
  ['D-07', '{api} of {f}: {n} bytes at offset {offset} are not aligned to the sector size, which non-cached I/O needs.', 'align buffer, offset and length', 'driver-api-usage.md D-07'],
  ['D-10', '{f} changed the caller\'s data of {op} in place.', 'swap the buffer and change the copy', 'driver-api-usage.md D-10'],
  ['D-11', '{f} used the buffer address of {op} although there is an MDL.', 'MmGetSystemAddressForMdlSafe first', 'driver-api-usage.md D-11'],
  ['D-14', '{f} wrote {end} bytes into the caller\'s buffer of {op}, which read {n} bytes.', 'copy Information bytes, not Length', 'driver-api-usage.md D-14'],
  ['D-16', '{f} decides by bytes that the trace does not contain: what it read is made up.', 'no mistake of the driver; take conclusions from content with care', 'driver-api-usage.md D-16'],
  ['E-08', '{f} touched the caller\'s buffer of {op} in a worker without FltLockUserBuffer: another address space.', 'FltLockUserBuffer in pre', 'driver-api-usage.md E-08'],
  ['E-11', '{op} was cancelled while {f} keeps it pended, and nobody is told: there is neither a cancel-safe queue nor a cancel routine.', 'FltCbdqInsertIo or FltSetCancelCompletion', 'driver-api-usage.md E-11'],
  ['F-06', '{f} replaced the context of another handle with {api} in post-create of {op}: what it knew is lost.', 'FLT_SET_CONTEXT_KEEP_IF_EXISTS, and use the old one', 'driver-api-usage.md F-06'],
  ['F-11', '{f} allocated a context of a type or size that it has not registered.', 'register every type with its largest size', 'driver-api-usage.md F-11'],
  ['F-12', '{f} looked for a stream-handle context on {op}, which is paging I/O on another file object.', 'use a stream context', 'driver-api-usage.md F-12'],
  ['G-01', '{f} refuses {first} but let {other} pass: a file can still be deleted that way.', 'handle FileDispositionInformation, FileDispositionInformationEx and FILE_DELETE_ON_CLOSE', 'driver-api-usage.md G-01'],
  ['G-02', '{f} read FILE_DISPOSITION_INFORMATION from the buffer of {op}, which holds FILE_DISPOSITION_INFORMATION_EX: a word of flags.', 'look at FILE_DISPOSITION_DELETE of the flags', 'driver-api-usage.md G-02'],
  ['G-04', '{f} refuses {first} but let {other} pass, which does the same.', 'handle both classes', 'driver-api-usage.md G-04'],
  ['H-01', '{f} waits for {what} with {locks} held.', 'release locks before a wait', 'driver-api-usage.md H-01'],
  ['H-03', 'The {routine} routine of {f} returned at {irql} with {locks} held; it was called at {entered}.', 'release spin locks and fast mutexes before the return', 'driver-api-usage.md H-03'],
  ['H-05', '{f} called {api} for {lock} without disabling normal kernel APCs: a thread that is suspended while it owns the lock blocks everybody.', 'KeEnterCriticalRegion first', 'driver-api-usage.md H-05'],
  ['H-06', '{f} took {second} while it holds {first}; elsewhere the order is the other way round.', 'keep one order of locks', 'driver-api-usage.md H-06'],
  ['H-07', '{f} read the reply of a message that timed out: STATUS_TIMEOUT is a success code, and nothing was written.', 'compare with STATUS_SUCCESS', 'driver-api-usage.md H-07'],
  ['H-16', '{f} refused an instance with {status}; an error is logged at every mount.', 'return STATUS_FLT_DO_NOT_ATTACH', 'driver-api-usage.md H-16'],
  ['H-17', '{f} registered no {routine}; {effect}.', 'provide both routines', 'driver-api-usage.md H-17'],
  ['H-18', '{what} of {f} is alive after the driver was unloaded.', 'stop it and wait for its end in FilterUnloadCallback', 'driver-api-usage.md H-18'],
  ['H-20', '{f} asked for the current process in the post-operation callback of {op}, which runs in a thread of another process.', 'FltGetRequestorProcess', 'driver-api-usage.md H-20'],
  ['H-21', '{f} called {api} in the paging write {op}: cached I/O and flushes from there deadlock with the cache manager.', 'not on the paging path, or non-cached', 'driver-api-usage.md H-21'],
];

export const hintKinds: ReadonlyMap<string, HintKind> = new Map(rows.map(([id, template, advice, source]) => [id, { id, template, advice, source }]));

/** The bug of driver-api-usage.md section 4 that a violation is evidence of, by the violation's id. */
const explained: Readonly<Record<string, string>> = {
  'FV-001': 'A-06', 'FV-002': 'E-01', 'FV-003': 'A-12', 'FV-004': 'A-11', 'FV-008': 'A-04', 'FV-009': 'A-04', 'FV-010': 'A-14', 'FV-012': 'A-03', 'FV-013': 'B-10', 'FV-014': 'B-09', 'FV-017': 'E-05',
  'FV-018': 'E-03', 'FV-020': 'A-02', 'FV-021': 'A-01', 'FV-025': 'A-13', 'FV-026': 'A-13', 'FV-027': 'D-01', 'FV-028': 'D-03', 'FV-029': 'D-04', 'FV-040': 'A-06', 'FV-041': 'B-08', 'FV-042': 'B-07',
  'FV-044': 'B-03', 'FV-045': 'B-06', 'FV-048': 'A-16', 'FV-049': 'C-02', 'FV-050': 'C-02', 'FV-052': 'C-02', 'FV-053': 'A-05', 'FV-060': 'E-04', 'FV-064': 'E-02', 'FV-069': 'A-07', 'FV-070': 'E-01',
  'FV-073': 'E-11', 'FV-080': 'E-09', 'FV-081': 'E-09', 'FV-082': 'E-09', 'FV-084': 'D-06', 'FV-090': 'B-04', 'FV-092': 'B-04', 'FV-093': 'F-08', 'FV-116': 'C-20', 'FV-120': 'E-12', 'FV-130': 'C-06',
  'FV-131': 'F-02', 'FV-132': 'F-02', 'FV-133': 'F-01', 'OV-011': 'H-11', 'OV-012': 'H-13', 'OV-020': 'H-15', 'OV-029': 'B-01', 'OV-051': 'C-07', 'OV-057': 'C-08', 'OV-061': 'C-17', 'OV-062': 'C-21',
  'OV-063': 'C-21', 'OV-083': 'H-08',
};

/** The hint id that explains a violation; null where section 4 has none. */
export const explainingHint = (violation: string): string | null => explained[violation] ?? null;
