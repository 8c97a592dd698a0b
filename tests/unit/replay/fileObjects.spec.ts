import { describe, expect, it } from 'vitest';
import type { FILE_OBJECT } from '../../../src-main/engine/index.ts';
import {
  FileRenameInformation, FO_CLEANUP_COMPLETE, FO_HANDLE_CREATED, FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, STATUS_ACCESS_DENIED,
} from '../../../src-main/nt/values.generated.ts';
import { FileObjects, fileObjectOrigin, splitPath } from '../../../src-main/replay/fileObjects.ts';
import { operation } from '../../support/engine-host/runs.ts';

const path = 'C:\\docs\\a.txt';

/** Steps in the notation `verb pid/tid [path]`; answers the file object's id and origin for each. */
function follow(...steps: readonly string[]): string[] {
  const files = new FileObjects();
  return steps.map((step, at) => {
    const [verb = '', who = '', where = path] = step.split(' ');
    const [pid = 0, tid = 0] = who.split('/').map(Number);
    const majors: Readonly<Record<string, number>> = { create: IRP_MJ_CREATE, denied: IRP_MJ_CREATE, read: IRP_MJ_READ, cleanup: IRP_MJ_CLEANUP, close: IRP_MJ_CLOSE, rename: IRP_MJ_SET_INFORMATION };
    const op = operation(at + 1, {
      major: majors[verb] ?? IRP_MJ_READ, tid, path: where, status: verb === 'denied' ? STATUS_ACCESS_DENIED : 0,
      ...(verb === 'rename' && { detail: { FileInformationClass: FileRenameInformation, FileName: 'C:\\docs\\b.txt' } }),
    });
    const { fileObject, origin } = files.forOperation(op, pid);
    files.afterOperation(op, pid, fileObject, null);
    return `${fileObject.id} ${origin}`;
  });
}

describe('file objects of a recording that has none', () => {
  it('a create opens one, cleanup ends the handle, close the object', () => {
    expect(follow('create 1/1', 'read 1/1', 'cleanup 1/1', 'close 4/9', 'read 1/1')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#1 derived', 'fo#1 derived', 'fo#2 assumed']);
  });

  it('the same thread\'s newest handle comes first, then the process\'s', () => {
    expect(follow('create 1/1', 'create 1/2', 'create 2/3', 'read 1/1', 'read 1/2', 'read 1/7')).toEqual(['fo#1 derived', 'fo#2 derived', 'fo#3 derived', 'fo#1 derived', 'fo#2 derived', 'fo#2 derived']);
  });

  it('a file that was open before the trace is assumed once, and stays', () => {
    expect(follow('read 1/1', 'read 1/2', 'cleanup 1/1', 'close 1/1')).toEqual(['fo#1 assumed', 'fo#1 assumed', 'fo#1 assumed', 'fo#1 assumed']);
  });

  it('a refused create leaves nothing open', () => {
    expect(follow('denied 1/1', 'read 1/1')).toEqual(['fo#1 derived', 'fo#2 assumed']);
  });

  it('a renamed file is found under its new name, whatever the case', () => {
    expect(follow('create 1/1', 'rename 1/1', 'read 1/1 C:\\DOCS\\B.TXT', 'read 1/1')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#1 derived', 'fo#2 assumed']);
  });

  it('keeps the flags that drivers look at', () => {
    const files = new FileObjects();
    const flagsAfter = (fields: Parameters<typeof operation>[1]): FILE_OBJECT => {
      const op = operation(1, fields);
      const { fileObject } = files.forOperation(op, 1);
      files.afterOperation(op, 1, fileObject, null);
      return fileObject;
    };
    const opened = flagsAfter({ major: IRP_MJ_CREATE, path, detail: { CreateOptions: 0x20 } });
    expect(opened.Flags).toBe(FO_SYNCHRONOUS_IO | FO_HANDLE_CREATED);
    expect(flagsAfter({ major: IRP_MJ_CLEANUP, path })).toBe(opened);
    expect(opened.Flags & FO_CLEANUP_COMPLETE).not.toBe(0);
    expect(flagsAfter({ major: IRP_MJ_CREATE, path: 'D:' }).Flags & FO_VOLUME_OPEN).not.toBe(0);
    expect(fileObjectOrigin(opened)).toBe('derived');
  });

  it('splits paths into volume and name', () => {
    expect(splitPath('c:\\a')).toEqual({ volume: 'C:', name: '\\a' });
    expect(splitPath('\\\\server\\share\\x')).toEqual({ volume: '\\Device\\Mup', name: '\\server\\share\\x' });
  });
});
