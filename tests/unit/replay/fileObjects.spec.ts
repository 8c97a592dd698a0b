import { describe, expect, it } from 'vitest';
import { FILE_OBJECT } from '../../../src-main/engine/index.ts';
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import {
  FileRenameInformation, FO_CLEANUP_COMPLETE, FO_HANDLE_CREATED, FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, STATUS_ACCESS_DENIED,
} from '../../../src-main/nt/values.generated.ts';
import { FileObjects, fileObjectOrigin } from '../../../src-main/replay/fileObjects.ts';
import { splitPath } from '../../../src-main/replay/recordedPaths.ts';
import { PathHandles } from '../../../src-main/replay/handles/pathHandles.ts';
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
    // No name was recorded: that is no volume.
    expect(flagsAfter({ major: IRP_MJ_READ, path: null }).Flags & FO_VOLUME_OPEN).toBe(0);
    expect(fileObjectOrigin(opened)).toBe('derived');
  });

  it('splits paths into volume and name', () => {
    expect(splitPath('c:\\a')).toMatchObject({ volume: 'C:', name: '\\a', device: '\\Device\\HarddiskVolume3' });
    expect(splitPath('\\\\server\\share\\x')).toMatchObject({ volume: '\\Device\\Mup', name: '\\server\\share\\x', device: '\\Device\\Mup' });
  });
});

/** Steps in the notation `verb address[/stream] [path]`. */
function followAddresses(...steps: readonly string[]): string[] {
  const files = new FileObjects();
  return steps.map((step, at) => {
    const [verb = '', object = '', where] = step.split(' ');
    const [address = 0, stream] = object.split('/').map(Number);
    const majors: Readonly<Record<string, number>> = { create: IRP_MJ_CREATE, denied: IRP_MJ_CREATE, endless: IRP_MJ_CREATE, cleanup: IRP_MJ_CLEANUP, close: IRP_MJ_CLOSE, rename: IRP_MJ_SET_INFORMATION };
    const op = {
      ...operation(at + 1, {
        major: majors[verb] ?? IRP_MJ_READ, path: where === '-' ? null : (where ?? path),
        detail: { FileObject: address, ...(stream === undefined ? {} : { FileKey: stream }), ...(verb === 'rename' && { FileInformationClass: FileRenameInformation, FileName: 'C:\\docs\\b.txt' }) },
      }),
      status: verb === 'endless' ? null : ntStatus(verb === 'denied' ? STATUS_ACCESS_DENIED : 0),
    };
    const { fileObject, origin } = files.forOperation(op, 1);
    files.afterOperation(op, 1, fileObject, null);
    return `${fileObject.id} ${origin}`;
  });
}

describe('file objects of a recording that has their addresses', () => {
  it('two handles of one file in one thread are told apart', () => {
    expect(followAddresses('create 16', 'create 32', 'read 16', 'read 32', 'cleanup 16', 'read 32', 'close 16', 'cleanup 32', 'close 32'))
      .toEqual([1, 2, 1, 2, 1, 2, 1, 2, 2].map((number) => `fo#${number} derived`));
  });

  it('paging I/O goes on with the file object between cleanup and close', () => {
    expect(followAddresses('create 16', 'cleanup 16', 'read 16', 'close 16')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#1 derived', 'fo#1 derived']);
  });

  it('an address is used again after the close, whether that was recorded or not', () => {
    expect(followAddresses('create 16', 'close 16', 'create 16', 'read 16')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#2 derived', 'fo#2 derived']);
    expect(followAddresses('create 16', 'create 16 C:\\b', 'read 16 C:\\b')).toEqual(['fo#1 derived', 'fo#2 derived', 'fo#2 derived']);
    expect(followAddresses('create 16', 'read 16 C:\\b', 'read 16 C:\\b')).toEqual(['fo#1 derived', 'fo#2 assumed', 'fo#2 assumed']);
    expect(followAddresses('create 16', 'read 16/3', 'read 16/4')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#2 assumed']);
  });

  it('one stream stays one file object when a rename changes its path', () => {
    expect(followAddresses('create 16', 'rename 16', 'read 16 C:\\docs\\b.txt')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#1 derived']);
    expect(followAddresses('create 16', 'read 16/3', 'read 16/3 C:\\moved\\a.txt')).toEqual(['fo#1 derived', 'fo#1 derived', 'fo#1 derived']);
  });

  it('a file whose name was not recorded, or that was open before, is one file object all the same', () => {
    expect(followAddresses('read 16 -', 'read 16 -', 'read 32 -', 'close 16 -', 'read 16 -')).toEqual(['fo#1 assumed', 'fo#1 assumed', 'fo#2 assumed', 'fo#1 assumed', 'fo#3 assumed']);
  });

  it('a refused create leaves nothing open; one whose end was not recorded is taken to have succeeded', () => {
    expect(followAddresses('denied 16', 'read 16')).toEqual(['fo#1 derived', 'fo#2 assumed']);
    expect(followAddresses('endless 16', 'read 16')).toEqual(['fo#1 derived', 'fo#1 derived']);
  });
});

describe('very many handles', () => {
  const step = (files: FileObjects, major: number, pid: number, tid: number, where = path): string => {
    const op = operation(1, { major, tid, path: where });
    const { fileObject } = files.forOperation(op, pid);
    files.afterOperation(op, pid, fileObject, null);
    return fileObject.id;
  };

  it('of one path: a process still gets its own', () => {
    const files = new FileObjects();
    const own = step(files, IRP_MJ_CREATE, 1, 1);
    for (let tid = 2; tid < 500; tid++) step(files, IRP_MJ_CREATE, 2, tid);
    expect([step(files, IRP_MJ_READ, 1, 1), step(files, IRP_MJ_CLEANUP, 1, 1), step(files, IRP_MJ_CLOSE, 1, 1)]).toEqual([own, own, own]);
    expect(step(files, IRP_MJ_READ, 2, 499)).toBe('fo#499');
  });

  it('that are never closed: the oldest are forgotten', () => {
    const forgotten: string[] = [];
    const handles = new PathHandles(3, ({ fileObject }) => forgotten.push(fileObject.id));
    const objects = [1, 2, 3, 4, 5].map((number) => ({ fileObject: new FILE_OBJECT({ id: `fo#${number}`, volume: 'C:', name: '\\a', flags: 0 }), origin: 'derived' as const, opening: null, pid: 1, tid: 1, key: `c:\\${number}` }));
    objects.forEach((file) => handles.add(file));
    expect(objects.map(({ key }) => handles.newest(key)?.fileObject.id)).toEqual([undefined, undefined, 'fo#3', 'fo#4', 'fo#5']);
    expect(forgotten).toEqual(['fo#1', 'fo#2']);
  });
});
