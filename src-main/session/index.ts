/** The session store. Only this folder loads better-sqlite3. */
export type { AffectedCause } from './affectedReader.ts';
export { applicationId, isSessionHeader, openForWriting } from './database.ts';
export type { StoredMark } from './markStore.ts';
export type { FilteredRows } from './filteredRows.ts';
export { compareGroundTruth } from './groundTruth.ts';
export { SessionTooNewError, sessionErrors } from './errors.ts';
export type { LifeOf, StoredLife } from './lifeReader.ts';
export { newestVersion } from './migrations/index.ts';
export { runQuery, type QueryAnswer, type SqlValue } from './query.ts';
export { PairReader, PairRowWriter, PairWriter, type PairState, type StoredPair, type StoredPairRow } from './pairStore.ts';
export { RunReader, type EventFilter, type OperationResult, type StoredRun, type StoredViolation, type ViolationGroup } from './runStore.ts';
export { copySession, openSession, peekSession, SessionReader, SessionWriter, type Session } from './sessionStore.ts';
export type { DriverContents, StoredBreakpoint, StoredDriver } from './stackStore.ts';
export { TraceReader } from './traceReader.ts';
export type {
  ContextFilter, ListedOperation, LostMark, StoredContextEvent, StoredOperation, StoredReport, StoredStackFrame, StoredTrace,
} from './traceTypes.ts';
export { TraceWriter, type FinalState } from './traceWriter.ts';
export { OperationPages } from './operationPages.ts';
export type { PageEntry } from './pageStore.ts';
export { asciiLower, compileWhere, maskOf, type Mask, type StoredOperationPage, type WhereCondition, type WhereTrace } from './whereMask.ts';
