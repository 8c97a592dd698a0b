import { describe, expect, it } from 'vitest';
import { ntStatusName } from '../../../../src-main/nt/ntStatus.ts';
import { accountedFor } from '../../../support/trace/collectTrace.ts';
import { EtwTape } from '../../../support/trace/etwTape.ts';
import type { Correlated } from '../../../support/trace/etwTape.ts';

const drive = '\\Device\\HarddiskVolume3\\';

/** `operation path status duration in µs`, a line each. */
function story({ operations }: Correlated): readonly string[] {
  return operations.map(({ operation, path, status, duration }) => {
    const time = duration === null ? '-' : String(Number(duration) / 10);
    return `${operation} ${path ?? '?'} ${status === null ? '-' : ntStatusName(status)} ${time}`;
  });
}

const note = ({ summary }: Correlated): unknown => summary.system['note'];

describe('starts and ends', () => {
  it('become one operation, whatever thread and processor the end comes from', () => {
    const trace = new EtwTape().create(100, {}, `${drive}a.txt`).end(120, 1, 0, 1).read(200, { key: 3 }).end(250, 1, 0, 512).play();
    expect(story(trace)).toEqual([`FileIo/Create ${drive}a.txt STATUS_SUCCESS 20`, `FileIo/Read ${drive}a.txt STATUS_SUCCESS 50`]);
    expect(trace.operations[0]?.detail).toMatchObject({ CreateDisposition: 1, Disposition: 'Open', CreateOptions: 0x60, ShareAccess: 7, OpenResult: 'Opened' });
    expect(trace.operations[1]).toMatchObject({ kind: 'irp', major: 3, offset: 0n, length: 4096, information: 512, irpFlags: 0x900, tid: 1240, detail: { Priority: 3 } });
    expect(trace.operations[1]?.provenance).toEqual({ path: 'derived', duration: 'derived', kind: 'derived' });
    expect(trace.summary).toMatchObject({ events: 4, operations: 2 });
  });

  it('an IRP that begins again has lost its end, and the operation stays visible without a status', () => {
    const trace = new EtwTape().create(100, {}, `${drive}a`).read(200, { fo: 2 }).end(210).play();
    expect(story(trace)).toEqual([`FileIo/Create ${drive}a - -`, `FileIo/Read ${drive}a STATUS_SUCCESS 10`]);
    expect(trace.operations[0]?.detail).toMatchObject({ EndLost: true });
    expect(note(trace)).toEqual('1 operation has no status: no end was recorded before the same IRP began again');
  });

  it('what the end of the trace cuts off is pending', () => {
    const trace = new EtwTape().create(100, {}, `${drive}a`).end(110).read(200, {}).play();
    expect(story(trace)[1]).toBe(`FileIo/Read ${drive}a STATUS_PENDING -`);
    expect(trace.operations[1]?.provenance).toMatchObject({ status: 'derived' });
    expect(note(trace)).toBeUndefined();
  });

  it('an end without a start is counted by itself', () => {
    const { summary } = new EtwTape().end(10, 9).create(100, {}, `${drive}a`).end(110).play();
    expect(summary.skipped).toEqual([{ reason: 'end of an operation that began before the trace', count: 1 }, { reason: 'end of an operation', count: 1 }]);
    expect(accountedFor(summary)).toBe(3);
  });

  it('without any ends nothing is waited for, and no status is invented', () => {
    const tape = new EtwTape();
    for (let i = 0; i < 5; i++) tape.create(100 + i, { irp: 1 }, `${drive}${i}`);
    const trace = tape.play();
    expect(trace.operations.map(({ status, duration }) => [status, duration])).toEqual(Array.from({ length: 5 }, () => [null, null]));
    expect(note(trace)).toEqual('5 operations have no status and no duration: the trace holds no ends of operations (FILE_IO, or OP_END of Kernel-File, was off)');
  });

  it('an end that says STATUS_PENDING ends nothing', () => {
    const trace = new EtwTape().create(100, {}, `${drive}a`).end(110, 1, 0x103).end(150).play();
    expect(story(trace)).toEqual([`FileIo/Create ${drive}a STATUS_SUCCESS 50`]);
  });

  it('operations that run for long are handed over as they were issued, none twice', () => {
    const tape = new EtwTape().read(1, { irp: 999, fo: 77 });
    for (let i = 0; i < 3000; i++) tape.read(10 + i * 2, { irp: i % 7, fo: 5 }).end(11 + i * 2, i % 7);
    const { operations, summary } = tape.end(100_000, 999).play();
    expect(operations).toHaveLength(3001);
    expect(new Set(operations.map(({ sourceIndex }) => sourceIndex)).size).toBe(3001);
    expect(operations[0]).toMatchObject({ sourceIndex: 0, duration: 999_990n });
    expect(accountedFor(summary)).toBe(6002);
  });
});

