/** Filter expressions (docs/command-line.md) for the rows of a statistic: each lets through exactly the operations that its row counts. */
import { filterValueText as quoted } from '../../../src-preload/contract/index.ts';

const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;

export const processWhere = (name: string, pid: number): string => `process = ${quoted(name)} and pid = ${pid}`;
export const operationWhere = (name: string): string => `operation = ${quoted(name)}`;
export const pathWhere = (path: string | null): string => (path === null ? 'path = null' : `path = ${quoted(path)}`);
export const folderWhere = (folder: string): string => `path begins with ${quoted(`${folder}\\`)}`;
export const statusWhere = (status: number | null): string => (status === null ? 'status = null' : `status = ${hex(status)}`);

/** What ends with a dot and these letters cannot be told from a name with a space before them; nor can what has no extension. */
export const extensionWhere = (extension: string): string | null => (extension === '' ? null : `(path ends with ${quoted(`.${extension}`)} or path contains ${quoted(`.${extension}:`)})`);

/** Ticks from `from` on and below `to`. */
export function durationWhere(from: number, to: number): string {
  const ns = (ticks: number): string => `${ticks * 100}ns`;
  if (to === Infinity) return `duration >= ${ns(from)}`;
  return from === 0 ? `duration < ${ns(to)}` : `duration >= ${ns(from)} and duration < ${ns(to)}`;
}
