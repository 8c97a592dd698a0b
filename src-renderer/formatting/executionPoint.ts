import { fileName, filePlace, type NamedFile } from '../../src-main/base/driverLines.ts';
import type { ExecutionPoint } from '../../src-preload/contract/index.ts';

/**
 * `18204:7`; `18204:7:29` for a line behind it, `18204:7:29.3` for the third time that the line is come to, `18204:7:names.ts:29` for one of another file.
 *
 * `driver`: whose line it is.
 */
export function formatPoint({ operation, sequence, line, visit = 1 }: ExecutionPoint, driver?: { readonly name: string; readonly files: readonly NamedFile[] }): string {
  if (line === null) return `${operation}:${sequence}`;
  const place = filePlace(line);
  const shown = place.slot === 0 || driver === undefined ? line : `${fileName(driver.name, driver.files, place.slot)}:${place.line}`;
  return `${operation}:${sequence}:${shown}${visit > 1 ? `.${visit}` : ''}`;
}

/** The operation that an execution point begins with; null where the text is none. */
export function operationOfPoint(text: string): number | null {
  const operation = /^\s*#?(\d+):\d+(?::(?:[\w/-]+\.ts:)?\d+(?:\.\d+)?)?\s*$/.exec(text)?.[1];
  return operation === undefined ? null : Number(operation);
}
