/** The numbered steps from an empty file to the newest session. Add one at the end; never change one that was released. */
import { first } from './001-first.ts';
import { serviceScripts } from './002-service-scripts.ts';

export interface Migration {
  /** `user_version` of the file after this step. */
  readonly version: number;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [first, serviceScripts];

export const newestVersion = migrations.length;
