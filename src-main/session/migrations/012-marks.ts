/** Version 12: a note may stand at an execution point, and may be a bookmark. */
import type { Migration } from './index.ts';

export const marks: Migration = {
  version: 12,
  // No reference to the run: a note outlives it.
  sql: `
ALTER TABLE note ADD COLUMN run INTEGER;
ALTER TABLE note ADD COLUMN issued INTEGER;
ALTER TABLE note ADD COLUMN sequence INTEGER;
ALTER TABLE note ADD COLUMN bookmark INTEGER NOT NULL DEFAULT 0;

DROP VIEW notes;
CREATE VIEW notes AS
  SELECT id AS note, trace, operation, created, text, run, issued, sequence, bookmark FROM note;
`,
};
