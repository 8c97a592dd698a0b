/** Every reason for which a trace is refused. One sentence each: what was found, where, and what to do. */
import { UserError } from '../base/userError.ts';

/** Every format there is, for sentences that say what to open instead. */
export const readableTraces =
  'a Process Monitor log (.PML) or its CSV or XML export, an Event Tracing for Windows log (.etl) or its text from tracerpt, xperf or PerfView, a minispy log, or JSON Lines made by “fltreplay ops --json”';

export const traceErrors = {
  empty: (name: string) => new UserError('trace-empty', `“${name}” is empty: there is nothing to import.`, { name }),

  pmlVersion: (name: string, version: number) =>
    new UserError(
      'trace-pml-version',
      `“${name}” is a Process Monitor log of version ${version}; FltReplay reads versions 7 to 9. Open it in a Procmon that knows it and export it as CSV, or look for a newer FltReplay.`,
      { name, version },
    ),

  pmlTruncatedHeader: (name: string, size: number, needed: number) =>
    new UserError(
      'trace-pml-truncated',
      `“${name}” is a Process Monitor log that ends inside its header (at byte ${size} of ${needed}); no event is in it. Copy it again from where it was made.`,
      { name, size },
    ),

  pmlBitness: (name: string, value: number) =>
    new UserError(
      'trace-pml-damaged',
      `“${name}” is a damaged Process Monitor log: its 64-bit flag at offset 8 is ${value} instead of 0 or 1. Copy it again from where it was made.`,
      { name, value },
    ),

  csvColumns: (name: string, missing: readonly string[], found: readonly string[]) =>
    new UserError(
      'trace-csv-columns',
      `“${name}” is a Procmon CSV without the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')} (it has ${found.slice(0, 30).join(', ')}); show ${
        missing.length > 1 ? 'them' : 'it'
      } in Procmon under Options > Select Columns and export again.`,
      { name, missing, found },
    ),

  csvResaved: (name: string, row: number, text: string) =>
    new UserError(
      'trace-csv-resaved',
      `“${name}” looks like a Procmon CSV that a spreadsheet has saved again (row ${row} has the time “${text}”, which has lost its decimals); export it from Procmon again and open that file.`,
      { name, row, text },
    ),

  csvTime: (name: string, row: number, text: string) =>
    new UserError(
      'trace-csv-time',
      `“${name}” row ${row} has the time “${text}”, which FltReplay cannot read without guessing; export again with English or 24-hour times, e.g. “4:33:14.3062614 PM” or “16:33:14,3062614”.`,
      { name, row, text },
    ),

  minispyScreen: (name: string) =>
    new UserError(
      'trace-minispy-screen',
      `“${name}” is what minispy shows on the screen, in which columns run into each other; let it write a file with “/f NAME” and open that.`,
      { name },
    ),

  tracerptExponent: (name: string, row: number, text: string) =>
    new UserError(
      'trace-tracerpt-times',
      `“${name}” row ${row} has the time “${text}”: a spreadsheet has rounded the times of this tracerpt CSV, and their order is lost; run tracerpt again and open its own file, or the .etl.`,
      { name, row, text },
    ),

  jsonlVersion: (name: string, version: unknown) =>
    new UserError('trace-jsonl-version', `“${name}” is a FltReplay trace of version ${String(version)}; this FltReplay reads version 1. Open it with a newer FltReplay.`, {
      name,
      version,
    }),

  foreign: (name: string, what: string, advice: string) => new UserError('trace-format', `“${name}” is ${what}, not a trace FltReplay can read; ${advice}.`, { name, what }),

  unknown: (name: string, firstBytes: string) =>
    new UserError(
      'trace-format',
      `“${name}” is of no format FltReplay knows (it begins with the bytes ${firstBytes}); open ${readableTraces}.`,
      { name, firstBytes },
    ),
} as const;
