/** driver-api-usage.md 2.1 */
import { describe, expect, it } from 'vitest';
import { driverSource } from '../../support/scenarios/loadDriver.ts';
import { expected, Scenario } from '../../support/scenarios/scenario.ts';

const files = { '\\f.txt': 'hello' };

describe('nullFilter', () => {
  it('NULL-1: attaches by hand only, and is invisible to I/O', () => {
    const s = new Scenario({ drivers: ['nullFilter'], files, load: false });
    s.load('nullFilter');
    expect(s.lines()).toEqual(['LIFE nullFilter DriverEntry → SUCCESS']);
    expect(s.instance('nullFilter')).toBeNull();

    s.create('A', '\\f.txt');
    s.read('A', 5);
    expect(s.lines()).toEqual(expected(`
      1 FS CREATE \\f.txt
      1 OUT SUCCESS info=1
      2 FS READ off=0 len=5
      2 OUT SUCCESS info=5
    `));

    expect(s.attach('nullFilter')).toBe('SUCCESS');
    s.read('A', 5);
    expect(s.lines()).toEqual(['3 FS READ off=0 len=5', '3 OUT SUCCESS info=5']);

    expect(s.detach('nullFilter')).toBe('SUCCESS');
    expect(s.lines()).toEqual(['LIFE nullFilter query teardown → SUCCESS', 'LIFE nullFilter teardown start', 'LIFE nullFilter teardown complete']);
    expect(s.unload('nullFilter')).toBe('SUCCESS');
    expect(s.lines()).toEqual(['LIFE nullFilter unload → SUCCESS']);
    expect(s.leftovers('nullFilter')).toEqual([]);
  });

  it('NULL-2: without the query-teardown routine a manual detach is refused, and unloading works', () => {
    const driver = driverSource('nullFilter', (source) => source.replace('InstanceQueryTeardownCallback: NullQueryTeardown,', ''));
    const s = new Scenario({ drivers: [driver], files });
    s.attach('nullFilter');
    expect(s.detach('nullFilter')).toBe('FLT_DO_NOT_DETACH');
    expect(s.instance('nullFilter')).not.toBeNull();
    s.lines();
    expect(s.unload('nullFilter')).toBe('SUCCESS');
    expect(s.lines()).toEqual(['LIFE nullFilter teardown start', 'LIFE nullFilter teardown complete', 'LIFE nullFilter unload → SUCCESS']);
  });
});
