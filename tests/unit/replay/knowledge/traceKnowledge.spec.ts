/**
 * What recorded lines show of the state before them, and what the model makes of it.
 *
 * Every case is a recording; `replayLines` gives the model's own results for it. Where the two are equal, the state was inferred right and
 * the model's rules did the rest; where they differ on purpose, the model must not have been overruled. Expectations: MS-FSA.
 */
import { describe, expect, test } from 'vitest';
import { assertExists } from '../../../../src-main/base/assert.ts';
import type { ModelRun, ModelRunOptions } from '../../../support/replay/modelRun.ts';
import { replayLines, volumeName } from '../../../support/replay/replayLines.ts';

/** The model gives what was recorded. */
function agrees(text: string, options?: ModelRunOptions): ModelRun {
  const { run, recorded, model } = replayLines(text, options);
  expect(model).toEqual(recorded);
  return run;
}

describe('names', () => {
  test('what was opened existed, what was not found did not, and a new file was new', () => {
    const run = agrees(`
      create \\docs\\a.txt r RWD OPEN -> SUCCESS 1
      create \\docs\\b.txt r RWD OPEN -> OBJECT_NAME_NOT_FOUND
      create \\none\\b.txt r RWD OPEN -> OBJECT_PATH_NOT_FOUND
      create \\docs\\c.txt w RWD OPEN_IF -> SUCCESS 2
      create \\docs\\c.txt w RWD OPEN_IF @2 -> SUCCESS 1
      create \\docs\\d.txt w RWD OVERWRITE_IF -> SUCCESS 3
      create \\docs\\d.txt w RWD CREATE -> OBJECT_NAME_COLLISION
      create \\docs - RWD OPEN DIRECTORY_FILE -> SUCCESS 1
      create \\docs - RWD OPEN NON_DIRECTORY_FILE -> FILE_IS_A_DIRECTORY
      create \\docs\\a.txt - RWD OPEN DIRECTORY_FILE -> NOT_A_DIRECTORY`);
    const volume = run.model.volume(volumeName);
    expect([volume.find('\\docs\\a.txt')?.shownBy, volume.find('\\docs\\c.txt')?.shownBy, volume.find('\\docs\\d.txt')?.shownBy]).toEqual([1, 0, 6]);
  });

  test('a name that turns out to be a directory is one; its stream shows a file', () => {
    agrees(`
      create \\a - RWD OPEN -> SUCCESS 1
      create \\a\\b - RWD OPEN -> SUCCESS 1
      create \\a - RWD OPEN NON_DIRECTORY_FILE -> FILE_IS_A_DIRECTORY
      create \\f:s r RWD OPEN -> SUCCESS 1
      create \\f:t r RWD OPEN -> OBJECT_NAME_NOT_FOUND
      create \\f r RWD OPEN -> SUCCESS 1`);
  });

  test('a file that somebody outside the recording removed and made again', () => {
    agrees(`
      create \\d\\f r RWD OPEN -> SUCCESS 1
      cleanup \\d\\f -> SUCCESS
      close \\d\\f -> SUCCESS
      create \\d\\f r RWD OPEN -> OBJECT_NAME_NOT_FOUND
      create \\d\\f r RWD OPEN -> SUCCESS 1
      cleanup \\d\\f -> SUCCESS
      close \\d\\f -> SUCCESS
      create \\d\\f r RWD OPEN -> OBJECT_PATH_NOT_FOUND`);
  });

  test('what the run has done itself is not overruled: the model keeps to its own history', () => {
    const { model } = replayLines(`
      create \\d\\f wd RWD CREATE DELETE_ON_CLOSE -> SUCCESS 2
      cleanup \\d\\f -> SUCCESS
      close \\d\\f -> SUCCESS
      create \\d\\f r RWD OPEN -> SUCCESS 1
      create \\d\\g w RWD CREATE -> SUCCESS 2
      create \\d\\g w RWD CREATE @2 -> SUCCESS 2`);
    expect(model.slice(3)).toEqual(['OBJECT_NAME_NOT_FOUND', 'SUCCESS 2', 'OBJECT_NAME_COLLISION']);
  });

  test('what a filter has changed is left alone', () => {
    const { model } = replayLines(`
      create \\d\\f r RWD OPEN -> SUCCESS 1
      create \\e\\f r RWD OPEN -> SUCCESS 1`, { causeOf: (volume, path) => (volume === volumeName && path === '\\d\\f' ? 17 : 0) });
    expect(model).toEqual(['OBJECT_NAME_NOT_FOUND', 'SUCCESS 1']);
  });
});

