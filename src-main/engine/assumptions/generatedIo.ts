/**
 * I/O of a filter's own: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 6 (GEN); filter-manager-core.md.
 */
import type { Assumption } from './assumption.ts';

const both = <T extends readonly [string, ...string[]]>(values: T): Pick<Assumption, 'values' | 'implemented'> => ({ values, implemented: values });

export const generatedIoAssumptions: readonly Assumption[] = [
  { id: 'GEN-003', ...both(['tied', 'caller']), sentence: 'Operations on a file object that a filter opened below its instance start below it, whoever sends them.', source: 'INFERRED; FltCreateFileEx2' },
  { id: 'GEN-004', ...both(['same-altitude', 'from-the-top']), sentence: 'When the instance that opened a file is gone, operations on the file start at the altitude where it was.', source: 'INFERRED' },
  { id: 'GEN-012', ...both(['sixty-four', 'thirty-two']), sentence: 'A create is sent again after STATUS_REPARSE up to 64 times (FLT_MAX_DEVICE_REPARSE_ATTEMPTS); then it fails with STATUS_OBJECT_NAME_NOT_FOUND.', source: 'use of the limit and status INFERRED; fltKernel.h' },
  { id: 'GEN-017', ...both(['sixteen', 'eight']), sentence: 'A filter that enters itself through creates from the top of the stack fails at depth 16.', source: 'INFERRED; the kernel stack ends somewhere' },
  { id: 'GEN-021', ...both(['invalid-parameter', 'position-anyway']), sentence: 'A transfer without ByteOffset on a file object that is not synchronous answers STATUS_INVALID_PARAMETER.', source: 'status INFERRED; FltReadFile' },
  { id: 'GEN-023', ...both(['by-the-file-system', 'by-the-routine']), sentence: 'A misaligned non-cached transfer is refused by the file system, so lower filters see it.', source: 'INFERRED; FltReadFile' },
  { id: 'GEN-026', ...both(['invalid-parameter', 'file-closed']), sentence: 'Own I/O on a file object that is not open answers STATUS_INVALID_PARAMETER.', source: 'status INFERRED; FltQueryInformationFile' },
  { id: 'GEN-032', ...both(['refusal', 'unchanged']), sentence: 'When FltPerformAsynchronousIo refuses a create, the callback sees the refusal in IoStatus.', source: 'IoStatus INFERRED; FltPerformAsynchronousIo' },
  { id: 'R-3.31', ...both(['at-once', 'after-the-create']), sentence: 'FltCancelFileOpen sends IRP_MJ_CLEANUP below the caller during the call (R-3.31, GEN-042).', source: 'INFERRED; FltCancelFileOpen, C-3' },
  { id: 'R-6.30', ...both(['creates-too', 'synchronized-only']), sentence: 'A create may be reissued in post although its pre callback did not return FLT_PREOP_SYNCHRONIZE (R-6.30, GEN-035).', source: 'INFERRED; the documented example of FltReissueSynchronousIo' },
];
