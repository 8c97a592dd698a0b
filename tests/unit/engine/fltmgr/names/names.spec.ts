/** Expectations from filter-manager-objects.md section 5: the tables of NAM-012 and NAM-042, and the rules by their numbers. */
import { describe, expect, it } from 'vitest';
import { BugCheck, FILE_OBJECT, type FLT_FILE_NAME_INFORMATION, UNICODE_STRING, type FLT_CALLBACK_DATA, type FLT_REGISTRATION, type IoRequest, type Ref } from '../../../../../src-main/engine/index.ts';
import {
  FileRenameInformation, FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE, FLT_FILE_NAME_DO_NOT_CACHE, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP,
  FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER, FLT_FILE_NAME_SHORT, IRP_MJ_CLEANUP, IRP_MJ_CLOSE,
  IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_SET_INFORMATION, IRP_PAGING_IO, SL_OPEN_TARGET_DIRECTORY, STATUS_FLT_INVALID_NAME_REQUEST,
  STATUS_FLT_NAME_CACHE_MISS, STATUS_INVALID_PARAMETER, STATUS_MOUNT_POINT_NOT_RESOLVED, STATUS_NOT_SAME_DEVICE, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_REPARSE,
  STATUS_SUCCESS,
} from '../../../../../src-main/nt/values.generated.ts';
import { contextRig, type ContextRig } from '../../../../support/engine/contextRig.ts';

type Body = (ask: Asker, data: FLT_CALLBACK_DATA) => void;

interface Answer {
  readonly status: number;
  readonly name: string | null;
  readonly record: FLT_FILE_NAME_INFORMATION | null;
}

/** Asks for a name and releases it again. */
type Asker = (options: number) => Answer;

/** A filter at 320000 whose callbacks of the majors given run `body`; "pre" or "post" in front of the major. */
function rigWith(bodies: Readonly<Record<string, Body>>, options: Parameters<typeof contextRig>[1] = {}, more: FLT_REGISTRATION = {}): ContextRig {
  const callback = (body: Body | undefined) => (data: FLT_CALLBACK_DATA): number => {
    body?.((wanted) => ask(rig, data, wanted), data);
    return 0;
  };
  const majors = [...new Set(Object.keys(bodies).map((key) => Number(key.split(' ')[1])))];
  const rig: ContextRig = contextRig({
    A: { altitude: '320000', contexts: [], registration: { OperationRegistration: majors.map((major) => [major, 0, callback(bodies[`pre ${major}`]), callback(bodies[`post ${major}`])] as const), ...more } },
  }, options);
  return rig;
}

function ask(rig: ContextRig, data: FLT_CALLBACK_DATA, options: number): Answer {
  const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
  const status = Number(rig.call('FltGetFileNameInformation', data, options, box));
  const record = box.value;
  if (record !== null) rig.call('FltReleaseFileNameInformation', record);
  return { status, name: record === null ? null : record.Name.Buffer, record };
}

const normalized = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
const opened = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;
const short = FLT_FILE_NAME_SHORT | FLT_FILE_NAME_QUERY_DEFAULT;
const cacheOnly = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_CACHE_ONLY;
const fileSystemOnly = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY;
const always = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP;

/** Asks in pre of a read of an open file. */
function whileOpen(path: string, body: (ask: Asker, rig: ContextRig) => void, setUp: (rig: ContextRig) => void = () => undefined): ContextRig {
  const rig = rigWith({ [`pre ${IRP_MJ_READ}`]: (asker) => body(asker, rig) });
  setUp(rig);
  rig.io(IRP_MJ_READ, rig.open(path), { member: 'Read' });
  return rig;
}