describe('fast I/O', () => {
  const refused = 0xc01c0004;

  it('a read without IRP flags is fast I/O; refused, it is tied to the IRP that repeats it', () => {
    const { operations } = new EtwTape().read(100, {}, 0, 5, 0).end(102, 1, refused).read(103, {}, 0, 5, 0x60a00).end(130).play();
    expect(operations.map(({ kind, detail }) => [kind, detail['RetriedAs'], detail['RetryOf']])).toEqual([['fastio', 2, undefined], ['irp', undefined, 0]]);
  });

  it('whatever was refused came as fast I/O', () => {
    const { operations } = new EtwTape().start(100, 'queryInfo', {}, { class: 'info', extraInfo: 0, infoClass: 5 }).end(101, 1, refused).start(102, 'queryInfo', {}, { class: 'info', extraInfo: 0, infoClass: 5 }).end(103).play();
    expect(operations.map(({ kind, provenance }) => [kind, provenance['kind']])).toEqual([['fastio', 'derived'], ['irp', 'assumed']]);
  });

  it('another offset, a later time or another file is no repetition', () => {
    const trace = new EtwTape().read(100, {}, 0, 5, 0).end(102, 1, refused).read(103, {}, 8, 5).end(130)
      .read(200, {}, 0, 5, 0).end(202, 1, refused).read(1203, {}, 0, 5).end(1230)
      .read(2000, {}, 0, 5, 0).end(2002, 1, refused).read(2003, { fo: 9 }, 0, 5).end(2010).play();
    expect(trace.operations.filter(({ detail }) => 'RetryOf' in detail || 'RetriedAs' in detail)).toEqual([]);
  });
});

