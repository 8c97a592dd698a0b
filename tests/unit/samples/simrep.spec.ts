/** driver-api-usage.md 2.6 */
import { describe, expect, it } from 'vitest';
import { FILE_OPEN_BY_FILE_ID, SL_CASE_SENSITIVE, SL_OPEN_TARGET_DIRECTORY } from '../../../src-main/nt/values.generated.ts';
import { quiet } from '../../support/scenarios/life.ts';
import { driverSource } from '../../support/scenarios/loadDriver.ts';
import { expected, Scenario, type ScenarioOptions } from '../../support/scenarios/scenario.ts';

const files = { '\\a\\b\\f.txt': 'f', '\\x\\y\\': '', '\\x\\yellow.txt': 'y', '\\z': 'z' };

function scenario(options: Partial<ScenarioOptions> = {}): Scenario {
  const s = new Scenario({ drivers: ['simrep'], files, ...options });
  expect(s.attach('simrep')).toBe('SUCCESS');
  s.lines();
  return s;
}

const redirected = (first: number, from: string, to: string): string[] => expected(`
  DBG "simrep: \\Device\\HarddiskVolume1${from} leads to \\Device\\HarddiskVolume1${to}"
  ${first} pre simrep → COMPLETE
  ${first} OUT REPARSE
  ${first + 1} pre simrep → SUCCESS_NO_CALLBACK
  ${first + 1} FS CREATE ${to}
  ${first + 1} OUT SUCCESS info=1
`);

describe('simrep', () => {
  it('SIM-1, SIM-3: an open below the mapping comes again under the other name, whatever its case', () => {
    const s = scenario();
    s.create('A', '\\x\\y\\f.txt');
    expect(s.lines()).toEqual(redirected(1, '\\x\\y\\f.txt', '\\a\\b\\f.txt'));
    s.create('B', '\\X\\Y\\F.TXT');
    expect(s.lines()).toEqual(redirected(3, '\\X\\Y\\F.TXT', '\\a\\b\\F.TXT'));
    s.create('C', '\\X\\Y\\F.TXT', { operationFlags: SL_CASE_SENSITIVE });
    expect(s.lines()[0]).toBe('5 pre simrep → SUCCESS_NO_CALLBACK');
  });

  it('SIM-2: the mapping ends at a component', () => {
    const s = scenario();
    s.create('A', '\\x\\yellow.txt');
    expect(s.lines()).toEqual(['1 pre simrep → SUCCESS_NO_CALLBACK', '1 FS CREATE \\x\\yellow.txt', '1 OUT SUCCESS info=1']);
  });

  it('SIM-4: a relative open is compared by its full name, and has no related object afterwards', () => {
    const s = scenario();
    s.create('X', '\\x');
    s.lines();
    s.create('A', 'y\\f.txt', { related: 'X' });
    expect(s.lines()).toEqual(redirected(2, '\\x\\y\\f.txt', '\\a\\b\\f.txt'));
    expect(s.handle('A').RelatedFileObject).toBeNull();
  });

  it('SIM-5: a query-open inside the mapping has to come as a create', () => {
    const s = scenario();
    s.networkQueryOpen('\\x\\y\\f.txt');
    expect(s.lines()[0]).toBe('1 pre simrep → DISALLOW_FASTIO');
    s.networkQueryOpen('\\a\\b\\f.txt');
    expect(s.lines()[0]).toBe('2 pre simrep → SUCCESS_NO_CALLBACK');
  });

  it('SIM-6: ids, volumes and the parents of renames pass', () => {
    const s = scenario();
    s.create('I', '\\x\\y\\f.txt', { options: FILE_OPEN_BY_FILE_ID });
    s.create('V', '');
    s.create('T', '\\x\\y\\z', { operationFlags: SL_OPEN_TARGET_DIRECTORY });
    expect(s.lines().filter((line) => line.includes('pre'))).toEqual(['1 pre simrep → SUCCESS_NO_CALLBACK', '2 pre simrep → SUCCESS_NO_CALLBACK', '3 pre simrep → SUCCESS_NO_CALLBACK']);
  });

  it('SIM-7: a mapping into itself ends at the limit of the I/O manager', () => {
    const s = scenario({ values: { OldMapping: '\\x', NewMapping: '\\x\\y' } });
    const create = s.create('A', '\\x\\f');
    const lines = s.lines();
    expect(lines.filter((line) => line.includes('→ COMPLETE'))).toHaveLength(64);
    expect(create.operation.status).toBe(0xc0000034);
  });

  it('SIM-8: a filter above sees STATUS_REPARSE in its post, and then another create', () => {
    const s = scenario({ drivers: ['simrep', { ...driverSource('passThrough'), altitude: '385000' }] });
    s.create('A', '\\x\\y\\f.txt');
    expect(s.lines().filter((line) => line.includes('passThrough') || line.includes('OUT'))).toEqual(expected(`
      1 pre passThrough → SUCCESS_WITH_CALLBACK
      1 post passThrough
      1 OUT REPARSE
      2 pre passThrough → SUCCESS_WITH_CALLBACK
      2 post passThrough
      2 OUT SUCCESS info=1
    `));
  });

  it('SIM-9: refuses automatic attachment', () => {
    const driver = driverSource('simrep');
    const s = new Scenario({ drivers: [{ ...driver, manifest: { ...driver.manifest, instances: [{ name: 'SimRep Instance', altitude: '371100', flags: 0 }] } }], files, load: false });
    s.load('simrep');
    expect(s.lines()).toContain('LIFE simrep setup → FLT_DO_NOT_ATTACH');
    expect(s.instance('simrep')).toBeNull();
  });

  it('follows the destination of a rename when told to', () => {
    const s = scenario({ values: { RemapRenamesAndLinks: 1 } });
    s.create('Z', '\\z', { access: 'rd' });
    s.lines();
    s.rename('Z', '\\x\\y\\z');
    const lines = s.lines();
    expect(lines.filter((line) => !line.startsWith('2.') || line.includes('Rename'))).toEqual([
      '2.1 SET Rename', 'DBG "simrep: the destination is \\Device\\HarddiskVolume1\\a\\b\\z, 00000000"', '2 pre simrep → COMPLETE', '2 OUT SUCCESS',
    ]);
    expect(s.onDisk('\\a\\b\\z')).toBe('z');
    s.closeHandle('Z');
    s.unload('simrep');
    expect(quiet(s, 'simrep')).toEqual([]);
  });

  it('does not load with half a mapping', () => {
    const s = new Scenario({ drivers: ['simrep'], values: { OldMapping: '\\x\\', NewMapping: '\\a' }, load: false });
    expect(s.load('simrep')).toBe('FAILED_DRIVER_ENTRY');
  });
});