describe('what a name is', () => {
  it('normalized: case on disk, long names, no default stream', () => {
    whileOpen('\\DOCS\\longna~1.txt::$DATA', (asker) => {
      expect(asker(normalized).name).toBe('V1\\Docs\\Long Name.txt');
      expect(asker(opened).name).toBe('V1\\DOCS\\longna~1.txt::$DATA');
      expect(asker(short).name).toBe('LONGNA~1.TXT');
    }, (rig) => rig.fileSystem.add('\\Docs\\Long Name.txt', { shortName: 'LONGNA~1.TXT' }));
  });

  it('short: the long component where there is no other', () => {
    whileOpen('\\d\\f', (asker) => expect(asker(short).name).toBe('f'));
  });

  it('opened: behind the related file object', () => {
    const rig = rigWith({ [`pre ${IRP_MJ_CREATE}`]: (asker) => void names.push(asker(opened).name) });
    const names: (string | null)[] = [];
    rig.fileSystem.add('\\d', { directory: true });
    const directory = rig.open('\\d');
    const file = new FILE_OBJECT({ id: 'rel', volume: 'V1', name: 'f' });
    file.RelatedFileObject = directory;
    rig.io(IRP_MJ_CREATE, file);
    expect(names).toEqual(['V1\\d', 'V1\\d\\f']);
  });

  it('two hard links: two names', () => {
    const names: (string | null)[] = [];
    const rig = rigWith({ [`pre ${IRP_MJ_READ}`]: (asker) => void names.push(asker(normalized).name) });
    rig.fileSystem.add('\\link', { linkTo: '\\f' });
    for (const path of ['\\f', '\\link']) rig.io(IRP_MJ_READ, rig.open(path), { member: 'Read' });
    expect(names).toEqual(['V1\\f', 'V1\\link']);
  });
});

describe('options', () => {
  it.each([0x1, 0x100, 0x104, 0x500 | 1, 0x10000 | normalized, 0x80000000 | normalized, Number.NaN])('0x%s is refused', (options) => {
    whileOpen('\\f', (asker) => expect(asker(options).status).toBe(STATUS_INVALID_PARAMETER));
  });

  it('wants a box and callback data', () => {
    const rig = rigWith({ [`pre ${IRP_MJ_READ}`]: (_ask, data) => {
      expect(rig.call('FltGetFileNameInformation', data, normalized, null)).toBe(STATUS_INVALID_PARAMETER);
      expect(rig.call('FltGetFileNameInformation', null, normalized, { value: null })).toBe(STATUS_INVALID_PARAMETER);
    } });
    rig.io(IRP_MJ_READ, rig.open('\\f'), { member: 'Read' });
    expect.assertions(2);
  });
});

