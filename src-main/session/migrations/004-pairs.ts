/** Version 4: two traces matched as captures above and below a filter, with what differs between them. */
import type { Migration } from './index.ts';

export const pairs: Migration = {
  version: 4,
  sql: `
CREATE TABLE pair (
  id INTEGER PRIMARY KEY,
  above INTEGER NOT NULL,
  below INTEGER NOT NULL,
  state TEXT NOT NULL,
  clock_offset INTEGER NOT NULL DEFAULT 0,
  matched INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  swallowed INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  fields TEXT NOT NULL DEFAULT '[]'
);

-- Only what differs. kind 0: changed, 1: swallowed, 2: added; fields: one bit for each changed field.
CREATE TABLE pair_row (
  pair INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  above INTEGER,
  below INTEGER,
  fields INTEGER NOT NULL,
  PRIMARY KEY (pair, number)
) WITHOUT ROWID;
CREATE INDEX pair_row_by_kind ON pair_row (pair, kind, number);

CREATE VIEW pairs AS SELECT id AS pair, above, below, state, clock_offset, matched, changed, swallowed, added, fields FROM pair;

CREATE VIEW pair_rows AS
  SELECT pair, number, CASE kind WHEN 0 THEN 'changed' WHEN 1 THEN 'swallowed' ELSE 'added' END AS kind, above, below, fields FROM pair_row;
`,
};
