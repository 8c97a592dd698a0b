/** Version 6: event pages are stored packed, a fifth of their size. */
import type { Migration } from './index.ts';

export const packedEvents: Migration = {
  version: 6,
  // Pages of older versions stay as they are, plain columns: format 0.
  sql: `
ALTER TABLE event_page ADD COLUMN format INTEGER NOT NULL DEFAULT 0;
`,
};