describe('names of files', () => {
  it('hold from create to close; the next file of the same object has its own', () => {
    const trace = new EtwTape().create(1, {}, `${drive}a`).end(2).read(3, { key: 7 }).end(4).simple(5, 'close', { key: 7 }).end(6)
      .create(10, {}, `${drive}b`).end(11).read(12, { key: 8 }).end(13).play();
    expect(trace.operations.map(({ path }) => path)).toEqual(['a', 'a', 'a', 'b', 'b'].map((name) => drive + name));
  });

  it('a create that failed names nothing', () => {
    const trace = new EtwTape().create(1, {}, `${drive}a`).end(2, 1, 0xc0000022).read(3, {}).end(4).play();
    expect(trace.operations[1]?.path).toBeNull();
    expect(note(trace)).toMatch(/^1 operation has no path: their files were open before/);
  });

  it('the rundown at the end names what was open before the trace began', () => {
    const tape = new EtwTape().read(1, { fo: 50, key: 60 }).end(2).read(3, { fo: 51, key: 61 }).end(4).simple(5, 'close', { fo: 51, key: 61 }).end(6)
      .name(7, 'dies', 61, `${drive}closed`).read(8, { fo: 52, key: 61 }).end(9).name(10, 'alive', 60, `${drive}kept`).name(11, 'alive', 61, `${drive}next`);
    expect(tape.play().operations.map(({ path }) => path)).toEqual([`${drive}kept`, `${drive}closed`, `${drive}closed`, `${drive}next`]);
    // In one pass the future is unknown.
    expect(tape.play('one pass').operations.map(({ path }) => path)).toEqual([null, null, null, null]);
  });

  it('a later open of the same file names an earlier handle, but not one that was closed before', () => {
    const later = new EtwTape().read(1, { fo: 50, key: 60 }).end(2).create(3, { fo: 9 }, `${drive}a`).end(4).read(5, { fo: 9, key: 60 }).end(6).play();
    expect(later.operations.map(({ path }) => path)).toEqual([`${drive}a`, `${drive}a`, `${drive}a`]);
    const closed = new EtwTape().read(1, { fo: 50, key: 60 }).end(2).simple(3, 'close', { fo: 50, key: 60 }).end(4)
      .create(5, { fo: 9 }, `${drive}a`).end(6).read(7, { fo: 9, key: 60 }).end(8).play();
    expect(closed.operations.map(({ path }) => path)).toEqual([null, null, `${drive}a`, `${drive}a`]);
  });

  it('a key is used again: the name that held at the time counts', () => {
    const trace = new EtwTape().name(1, 'born', 60, `${drive}first`).read(2, { fo: 50, key: 60 }).end(3).name(4, 'dies', 60, `${drive}first`)
      .name(5, 'born', 60, `${drive}second`).read(6, { fo: 51, key: 60 }).end(7).play();
    expect(trace.operations.map(({ path }) => path)).toEqual([`${drive}first`, `${drive}second`]);
  });

  it('a rename that succeeds gives every handle of the file the new name from then on', () => {
    const trace = new EtwTape().create(1, { fo: 2 }, `${drive}a`).end(2).create(3, { fo: 9 }, `${drive}a`).end(4)
      .read(5, { fo: 9, key: 60 }).end(6).info(7, 'rename', { fo: 2, key: 60 }, 10).note(8, 80, { fo: 2, key: 60 }, `${drive}b`).end(9)
      .read(10, { fo: 2, key: 60 }).end(11).read(12, { fo: 9, key: 60 }).end(13).play();
    expect(trace.operations.map(({ path }) => path?.slice(drive.length))).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
    expect(trace.operations[3]?.detail).toMatchObject({ FileInformationClass: 10, Class: 'FileRenameInformation', TargetName: `${drive}b`, FileName: `${drive}b` });
  });

  it('a rename to an unknown name leaves the old one, and says so; one that failed changes nothing', () => {
    const unknown = new EtwTape().create(1, {}, `${drive}a`).end(2).info(3, 'rename', { key: 60 }, 10).end(4).read(5, { key: 60 }).end(6).play();
    expect(unknown.operations[2]).toMatchObject({ path: `${drive}a`, detail: { RenamedSince: true } });
    const failed = new EtwTape().create(1, {}, `${drive}a`).end(2).info(3, 'rename', { key: 60 }, 10).note(4, 80, {}, `${drive}b`).end(5, 1, 0xc0000022).read(6, { key: 60 }).end(7).play();
    expect(failed.operations[2]?.path).toBe(`${drive}a`);
    expect(failed.operations[2]?.detail).not.toHaveProperty('RenamedSince');
  });

  it('volumes become drive letters and shares, with the NT path beside; what no volume fits stays', () => {
    const trace = new EtwTape().volume('\\Device\\HarddiskVolume3\\', 'C:\\').volume('\\SystemRoot\\', 'C:\\Windows\\').volume('\\??\\', '')
      .create(1, {}, '\\device\\harddiskvolume3\\Users\\a.txt').end(2).create(3, {}, '\\Device\\Mup\\;LanmanRedirector\\;Z:0000ab\\server\\share\\b').end(4)
      .create(5, {}, '\\Device\\HarddiskVolume33\\c').end(6).create(7, {}, '\\Device\\HarddiskVolume3').end(8).create(9, {}, '\\??\\D:\\d').end(10).play();
    expect(trace.operations.map(({ path }) => path)).toEqual(['C:\\Users\\a.txt', '\\\\server\\share\\b', '\\Device\\HarddiskVolume33\\c', 'C:\\', 'D:\\d']);
    expect(trace.operations.map(({ detail }) => detail['NtPath'])).toEqual([
      '\\device\\harddiskvolume3\\Users\\a.txt', '\\Device\\Mup\\;LanmanRedirector\\;Z:0000ab\\server\\share\\b', undefined, '\\Device\\HarddiskVolume3', '\\??\\D:\\d',
    ]);
  });

  it('the older form of a mapped drive, and what Windows tells without a volume', () => {
    const trace = new EtwTape().volume('\\SystemRoot\\', 'C:\\Windows\\').create(1, {}, '\\Device\\Mup\\DfsClient\\;Z:0000000000020d40\\server\\share\\a').end(2)
      .create(3, {}, '\\Windows\\System32\\b.dll').end(4).play();
    expect(trace.operations.map(({ path }) => path)).toEqual(['\\\\server\\share\\a', 'C:\\Windows\\System32\\b.dll']);
  });

  it('the first I/O of a file comes before its name', () => {
    const trace = new EtwTape().read(1, { fo: 50, key: 60 }).end(2).name(3, 'born', 60, `${drive}a`).play();
    expect(trace.operations[0]?.path).toBe(`${drive}a`);
  });

  it('an open by file id shows the id as the number it is', () => {
    const id = String.fromCharCode(0x2ab4, 0x0001, 0x0000, 0x0005);
    const trace = new EtwTape().create(1, {}, `${drive}${id}`, 0x0100_2000).end(2).play();
    expect(trace.operations[0]?.path).toBe(`${drive}0x0005000000012AB4`);
  });
});

