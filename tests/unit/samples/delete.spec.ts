/** driver-api-usage.md 2.8 */
import { describe, expect, it } from 'vitest';
import { FILE_DELETE_ON_CLOSE, IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION, SL_OPEN_PAGING_FILE } from '../../../src-main/nt/values.generated.ts';
import { quiet } from '../../support/scenarios/life.ts';
import { expected, Scenario } from '../../support/scenarios/scenario.ts';

/** FILE_DISPOSITION_* of FileDispositionInformationEx. */
const deleteFlag = 1;
const posix = 2;
const onClose = 8;

function scenario(): Scenario {
  return new Scenario({ drivers: ['delete'], files: { '\\f.txt': 'hello', '\\g.txt': 'g', '\\g.txt:s': 'stream', '\\pagefile.sys': 1 } });
}

const told = (s: Scenario): string[] => s.lines().filter((line) => line.startsWith('DBG')).map((line) => line.replace(/DBG "delete: (.*)"/, '$1').replace('\\Device\\HarddiskVolume1', ''));

function end(s: Scenario): string[] {
  s.unload('delete');
  return quiet(s, 'delete');
}

describe('delete', () => {
  it('DEL-1: delete-on-close is told when the file system says that the file is gone', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE });
    expect(s.lines()).toEqual(['1 pre delete → SYNCHRONIZE', '1 FS CREATE \\f.txt', '1 post delete', '1 OUT SUCCESS info=1']);
    s.cleanup('A');
    expect(s.lines()).toEqual(expected(`
      2 pre delete → SYNCHRONIZE
      2 FS CLEANUP
      2.1 QUERY Standard → FILE_DELETED
      2.2 FSCTL GET_OBJECT_ID → FILE_DELETED
      DBG "delete: file \\Device\\HarddiskVolume1\\f.txt"
      2 post delete
      2 OUT SUCCESS
    `));
    s.close('A');
    expect(s.lines().filter((line) => line.startsWith('CTX'))).toEqual(['CTX delete cleanup stream']);
    expect(end(s)).toEqual([]);
  });

  it('DEL-2: a disposition that is taken back asks nothing', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.setDisposition('A', true);
    s.setDisposition('A', false);
    expect(s.lines().filter((line) => line.includes('pre') && !line.startsWith('1 '))).toEqual(['2 pre delete → SYNCHRONIZE', '3 pre delete → SYNCHRONIZE']);
    s.cleanup('A');
    expect(s.lines()).toEqual(['4 pre delete → SYNCHRONIZE', '4 FS CLEANUP', '4 post delete', '4 OUT SUCCESS']);
    s.close('A');
    expect(end(s)).toEqual([]);
  });

  it('DEL-3: another handle keeps the file; its cleanup tells', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.create('B', '\\f.txt');
    s.setDisposition('A', true);
    s.lines();
    s.cleanup('A');
    expect(s.lines()).toContain('4.1 QUERY Standard');
    s.cleanup('B');
    expect(told(s)).toEqual(['file \\f.txt']);
  });

  it('DEL-4: a POSIX deletion takes the name at once; the file is told of when the file system says so', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.create('B', '\\f.txt');
    s.setDispositionEx('A', deleteFlag | posix);
    s.cleanup('A');
    expect(told(s)).toEqual([]);
    s.create('C', '\\f.txt');
    expect(s.lines().at(-1)).toMatch(/OUT OBJECT_NAME_NOT_FOUND$/);
    s.cleanup('B');
    expect(told(s)).toHaveLength(1);
  });

  it('DEL-5: delete-on-close can be set and cleared later', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.setDispositionEx('A', deleteFlag | onClose);
    s.setDispositionEx('A', onClose);
    s.lines();
    s.cleanup('A');
    expect(s.lines()).toEqual(['4 pre delete → SYNCHRONIZE', '4 FS CLEANUP', '4 post delete', '4 OUT SUCCESS']);
  });

  it('DEL-6: of two dispositions at once neither is believed, so every cleanup asks', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.create('B', '\\f.txt', { access: 'd' });
    s.lines();
    s.hold(IRP_MJ_SET_INFORMATION);
    const first = s.setDisposition('A', true);
    s.setDisposition('B', false);
    expect(s.lines().filter((line) => line.includes('pre'))).toEqual(['3 pre delete → SYNCHRONIZE', '4 pre delete → SUCCESS_NO_CALLBACK']);
    s.release(first);
    s.lines();
    s.setDisposition('A', false);
    s.lines();
    s.cleanup('A');
    expect(s.lines()).toContain('6.1 QUERY Standard');
    s.cleanup('B');
    expect(s.lines()).toContain('7.1 QUERY Standard');
  });

  it('DEL-7: the end of a stream is not the end of its file', () => {
    const s = scenario();
    s.create('A', '\\g.txt:s', { access: 'd' });
    s.setDisposition('A', true);
    s.lines();
    s.cleanup('A');
    expect(s.lines()).toEqual(expected(`
      3 pre delete → SYNCHRONIZE
      3 FS CLEANUP
      3.1 QUERY Standard → FILE_DELETED
      3.2 FSCTL GET_OBJECT_ID → OBJECTID_NOT_FOUND
      DBG "delete: stream \\Device\\HarddiskVolume1\\g.txt:s"
      3 post delete
      3 OUT SUCCESS
    `));
    expect(s.onDisk('\\g.txt')).toBe('g');
  });

  it('DEL-8, DEL-9: what fails below changes nothing, and leaks nothing', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'd' });
    s.fail(IRP_MJ_SET_INFORMATION, 'CANNOT_DELETE');
    s.setDisposition('A', true);
    s.cleanup('A');
    expect(s.lines().filter((line) => line.includes('QUERY'))).toEqual([]);
    s.close('A');
    s.fail(IRP_MJ_CREATE, 'ACCESS_DENIED');
    s.create('B', '\\f.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE });
    expect(end(s)).toEqual([]);
  });

  it('DEL-10: the sample\'s leak shows where streams have no contexts', () => {
    const s = scenario();
    s.create('P', '\\pagefile.sys', { access: 'd', options: FILE_DELETE_ON_CLOSE, operationFlags: SL_OPEN_PAGING_FILE });
    s.unload('delete');
    expect(s.lines().filter((line) => line.startsWith('VIOL'))).toEqual(['VIOL FV-133']);
  });

  it('in a transaction a rollback says that the file was saved', () => {
    const s = scenario();
    const transaction = s.engine.beginTransaction();
    s.create('A', '\\f.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE, transaction });
    s.closeHandle('A');
    expect(told(s)).toEqual(['file \\f.txt']);
    s.engine.rollBackTransaction(transaction);
    expect(told(s)).toEqual(['file \\f.txt, saved']);
    expect(end(s)).toEqual([]);
  });

  it('attaches to writable NTFS volumes only', () => {
    for (const volume of [{ fileSystem: 'FAT' as const }, { readOnly: true }]) {
      const s = new Scenario({ drivers: ['delete'], volume, load: false });
      s.load('delete');
      expect(s.lines()).toContain('LIFE delete setup → FLT_DO_NOT_ATTACH');
    }
  });
});
