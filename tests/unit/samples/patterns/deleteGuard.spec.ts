/** driver-api-usage.md 3.2 */
import { describe, expect, it } from 'vitest';
import { FILE_DELETE_ON_CLOSE } from '../../../../src-main/nt/values.generated.ts';
import { driverSource } from '../../../support/scenarios/loadDriver.ts';
import { Scenario } from '../../../support/scenarios/scenario.ts';

function scenario(): Scenario {
  return new Scenario({
    drivers: [driverSource('deleteGuard', 'scenario')],
    files: { '\\guard\\k.txt': { contents: new Uint8Array(1), shortName: 'K~1.TXT' }, '\\guard\\k.txt:s': 's', '\\guardian\\k.txt': 'k', '\\else\\': '', '\\tmp\\n': 'n', '\\empty\\': '' },
  });
}

/** Status of the last request. */
const out = (s: Scenario): string => s.lines().filter((line) => line.includes(' OUT ')).at(-1)?.replace(/^.* OUT (\w+).*$/, '$1') ?? '';

describe('delete guard', () => {
  it('DG-1: no delete-on-close', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE });
    expect(s.lines()).toEqual(['1 pre deleteGuard → COMPLETE', '1 OUT ACCESS_DENIED']);
  });

  it('DG-2, DG-3: no disposition in either class, but taking it back passes', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'rwd' });
    expect(out(s)).toBe('SUCCESS');
    s.setDisposition('A', true);
    expect(out(s)).toBe('ACCESS_DENIED');
    s.setDisposition('A', false);
    expect(out(s)).toBe('SUCCESS');
    const outcomes = [1, 1 | 2, 1 | 8, 8].map((flags) => {
      s.setDispositionEx('A', flags);
      return s.lines().find((line) => line.includes('pre'))?.replace(/^.*→ /, '');
    });
    expect(outcomes).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'SUCCESS_NO_CALLBACK']);
  });

  it('DG-4: no renaming away, in either class', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'd' });
    for (const rename of [() => s.rename('A', '\\else\\k.txt'), () => s.rename('A', '\\guard\\k2.txt'), () => s.rename('A', '\\else\\k.txt', { flags: 2 })]) {
      rename();
      expect(out(s)).toBe('ACCESS_DENIED');
    }
  });

  it('DG-5: no replacing by a rename; without leave to replace the file system refuses', () => {
    const s = scenario();
    s.create('N', '\\tmp\\n', { access: 'd' });
    s.rename('N', '\\guard\\k.txt', { replace: true });
    expect(out(s)).toBe('ACCESS_DENIED');
    s.rename('N', '\\guard\\k.txt');
    expect(out(s)).toBe('OBJECT_NAME_COLLISION');
  });

  it('DG-6: whatever the file is opened as', () => {
    const s = scenario();
    s.create('G', '\\guard');
    s.create('1', '\\GUARD\\K.TXT', { access: 'd' });
    s.create('2', '\\guard\\K~1.TXT', { access: 'd' });
    s.create('3', 'k.txt', { access: 'd', related: 'G' });
    for (const name of ['1', '2', '3']) {
      s.setDisposition(name, true);
      expect(out(s), name).toBe('ACCESS_DENIED');
    }
  });

  it('DG-7, DG-8, DG-10: not another folder, not a stream, not the kernel', () => {
    const s = scenario();
    s.create('O', '\\guardian\\k.txt', { access: 'd' });
    s.create('S', '\\guard\\k.txt:s', { access: 'd' });
    for (const name of ['O', 'S']) {
      s.setDisposition(name, true);
      expect(out(s), name).toBe('SUCCESS');
    }
    s.create('K', '\\guard\\k.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE, kernel: true, process: 4 });
    expect(out(s)).toBe('SUCCESS');
  });

  it('DG-9: not the folder itself', () => {
    const s = scenario();
    s.create('D', '\\guard', { access: 'd' });
    s.setDisposition('D', true);
    expect(out(s)).toBe('ACCESS_DENIED');
  });
});