describe('methods and safety', () => {
  const paging: Partial<IoRequest> = { irpFlags: IRP_PAGING_IO, member: 'Read' };

  /** Statuses of the four methods in pre of a read, cached or not before. */
  function table(cached: boolean, request: Partial<IoRequest>): number[] {
    const statuses: number[] = [];
    const rig = rigWith({
      [`pre ${IRP_MJ_QUERY_INFORMATION}`]: (asker) => void asker(normalized),
      [`pre ${IRP_MJ_READ}`]: (asker) => statuses.push(...[normalized, cacheOnly, fileSystemOnly, always].map((options) => asker(options | (cached ? 0 : FLT_FILE_NAME_DO_NOT_CACHE)).status)),
    });
    const file = rig.open('\\f');
    if (cached) rig.io(IRP_MJ_QUERY_INFORMATION, file);
    rig.io(IRP_MJ_READ, file, request);
    expect(rig.violations).toEqual([]);
    return statuses;
  }

  it('hit or miss, safe or not: the table of NAM-012', () => {
    const refused = STATUS_FLT_INVALID_NAME_REQUEST;
    expect(table(true, { member: 'Read' })).toEqual([0, 0, 0, 0]);
    expect(table(true, paging)).toEqual([refused, 0, refused, 0]);
    expect(table(false, { member: 'Read' })).toEqual([0, STATUS_FLT_NAME_CACHE_MISS, 0, 0]);
    expect(table(false, paging)).toEqual([refused, STATUS_FLT_NAME_CACHE_MISS, refused, STATUS_FLT_NAME_CACHE_MISS]);
  });

  it('is not safe under a top-level IRP', () => {
    expect(table(false, { member: 'Read', topLevelIrp: true })[0]).toBe(STATUS_FLT_INVALID_NAME_REQUEST);
  });

  it('is not safe after cleanup, nor in section callbacks', () => {
    const seen: string[] = [];
    const note = (what: string): Body => (asker) => void seen.push(`${what} ${asker(fileSystemOnly).status === 0}`);
    const rig = rigWith({
      [`pre ${IRP_MJ_CLEANUP}`]: note('pre cleanup'), [`post ${IRP_MJ_CLEANUP}`]: note('post cleanup'), [`pre ${IRP_MJ_CLOSE}`]: note('pre close'),
      [`pre ${IRP_MJ_RELEASE_FOR_MOD_WRITE}`]: note('release'),
    });
    const file = rig.open('\\f');
    rig.io(IRP_MJ_RELEASE_FOR_MOD_WRITE, file, { kind: 'fsfilter' });
    rig.close(file);
    expect(seen).toEqual(['release false', 'pre cleanup true', 'post cleanup false', 'pre close false']);
  });

  it('asks the file system once for a cached name, and each time where it may not be cached', () => {
    whileOpen('\\f', (asker) => {
      const first = asker(normalized).record;
      expect(asker(normalized).record).toBe(first);
      expect(asker(fileSystemOnly).record).not.toBe(first);
    });
    whileOpen('\\f', (asker) => {
      asker(normalized | FLT_FILE_NAME_DO_NOT_CACHE);
      asker(fileSystemOnly);
      expect(asker(cacheOnly).status).toBe(STATUS_FLT_NAME_CACHE_MISS);
    });
  });
});

describe('create', () => {
  function creating(path: string, body: Body, post: Body = () => undefined, setUp: (rig: ContextRig) => void = () => undefined, request: Partial<IoRequest> = {}): void {
    const rig = rigWith({ [`pre ${IRP_MJ_CREATE}`]: body, [`post ${IRP_MJ_CREATE}`]: post });
    setUp(rig);
    rig.io(IRP_MJ_CREATE, new FILE_OBJECT({ id: 'c', volume: 'V1', name: path }), request);
  }

  it('before: opened always, normalized with its directories, short never', () => {
    creating('\\D\\new', (asker) => {
      expect(asker(opened).name).toBe('V1\\D\\new');
      expect(asker(normalized).name).toBe('V1\\d\\new');
      for (const method of [short, FLT_FILE_NAME_SHORT | FLT_FILE_NAME_QUERY_CACHE_ONLY]) expect(asker(method).status).toBe(STATUS_FLT_INVALID_NAME_REQUEST);
    });
    creating('\\nowhere\\new', (asker) => {
      expect(asker(opened).name).toBe('V1\\nowhere\\new');
      expect(asker(normalized).status).toBe(STATUS_OBJECT_PATH_NOT_FOUND);
    });
    creating('\\j\\x', (asker) => expect(asker(normalized).status).toBe(STATUS_NOT_SAME_DEVICE), undefined, (rig) => rig.fileSystem.junctions.set('\\j', 'V2'));
  });

  it('of the target directory: the parent', () => {
    creating('\\d\\f', (asker) => expect([asker(opened).name, asker(normalized).name]).toEqual(['V1\\d', 'V1\\d']), undefined, undefined, { operationFlags: SL_OPEN_TARGET_DIRECTORY });
  });

  it('after STATUS_REPARSE: with the flag only', () => {
    creating('\\d\\f', () => undefined, (asker) => {
      expect(asker(opened).status).toBe(STATUS_FLT_INVALID_NAME_REQUEST);
      expect(asker(opened | FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE).name).toBe('V1\\d\\f');
    }, (rig) => rig.fileSystem.createStatuses.push(STATUS_REPARSE));
  });

  it('after a failure: opened, and normalized from the cache', () => {
    creating('\\d\\f', () => undefined, (asker) => {
      expect(asker(opened).name).toBe('V1\\d\\f');
      expect(asker(normalized).status).toBe(STATUS_FLT_NAME_CACHE_MISS);
    }, (rig) => rig.fileSystem.createStatuses.push(STATUS_OBJECT_NAME_NOT_FOUND));
    creating('\\d\\f', (asker) => void asker(normalized), (asker) => expect(asker(normalized).name).toBe('V1\\d\\f'), (rig) => rig.fileSystem.createStatuses.push(STATUS_OBJECT_NAME_NOT_FOUND));
  });
});

