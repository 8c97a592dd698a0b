/** Version 8: a breakpoint is kept as JSON, whatever its kind, and may belong to a group. */
import type { Migration } from './index.ts';

export const breakpoints: Migration = {
  version: 8,
  sql: `
DROP VIEW breakpoints;
CREATE TABLE breakpoint_8 (
  id INTEGER PRIMARY KEY,
  enabled INTEGER NOT NULL,
  driver INTEGER REFERENCES driver (id),
  spec TEXT NOT NULL,
  group_name TEXT NOT NULL DEFAULT '',
  hits INTEGER NOT NULL DEFAULT 0
);
INSERT INTO breakpoint_8 (id, enabled, driver, spec, hits)
  SELECT id, enabled, driver,
    CASE kind
      WHEN 'line' THEN json_object('at', json_object('kind', 'line', 'line', line), 'driverId', driver)
      ELSE json_object('at', json_object('kind', 'callback', 'callbacks', json_array(callback)), 'driverId', driver,
        'where', json_object('major', major, 'path', coalesce(path, ''), 'status', coalesce(status, '')))
    END,
    hits
  FROM breakpoint;
DROP TABLE breakpoint;
ALTER TABLE breakpoint_8 RENAME TO breakpoint;

CREATE VIEW breakpoints AS
  SELECT b.id AS breakpoint, b.enabled, json_extract(b.spec, '$.at.kind') AS kind, d.name AS driver,
    (SELECT group_concat(value) FROM json_each(b.spec, '$.at.callbacks')) AS callback,
    json_extract(b.spec, '$.where.major') AS major, json_extract(b.spec, '$.where.path') AS path, json_extract(b.spec, '$.where.status') AS status,
    json_extract(b.spec, '$.at.line') AS line, b.hits, b.spec, b.group_name
  FROM breakpoint b LEFT JOIN driver d ON d.id = b.driver;
`,
};
