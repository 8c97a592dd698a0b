import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import { compileWhere } from '../../../src-main/session/index.ts';
import type { ProcessIndex } from '../../../src-main/trace/record.ts';
import { record } from '../../support/operations.ts';
import { sessionWith } from '../../support/sessions.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const { session, trace } = sessionWith(path.join(tempFolder(), 'where.fltreplay'), [
  record(0, { path: 'C:\\Users\\sample\\docs\\plan.txt' }),
  record(1, { path: 'C:\\Users\\sample\\pictures\\Café.png', status: ntStatus(0xc0000022), offset: 8192n, duration: 50_000n }),
  record(2, { operation: 'CreateFile', major: 0, path: '\\\\server\\share\\docs\\a"b.txt', status: ntStatus(0xc0000034), process: 1 as ProcessIndex, length: null }),
  record(3, { operation: 'FileSystemControl', major: 13, path: null, status: null, kind: 'fastio' }),
  record(4, { status: ntStatus(0x80000006), irpFlags: 0x43 }),
]);
afterAll(() => session.close());

const matching = (where: string): number[] => session.reader.traces.select(trace, 0, 0, 100, compileWhere(where)).map((op) => op.index);

describe('filter expressions select', () => {
  it.each([
    ['operation = ReadFile', [1, 2, 5]],
    ['operation = readfile', [1, 2, 5]],
    ['operation is not ReadFile', [3, 4]],
    ['path contains "\\\\docs\\\\"', [1, 3, 5]],
    ['path contains \\docs\\', [1, 3, 5]],
    ["path begins with 'C:\\Users'", [1, 2]],
    ["path begins with '\\\\server'", [3]],
    ['path ends with .txt', [1, 3, 5]],
    ['path excludes docs', [2, 4]],
    ['path contains "a""b"', [3]],
    ['path = null', [4]],
    ['path != null', [1, 2, 3, 5]],
    ['status = SUCCESS', [1]],
    ['not status = SUCCESS', [2, 3, 4, 5]],
    ['status != SUCCESS', [2, 3, 4, 5]],
    ['status = STATUS_ACCESS_DENIED', [2]],
    ['status = 0xC0000022', [2]],
    ['status = 3221225506', [2]],
    ['status = error', [2, 3]],
    ['status = warning', [5]],
    ['major = IRP_MJ_CREATE', [3]],
    ['major = READ and offset >= 0x2000', [2]],
    ['kind = fastio', [4]],
    ['process = system', [3]],
    ['pid in (4, 8)', [3]],
    ['index > 1 and index <= 3', [2, 3]],
    ['duration > 4ms', [2]],
    ['duration = 12us', [1, 3, 4, 5]],
    ['length = null', [3]],
    ['irpFlags = 0x43', [5]],
    ['operation = ReadFile and path contains "docs" and not status = SUCCESS', [5]],
    ['operation = CreateFile or operation = ReadFile and status = SUCCESS', [1, 3]],
    ['(operation = CreateFile or operation = ReadFile) and status = SUCCESS', [1]],
    ['time >= "2026-06-05T06:42:34.000002Z"', [3, 4, 5]],
    ['time < "2026-06-05T06:42:34.000002"', [1, 2]],
    ['path begins with ""', [1, 2, 3, 4, 5]],
    ['path = ""', [4]],
    ['path contains "café"', [2]],
    ['path contains "CAFÉ"', []],
    ['path < "C:\\docs\\plan.txu" and path > "C:\\docs"', [5]],
    ['process = null', []],
    ['offset != 0', [2]],
    ['offset < 1 and index < 3', [1]],
    ['length != 4096', [3]],
    ['status >= 0xC0000022', [2, 3]],
    ['status != error', [1, 4, 5]],
    ['not (operation = ReadFile or kind = fastio)', [3]],
    ['tid = 4124 and major != null and minor = 0', [1, 2, 3, 4, 5]],
  ])('%s', (where, expected) => {
    expect(matching(where)).toEqual(expected);
  });

  it('counts them and finds the first and the last', () => {
    expect(session.reader.traces.countWhere(trace, compileWhere('operation = ReadFile'))).toBe(3);
    expect(session.reader.traces.span(trace, compileWhere('operation = ReadFile'))).toEqual({ first: 1, last: 5, count: 3 });
    expect(session.reader.traces.span(trace, compileWhere('pid = 99'))).toBeNull();
  });

  it('takes SQL in a value for what it is: text', () => {
    expect(matching(`path = "' OR 1=1 --"`)).toEqual([]);
    expect(matching(`path contains '" OR "1"="1'`)).toEqual([]);
  });
});