describe('the cache', () => {
  it('forgets what was renamed, and all below a renamed directory; records stay as they were', () => {
    const records: (FLT_FILE_NAME_INFORMATION | null)[] = [];
    const misses: boolean[] = [];
    const rig = rigWith({
      [`pre ${IRP_MJ_QUERY_INFORMATION}`]: (asker) => void records.push(asker(normalized).record),
      [`pre ${IRP_MJ_READ}`]: (asker) => void misses.push(asker(cacheOnly).status === STATUS_FLT_NAME_CACHE_MISS),
    });
    const inside = rig.open('\\d\\f');
    const outside = rig.open('\\f');
    const both = (major: number): void => [inside, outside].forEach((file) => void rig.io(major, file, { member: major === IRP_MJ_READ ? 'Read' : null }));
    both(IRP_MJ_QUERY_INFORMATION);
    rig.fileSystem.rename('\\d', '\\e');
    both(IRP_MJ_READ);
    both(IRP_MJ_QUERY_INFORMATION);
    expect(misses).toEqual([true, false]);
    expect(records.map((record) => record?.Name.Buffer)).toEqual(['V1\\d\\f', 'V1\\f', 'V1\\e\\f', 'V1\\f']);
  });

  it('forgets a stream with its last close', () => {
    const statuses: number[] = [];
    const rig = rigWith({ [`pre ${IRP_MJ_READ}`]: (asker) => statuses.push(asker(cacheOnly).status, asker(normalized).status, asker(cacheOnly).status) });
    for (let times = 0; times < 2; times++) {
      const file = rig.open('\\f');
      rig.io(IRP_MJ_READ, file, { member: 'Read' });
      rig.close(file);
    }
    expect(statuses).toEqual([STATUS_FLT_NAME_CACHE_MISS, 0, 0, STATUS_FLT_NAME_CACHE_MISS, 0, 0]);
  });
});

