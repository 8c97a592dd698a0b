/** driver-api-usage.md 3.6, rows OPL: oplock requests seen through the operation status. */
import { describe, expect, it } from 'vitest';
import {
  FILE_COMPLETE_IF_OPLOCKED, FILE_OPLOCK_BROKEN_TO_LEVEL_2, FILE_OPLOCK_BROKEN_TO_NONE, FILE_OVERWRITE, FILE_SYNCHRONOUS_IO_NONALERT, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, FSCTL_REQUEST_BATCH_OPLOCK,
  FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK_LEVEL_2, OPLOCK_LEVEL_CACHE_HANDLE, OPLOCK_LEVEL_CACHE_READ, OPLOCK_LEVEL_CACHE_WRITE,
} from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, type OpenOptions, Scenario } from '../../../support/scenarios/scenario.ts';

/** READ_CACHING, HANDLE_CACHING and WRITE_CACHING: 7. */
const readWriteHandle = OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_HANDLE | OPLOCK_LEVEL_CACHE_WRITE;

/** `\f` is open as A by request 1; what is asked of it begins with request 2. */
function scenario(options: OpenOptions = {}): Scenario {
  const s = new Scenario({ drivers: ['oplockWatch'], files: { '\\f': 'x'.repeat(100) } });
  s.create('A', '\\f', { access: 'rw', ...options });
  s.lines();
  return s;
}

const granted = (code: string): string[] => expected(`
  2 pre oplockWatch → SUCCESS_WITH_CALLBACK
  2 FS FSCTL ${code} → PENDING
  DBG "watch: granted"
  2 STATUSCB oplockWatch status=PENDING
  2 OUT PENDING
`);

describe('oplocks and the operation status', () => {
  it('OPL-1: granted shows in the status, the break in the post', () => {
    const s = scenario();
    const request = s.oplock('A', readWriteHandle);
    expect(s.lines()).toEqual(granted('REQUEST_OPLOCK'));
    const create = s.create('B', '\\f', { access: 'rw', process: 200 });
    const lines = s.lines();
    // WRITE caching goes with another open; the holder has to say so before that goes on.
    expect(lines.filter((line) => line.startsWith('2') || line.startsWith('DBG'))).toEqual(['DBG "watch: broken from 7 to 3, to be acknowledged"', '2 post oplockWatch', '2 OUT SUCCESS info=24']);
    expect(request.buffer?.u32(8)).toBe(OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_HANDLE);
    expect(lines.at(-1)).toBe('3 FS CREATE \\f → PENDING');
    expect(create.operation.state).not.toBe('completed');
  });

  it('OPL-2: refused: the post comes first, the status says the same', () => {
    const s = scenario();
    s.create('B', '\\f', { process: 200 });
    s.lines();
    s.oplock('A', readWriteHandle);
    expect(s.lines()).toEqual(expected(`
      3 pre oplockWatch → SUCCESS_WITH_CALLBACK
      3 FS FSCTL REQUEST_OPLOCK → OPLOCK_NOT_GRANTED
      3 post oplockWatch
      3 OUT OPLOCK_NOT_GRANTED
      DBG "watch: not granted"
      3 STATUSCB oplockWatch status=OPLOCK_NOT_GRANTED
    `));
  });

  it('OPL-3: a legacy request on a synchronous handle is never left pending', () => {
    const s = scenario({ options: FILE_SYNCHRONOUS_IO_NONALERT });
    s.control('A', FSCTL_REQUEST_OPLOCK_LEVEL_2);
    expect(s.lines()).toEqual(expected(`
      2 pre oplockWatch → SUCCESS_WITH_CALLBACK
      2 FS FSCTL REQUEST_OPLOCK_LEVEL_2 → OPLOCK_NOT_GRANTED
      2 post oplockWatch
      2 OUT OPLOCK_NOT_GRANTED
      DBG "watch: not granted"
      2 STATUSCB oplockWatch status=OPLOCK_NOT_GRANTED
    `));
  });

  it('OPL-4: who does not want to wait is told by a success code', () => {
    const s = scenario();
    s.oplock('A', readWriteHandle);
    const create = s.create('B', '\\f', { access: 'rw', process: 200, options: FILE_COMPLETE_IF_OPLOCKED });
    expect(s.lines().filter((line) => line.startsWith('3'))).toEqual(['3 FS CREATE \\f → OPLOCK_BREAK_IN_PROGRESS', '3 OUT OPLOCK_BREAK_IN_PROGRESS info=1']);
    expect(create.operation.status).toBe(0x108);
  });

  it.each([
    ['a batch oplock by an open', FSCTL_REQUEST_BATCH_OPLOCK, {}, FILE_OPLOCK_BROKEN_TO_LEVEL_2, 'level 2'],
    ['a batch oplock by an overwrite', FSCTL_REQUEST_BATCH_OPLOCK, { disposition: FILE_OVERWRITE }, FILE_OPLOCK_BROKEN_TO_NONE, 'none'],
    ['a filter oplock by an open for writing', FSCTL_REQUEST_FILTER_OPLOCK, {}, FILE_OPLOCK_BROKEN_TO_NONE, 'none'],
  ] as const)('OPL-5: %s breaks it, and the breaker waits for the holder', (_, code, breaker, information, word) => {
    const s = scenario(code === FSCTL_REQUEST_FILTER_OPLOCK ? { access: 'r' } : {});
    const request = s.control('A', code);
    s.lines();
    const create = s.create('B', '\\f', { access: 'w', process: 200, ...breaker });
    expect(s.lines().filter((line) => line.startsWith('DBG') || line.includes('OUT'))).toEqual([`DBG "watch: broken to ${word}"`, `2 OUT SUCCESS info=${information}`]);
    expect(create.operation.state).not.toBe('completed');
    expect(request.operation.information).toBe(information);
    if (information === FILE_OPLOCK_BROKEN_TO_LEVEL_2) s.control('A', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE);
    else s.closeHandle('A');
    expect(create.operation.state).toBe('completed');
    expect(create.operation.status).toBe(0);
  });

  it('OPL-6: a detach drains the filter, the oplock stays', () => {
    const s = scenario();
    const request = s.oplock('A', readWriteHandle);
    s.lines();
    s.detach('oplockWatch');
    expect(s.lines().filter((line) => !line.startsWith('LIFE'))).toEqual(['2 post oplockWatch DRAIN']);
    expect(request.operation.state).not.toBe('completed');
    const create = s.create('B', '\\f', { access: 'rw', process: 200 });
    expect(request.operation.state).toBe('completed');
    expect(create.operation.state).not.toBe('completed');
    s.closeHandle('A');
    expect(create.operation.status).toBe(0);
    s.unload('oplockWatch');
    expect(quiet(s, 'oplockWatch')).toEqual([]);
  });
});
