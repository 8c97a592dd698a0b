/**
 * File names: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 5 (NAM).
 */
import type { Assumption } from './assumption.ts';

const both = <T extends readonly [string, ...string[]]>(values: T): Pick<Assumption, 'values' | 'implemented'> => ({ values, implemented: values });

export const namesAssumptions: readonly Assumption[] = [
  { id: 'NAM-003', ...both(['long-component', 'empty']), sentence: 'The short name of a file without one is its long final component.', source: 'INFERRED; FLT_FILE_NAME_INFORMATION' },
  { id: 'NAM-004', ...both(['case-on-disk', 'callers-case']), sentence: 'Components that exist have the case on disk in a normalized name.', source: 'INFERRED' },
  { id: 'NAM-005', ...both(['of-the-link', 'of-the-stream']), sentence: 'Cached names belong to the link a file was opened by, so that two hard links have two names.', source: 'INFERRED' },
  { id: 'NAM-012', ...both(['refused', 'cache']), sentence: 'The default query method is refused where asking is not safe, even when the name is cached.', source: 'INFERRED; FltGetFileNameInformation says both' },
  { id: 'NAM-014', ...both(['file-system-status', 'invalid-name-request']), sentence: 'A missing directory on the way gives the file system\'s status in pre-create.', source: 'status INFERRED; FltGetFileNameInformation' },
  { id: 'NAM-018', ...both(['cache-miss', 'invalid-name-request']), sentence: 'After a failed create a normalized name that is not cached answers STATUS_FLT_NAME_CACHE_MISS.', source: 'statuses INFERRED; FltGetFileNameInformation' },
  { id: 'NAM-030', ...both(['cache-only', 'answered']), sentence: 'FltGetFileNameInformationUnsafe where names are unsafe is answered from the cache or refused.', source: 'INFERRED; FltGetFileNameInformationUnsafe' },
  { id: 'NAM-035', ...both(['invalid-parameter', 'no-name']), sentence: 'FltGetTunneledName in an operation that cannot tunnel answers STATUS_INVALID_PARAMETER.', source: 'status INFERRED; FltGetTunneledName' },
  { id: 'NAM-042', ...both(['extension', 'no-extension']), sentence: 'What follows a dot at the start of a name is an extension: ".git" has "git".', source: 'INFERRED from NAM-041' },
  { id: 'NAM-043', ...both(['filled', 'empty']), sentence: 'Parsing a short name fills final component and extension.', source: 'decision INFERRED; FltParseFileNameInformation and FLT_FILE_NAME_INFORMATION differ' },
  { id: 'NAM-044', ...both(['empty', 'parsed-anyway']), sentence: 'Parsed members of a record that was not parsed are empty strings.', source: 'INFERRED' },
  { id: 'NAM-050', ...both(['shared-by-link', 'per-file-object']), sentence: 'Normalized and short names are cached for the file and link, for all its file objects.', source: 'INFERRED; managing-file-names' },
  { id: 'NAM-051', ...both(['before-posts', 'after-posts']), sentence: 'A rename drops cached names before the post callbacks of the rename run.', source: 'moment INFERRED; FltPurgeFileNameInformationCache' },
  { id: 'NAM-052', ...both(['stays-valid', 'record-ends']), sentence: 'A record that is still referenced keeps its text after its cache entry was dropped.', source: 'INFERRED' },
];