describe('who may open what', () => {
  test('a sharing violation shows an open, until somebody gets in', () => {
    agrees(`
      create \\f w RWD OPEN -> SHARING_VIOLATION
      create \\f r RWD OPEN -> SHARING_VIOLATION
      create \\f - RWD OPEN -> SUCCESS 1
      create \\f w RWD OPEN -> SUCCESS 1
      create \\f r R OPEN @2 -> SHARING_VIOLATION`);
  });

  test('a refusal shows which rights are denied, and a later success that they are not', () => {
    agrees(`
      create \\f rw RWD OPEN -> ACCESS_DENIED
      create \\f - RWD OPEN -> SUCCESS 1
      create \\f w RWD OPEN @2 -> ACCESS_DENIED
      create \\f w RWD OPEN @2 -> SUCCESS 1
      create \\f w RWD OPEN -> SUCCESS 1
      create \\locked\\new w RWD CREATE -> ACCESS_DENIED
      create \\locked\\other w RWD CREATE -> ACCESS_DENIED
      create \\locked\\third r RWD OPEN -> OBJECT_NAME_NOT_FOUND`);
  });

  test('a mark for deletion that nobody has seen', () => {
    agrees(`
      create \\f r RWD OPEN -> DELETE_PENDING
      create \\f r RWD OPEN @2 -> DELETE_PENDING`);
  });
});

describe('sizes and data', () => {
  test('reads and queries tell sizes; what the run writes goes on from there', () => {
    const run = agrees(`
      create \\f rw RWD OPEN -> SUCCESS 1
      read \\f 0+4096 -> SUCCESS 4096
      read \\f 4096+4096 -> SUCCESS 100
      read \\f 4196+10 -> END_OF_FILE
      write \\f 4196+10 -> SUCCESS 10
      read \\f 4100+4096 -> SUCCESS 106
      query \\f Standard EndOfFile=4206 AllocationSize=8192 Directory=false -> SUCCESS 24`);
    expect(assertExists(run.model.volume(volumeName).findStream('\\f')).size).toBe(4206n);
  });

  test('a size that is told against what the run has written is not believed', () => {
    const { model } = replayLines(`
      create \\f rw RWD CREATE -> SUCCESS 2
      write \\f 0+10 -> SUCCESS 10
      read \\f 0+4096 -> SUCCESS 4096`);
    expect(model[2]).toBe('SUCCESS 10');
  });

  test('fast writes are refused beyond what is allocated, which the first refusal shows', () => {
    agrees(`
      create \\f rw RWD OPEN -> SUCCESS 1
      query \\f Standard EndOfFile=135 AllocationSize=136 Directory=false -> SUCCESS 24
      write \\f 135+7 fast -> FLT_DISALLOW_FAST_IO
      write \\f 135+7 -> SUCCESS 7
      create \\g w RWD OPEN @2 -> SUCCESS 1
      write \\g 0+100 fast @2 -> FLT_DISALLOW_FAST_IO`);
  });

  test('attributes decide about later opens', () => {
    agrees(`
      create \\f - RWD OPEN -> SUCCESS 1
      query \\f Basic FileAttributes=33 -> SUCCESS 40
      create \\f w RWD OPEN -> ACCESS_DENIED
      create \\f wd RWD OPEN DELETE_ON_CLOSE -> CANNOT_DELETE`);
  });
});

describe('opens that were there before the recording', () => {
  test('requests without a create are answered, and the open takes part in sharing', () => {
    agrees(`
      read \\log.txt 0+512 -> SUCCESS 512
      write \\log.txt 512+10 -> SUCCESS 10
      create \\log.txt r R OPEN @2 -> SHARING_VIOLATION
      create \\log.txt r RW OPEN @2 -> SUCCESS 1
      section \\log.txt -> FILE_LOCKED_WITH_WRITERS
      unlock \\log.txt 0+1 -> SUCCESS
      lock \\log.txt 0+1 Exclusive=true FailImmediately=true -> SUCCESS
      unlock \\log.txt 0+1 -> SUCCESS
      unlock \\log.txt 0+1 -> SUCCESS
      cleanup \\log.txt -> SUCCESS
      close \\log.txt -> SUCCESS`);
  });

  test('also where the name cannot be written down, or is gone', () => {
    agrees(`
      security \\$Extend\\$ObjId:$O:$INDEX_ALLOCATION 100 -> SUCCESS
      create \\f wd RWD OPEN DELETE_ON_CLOSE -> SUCCESS 1
      cleanup \\f -> SUCCESS
      close \\f -> SUCCESS
      read \\f 0+10 @2 -> SUCCESS 10`);
  });

  test('an oplock that was granted shows an asynchronous open, and one that ended with its handle when that was closed', () => {
    agrees(`
      control \\f FSCTL_REQUEST_OPLOCK InputBufferLength=12 OutputBufferLength=24 for=5 -> OPLOCK_HANDLE_CLOSED
      control \\f FSCTL_REQUEST_OPLOCK InputBufferLength=12 OutputBufferLength=24 for=5 -> OPLOCK_HANDLE_CLOSED
      read \\g 0+10 -> SUCCESS 10`);
  });

  test('writers nobody has seen are shown by a section, and gone when the next one has readers only', () => {
    agrees(`
      create \\f r RWD OPEN -> SUCCESS 1
      section \\f -> FILE_LOCKED_WITH_WRITERS
      section \\f -> FILE_LOCKED_WITH_ONLY_READERS`);
  });
});

