/** Every reason for which a session file is refused. One sentence each: what was found, and what to do. */
import { UserError } from '../base/userError.ts';

/** A file written by a newer FltReplay. Carries the numbers, so that each front end can add its advice. */
export class SessionTooNewError extends UserError {
  readonly fileVersion: number;
  readonly knownVersion: number;

  constructor(path: string, fileVersion: number, knownVersion: number) {
    super(
      'session-too-new',
      `“${path}” is a FltReplay session of version ${fileVersion}; this FltReplay reads versions up to ${knownVersion}. Open it with a newer FltReplay.`,
      { path, fileVersion, knownVersion },
    );
    this.fileVersion = fileVersion;
    this.knownVersion = knownVersion;
  }
}

export const sessionErrors = {
  notSession: (path: string, found: string) =>
    new UserError('session-format', `“${path}” is ${found}, not a FltReplay session; open a .fltreplay file, or import a trace into a new session.`, { path }),

  changedSchema: (path: string, what: string) =>
    new UserError('session-schema', `“${path}” is not a session as FltReplay writes it (${what}), so it was not opened; ask whoever sent it for the original file.`, { path, what }),

  missing: (path: string) => new UserError('session-missing', `There is no session file “${path}”; check the path, or import a trace to make one.`, { path }),

  unreadable: (path: string, reason: string) => new UserError('session-unreadable', `“${path}” cannot be opened: ${reason}.`, { path, reason }),

  damagedPage: () => new UserError('session-damaged', 'This session is damaged: a page of operations in it says that it has more rows than a page can have; open a copy that is whole.', {}),

  sql: (reason: string) => new UserError('query-sql', `The query was refused: ${reason}.`, { reason }),

  readOnlySql: () => new UserError('query-read-only', 'Only a query that reads is run here, e.g. SELECT operation, count(*) FROM operations GROUP BY operation.', {}),
} as const;