describe('records', () => {
  it('are shared and read-only; the parsed members need parsing', () => {
    const kept: { record: FLT_FILE_NAME_INFORMATION | null } = { record: null };
    const reader = rigWith({ [`pre ${IRP_MJ_READ}`]: (_ask, data) => {
      const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
      reader.call('FltGetFileNameInformation', data, normalized, box);
      kept.record = box.value;
      const record = box.value as FLT_FILE_NAME_INFORMATION;
      expect(record.Extension.Buffer).toBe('');
      record.Name.Buffer = 'x';
      (record as { Name: UNICODE_STRING }).Name = new UNICODE_STRING('y');
      expect(reader.call('FltParseFileNameInformation', record)).toBe(STATUS_SUCCESS);
      expect([record.Extension.Buffer, record.Stream.Buffer, record.FinalComponent.Buffer, record.ParentDir.Buffer, record.NamesParsed]).toEqual(['gz', ':s', 'f.tar.gz:s', '\\d\\', 15]);
    } });
    reader.io(IRP_MJ_READ, reader.open('\\d\\f.tar.gz:s'), { member: 'Read' });
    expect(kept.record?.Name.Buffer).toBe('V1\\d\\f.tar.gz:s');
    expect(reader.violationIds()).toEqual(['OV-057', 'OV-051', 'OV-051']);
  });

  it('released too often: a bug check', () => {
    const rig = rigWith({});
    const file = rig.open('\\f');
    const box: Ref<unknown> = { value: null };
    rig.as('A', () => {
      expect(rig.call('FltGetFileNameInformationUnsafe', file, rig.instance('A').handle, normalized, box)).toBe(STATUS_SUCCESS);
      rig.call('FltReleaseFileNameInformation', box.value);
    });
    expect(() => rig.as('A', () => rig.call('FltReleaseFileNameInformation', box.value))).toThrow(BugCheck);
    expect(rig.engine.bugCheck?.parameter1).toBe(0x68);
  });

  it('leaked: told when the filter is unregistered', () => {
    const rig = rigWith({});
    const file = rig.open('\\f');
    rig.as('A', () => {
      rig.call('FltGetFileNameInformationUnsafe', file, rig.instance('A').handle, normalized, { value: null });
      rig.call('FltUnregisterFilter', rig.filter('A').handle);
    });
    rig.engine.settle();
    expect(rig.violationIds()).toEqual(['FV-133']);
  });
});

describe('FltGetFileNameInformationUnsafe', () => {
  it('wants an open file, and is told where names are unsafe', () => {
    const seen: unknown[] = [];
    const unsafe = (rig: ContextRig, file: unknown, options: number): unknown => rig.call('FltGetFileNameInformationUnsafe', file, rig.instance('A').handle, options, { value: null });
    const rig = rigWith({
      [`pre ${IRP_MJ_CREATE}`]: (_ask, data) => void seen.push(unsafe(rig, data.Iopb.TargetFileObject, normalized)),
      [`pre ${IRP_MJ_READ}`]: (_ask, data) => void seen.push(unsafe(rig, data.Iopb.TargetFileObject, normalized)),
    });
    const file = rig.open('\\f');
    rig.io(IRP_MJ_READ, file, { member: 'Read', irpFlags: IRP_PAGING_IO });
    expect(seen).toEqual([STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_INVALID_NAME_REQUEST]);
    expect(rig.violationIds()).toEqual(['OV-055']);
  });
});

describe('destination names', () => {
  function destination(target: string, options: number, root: FILE_OBJECT | null = null, setUp: (rig: ContextRig) => void = () => undefined): Answer {
    const rig = rigWith({});
    rig.fileSystem.add('\\b\\x');
    setUp(rig);
    const file = rig.open('\\d\\f');
    if (root !== null) rig.io(IRP_MJ_CREATE, root);
    const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
    const status = rig.as('A', () => Number(rig.call('FltGetDestinationFileNameInformation', rig.instance('A').handle, file, root, target, target.length * 2, options, box)));
    return { status, name: box.value?.Name.Buffer ?? null, record: box.value };
  }

  it('plain, rooted, relative', () => {
    expect(destination('k', normalized).name).toBe('V1\\d\\k');
    expect(destination('\\B\\k', normalized).name).toBe('V1\\b\\k');
    expect(destination('\\B\\k', opened).name).toBe('V1\\B\\k');
    expect(destination('\\??\\C:\\b\\k', normalized).name).toBe('V1\\b\\k');
    expect(destination('k', normalized, new FILE_OBJECT({ id: 'root', volume: 'V1', name: '\\b' })).name).toBe('V1\\b\\k');
  });

  it('what cannot be answered', () => {
    expect(destination('k', short).status).toBe(STATUS_FLT_INVALID_NAME_REQUEST);
    expect(destination('k', 0x1).status).toBe(STATUS_INVALID_PARAMETER);
    expect(destination('\\no\\k', normalized).status).toBe(STATUS_OBJECT_PATH_NOT_FOUND);
    expect(destination('\\j\\k', normalized, null, (rig) => rig.fileSystem.junctions.set('\\j', 'V2')).status).toBe(STATUS_MOUNT_POINT_NOT_RESOLVED);
  });
});

