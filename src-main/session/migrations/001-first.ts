/** Version 1: traces, operations, drivers, breakpoints, runs with their events, notes; and the views users may query. */
import type { Migration } from './index.ts';

// Tables are named in the singular and are ours to change; views are plural and documented in docs/session-format.md.
// What comes in millions (operation, event_page, run_result) has no foreign keys: they would be checked row by row.
export const first: Migration = {
  version: 1,
  sql: `
CREATE TABLE property (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE trace (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  source_path TEXT,
  sha256 TEXT NOT NULL DEFAULT '',
  format TEXT NOT NULL DEFAULT '',
  synthetic INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('importing', 'complete', 'cancelled', 'failed')),
  operations INTEGER NOT NULL DEFAULT 0,
  first_time INTEGER,
  last_time INTEGER,
  report TEXT NOT NULL
);

CREATE TABLE process (
  trace INTEGER NOT NULL REFERENCES trace (id),
  number INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  parent_pid INTEGER,
  name TEXT NOT NULL,
  image_path TEXT,
  command_line TEXT,
  user TEXT,
  integrity TEXT,
  is_64_bit INTEGER,
  start_time INTEGER,
  end_time INTEGER,
  PRIMARY KEY (trace, number)
) WITHOUT ROWID;

-- Texts that repeat, kept once where that is cheap: an import forgets rare ones, so equal texts may have several ids.
CREATE TABLE name (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE path (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE detail (id INTEGER PRIMARY KEY, value TEXT NOT NULL);

-- id is trace * 2^32 + number of the operation, so that a page of the list is a range of the primary key.
CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  source_index INTEGER NOT NULL,
  time INTEGER NOT NULL,
  duration INTEGER,
  process INTEGER NOT NULL,
  tid INTEGER NOT NULL,
  name INTEGER NOT NULL,
  major INTEGER,
  minor INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  path INTEGER,
  status INTEGER,
  information INTEGER,
  irp_flags INTEGER NOT NULL,
  offset INTEGER,
  length INTEGER,
  detail INTEGER NOT NULL,
  provenance INTEGER NOT NULL
);

CREATE TABLE driver (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  altitude TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  bundled INTEGER NOT NULL,
  manifest TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
);

-- mac proves that the source was written, or trusted, by this user on this machine.
CREATE TABLE driver_version (
  driver INTEGER NOT NULL REFERENCES driver (id),
  version INTEGER NOT NULL,
  source TEXT NOT NULL,
  saved INTEGER NOT NULL,
  mac TEXT NOT NULL,
  PRIMARY KEY (driver, version)
) WITHOUT ROWID;

CREATE TABLE breakpoint (
  id INTEGER PRIMARY KEY,
  enabled INTEGER NOT NULL,
  kind TEXT NOT NULL,
  driver INTEGER REFERENCES driver (id),
  callback TEXT,
  major INTEGER,
  path TEXT,
  status TEXT,
  line INTEGER,
  hits INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  trace INTEGER NOT NULL REFERENCES trace (id),
  state TEXT NOT NULL,
  started INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  assumptions TEXT NOT NULL,
  layers TEXT NOT NULL,
  drivers TEXT NOT NULL,
  first_operation INTEGER NOT NULL,
  last_operation INTEGER NOT NULL,
  operations INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  violations INTEGER NOT NULL DEFAULT 0,
  differences INTEGER NOT NULL DEFAULT 0,
  event_hash TEXT,
  problem TEXT
);

CREATE TABLE run_result (
  run INTEGER NOT NULL,
  first_operation INTEGER NOT NULL,
  count INTEGER NOT NULL,
  statuses BLOB NOT NULL,
  states BLOB NOT NULL,
  violations BLOB NOT NULL,
  PRIMARY KEY (run, first_operation)
) WITHOUT ROWID;

-- A rowid table on purpose: the columns are hundreds of kilobytes.
CREATE TABLE event_page (
  run INTEGER NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  lowest_operation INTEGER NOT NULL,
  highest_operation INTEGER NOT NULL,
  kinds INTEGER NOT NULL,
  columns BLOB NOT NULL,
  texts TEXT NOT NULL
);
CREATE UNIQUE INDEX event_page_by_position ON event_page (run, first);

CREATE TABLE violation (
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  violation TEXT NOT NULL,
  severity TEXT NOT NULL,
  hint INTEGER NOT NULL DEFAULT 0,
  sentence TEXT NOT NULL,
  rule TEXT NOT NULL,
  source TEXT NOT NULL,
  driver TEXT NOT NULL,
  line INTEGER,
  operation INTEGER NOT NULL,
  issued INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  trace INTEGER REFERENCES trace (id),
  operation INTEGER,
  created INTEGER NOT NULL,
  text TEXT NOT NULL
);

CREATE VIEW traces AS
  SELECT id AS trace, name, source_path, sha256, format, synthetic, state, operations, first_time, last_time, report FROM trace;

CREATE VIEW processes AS
  SELECT trace, number AS process, pid, parent_pid, name, image_path, command_line, user, integrity, is_64_bit, start_time, end_time FROM process;

CREATE VIEW operations AS
  SELECT o.id >> 32 AS trace, o.id & 4294967295 AS "index", o.source_index, o.time, o.duration, p.name AS process, p.pid, o.tid, n.value AS operation,
    o.major, o.minor, CASE o.kind WHEN 0 THEN 'irp' WHEN 1 THEN 'fastio' WHEN 2 THEN 'fsfilter' ELSE 'other' END AS kind,
    t.value AS path, o.status, o.information, o.irp_flags, o.offset, o.length, d.value AS detail, v.value AS provenance
  FROM operation o
  LEFT JOIN process p ON p.trace = o.id >> 32 AND p.number = o.process
  LEFT JOIN name n ON n.id = o.name
  LEFT JOIN path t ON t.id = o.path
  LEFT JOIN detail d ON d.id = o.detail
  LEFT JOIN detail v ON v.id = o.provenance;

CREATE VIEW drivers AS
  SELECT d.id AS driver, d.name, d.description, d.altitude, d.enabled, d.bundled, v.version, v.saved, v.source,
    v.version = (SELECT max(version) FROM driver_version WHERE driver = d.id) AS latest
  FROM driver d JOIN driver_version v ON v.driver = d.id WHERE d.removed = 0;

CREATE VIEW runs AS
  SELECT id AS run, name, trace, state, started, seed, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations,
    differences, event_hash, problem
  FROM run;

CREATE VIEW violations AS
  SELECT run, number, violation, severity, hint, sentence, rule, source, driver, line, operation, issued, sequence FROM violation;

CREATE VIEW breakpoints AS
  SELECT b.id AS breakpoint, b.enabled, b.kind, d.name AS driver, b.callback, b.major, b.path, b.status, b.line, b.hits
  FROM breakpoint b LEFT JOIN driver d ON d.id = b.driver;

CREATE VIEW notes AS
  SELECT id AS note, trace, operation, created, text FROM note;
`,
};
