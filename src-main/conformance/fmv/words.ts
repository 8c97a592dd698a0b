/** Words of the notation and their values. Source: filter-manager-core.md, page 1 and 9.1. */
import { fileObjectFlags } from '../../nt/tables.generated.ts';
import { irpMjFromName, irpMjName } from '../../nt/names.ts';
import { ntStatusFromName, ntStatusShortName } from '../../nt/ntStatus.ts';
import {
  FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO, FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO, FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO,
  FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, FLT_POSTOP_DISALLOW_FSFILTER_IO, FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_COMPLETE,
  FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SYNCHRONIZE,
  STATUS_FLT_DISALLOW_FSFILTER_IO,
} from '../../nt/values.generated.ts';
import type { Irql } from '../../engine/index.ts';
import type { StatusWord } from './vector.ts';

/** A line of a vector that cannot be understood. */
export class VectorError extends Error {
  override readonly name = 'VectorError';
}

export const preValues: Readonly<Record<string, number>> = {
  WITH_CB: FLT_PREOP_SUCCESS_WITH_CALLBACK, NO_CB: FLT_PREOP_SUCCESS_NO_CALLBACK, PENDING: FLT_PREOP_PENDING, DISALLOW_FASTIO: FLT_PREOP_DISALLOW_FASTIO,
  COMPLETE: FLT_PREOP_COMPLETE, SYNC: FLT_PREOP_SYNCHRONIZE, DISALLOW_FSF: FLT_PREOP_DISALLOW_FSFILTER_IO,
};

export const postValues: Readonly<Record<string, number>> = {
  FINISHED: FLT_POSTOP_FINISHED_PROCESSING, MORE: FLT_POSTOP_MORE_PROCESSING_REQUIRED, DISALLOW_FSF: FLT_POSTOP_DISALLOW_FSFILTER_IO,
};

/** What a word that is no status stands for: a value no callback type knows. */
export const unknownValue = 0xbaadf00d;

export const postWord = (value: number): string => Object.entries(postValues).find(([, number]) => number === value)?.[0] ?? `0x${(value >>> 0).toString(16).toUpperCase()}`;

export const skipFlags: Readonly<Record<string, number>> = {
  SKIP_PAGING_IO: FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, SKIP_CACHED_IO: FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO,
  SKIP_NON_DASD_IO: FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO, SKIP_NON_CACHED_NON_PAGING_IO: FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO,
};

export const operationFlags: ReadonlySet<string> = new Set(['PAGING', 'SYNCPAGING', 'NOCACHE', 'SYNCAPI', 'SYNCFO', 'SYSBUF', 'TOP', 'CANCELED', 'DASD']);

export function irqlOf(word: string | undefined): Irql {
  if (word === 'P') return 0;
  if (word === 'A') return 1;
  if (word === 'D') return 2;
  throw new VectorError(`"${word ?? ''}" is no IRQL; write P, A or D.`);
}

export const irqlLetter = (irql: Irql): string => 'PAD'.charAt(irql);

export function majorOf(word: string): number {
  const major = irpMjFromName(word);
  if (major === undefined) throw new VectorError(`"${word}" is no major function.`);
  return major;
}

export const majorWord = (major: number): string => irpMjName(major).replace(/^IRP_MJ_/, '');

export function statusOf(word: string): number {
  const status = ntStatusFromName(word);
  if (status === undefined) throw new VectorError(`"${word}" is no NTSTATUS name.`);
  return status;
}

/** `SUCCESS/4096` */
export function statusAndInformation(word: string | undefined): StatusWord {
  const match = /^(\w+)\/(\d+)$/.exec(word ?? '');
  if (match === null) throw new VectorError(`"${word ?? ''}" is no STATUS/INFO.`);
  return { status: statusOf(match[1] ?? ''), information: Number(match[2]) };
}

/** The name as logs write it. For FsFilter operations the alias has its own name. */
export function statusWord(status: number, fsFilter = false): string {
  if (fsFilter && status === STATUS_FLT_DISALLOW_FSFILTER_IO) return 'FLT_DISALLOW_FSFILTER_IO';
  return ntStatusShortName(status);
}

export function fileObjectFlag(word: string): number {
  const row = fileObjectFlags.find(([name]) => name === word);
  if (row === undefined) throw new VectorError(`"${word}" is no file object flag.`);
  return row[1];
}

export const word = (value: unknown): string => (value === null || value === undefined ? 'NULL' : String(value));