describe('tunneled names', () => {
  it('are given in post of a create, and in no other operation', () => {
    const found: unknown[] = [];
    const kept: { record: FLT_FILE_NAME_INFORMATION | null } = { record: null };
    const tunneled = (data: FLT_CALLBACK_DATA): void => {
      const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
      found.push(rig.call('FltGetTunneledName', data, kept.record, box), box.value?.Name.Buffer ?? null);
    };
    const rig: ContextRig = rigWith({
      [`pre ${IRP_MJ_CREATE}`]: (_ask, data) => {
        const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
        rig.call('FltGetFileNameInformation', data, normalized, box);
        kept.record = box.value;
      },
      [`post ${IRP_MJ_CREATE}`]: (_ask, data) => tunneled(data),
      [`post ${IRP_MJ_READ}`]: (_ask, data) => tunneled(data),
    });
    rig.fileSystem.add('\\Long Name.txt', { shortName: 'LONGNA~1.TXT' });
    rig.fileSystem.remove('\\Long Name.txt');
    const file = rig.open('\\LONGNA~1.TXT');
    rig.io(IRP_MJ_READ, file, { member: 'Read' });
    expect(found).toEqual([STATUS_SUCCESS, 'V1\\Long Name.txt', STATUS_INVALID_PARAMETER, null]);
    expect(rig.violationIds()).toEqual(['OV-056']);
  });

  it('counts renames, not other information', () => {
    const ids = (informationClass: number): string[] => {
      const rig: ContextRig = rigWith({ [`post ${IRP_MJ_SET_INFORMATION}`]: (_ask, data) => {
        const box: Ref<unknown> = { value: null };
        rig.call('FltGetFileNameInformation', data, normalized, box);
        rig.call('FltGetTunneledName', data, box.value, { value: null });
      } });
      rig.io(IRP_MJ_SET_INFORMATION, rig.open('\\f'), { member: 'SetFileInformation', values: { FileInformationClass: informationClass } });
      return rig.violationIds();
    };
    expect(ids(FileRenameInformation)).toEqual([]);
    expect(ids(20)).toEqual(['OV-056']);
  });
});

describe('parsing', () => {
  it.each([
    ['\\Device\\HarddiskVolume1\\a\\b.txt', '', '\\a\\', 'b.txt', 'txt', ''],
    ['\\Device\\HarddiskVolume1\\a\\b.tar.gz:s1:$DATA', '', '\\a\\', 'b.tar.gz:s1:$DATA', 'gz', ':s1:$DATA'],
    ['\\Device\\HarddiskVolume1\\readme', '', '\\', 'readme', '', ''],
    ['\\Device\\HarddiskVolume1\\.git', '', '\\', '.git', 'git', ''],
    ['\\Device\\HarddiskVolume1\\', '', '\\', '', '', ''],
    ['\\Device\\HarddiskVolume1', '', '', '', '', ''],
    ['\\Device\\Mup\\srv\\pub\\d\\f.c', '\\srv\\pub', '\\d\\', 'f.c', 'c', ''],
  ])('%s', async (name, share, parentDir, finalComponent, extension, stream) => {
    const { parseName } = await import('../../../../../src-main/engine/index.ts');
    expect(parseName(name)).toMatchObject({ share, parentDir, finalComponent, extension, stream });
  });

  it('FltParseFileName gives three parts of any name', () => {
    const rig = rigWith({});
    const [extension, stream, final] = [{ value: null as UNICODE_STRING | null }, { value: null as UNICODE_STRING | null }, { value: null as UNICODE_STRING | null }];
    rig.as('A', () => rig.call('FltParseFileName', new UNICODE_STRING('\\x\\y.tar.gz:z'), extension, stream, final));
    expect([extension.value?.Buffer, stream.value?.Buffer, final.value?.Buffer]).toEqual(['gz', ':z', 'y.tar.gz:z']);
  });
});

