/** Why the model's result is not the recorded one: one line of a recording each, with the model's status. */
import { expect, test } from 'vitest';
import { differenceClass, differenceClasses } from '../../../../src-main/replay/knowledge/differenceClass.ts';
import { constantValue } from '../../../support/replay/constants.ts';
import { traceLine } from '../../../support/replay/traceLines.ts';

test.each([
  ['create \\nvm\\v24\\a.dll - RWD OPEN -> REPARSE', 'OBJECT_NAME_NOT_FOUND', 'reparse-target'],
  ['write \\\\PC*\\MAILSLOT\\NET\\NETLOGON 0+77 -> BAD_NETWORK_PATH', 'SUCCESS', 'no-file-system'],
  ['device \\Device\\Harddisk0\\DR0 FSCTL_LOCK_VOLUME -> SUCCESS', 'INVALID_PARAMETER', 'no-file-system'],
  ['write \\a.log 0+12 fast -> FLT_DISALLOW_FAST_IO', 'SUCCESS', 'fast-io-refused'],
  ['control \\a FSCTL_REQUEST_OPLOCK -> CANCELLED', 'OPLOCK_HANDLE_CLOSED', 'given-up'],
  ['control \\a FSCTL_REQUEST_OPLOCK -> OPLOCK_HANDLE_CLOSED', 'SUCCESS', 'unknown-request'],
  ['control - FSCTL_READ_USN_JOURNAL -> SUCCESS', 'BUFFER_OVERFLOW', 'control-code'],
  ['create \\a rw R OPEN -> SHARING_VIOLATION', 'SUCCESS', 'sharing'],
  ['section \\a -> FILE_LOCKED_WITH_WRITERS', 'FILE_LOCKED_WITH_ONLY_READERS', 'sharing'],
  ['create \\a rw RWD OPEN -> ACCESS_DENIED', 'SUCCESS', 'security'],
  ['create \\a rw RWD OPEN -> SUCCESS 1', 'OBJECT_NAME_NOT_FOUND', 'outside-name'],
  ['create \\a rw RWD CREATE -> SUCCESS 2', 'OBJECT_NAME_COLLISION', 'outside-name'],
  ['read \\a 0+10 -> SUCCESS 10', 'END_OF_FILE', 'outside-size'],
  ['unlock \\a 0+1 -> SUCCESS', 'RANGE_NOT_LOCKED', 'locks'],
  ['query \\a Basic -> SUCCESS', 'INVALID_INFO_CLASS', 'no-rules'],
] as const)('%s, model %s: %s', (line, model, id) => {
  expect(differenceClass(traceLine(line, 1), constantValue(`STATUS_${model}`), 'derived')).toBe(id);
});

test('a request that still waits, and one by a handle from before the recording', () => {
  expect(differenceClass(traceLine('create \\a rw RWD OPEN -> SUCCESS 1', 1), null, 'derived')).toBe('oplocks');
  expect(differenceClass(traceLine('query \\a Basic -> SUCCESS', 1), constantValue('STATUS_INVALID_PARAMETER'), 'assumed')).toBe('opened-before');
});

test('every class is a sentence', () => {
  for (const sentence of Object.values(differenceClasses)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
