/** On which lines of a driver its callbacks begin: where breakpoints on callbacks are drawn. */
import { driverLine, filePlace } from '../../src-main/base/driverLines.ts';
import type { BreakpointSpec } from '../../src-preload/contract/index.ts';

export interface CallbackLine {
  readonly callback: 'pre' | 'post' | 'status';
  /** Null: of any operation. */
  readonly major: string | null;
  readonly line: number;
}

const names = { pre: 1, post: 2 } as const;

/**
 * `[IRP_MJ_READ, 0, PreRead, PostRead]` and `FltRequestOperationStatusCallback(Data, ReadStatus, …)`, as far as they name functions; the file
 * that registers a callback need not be the one that has it. Lines are driver lines.
 */
export function callbackLines(files: readonly { readonly slot: number; readonly text: string }[]): CallbackLine[] {
  const starts = new Map(files.flatMap(({ slot, text }) => [...text.matchAll(/^(?:export\s+)?function\s*\*?\s*([A-Za-z_$][\w$]*)/gm)].map(({ 1: name = '', index }) => [name, driverLine(slot, lineAt(text, index))] as const)));
  const found: CallbackLine[] = [];
  const add = (callback: CallbackLine['callback'], major: string | null, name: string | undefined): void => {
    const line = name === undefined ? undefined : starts.get(name);
    if (line !== undefined && !found.some((one) => one.callback === callback && one.major === major && one.line === line)) found.push({ callback, major, line });
  };
  for (const { text } of files) {
    for (const [, major = '', ...routines] of text.matchAll(/\[\s*(IRP_MJ_\w+)\s*,[^,\]]*,\s*([\w$]+)\s*(?:,\s*([\w$]+)\s*)?,?\s*\]/g)) {
      add('pre', major, routines[names.pre - 1]);
      add('post', major, routines[names.post - 1]);
    }
    for (const [, name] of text.matchAll(/FltRequestOperationStatusCallback\(\s*[^,()]+,\s*([\w$]+)/g)) add('status', null, name);
  }
  return found;
}

/** Those that begin in one file, by their lines in it. */
export const callbacksIn = (slot: number, lines: readonly CallbackLine[]): CallbackLine[] =>
  lines.flatMap((callback) => {
    const place = filePlace(callback.line);
    return place.slot === slot ? [{ ...callback, line: place.line }] : [];
  });

/** Lines of the callbacks that a breakpoint is about. `majorName`: of its filter; null: any. */
export function linesOfBreakpoint(spec: BreakpointSpec, lines: readonly CallbackLine[], majorName: string | null): readonly number[] {
  if (spec.at.kind !== 'callback') return [];
  const { callbacks } = spec.at;
  const fits = lines.filter(({ callback, major }) => (callbacks.length === 0 || callbacks.some((one) => one === callback)) && (major === null || majorName === null || major === majorName));
  return [...new Set(fits.map(({ line }) => line))];
}

const lineAt = (source: string, index: number): number => source.slice(0, index).split('\n').length;