describe('name providers', () => {
  /** B at 310000 shows everything under \real as \shown. A at 320000 asks. */
  function providers(generate: (rig: ContextRig, options: number) => { status: number; name: string }, more: FLT_REGISTRATION = {}): { rig: ContextRig; names: (string | null)[]; calls: number[] } {
    const names: (string | null)[] = [];
    const calls: number[] = [];
    const read = (options: number) => (data: FLT_CALLBACK_DATA): number => {
      names.push(ask(rig, data, options).name);
      return 1;
    };
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [], registration: { OperationRegistration: [[IRP_MJ_READ, 0, read(normalized)]] } },
      B: { altitude: '310000', contexts: [], registration: {
        OperationRegistration: [[IRP_MJ_READ, 0, read(normalized)], [IRP_MJ_QUERY_INFORMATION, 0, read(normalized | FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER)]],
        GenerateFileNameCallback: (_instance, _file, _data, options, _cache, control) => {
          calls.push(options & 0xff);
          const made = generate(rig, options);
          control.Name.Buffer = made.name;
          return made.status;
        },
        ...more,
      } },
    });
    rig.fileSystem.add('\\real\\f');
    return { rig, names, calls };
  }

  it('are seen from above, and by themselves where they ask for it', () => {
    const { rig, names, calls } = providers(() => ({ status: STATUS_SUCCESS, name: 'V1\\shown\\f' }));
    const file = rig.open('\\real\\f');
    rig.io(IRP_MJ_READ, file, { member: 'Read' });
    rig.io(IRP_MJ_QUERY_INFORMATION, file);
    expect(names).toEqual(['V1\\shown\\f', 'V1\\real\\f', 'V1\\shown\\f']);
    expect(calls).toEqual([1]);
    rig.as('B', () => rig.call('FltPurgeFileNameInformationCache', rig.instance('B').handle, null));
    rig.io(IRP_MJ_QUERY_INFORMATION, file);
    expect(calls).toEqual([1, 1]);
  });

  it('are asked for the opened name where they make no normalized one, which is walked component by component', () => {
    const walked: string[] = [];
    const { rig, names, calls } = providers(
      (_rig, options) => ((options & 0xff) === FLT_FILE_NAME_NORMALIZED ? { status: STATUS_FLT_INVALID_NAME_REQUEST, name: '' } : { status: STATUS_SUCCESS, name: 'V1\\shown\\f' }),
      {
        NormalizeNameComponentCallback: (_instance, parent, _length, component, expanded) => {
          walked.push(`${parent.Buffer}|${component.Buffer}`);
          expanded.FileName = component.Buffer.toUpperCase();
          return STATUS_SUCCESS;
        },
        NormalizeContextCleanupCallback: () => void walked.push('end'),
      },
    );
    rig.io(IRP_MJ_READ, rig.open('\\real\\f'), { member: 'Read' });
    expect(calls).toEqual([FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED]);
    expect(walked).toEqual(['V1\\|shown', 'V1\\SHOWN\\|f', 'end']);
    expect(names[0]).toBe('V1\\SHOWN\\F');
  });
});

describe('FltIsDirectory', () => {
  it('answers for open files', () => {
    const rig = rigWith({});
    const box = { value: null as boolean | null };
    const question = (file: FILE_OBJECT): unknown => rig.as('A', () => rig.call('FltIsDirectory', file, rig.instance('A').handle, box));
    expect([question(rig.open('\\d')), box.value]).toEqual([STATUS_SUCCESS, true]);
    expect([question(rig.open('\\f')), box.value]).toEqual([STATUS_SUCCESS, false]);
    expect(question(new FILE_OBJECT({ id: 'x', volume: 'V1' }))).toBe(STATUS_INVALID_PARAMETER);
  });
});
