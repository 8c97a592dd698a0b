/**
 * Version 3: operations lie in columnar pages instead of rows; modules, recorded stacks and context events are kept; a trace has
 * its place on the session's clock.
 */
import { convertOperationRows } from './003-convertRows.ts';
import type { Migration } from './index.ts';

export const pages: Migration = {
  version: 3,
  sql: `
-- Which block holds which rows of a trace: the way to a row by its number, and what a search may skip. kind 0: operations, 1: context events.
CREATE TABLE page (
  trace INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  first_source INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  last_source INTEGER NOT NULL,
  summary TEXT,
  block INTEGER NOT NULL,
  PRIMARY KEY (trace, kind, first)
) WITHOUT ROWID;

-- A rowid table on purpose: the columns are a hundred kilobytes. Never changed, and no id comes twice, so that readers may keep what they read.
CREATE TABLE page_block (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  columns BLOB NOT NULL,
  texts TEXT NOT NULL,
  details TEXT NOT NULL
);

CREATE TABLE stack_page (
  trace INTEGER NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  depths BLOB NOT NULL,
  frames BLOB NOT NULL,
  locations BLOB,
  texts TEXT
);
CREATE UNIQUE INDEX stack_page_by_position ON stack_page (trace, first);

CREATE TABLE module (
  trace INTEGER NOT NULL,
  process INTEGER NOT NULL,
  number INTEGER NOT NULL,
  base INTEGER NOT NULL,
  size INTEGER NOT NULL,
  path TEXT NOT NULL,
  load_time INTEGER,
  version TEXT,
  company TEXT,
  description TEXT,
  PRIMARY KEY (trace, process, number)
) WITHOUT ROWID;

ALTER TABLE trace ADD COLUMN clock_offset INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trace ADD COLUMN context_events INTEGER NOT NULL DEFAULT 0;

DROP VIEW traces;
CREATE VIEW traces AS
  SELECT id AS trace, name, source_path, sha256, format, synthetic, state, operations, first_time, last_time, report, clock_offset, context_events FROM trace;

CREATE VIEW modules AS
  SELECT m.trace, p.name AS process, p.pid, m.base, m.size, m.path, m.load_time, m.version, m.company, m.description
  FROM module m LEFT JOIN process p ON p.trace = m.trace AND p.number = m.process;
`,
  convert: (db) => {
    convertOperationRows(db);
    db.exec('DROP VIEW operations; DROP TABLE operation; DROP TABLE name; DROP TABLE path; DROP TABLE detail');
  },
};
