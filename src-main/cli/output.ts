/** Data goes to stdout, messages to stderr; a reader that has seen enough (`| head`) ends the command quietly. */
import { stringifyJsonLine } from '../host/index.ts';

/** Exit codes: clean, findings or divergence, usage or unreadable input. */
export const exitCodes = { clean: 0, findings: 1, unusable: 2 } as const;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.clean);
  throw error;
});

/** One line of data. Resolves when the reader keeps up. */
export function print(line: string): Promise<void> | undefined {
  if (process.stdout.write(`${line}\n`)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Data that has its own line ends. */
export function printText(text: string): Promise<void> | undefined {
  if (process.stdout.write(text)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

export const printJson = (value: unknown): Promise<void> | undefined => print(stringifyJsonLine(value));

export function message(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Overwrites one line of the terminal; nothing where stderr is no terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** A right-aligned number column, a text column: `  12,345  ReadFile`. */
export const counted = (count: number, text: string): string => `${count.toLocaleString('en-US').padStart(12)}  ${text}`;

export const grouped = (count: number): string => count.toLocaleString('en-US');

/** Columns of equal width, the header underlined. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((name, at) => Math.min(80, Math.max(name.length, ...rows.map((row) => (row[at] ?? '').length))));
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd();
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
}