describe('directories', () => {
  test('the names that a scan lists are there, query by query', () => {
    const run = agrees(`
      create \\d r RWD OPEN DIRECTORY_FILE -> SUCCESS 1
      list \\d Entries=[.,..,a.txt,b] -> SUCCESS
      list \\d Entries=[c.txt] -> SUCCESS
      list \\d -> NO_MORE_FILES
      create \\d\\b - RWD OPEN -> SUCCESS 1
      create \\d\\e - RWD OPEN -> OBJECT_NAME_NOT_FOUND`);
    expect([...assertExists(run.model.volume(volumeName).find('\\d')).file.children].map(({ name, shownBy }) => `${name} ${shownBy}`)).toEqual(['a.txt 2', 'b 2', 'c.txt 3']);
  });

  test('a pattern that finds nothing, one that finds what it names', () => {
    agrees(`
      create \\d r RWD OPEN DIRECTORY_FILE -> SUCCESS 1
      list \\d Filter=x.txt -> NO_SUCH_FILE
      create \\d r RWD OPEN DIRECTORY_FILE @2 -> SUCCESS 1
      list \\d Filter=y.txt @2 -> SUCCESS`);
  });
});

describe('renames and deletions', () => {
  test('a rename and a link show the directory they lead to, and that nothing stood there', () => {
    const run = agrees(`
      create \\a\\f wd RWD OPEN -> SUCCESS 1
      set \\a\\f Rename TargetName=\\??\\C:\\b\\g FileName=C:\\b\\g -> SUCCESS
      create \\b\\g r RWD OPEN @2 -> SUCCESS 1
      create \\a\\f r RWD OPEN @2 -> OBJECT_NAME_NOT_FOUND
      set \\b\\g Link TargetName=\\SystemRoot\\c\\h -> SUCCESS
      create \\Windows\\c\\h r RWD OPEN @2 -> SUCCESS 1`);
    const volume = run.model.volume(volumeName);
    expect(assertExists(volume.find('\\Windows\\c\\h')).file).toBe(assertExists(volume.find('\\b\\g')).file);
  });

  test('a collision shows the target', () => {
    agrees(`
      create \\a\\f wd RWD OPEN -> SUCCESS 1
      set \\a\\f Rename TargetName=\\??\\C:\\b\\g FileName=C:\\b\\g -> OBJECT_NAME_COLLISION
      create \\b\\g r RWD OPEN @2 -> SUCCESS 1`);
  });

  test('a directory that could be removed is empty: what was marked in it is gone, where closes are not recorded', () => {
    agrees(`
      create \\d\\f wd RWD CREATE -> SUCCESS 2
      set \\d\\f Disposition DeleteFile=true -> SUCCESS
      create \\d d RWD OPEN DIRECTORY_FILE -> SUCCESS 1
      set \\d Disposition DeleteFile=true -> SUCCESS`);
  });

  test('a directory that is not empty holds something, named or not', () => {
    const { run, model } = replayLines(`
      create \\d d RWD OPEN DIRECTORY_FILE -> SUCCESS 1
      set \\d Disposition DeleteFile=true -> DIRECTORY_NOT_EMPTY`);
    // Without the bytes of the request the model does nothing; the state is what counts here.
    expect(model[1]).toMatch(/SUCCESS|DIRECTORY_NOT_EMPTY/);
    expect(assertExists(run.model.volume(volumeName).find('\\d')).file.isEmpty).toBe(false);
  });
});

