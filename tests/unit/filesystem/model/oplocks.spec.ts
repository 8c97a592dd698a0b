/** Oplocks as programs meet them through the file system. Source: filter-manager-objects.md section 8, vectors OB-115 to OB-148. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  FILE_COMPLETE_IF_OPLOCKED, FILE_DIRECTORY_FILE, FILE_OPEN_REQUIRING_OPLOCK, FILE_OVERWRITE, FILE_SYNCHRONOUS_IO_NONALERT, FSCTL_OPBATCH_ACK_CLOSE_PENDING, FSCTL_OPLOCK_BREAK_ACK_NO_2,
  FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, FSCTL_OPLOCK_BREAK_NOTIFY, IRP_MJ_WRITE, IRP_NOCACHE, IRP_PAGING_IO,
} from '../../../../src-main/nt/values.generated.ts';
import { ModelRig, outcome } from './modelRig.ts';

let fs: ModelRig;
const state = (path = '\\f'): string => fs.volume.oplockState(path);

beforeEach(() => {
  fs = new ModelRig();
  fs.volume.makeFile('\\f', { size: 10 });
});

describe('exclusive legacy oplocks', () => {
  test('OB-115 BATCH breaks to level 2 for an open, which waits for the acknowledgement', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    expect(fs.oplock('r1', 'h1', 'BATCH')).toBe('pending');
    expect(state()).toBe('BATCH');
    expect(fs.create('c2', '\\f')).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 7']);
    expect(state()).toBe('BATCH>L2');
    expect(fs.fsctl('a1', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('pending');
    expect(fs.late()).toEqual(['c2 SUCCESS 1']);
    expect(state()).toBe('L2');
  });

  test('OB-116 BATCH breaks to none for an overwriting open', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.create('c2', '\\f', { access: 'w', disp: FILE_OVERWRITE })).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 8']);
    expect(state()).toBe('BATCH>NONE');
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('SUCCESS');
    expect(fs.late()).toEqual(['c2 SUCCESS 3']);
    expect(state()).toBe('NONE');
  });

  test('OB-118 a BATCH request takes the place of level 2 on the only open', () => {
    fs.create('h1', '\\f');
    fs.oplock('r1', 'h1', 'L2');
    expect(fs.oplock('r2', 'h1', 'BATCH')).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 8']);
    expect(state()).toBe('BATCH');
  });

  test('OB-119 L1 is left alone by an open for attributes and broken by one for data', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'L1');
    expect(fs.create('h2', '\\f', { access: 'ra' })).toBe('SUCCESS 1');
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('L1');
    expect(fs.create('c3', '\\f')).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 7']);
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACK_NO_2)).toBe('SUCCESS');
    expect(fs.late()).toEqual(['c3 SUCCESS 1']);
    expect(fs.read('c3', 0, 10)).toBe('SUCCESS 10');
    expect(state()).toBe('NONE');
  });

  test('OB-131 closing instead of acknowledging lets the open go on', () => {
    fs.create('h1', '\\f', { access: 'rw', share: '' });
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.create('c2', '\\f')).toBe('pending');
    fs.late();
    fs.close('h1');
    expect(fs.late()).toEqual(['c2 SUCCESS 1']);
    expect(state()).toBe('NONE');
  });

  test('OB-132 the break comes before the share check, which then fails', () => {
    fs.create('h1', '\\f', { access: 'rw', share: '' });
    fs.oplock('r1', 'h1', 'BATCH');
    fs.create('c2', '\\f');
    expect(fs.late()).toEqual(['r1 SUCCESS 7']);
    fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACK_NO_2);
    expect(fs.late()).toEqual(['c2 SHARING_VIOLATION']);
  });

  test('OB-136 an acknowledgement with close pending keeps the waiters until the handle is closed', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    const c2 = fs.createOp('c2', '\\f');
    fs.late();
    expect(fs.fsctl('a', 'h1', FSCTL_OPBATCH_ACK_CLOSE_PENDING)).toBe('SUCCESS');
    expect(fs.late()).toEqual([]);
    expect(outcome(c2)).toBe('pending');
    fs.close('h1');
    expect(fs.late()).toEqual(['c2 SUCCESS 1']);
  });

  test('OB-137 a second breaker lowers the target; both go on in order of arrival', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    fs.create('c2', '\\f');
    fs.late();
    fs.create('c3', '\\f', { access: 'w', disp: FILE_OVERWRITE });
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('BATCH>L2_NONE');
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('SUCCESS 8');
    expect(fs.late()).toEqual(['c2 SUCCESS 1', 'c3 SUCCESS 3']);
    expect(state()).toBe('NONE');
  });

  test('OB-138 acknowledgements that do not fit are refused and change nothing', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('INVALID_OPLOCK_PROTOCOL');
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACK_NO_2)).toBe('INVALID_OPLOCK_PROTOCOL');
    fs.create('c2', '\\f');
    expect(fs.ack('a', 'h1', 'RH')).toBe('INVALID_OPLOCK_PROTOCOL');
    expect(state()).toBe('BATCH>L2');
  });

  test('OB-139 a waiter that is cancelled is gone, the break goes on', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    const c2 = fs.createOp('c2', '\\f');
    fs.cancel(c2);
    expect(outcome(c2)).toBe('CANCELLED');
    expect(state()).toBe('BATCH>L2');
    expect(fs.fsctl('a1', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('pending');
    expect(state()).toBe('L2');
  });

  test('OB-147 FILTER lets readers in and breaks to none for a writer', () => {
    fs.create('h1', '\\f', { access: 'ra' });
    fs.oplock('r1', 'h1', 'FILTER');
    expect(fs.create('h2', '\\f', { access: 'r+x', share: 'R' })).toBe('SUCCESS 1');
    expect(fs.read('h2', 0, 10)).toBe('SUCCESS 10');
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('FILTER');
    // The writer would not get in beside a reader that shares reading only: the break comes first all the same.
    expect(fs.create('c3', '\\f', { access: 'w' })).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 8']);
    expect(state()).toBe('FILTER>NONE');
    fs.close('h2');
    expect(fs.late()).toEqual([]);
    fs.close('h1');
    expect(fs.late()).toEqual(['c3 SUCCESS 1']);
  });
});

describe('level 2', () => {
  test('OB-120 a write ends every level 2, the own one too, without waiting', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.create('h2', '\\f');
    fs.oplock('r1', 'h1', 'L2');
    fs.oplock('r2', 'h2', 'L2');
    expect(fs.read('h1', 0, 10)).toBe('SUCCESS 10');
    expect(fs.late()).toEqual([]);
    expect(fs.write('h1', 0, 'abcd')).toBe('SUCCESS 4');
    expect(fs.late()).toEqual(['r1 SUCCESS 8', 'r2 SUCCESS 8']);
    expect(state()).toBe('NONE');
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACKNOWLEDGE)).toBe('INVALID_OPLOCK_PROTOCOL');
  });

  test('OB-117 refusals', () => {
    fs.volume.makeFile('\\dir\\x');
    fs.create('h1', '\\f');
    fs.create('h2', '\\f');
    fs.create('d', '\\dir', { opts: FILE_DIRECTORY_FILE });
    fs.create('y', '\\dir\\x', { access: 'r+s', opts: FILE_SYNCHRONOUS_IO_NONALERT });
    for (const level of ['L1', 'BATCH', 'FILTER', 'RW', 'RWH']) expect(fs.oplock('r', 'h1', level), level).toBe('OPLOCK_NOT_GRANTED');
    for (const bits of [2, 4, 6]) expect(fs.granular('r', 'h1', bits, 1).outcome).toBe('INVALID_PARAMETER');
    expect(fs.granular('r', 'h1', 0, 1).outcome).toBe('SUCCESS');
    expect(fs.oplock('r', 'd', 'BATCH')).toBe('INVALID_PARAMETER');
    expect(fs.oplock('r', 'd', 'RWH')).toBe('INVALID_PARAMETER');
    expect(fs.oplock('rd', 'd', 'RH')).toBe('pending');
    expect(fs.oplock('r', 'y', 'RH')).toBe('OPLOCK_NOT_GRANTED');
    expect(fs.oplock('r1', 'h1', 'L2')).toBe('pending');
    expect(fs.oplock('r2', 'h2', 'L2')).toBe('pending');
    expect(fs.oplock('r3', 'h2', 'L2')).toBe('pending');
    expect(fs.oplock('r', 'h2', 'RH')).toBe('OPLOCK_NOT_GRANTED');
    expect(fs.oplock('r4', 'h2', 'R')).toBe('pending');
    expect(state()).toBe('L2+R');
  });
});

describe('granular oplocks', () => {
  /** `orig new ack`: the levels of an answer as bits. */
  const answer = (buffer: { u32(offset: number): number }): string => `${buffer.u32(4)} ${buffer.u32(8)} ${buffer.u32(12) & 1}`;

  test('OB-121 own operations do not break RWH', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'RWH');
    expect(fs.read('h1', 0, 10)).toBe('SUCCESS 10');
    expect(fs.write('h1', 0, 'abcd')).toBe('SUCCESS 4');
    expect(fs.lock('h1', 0, 4, { exclusive: true })).toBe('SUCCESS');
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('RWH');
  });

  test('OB-122 an open with the same key does not break, another does', () => {
    fs.create('h1', '\\f', { access: 'rw', key: 'K1' });
    const { buffer } = fs.granular('r1', 'h1', 7, 1);
    expect(fs.create('h2', '\\f', { access: 'rw', key: 'K1' })).toBe('SUCCESS 1');
    expect(fs.write('h2', 0, 'abcd')).toBe('SUCCESS 4');
    expect(state()).toBe('RWH');
    expect(fs.create('c3', '\\f', { key: 'K2' })).toBe('pending');
    expect(fs.late()).toEqual(['r1 SUCCESS 24']);
    expect(answer(buffer)).toBe('7 3 1');
    expect(state()).toBe('RWH>RH');
  });

  test('OB-123, OB-124 RWH, an open, an acknowledgement, and a write', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'RWH');
    expect(fs.create('c2', '\\f', { access: 'rw' })).toBe('pending');
    fs.late();
    const kept = fs.granular('a1', 'h1', 3, 2);
    expect(kept.outcome).toBe('pending');
    expect(fs.late()).toEqual(['c2 SUCCESS 1']);
    expect(state()).toBe('RH');
    expect(fs.read('c2', 0, 10)).toBe('SUCCESS 10');
    expect(state()).toBe('RH');
    expect(fs.write('c2', 0, 'abcd')).toBe('SUCCESS 4');
    expect(fs.late()).toEqual(['a1 SUCCESS 24']);
    expect(answer(kept.buffer)).toBe('3 0 1');
    expect(state()).toBe('RH>NONE');
    expect(fs.granular('a', 'h1', 0, 2).outcome).toBe('SUCCESS 24');
    expect(state()).toBe('NONE');
  });

  test('OB-125, OB-126 a share conflict breaks handle caching; what comes of it depends on the holder', () => {
    for (const [closes, end] of [[true, 'SUCCESS 1'], [false, 'SHARING_VIOLATION']] as const) {
      fs = new ModelRig();
      fs.volume.makeFile('\\f', { size: 10 });
      fs.create('h1', '\\f', { share: 'R' });
      fs.oplock('r1', 'h1', 'RH');
      expect(fs.create('c2', '\\f', { access: 'w' })).toBe('pending');
      expect(state()).toBe('RH>R');
      fs.late();
      if (closes) fs.close('h1');
      else expect(fs.ack('a1', 'h1', 'R')).toBe('pending');
      expect(fs.late()).toEqual([`c2 ${end}`]);
      expect(state()).toBe(closes ? 'NONE' : 'R');
    }
  });

  test('OB-127, OB-128 a write needs an acknowledgement from RH, none from R, and waits for neither', () => {
    fs.create('h1', '\\f');
    const rh = fs.granular('r1', 'h1', 3, 1);
    fs.create('h2', '\\f', { access: 'rw' });
    expect(fs.write('h2', 0, 'abcd')).toBe('SUCCESS 4');
    expect(answer(rh.buffer)).toBe('3 0 1');
    expect(state()).toBe('RH>NONE');
    fs.close('h1');
    expect(state()).toBe('NONE');
    fs.create('h3', '\\f');
    const r = fs.granular('r3', 'h3', 1, 1);
    expect(fs.write('h2', 0, 'abcd')).toBe('SUCCESS 4');
    expect(answer(r.buffer)).toBe('1 0 0');
    expect(state()).toBe('NONE');
  });

  test('OB-129 a request with the same key takes the oplock over', () => {
    fs.create('h1', '\\f', { key: 'K1' });
    fs.create('h2', '\\f', { key: 'K1' });
    fs.create('h3', '\\f', { key: 'K2' });
    fs.oplock('r1', 'h1', 'R');
    expect(fs.oplock('r2', 'h2', 'RH')).toBe('pending');
    expect(fs.late()).toEqual(['r1 OPLOCK_SWITCHED_TO_NEW_HANDLE 24']);
    expect(state()).toBe('RH');
    expect(fs.oplock('r', 'h1', 'R')).toBe('OPLOCK_NOT_GRANTED');
    expect(fs.oplock('r3', 'h3', 'R')).toBe('pending');
    expect(state()).toBe('R+RH');
  });

  test('OB-130 closing the handle ends the request', () => {
    fs.volume.makeFile('\\g', { size: 10 });
    fs.create('h1', '\\f');
    fs.create('g1', '\\g');
    const rh = fs.granular('r1', 'h1', 3, 1);
    fs.close('h1');
    expect(fs.late()).toEqual(['r1 OPLOCK_HANDLE_CLOSED 24']);
    expect(answer(rh.buffer)).toBe('3 0 0');
    fs.oplock('r2', 'g1', 'L2');
    fs.close('g1');
    expect(fs.late()).toEqual(['r2 SUCCESS 8']);
  });

  test('OB-140, OB-141, OB-142 rename and delete wait for handle caching, a size change does not', () => {
    fs.create('h1', '\\f');
    fs.create('h2', '\\f', { access: 'd+w' });
    fs.oplock('r1', 'h1', 'RH');
    expect(fs.rename('h2', 'g', { op: 's2' })).toBe('pending');
    expect(state()).toBe('RH>R');
    fs.late();
    expect(fs.ack('a1', 'h1', 'R')).toBe('pending');
    expect(fs.late()).toEqual(['s2 SUCCESS']);
    expect(state('\\g')).toBe('R');
    expect(fs.size('h2', 5)).toBe('SUCCESS');
    expect(fs.late()).toEqual(['a1 SUCCESS 24']);
    expect(fs.oplock('r3', 'h1', 'RH')).toBe('pending');
    expect(fs.delete('h2', false)).toBe('SUCCESS');
    expect(fs.late()).toEqual([]);
    expect(fs.delete('h2', true, 's3')).toBe('pending');
    expect(fs.late()).toEqual(['r3 SUCCESS 24']);
    fs.close('h1');
    expect(fs.late()).toEqual(['s3 SUCCESS']);
  });

  test('OB-143 byte-range locks stand against shared oplocks', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.create('h2', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'R');
    expect(fs.lock('h2', 0, 4, { exclusive: true })).toBe('SUCCESS');
    expect(fs.late()).toEqual(['r1 SUCCESS 24']);
    expect(fs.oplock('r', 'h1', 'R')).toBe('OPLOCK_NOT_GRANTED');
    expect(fs.oplock('r', 'h1', 'L2')).toBe('OPLOCK_NOT_GRANTED');
    expect(fs.lock('h2', 0, 4, { unlock: true })).toBe('SUCCESS');
    expect(fs.oplock('r2', 'h1', 'R')).toBe('pending');
  });

  test('OB-144 a writable section ends granular oplocks and stands against new ones', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.create('h2', '\\f', { access: 'rw' });
    const rh = fs.granular('r1', 'h1', 3, 1);
    expect(fs.section('h2', 0x02)).toBe('FILE_LOCKED_WITH_WRITERS');
    expect(fs.late()).toEqual([]);
    expect(fs.section('h2', 0x04)).toBe('FILE_LOCKED_WITH_WRITERS');
    expect(fs.late()).toEqual(['r1 SUCCESS 24']);
    expect(answer(rh.buffer)).toBe('3 0 0');
    const refused = fs.granular('r', 'h1', 3, 1);
    expect(refused.outcome).toBe('CANNOT_GRANT_REQUESTED_OPLOCK 24');
    expect(refused.buffer.u32(12)).toBe(4);
    expect(fs.oplock('r2', 'h1', 'L2')).toBe('pending');
  });

  test('OB-145 paging writes break nothing', () => {
    fs.create('h1', '\\f');
    fs.create('h2', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'RH');
    fs.issue('w', IRP_MJ_WRITE, 'Write', { Length: 4096, ByteOffset: 0n, WriteBuffer: null }, fs.handle('h2'), { irpFlags: IRP_NOCACHE | IRP_PAGING_IO });
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('RH');
  });

  test('OB-148 a cancelled request gives the oplock up', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    const buffer = fs.buffer(24, (to) => {
      to.setU16(0, 1);
      to.setU32(4, 7);
      to.setU32(8, 1);
    });
    const r1 = fs.fsctlOp('r1', 'h1', 0x0009_0240, { InputBufferLength: 12, OutputBufferLength: 24, SystemBuffer: buffer });
    fs.cancel(r1);
    expect(outcome(r1)).toBe('CANCELLED');
    expect(state()).toBe('NONE');
    expect(fs.create('h2', '\\f')).toBe('SUCCESS 1');
  });
});

