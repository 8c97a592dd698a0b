/** Version 11: filters of the operation list, kept by name. */
import type { Migration } from './index.ts';

export const savedFilters: Migration = {
  version: 11,
  sql: `
CREATE TABLE filter (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE VIEW filters AS SELECT id AS filter, name, text FROM filter;
`,
};
