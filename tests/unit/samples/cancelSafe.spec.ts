/** driver-api-usage.md 2.12 */
import { describe, expect, it } from 'vitest';
import { KBUFFER } from '../../../src-main/driver-api/kbuffer.ts';
import { FltMgrStatus, quiet } from '../../support/scenarios/life.ts';
import { expected, Scenario } from '../../support/scenarios/scenario.ts';

const files = { '\\testdir\\a': 'hello', '\\other\\b': 'bye' };

function scenario(): Scenario {
  const s = new Scenario({ drivers: ['cancelSafe'], files, values: { OperatingPath: '\\testdir' } });
  s.create('A', '\\testdir\\a');
  s.create('B', '\\other\\b');
  s.lines();
  return s;
}

/** Lines with the second at which they came. */
function timed(s: Scenario, until: number): string[] {
  const lines: string[] = [];
  for (let second = 0; second <= until; second++) {
    s.at(second);
    lines.push(...s.lines().map((line) => `${second}s ${line}`));
  }
  return lines;
}

const pended = (number: number): string[] => [`${number} pre cancelSafe → PENDING`, `${number} OUT PENDING`];

describe('cancelSafe', () => {
  it('CSQ-1: a read waits for one tick, and the worker lives one longer', () => {
    const s = scenario();
    const read = s.read('A', 5);
    expect(s.lines()).toEqual(pended(3));
    expect(timed(s, 31)).toEqual(['15s 3 FS READ off=0 len=5', '15s 3 OUT SUCCESS info=5', '30s WI cancelSafe PreReadWorkItemRoutine']);
    expect(String.fromCharCode(...(read.buffer?.bytes() ?? []))).toBe('hello');
  });

  it('CSQ-2: one read a tick', () => {
    const s = scenario();
    for (let count = 0; count < 3; count++) s.read('A', 5);
    s.lines();
    expect(timed(s, 61).filter((line) => !line.includes('OUT'))).toEqual(['15s 3 FS READ off=0 len=5', '30s 4 FS READ off=0 len=5', '45s 5 FS READ off=0 len=5', '60s WI cancelSafe PreReadWorkItemRoutine']);
  });

  it('CSQ-3: a read that comes in the last tick waits for the rest of it', () => {
    const s = scenario();
    s.read('A', 5);
    s.at(20);
    s.lines();
    s.read('A', 5);
    expect(s.lines()).toEqual(pended(4));
    expect(timed(s, 46).filter((line) => !line.includes('OUT'))).toEqual(['30s 4 FS READ off=0 len=5', '45s WI cancelSafe PreReadWorkItemRoutine']);
  });

  it('CSQ-4: a cancelled read never reaches the file system', () => {
    const s = scenario();
    const first = s.read('A', 5);
    s.read('A', 5);
    s.at(5);
    s.lines();
    s.cancel(first);
    expect(s.lines()).toEqual(['3 OUT CANCELLED']);
    expect(timed(s, 31)).toEqual(['15s 4 FS READ off=0 len=5', '15s 4 OUT SUCCESS info=5', '30s WI cancelSafe PreReadWorkItemRoutine']);
  });

  it('CSQ-5: detaching lets everything go on at once', () => {
    const s = scenario();
    s.read('A', 5);
    s.read('A', 5);
    s.at(5);
    s.lines();
    expect(s.detach('cancelSafe')).toBe('SUCCESS');
    expect(s.lines()).toEqual(expected(`
      LIFE cancelSafe query teardown → SUCCESS
      LIFE cancelSafe teardown start
      3 FS READ off=0 len=5
      3 OUT SUCCESS info=5
      4 FS READ off=0 len=5
      4 OUT SUCCESS info=5
      WI cancelSafe PreReadWorkItemRoutine
      LIFE cancelSafe teardown complete
    `));
    expect(timed(s, 60)).toEqual([]);
  });

  it('CSQ-6: fast I/O inside the path comes again as an IRP', () => {
    const s = scenario();
    s.read('A', 5, { fast: true });
    expect(s.lines()).toEqual(['3 pre cancelSafe → DISALLOW_FASTIO', expect.stringMatching(/^3 OUT /), ...pended(4)]);
    expect(timed(s, 16)).toEqual(['15s 4 FS READ off=0 len=5', '15s 4 OUT SUCCESS info=5']);
  });

  it('CSQ-7: what must not be held up passes', () => {
    const s = scenario();
    s.read('A', 5, { paging: true });
    s.read('B', 3);
    s.read('A', 5, { topLevelIrp: true });
    expect(s.lines().filter((line) => line.includes('pre'))).toEqual(['4 pre cancelSafe → SUCCESS_NO_CALLBACK', '5 pre cancelSafe → SUCCESS_NO_CALLBACK']);
  });

  it('CSQ-8: a disabled queue takes nothing', () => {
    const s = scenario();
    s.transcript.apis.add('FltCbdqInsertIo');
    s.read('A', 5);
    const instance = s.instance('cancelSafe');
    instance?.queues.forEach((queue) => void (queue.enabled = false));
    s.lines();
    s.read('A', 5);
    expect(s.lines()).toEqual([`4 API FltCbdqInsertIo → ${FltMgrStatus.disabled}`, '4 pre cancelSafe → SUCCESS_NO_CALLBACK', '4 FS READ off=0 len=5', '4 OUT SUCCESS info=5']);
  });

  it('CSQ-9: a read whose buffer is gone when it is its turn fails', () => {
    const s = scenario();
    const read = s.read('A', 5);
    if (read.buffer !== null) KBUFFER.free(read.buffer);
    s.lines();
    expect(timed(s, 31)).toEqual(['15s 3 OUT ACCESS_VIOLATION', '30s WI cancelSafe PreReadWorkItemRoutine']);
  });

  it('leaves nothing behind when it is unloaded with reads in the queue', () => {
    const s = scenario();
    s.read('A', 5);
    expect(s.unload('cancelSafe')).toBe('SUCCESS');
    expect(quiet(s, 'cancelSafe')).toEqual([]);
  });
});
