/** driver-api-usage.md 2.9 */
import { describe, expect, it } from 'vitest';
import { IRP_MJ_WRITE } from '../../../src-main/nt/values.generated.ts';
import { quiet } from '../../support/scenarios/life.ts';
import { Scenario } from '../../support/scenarios/scenario.ts';

function scenario(): Scenario {
  const s = new Scenario({ drivers: ['change'], files: { '\\f': 'hello', '\\f:s': 'stream' } });
  return s;
}

const dirty = (s: Scenario): number => s.lines().filter((line) => /^DBG "change: [0-9a-f]{16} dirty"$/.test(line)).length;

describe('change', () => {
  it('CHG-1: a write marks the file, its close tells', () => {
    const s = scenario();
    s.create('A', '\\f', { access: 'rw' });
    expect(s.lines()).toEqual(['1 pre change → SYNCHRONIZE', '1 FS CREATE \\f', '1.1 QUERY Internal', '1 post change', '1 OUT SUCCESS info=1']);
    s.write('A', 'x');
    expect(s.lines()).toEqual(['2 pre change → SUCCESS_NO_CALLBACK', '2 FS WRITE off=0 len=1', '2 OUT SUCCESS info=1']);
    s.cleanup('A');
    expect(dirty(s)).toBe(0);
    s.close('A');
    expect(dirty(s)).toBe(1);
    s.unload('change');
    expect(quiet(s, 'change')).toEqual([]);
  });

  it('CHG-2: reading marks nothing', () => {
    const s = scenario();
    s.create('A', '\\f');
    s.read('A', 5);
    s.closeHandle('A');
    expect(dirty(s)).toBe(0);
  });

  it('CHG-3: the mark stays, every close tells', () => {
    const s = scenario();
    s.create('A', '\\f', { access: 'rw' });
    s.create('B', '\\f', { access: 'rw' });
    s.write('B', 'x');
    s.closeHandle('A');
    expect(dirty(s)).toBe(1);
    s.closeHandle('B');
    expect(dirty(s)).toBe(1);
  });

  it('CHG-4: all streams of a file share its context', () => {
    const s = scenario();
    s.create('A', '\\f:s', { access: 'rw' });
    s.write('A', 'x');
    s.create('B', '\\f');
    s.closeHandle('A');
    s.closeHandle('B');
    expect(dirty(s)).toBe(2);
  });

  it('CHG-5: a write that fails below has marked it', () => {
    const s = scenario();
    s.create('A', '\\f', { access: 'rw' });
    s.fail(IRP_MJ_WRITE, 'DISK_FULL');
    s.write('A', 'x');
    s.closeHandle('A');
    expect(dirty(s)).toBe(1);
  });

  it('CHG-6: a new end of file marks, new times do not', () => {
    const s = scenario();
    s.create('A', '\\f', { access: 'rw' });
    s.setBasic('A');
    s.closeHandle('A');
    expect(dirty(s)).toBe(0);
    s.create('B', '\\f', { access: 'rw' });
    s.setEndOfFile('B', 2);
    s.closeHandle('B');
    expect(dirty(s)).toBe(1);
  });

  it('CHG-7: a lazy write between cleanup and close marks too', () => {
    const s = scenario();
    s.create('A', '\\f', { access: 'rw' });
    s.cleanup('A');
    s.write('A', 'HELLO', { paging: true });
    s.close('A');
    expect(dirty(s)).toBe(1);
  });

  it('in a transaction the mark counts with the commit, and is dropped with the rollback', () => {
    const s = scenario();
    const committed = s.engine.beginTransaction();
    s.create('A', '\\f', { access: 'rw', transaction: committed });
    s.write('A', 'x');
    s.closeHandle('A');
    expect(dirty(s)).toBe(0);
    s.engine.commitTransaction(committed);
    expect(s.lines().filter((line) => line.includes('dirty, committed'))).toHaveLength(1);

    const rolledBack = s.engine.beginTransaction();
    s.create('B', '\\f', { access: 'rw', transaction: rolledBack });
    s.write('B', 'x');
    s.closeHandle('B');
    s.engine.rollBackTransaction(rolledBack);
    s.create('C', '\\f');
    s.closeHandle('C');
    expect(dirty(s)).toBe(0);
    s.unload('change');
    expect(quiet(s, 'change')).toEqual([]);
  });
});