describe('what is not the file system\'s own', () => {
  test('query-open is refused on a whole volume, or answered there', () => {
    agrees(`
      queryOpen \\a -> FLT_DISALLOW_FAST_IO
      queryOpen \\b -> FLT_DISALLOW_FAST_IO
      queryOpen D:\\a -> SUCCESS 56
      queryOpen D:\\b -> OBJECT_NAME_NOT_FOUND
      queryOpen D:\\none\\b -> OBJECT_PATH_NOT_FOUND`);
  });

  test('control codes without rules end as they first did; device control of a file is refused', () => {
    const { model } = replayLines(`
      control - FSCTL_GET_VOLUME_BITMAP -> BUFFER_OVERFLOW
      control - FSCTL_GET_VOLUME_BITMAP -> SUCCESS
      device \\f IOCTL_DISK_GET_DRIVE_GEOMETRY -> INVALID_PARAMETER
      device - IOCTL_DISK_GET_DRIVE_GEOMETRY -> SUCCESS`.replaceAll('IOCTL_DISK_GET_DRIVE_GEOMETRY', 'FSCTL_LOCK_VOLUME'));
    expect(model).toEqual(['BUFFER_OVERFLOW', 'BUFFER_OVERFLOW', 'INVALID_PARAMETER', 'SUCCESS']);
  });

  test('reparse points, extended attributes, descriptors', () => {
    agrees(`
      control \\link FSCTL_GET_REPARSE_POINT OutputBufferLength=28 -> BUFFER_OVERFLOW
      control \\link FSCTL_GET_REPARSE_POINT OutputBufferLength=16384 -> SUCCESS
      create \\link r RWD OPEN @2 -> SUCCESS 1
      control \\f FSCTL_GET_REPARSE_POINT OutputBufferLength=28 -> NOT_A_REPARSE_POINT
      security \\f 0 SecurityInformation=4 -> BUFFER_OVERFLOW
      security \\f 108 SecurityInformation=4 -> SUCCESS
      ea \\f 9 -> NO_EAS_ON_FILE
      ea \\g 384 -> SUCCESS`);
  });
});

test('however many files a recording names, so many are remembered and no more', () => {
  const lines = Array.from({ length: 1000 }, (_, at) => `create \\d${at % 10}\\f${at} - RWD OPEN DIRECTORY_FILE -> NOT_A_DIRECTORY`);
  const { run } = replayLines([...lines, 'create \\d7\\f7 - RWD OPEN -> SUCCESS 1'].join('\n'), { mostFiles: 400 });
  expect(run.model.volume(volumeName).files.size).toBeLessThan(402);
  expect(run.model.volume(volumeName).find('\\d7\\f7')).not.toBeNull();
});

describe('when the recorded answer is taken although the model had another', () => {
  const resync = { resync: true };

  test('a create that the model refused is open all the same, and the file is there', () => {
    const { model } = replayLines(`
      create \\d\\f wd RWD CREATE DELETE_ON_CLOSE -> SUCCESS 2
      cleanup \\d\\f -> SUCCESS
      close \\d\\f -> SUCCESS
      create \\d\\f r R OPEN -> SUCCESS 1
      read \\d\\f 0+10 -> SUCCESS 10
      create \\d\\f w RW OPEN @2 -> SHARING_VIOLATION
      create \\d\\f r R OPEN @2 -> SUCCESS 1`, resync);
    expect(model.slice(3)).toEqual(['OBJECT_NAME_NOT_FOUND', 'SUCCESS 10', 'SHARING_VIOLATION', 'SUCCESS 1']);
  });

  test('a create that the model granted leaves nothing behind', () => {
    const { model, run } = replayLines(`
      create \\d\\f w - CREATE -> SUCCESS 2
      cleanup \\d\\f -> SUCCESS
      create \\d\\f r - OPEN -> OBJECT_NAME_NOT_FOUND
      create \\d\\f w - CREATE @2 -> SUCCESS 2`, resync);
    expect(model).toEqual(['SUCCESS 2', 'SUCCESS', 'SUCCESS', 'SUCCESS 2']);
    expect(run.model.volume(volumeName).handles.size).toBe(2);
  });

  test('a size that the run had otherwise', () => {
    const { model } = replayLines(`
      create \\f rw RWD CREATE -> SUCCESS 2
      write \\f 0+10 -> SUCCESS 10
      read \\f 100+10 -> SUCCESS 10
      read \\f 100+10 -> SUCCESS 10`, resync);
    expect(model.slice(2)).toEqual(['END_OF_FILE', 'SUCCESS 10']);
  });
});
