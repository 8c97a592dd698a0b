/** Ends of a run that come from inside a callback: a simulated bug check, a deadlock, or an exception thrown by driver code. */
import { hex } from '../../nt/names.ts';

/** FLTMGR_FILE_SYSTEM */
export const bugCheckCode = 0xf5;

/** A simulated bug check: the run is over and the engine takes no more requests. */
export class BugCheck extends Error {
  override readonly name = 'BugCheck';
  readonly code = bugCheckCode;
  readonly parameter1: number;
  /** `FV-003` */
  readonly violation: string;
  /** The driver's line, as far as the host could tell. */
  readonly site: { readonly driver: string; readonly line: number; readonly column: number } | null;

  constructor(parameter1: number, violation: string, sentence: string, site: BugCheck['site'] = null) {
    super(`Bug check ${hex(bugCheckCode, 2)} (parameter 1 = ${hex(parameter1, 2)}): ${sentence}`);
    this.parameter1 = parameter1;
    this.violation = violation;
    this.site = site;
  }
}

/** One line of a wait graph. */
export interface WaitGraphLine {
  readonly thread: string;
  readonly what: string;
  readonly holders: readonly string[];
  /** The driver's routine that waits, `scanner's post`; absent where the Filter Manager itself waits. */
  readonly routine?: string;
  /** Of the driver: `line 34`, `line 12 of names.ts`. */
  readonly place?: string | null;
  /** Number of the operation the routine was called for. */
  readonly operation?: number | null;
}

function whereText({ routine, place = null, operation }: WaitGraphLine): string {
  if (routine === undefined) return '';
  const parts = [routine, ...(place === null ? [] : [place]), ...(typeof operation === 'number' ? [`operation ${operation}`] : [])];
  return ` (${parts.join(', ')})`;
}

const lineText = (line: WaitGraphLine): string => `${line.thread}${whereText(line)} waits for ${line.what}${line.holders.length === 0 ? '' : ` (held by ${line.holders.join(', ')})`}`;

/** So many threads a sentence names. */
const mostLines = 12;

/** `app.exe:7 (scanner's post, line 34, operation 12) waits for KEVENT Done (held by Worker)`, one after the other. */
export function waitGraphText(graph: readonly WaitGraphLine[]): string {
  const more = graph.length - mostLines;
  return [...graph.slice(0, mostLines).map(lineText), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** The part of a graph that a thread's wait hangs on: whom it waits for, whom those wait for, and so on. */
export function waitChain(graph: readonly WaitGraphLine[], thread: string): WaitGraphLine[] {
  const names = new Set([thread]);
  // A set that grows while it is gone through: every name comes up once.
  for (const name of names) for (const line of graph) if (line.thread === name) line.holders.forEach((holder) => names.add(holder));
  return graph.filter((line) => names.has(line.thread));
}

/** A wait on the stack that nothing can end (OV-002), or activity without end: the run is over. */
export class Deadlock extends Error {
  override readonly name = 'Deadlock';
  readonly graph: readonly WaitGraphLine[];

  constructor(sentence: string, graph: readonly WaitGraphLine[]) {
    super(sentence);
    this.graph = graph;
  }
}

/** An exception that left a callback. Says which driver, which routine and which operation; `cause` is what was thrown. */
export class DriverException extends Error {
  override readonly name = 'DriverException';
  readonly driver: string;
  /** Kind of routine: `pre`, `post`, `status`, `work` ... */
  readonly routine: string;
  /** Operation number, or null where the routine belongs to none. */
  readonly operation: number | null;

  constructor(driver: string, routine: string, operation: number | null, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`An exception left the ${routine} routine of ${driver}${operation === null ? '' : ` in operation ${operation}`}: ${what}`, { cause });
    this.driver = driver;
    this.routine = routine;
    this.operation = operation;
  }
}
