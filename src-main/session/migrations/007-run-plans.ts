/** Version 7: a run knows its parent and its plan, so that it can be run again; pages of events carry the hash of the log up to their end. */
import type { Migration } from './index.ts';

export const runPlans: Migration = {
  version: 7,
  // Runs of older versions issued every operation in their range, as far as is known.
  sql: `
ALTER TABLE run ADD COLUMN parent INTEGER;
ALTER TABLE run ADD COLUMN plan TEXT NOT NULL DEFAULT '{"where":null,"unknownFolder":null,"overlays":[],"switches":[]}';
ALTER TABLE run ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event_page ADD COLUMN chain TEXT;

DROP VIEW runs;
CREATE VIEW runs AS
  SELECT id AS run, name, trace, state, started, seed, settings, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations,
    differences, event_hash, problem, report, parent, plan
  FROM run WHERE deleted = 0;
`,
};
