/** Version 5: a run's settings and report, and for each operation who answered, what a change did to it, and which change. */
import type { Migration } from './index.ts';

export const runReports: Migration = {
  version: 5,
  // Runs of older versions were answered as recorded.
  sql: `
ALTER TABLE run ADD COLUMN settings TEXT NOT NULL DEFAULT '{"answers":"recorded","completion":"natural","unknownBytes":"pattern"}';
ALTER TABLE run ADD COLUMN report TEXT;
ALTER TABLE run_result ADD COLUMN answers BLOB;
ALTER TABLE run_result ADD COLUMN effects BLOB;
ALTER TABLE run_result ADD COLUMN causes BLOB;

DROP VIEW runs;
CREATE VIEW runs AS
  SELECT id AS run, name, trace, state, started, seed, settings, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations,
    differences, event_hash, problem, report
  FROM run;
`,
};
