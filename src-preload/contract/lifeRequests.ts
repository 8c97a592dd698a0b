/** Requests about the life of a file or FILE_OBJECT. What was found is kept for a while, so that pages come fast. */
import type { LifeInfo, LifeRow, LifeSubject } from './lifeValues.ts';

export interface LifeRequests {
  'life.info': { params: LifeSubject; result: LifeInfo };
  /** With the results of a run, where one is given. */
  'life.page': { params: LifeSubject & { runId: number | null; offset: number; limit: number }; result: { rows: readonly LifeRow[]; count: number } };
}
