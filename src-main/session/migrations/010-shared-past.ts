/** Version 10: a branch may begin with the rows of its parent; it stores only its own. */
import type { Migration } from './index.ts';

export const sharedPast: Migration = {
  version: 10,
  // Log positions below `shared_events`, and results of ranges of operations that end below `shared_before`, are the parent's.
  sql: `
ALTER TABLE run ADD COLUMN shared_events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN shared_before INTEGER NOT NULL DEFAULT 0;

CREATE VIEW run_part AS
  WITH RECURSIVE part (run, source, before, parent, shared) AS (
    SELECT id, id, 9223372036854775807, parent, shared_events FROM run
    UNION ALL
    SELECT part.run, r.id, min(part.before, part.shared), r.parent, r.shared_events
    FROM part JOIN run r ON r.id = part.parent AND r.id < part.source
    WHERE part.shared > 0
  )
  SELECT run, source, before FROM part;

DROP VIEW violations;
CREATE VIEW violations AS
  SELECT p.run, v.number, v.violation, v.severity, v.hint, v.sentence, v.rule, v.source, v.driver, v.line, v.operation, v.issued, v.sequence
  FROM run_part p JOIN violation v ON v.run = p.source AND v.number < p.before;

DROP VIEW runs;
CREATE VIEW runs AS
  SELECT id AS run, name, trace, state, started, seed, settings, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations,
    differences, event_hash, problem, report, parent, plan, shared_events
  FROM run WHERE deleted = 0;
`,
};
