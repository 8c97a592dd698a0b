/** A stretch of a source, by offset, and what takes its place. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What to do about a finding: a sentence without a full stop, and the edits of the source that do it, in order. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** A problem or a violation, as far as a fix looks at it. */
export interface Finding {
  /** `FV-084`; empty: a problem of loading. */
  readonly id: string;
  readonly message: string;
  /** Of the file, from 1. */
  readonly line: number | null;
  readonly column: number | null;
}
