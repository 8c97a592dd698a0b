/**
 * How recorded requests complete: decisions that neither the documents nor a recording settle.
 *
 * Sources: R-3.5 (the IRQL and thread that completion processing may find); the page of IoIsOperationSynchronous. The replay reads
 * them through the engine.
 */
import type { Assumption } from './assumption.ts';

export const completionsAssumptions: readonly Assumption[] = [
  { id: 'CPL-001', values: ['dispatch', 'passive'], implemented: ['dispatch', 'passive'], sentence: 'Asynchronous paging and non-cached reads and writes, where the recording shows them to have been under way beside others, complete at DISPATCH_LEVEL.', source: 'INFERRED: the disk\'s completion is a DPC; R-3.5 allows any level up to DISPATCH_LEVEL, the other reading takes the lowest' },
  { id: 'CPL-002', values: ['synchronous', 'asynchronous'], implemented: ['synchronous', 'asynchronous'], sentence: 'A handle whose create is not in the recording was opened for synchronous I/O.', source: 'INFERRED: what CreateFile opens is synchronous unless the program asks for overlapped I/O' },
  { id: 'CPL-003', values: ['top-level', 'no-top-level'], implemented: ['top-level', 'no-top-level'], sentence: 'Paging I/O of a thread that is inside the file system for another request has a top-level IRP.', source: 'INFERRED: file systems set IoSetTopLevelIrp for the request they work on, and the fault comes from inside it' },
  { id: 'CPL-004', values: ['held-back', 'issued'], implemented: ['held-back', 'issued'], sentence: 'A thread that a filter still keeps with a request, which was over in the recording, issues its next one when it is through with that.', source: 'INFERRED: a program cannot go on before its call returns; the other reading issues every record at its time' },
];