describe('creates with oplock options', () => {
  test('OB-133 FILE_COMPLETE_IF_OPLOCKED opens at once; FSCTL_OPLOCK_BREAK_NOTIFY waits for the end of the break', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.create('h2', '\\f', { opts: FILE_COMPLETE_IF_OPLOCKED })).toBe('OPLOCK_BREAK_IN_PROGRESS 1');
    expect(fs.late()).toEqual(['r1 SUCCESS 7']);
    expect(state()).toBe('BATCH>L2');
    expect(fs.fsctl('n1', 'h2', FSCTL_OPLOCK_BREAK_NOTIFY)).toBe('pending');
    expect(fs.fsctl('a', 'h1', FSCTL_OPLOCK_BREAK_ACK_NO_2)).toBe('SUCCESS');
    expect(fs.late()).toEqual(['n1 SUCCESS']);
    expect(fs.fsctl('n2', 'h2', FSCTL_OPLOCK_BREAK_NOTIFY)).toBe('SUCCESS');
  });

  test('OB-134 with a sharing violation it tells of the break', () => {
    fs.create('h1', '\\f', { access: 'rw', share: '' });
    fs.oplock('r1', 'h1', 'BATCH');
    const create = fs.createOp('h2', '\\f', { opts: FILE_COMPLETE_IF_OPLOCKED });
    expect(outcome(create)).toBe('SHARING_VIOLATION 9');
    expect(fs.late()).toEqual(['r1 SUCCESS 7']);
  });

  test('OB-135 an open for attributes breaks nothing', () => {
    fs.create('h1', '\\f', { access: 'rw', share: '' });
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.create('h2', '\\f', { access: 'ra+s' })).toBe('SUCCESS 1');
    expect(state()).toBe('BATCH');
  });

  test('OB-146 FILE_OPEN_REQUIRING_OPLOCK breaks nothing and fails', () => {
    fs.create('h1', '\\f', { access: 'rw' });
    fs.oplock('r1', 'h1', 'BATCH');
    expect(fs.create('h2', '\\f', { opts: FILE_OPEN_REQUIRING_OPLOCK })).toBe('CANNOT_BREAK_OPLOCK');
    expect(fs.late()).toEqual([]);
    expect(state()).toBe('BATCH');
  });

  test('OPL-035 others wait until the opener has asked for its oplock', () => {
    fs.create('h1', '\\f', { opts: FILE_OPEN_REQUIRING_OPLOCK });
    expect(fs.create('c2', '\\f')).toBe('pending');
    expect(fs.oplock('r1', 'h1', 'RH')).toBe('pending');
    expect(fs.late()).toEqual(['c2 SUCCESS 1']);
  });
});