describe('processes and threads', () => {
  it('a number that is used again means another process', () => {
    const trace = new EtwTape().process(1, 'rundown', 10, 'first.exe').read(2, { pid: 10 }).end(3).process(4, 'end', 10, 'first.exe')
      .process(5, 'start', 10, 'second.exe').read(6, { pid: 10 }).end(7).play();
    expect(trace.operations.map(({ process }) => trace.processes[process]?.name)).toEqual(['first.exe', 'second.exe']);
    expect(trace.contextEvents.map(({ name, process }) => [name, process === null ? null : trace.processes[process]?.name])).toEqual([
      ['Process/End', 'first.exe'], ['Process/Start', 'second.exe'],
    ]);
  });

  it('threads tell whose an event without a process is, also when only the end of the trace lists them', () => {
    const trace = new EtwTape().read(1, { pid: null, tid: 77 }).end(2).thread(3, 'endRundown', 10, 77).process(4, 'endRundown', 10, 'late.exe').play();
    expect(trace.processes[trace.operations[0]?.process ?? -1]).toMatchObject({ name: 'late.exe', pid: 10, user: 'S-1-5-18' });
    expect(trace.operations[0]?.provenance).toMatchObject({ process: 'derived' });
  });

  it('what nothing tells of is shown by its number', () => {
    const trace = new EtwTape().read(1, { pid: 55 }).end(2).read(3, { pid: null, tid: 66 }).end(4).read(5, { pid: 4 }).end(6).play();
    expect(trace.operations.map(({ process }) => trace.processes[process]?.name)).toEqual(['pid 55', '<unknown process>', 'System']);
  });
});

