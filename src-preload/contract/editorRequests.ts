/** Requests of the driver editor: what can be done about a finding, and which lines ran. */

/** A stretch of a source, by offset, and what takes its place. */
export interface SourceEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A problem of loading or a violation, as far as a fix looks at it. */
export interface FixFinding {
  /** `FV-084`; empty: a problem of loading. */
  readonly id: string;
  readonly message: string;
  /** Of the file, from 1. */
  readonly line: number | null;
  readonly column: number | null;
}

export interface DriverFix {
  /** Which of the findings it is for. */
  readonly finding: number;
  readonly title: string;
  /** In order, none over another. */
  readonly edits: readonly SourceEdit[];
}

export interface CoveredLine {
  /** A driver line. */
  readonly line: number;
  /** How often the first statement of the line began. */
  readonly count: number;
  /** Of what ran least on that line. */
  readonly least: number;
}

/** A driver that went on with another version in the middle of the run is there once for each. */
export interface CoveredDriver {
  readonly driver: string;
  /** Of its source, in which the lines are counted. */
  readonly version: number;
  readonly lines: readonly CoveredLine[];
}

export interface EditorRequests {
  /** `source`: the text of the file that the findings are in. */
  'drivers.fixes': { params: { source: string; findings: readonly FixFinding[] }; result: readonly DriverFix[] };
  /** Runs a stored run once more, aside, and counts; kept while the session is open. Another one asked for ends it. */
  'coverage.ofRun': { params: { runId: number }; result: readonly CoveredDriver[] };
  'coverage.cancel': { params: Record<string, never>; result: Record<string, never> };
}
