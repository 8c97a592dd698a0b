/** The numbered steps from an empty file to the newest session. Add one at the end; never change one that was released. */
import type { Database } from '../database.ts';
import { first } from './001-first.ts';
import { serviceScripts } from './002-service-scripts.ts';
import { pages } from './003-pages.ts';
import { pairs } from './004-pairs.ts';
import { runReports } from './005-run-reports.ts';
import { packedEvents } from './006-packed-events.ts';
import { runPlans } from './007-run-plans.ts';
import { breakpoints } from './008-breakpoints.ts';
import { pageSummaries } from './009-page-summaries.ts';
import { sharedPast } from './010-shared-past.ts';
import { savedFilters } from './011-saved-filters.ts';
import { marks } from './012-marks.ts';
import { driverFiles } from './013-driver-files.ts';

export interface Migration {
  /** `user_version` of the file after this step. */
  readonly version: number;
  readonly sql: string;
  /** What SQL cannot do, after `sql` and in the same transaction. */
  readonly convert?: (db: Database) => void;
}

export const migrations: readonly Migration[] = [first, serviceScripts, pages, pairs, runReports, packedEvents, runPlans, breakpoints, pageSummaries, sharedPast, savedFilters, marks, driverFiles];

export const newestVersion = migrations.length;
