/** Version 9: pages of events say in short what they hold, in an index of their own, so that a search passes by those that cannot have what it looks for. */
import type { Migration } from './index.ts';

export const pageSummaries: Migration = {
  version: 9,
  // The pages of older runs have none, and are opened.
  sql: `
ALTER TABLE event_page ADD COLUMN summary TEXT;
CREATE INDEX event_page_summary ON event_page (run, first, count, lowest_operation, highest_operation, kinds, summary);
`,
};