describe('two providers of the same operations', () => {
  it('FileIo is imported, and what is left out is counted', () => {
    const kernelFile = { provider: 'Kernel-File', irp: 5 } as const;
    const trace = new EtwTape().create(1, {}, `${drive}a`).create(1, kernelFile, `${drive}a`).end(2).end(2, 5, 0, 0, 'Kernel-File').play();
    expect(story(trace)).toEqual([`FileIo/Create ${drive}a STATUS_SUCCESS 1`]);
    expect(trace.summary.skipped).toContainEqual({ reason: 'Kernel-File event: FileIo tells of the same operations', count: 2 });
    expect(accountedFor(trace.summary)).toBe(4);
  });

  it('Kernel-File alone makes operations', () => {
    const trace = new EtwTape().create(1, { provider: 'Kernel-File' }, `${drive}a`).end(3, 1, 0, 0, 'Kernel-File').play();
    expect(story(trace)).toEqual([`Kernel-File/Create ${drive}a STATUS_SUCCESS 2`]);
  });
});

describe('what a trace lacks', () => {
  it('a trace without file operations says what was recorded, and how to record them', () => {
    const trace = new EtwTape().masks(0x0001270f).process(1, 'rundown', 4, 'System').play();
    expect(trace.summary.operations).toBe(0);
    expect(note(trace)).toMatch(/^no file operations were recorded \(the kernel session recorded process, thread, image, .*disk I\/O, file names.*\): record again with file I\/O/);
    expect(trace.summary.system['recorded']).toContain('hard faults');
  });

  it('losses are rows at their time', () => {
    const trace = new EtwTape().read(1, {}).loss(5, 'buffers', 3).end(6).play();
    expect(trace.contextEvents).toMatchObject([{ contextClass: 'lost', name: 'BuffersLost', detail: { Count: 3, Processor: 1 } }]);
    expect(trace.summary.events).toBe(2);
  });
});

describe('the access a create asked for, which no event tells', () => {
  const path = `${drive}a`;
  const accessOf = ({ operations }: Correlated): readonly unknown[] =>
    operations.filter(({ major }) => major === 0).map(({ detail, provenance }) => [detail['DesiredAccess'], provenance['detail.DesiredAccess']]);
  const write = { class: 'readWrite', offset: 0n, ioSize: 1, ioFlags: 0x60a00, extraFlags: 0 } as const;

  it('is what the operations on its file object need, and SYNCHRONIZE for synchronous handles', () => {
    const tape = new EtwTape().create(1, {}, path).end(2).read(3, {}).end(4).start(5, 'write', {}, write).end(6).info(7, 'delete', {}, 13, 1).end(8).simple(9, 'close', {}).end(10);
    tape.create(11, {}, path, 0x0100_0000).end(12).info(13, 'queryInfo', {}, 5).end(14).simple(15, 'close', {}).end(16).start(17, 'write', {}, write).end(18);
    // FILE_READ_DATA, FILE_WRITE_DATA, DELETE, SYNCHRONIZE; FILE_READ_ATTRIBUTES: the write came behind the close.
    expect(accessOf(tape.play())).toEqual([[0x11_0003, 'derived'], [0x80, 'derived']]);
  });

  it('paging I/O needs none, and where nothing is known reading is assumed', () => {
    const tape = new EtwTape().create(1, {}, path, 0x0100_0000).end(2).start(3, 'write', {}, { ...write, ioFlags: 0x43 }).end(4);
    expect(accessOf(tape.play())).toEqual([[0x12_0089, 'assumed']]);
  });

  it('operations told by two providers count for the creates of their own', () => {
    const tape = new EtwTape();
    for (const provider of ['FileIo', 'Kernel-File'] as const) tape.create(1, { provider, irp: 5 }, path, 0x0100_0000).end(2, 5, 0, 1, provider);
    for (const provider of ['FileIo', 'Kernel-File'] as const) tape.start(3, 'write', { provider, irp: 6 }, write).end(4, 6, 0, 1, provider);
    expect(accessOf(tape.play())).toEqual([[0x2, 'derived']]);
  });

  it('an open that is deleted on close asked for DELETE', () => {
    expect(accessOf(new EtwTape().create(1, {}, path, 0x0100_1000).end(2).play())).toEqual([[0x1_0000, 'assumed']]);
  });
});
