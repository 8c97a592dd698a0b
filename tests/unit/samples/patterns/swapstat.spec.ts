/** driver-api-usage.md 3.6: the snapshot of an operation-status request. */
import { describe, expect, it } from 'vitest';
import { driverSource } from '../../../support/scenarios/loadDriver.ts';
import { expected, Scenario } from '../../../support/scenarios/scenario.ts';

function scenario(values: Record<string, number> = {}): Scenario {
  const s = new Scenario({ drivers: [driverSource('swapstat', 'scenario')], files: { '\\f': 'x'.repeat(100) }, values });
  s.create('A', '\\f');
  s.lines();
  return s;
}

describe('operation status and the snapshot', () => {
  it('SNAP-1: what is changed after the request is not in the snapshot', () => {
    const s = scenario();
    s.read('A', 100);
    expect(s.lines()).toEqual(expected(`
      VIOL FV-084
      2 pre swapstat → SUCCESS_WITH_CALLBACK
      2 FS READ off=0 len=100
      DBG "swapstat: post has the old buffer, length 100"
      2 post swapstat
      2 OUT SUCCESS info=100
      DBG "swapstat: snapshot has the old buffer, length 100"
      2 STATUSCB swapstat status=SUCCESS
    `).filter((line) => !line.startsWith('VIOL')).toSpliced(1, 0, 'VIOL FV-084'));
  });

  it('SNAP-2: what is changed before it is', () => {
    const s = scenario({ SwapFirst: 1 });
    s.read('A', 100);
    const lines = s.lines();
    expect(lines).toContain('DBG "swapstat: snapshot has the new buffer, length 100"');
    expect(lines.filter((line) => line.startsWith('VIOL'))).toEqual([]);
  });

  it('SNAP-3: a shorter read shows only in what the file system got', () => {
    const s = scenario({ HalveLength: 1 });
    s.read('A', 100);
    const lines = s.lines();
    expect(lines).toContain('2 FS READ off=0 len=50');
    expect(lines).toContain('DBG "swapstat: snapshot has the old buffer, length 100"');
    expect(lines).toContain('DBG "swapstat: post has the old buffer, length 100"');
    expect(lines).toContain('2 OUT SUCCESS info=50');
    expect(lines).toContain('VIOL FV-084');
  });

  it('SNAP-5: there is none for fast I/O', () => {
    const s = scenario();
    s.read('A', 100, { fast: true });
    expect(s.lines().slice(0, 2)).toEqual(['VIOL FV-082', 'DBG "swapstat: c000000d"']);
  });

  it('SNAP-6: two filters have a snapshot each, the lower one\'s routine comes first', () => {
    const source = driverSource('swapstat', 'scenario');
    const s = new Scenario({ drivers: [{ ...source, name: 'upper', altitude: '380000' }, { ...source, name: 'lower', altitude: '320000' }], files: { '\\f': 'x'.repeat(100) } });
    s.create('A', '\\f');
    s.lines();
    s.read('A', 100);
    expect(s.lines().filter((line) => line.includes('STATUSCB'))).toEqual(['2 STATUSCB lower status=SUCCESS', '2 STATUSCB upper status=SUCCESS']);
  });
});
