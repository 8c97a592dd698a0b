/** The oplock routines of the Filter Manager. Source: filter-manager-objects.md 8.8, OB-149; filter-manager-core.md 5.4. */
import { beforeEach, describe, expect, test } from 'vitest';
import { extendFileObject, FILE_OBJECT, type FLT_CALLBACK_DATA, type Operation } from '../../../../src-main/engine/index.ts';
import { ntStatusName } from '../../../../src-main/nt/ntStatus.ts';
import {
  FILE_COMPLETE_IF_OPLOCKED, FILE_OPEN, FILE_OPEN_REQUIRING_OPLOCK, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_WITH_CALLBACK,
  FSCTL_OPLOCK_BREAK_ACK_NO_2, FSCTL_OPLOCK_BREAK_NOTIFY, FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_OPLOCK_LEVEL_2, IRP_MJ_CLEANUP, IRP_MJ_CREATE, IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ, IRP_MJ_WRITE, STATUS_OPLOCK_BREAK_IN_PROGRESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../support/engine/rig.ts';

/** A filter that keeps the oplocks of one stream itself, in the way the reference pages tell. */
class OplockFilter {
  readonly rig: Rig;
  readonly oplock = { id: 'Oplock(f)' };
  readonly log: string[] = [];
  /** What each check answered. */
  readonly answers: number[] = [];
  openCount = 1;
  withWaitRoutine = true;
  checksAgain = false;
  routine = 'FltCheckOplock';

  constructor(assumptions: Readonly<Record<string, string>> = {}, initialize = true) {
    const pre = (data: FLT_CALLBACK_DATA): number => this.#pre(data);
    const operations = [IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_CLEANUP, IRP_MJ_QUERY_INFORMATION, IRP_MJ_FILE_SYSTEM_CONTROL].map((MajorFunction) => ({ MajorFunction, PreOperation: pre, PostOperation: () => 0 }));
    this.rig = makeRig([{ name: 'A', altitude: '320000', registration: { OperationRegistration: operations } }], undefined, { assumptions });
    if (initialize) this.act('init', () => void this.rig.call('FltInitializeOplock', this.oplock));
  }

  /** Runs code of the filter outside any operation. */
  act(name: string, code: () => void): void {
    this.rig.engine.runRoutine(this.rig.filter('A'), name, this.rig.thread, 0, null, code);
  }

  #pre(data: FLT_CALLBACK_DATA): number {
    const { rig, oplock } = this;
    if (data.Iopb.MajorFunction === IRP_MJ_FILE_SYSTEM_CONTROL) return Number(rig.call('FltOplockFsctrl', oplock, data, this.openCount));
    const wait = (held: FLT_CALLBACK_DATA, context: unknown): void => {
      this.log.push(`goes on ${ntStatusName(held.IoStatus.Status)} ${String(context)}`);
      if (this.checksAgain) this.answers.push(Number(rig.call(this.routine, oplock, held, null, null, null)));
      rig.call('FltCompletePendedPreOperation', held, held.IoStatus.Status === 0 ? FLT_PREOP_SUCCESS_WITH_CALLBACK : FLT_PREOP_COMPLETE, null);
    };
    const answer = Number(rig.call(this.routine, oplock, data, 'ctx', this.withWaitRoutine ? wait : null, () => void this.log.push('kept')));
    this.answers.push(answer);
    if (data.IoStatus.Status === STATUS_OPLOCK_BREAK_IN_PROGRESS) this.log.push('break in progress');
    return answer;
  }

  file(name: string, key?: string): FILE_OBJECT {
    const fileObject = new FILE_OBJECT({ id: name, volume: 'V1' });
    if (key !== undefined) extendFileObject(fileObject, { oplockKey: key });
    return fileObject;
  }

  fsctl(fileObject: FILE_OBJECT, code: number): Operation {
    return this.rig.issue({ major: IRP_MJ_FILE_SYSTEM_CONTROL, member: 'FileSystemControl.Buffered', values: { FsControlCode: code, SystemBuffer: null }, fileObject });
  }

  io(fileObject: FILE_OBJECT, major: number): Operation {
    return this.rig.issue({ major, member: major === IRP_MJ_READ ? 'Read' : major === IRP_MJ_WRITE ? 'Write' : null, values: major === IRP_MJ_CLEANUP ? {} : { Length: 4 }, fileObject });
  }

  create(fileObject: FILE_OBJECT, options = 0, access = FILE_READ_DATA): Operation {
    return this.rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { SecurityContext: { DesiredAccess: access }, Options: (FILE_OPEN << 24) | options, ShareAccess: 7 }, fileObject });
  }

  is(routine: string): unknown {
    let answer: unknown;
    this.act(routine, () => { answer = this.rig.call(routine, this.oplock); });
    return answer;
  }
}

const end = (operation: Operation): string => (operation.state === 'completed' ? `${ntStatusName(operation.status)} ${operation.information}` : operation.state);

let filter: OplockFilter;
beforeEach(() => {
  filter = new OplockFilter();
});

describe('requests', () => {
  test('OB-149 a granted request stays pended in the filter and the oplock can be asked about', () => {
    const request = filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK);
    expect(end(request)).toBe('pended');
    expect(filter.is('FltCurrentBatchOplock')).toBe(true);
    expect(filter.is('FltOplockIsFastIoPossible')).toBe(true);
    expect(filter.is('FltCurrentOplockH')).toBe(false);
    expect(filter.is('FltCurrentOplock')).toBe(true);
  });

  test('OPL-010 a refused one completes with the status; OPL-016 OpenCount is what the caller says', () => {
    filter.openCount = 2;
    expect(end(filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK))).toBe('STATUS_OPLOCK_NOT_GRANTED 0');
    expect(end(filter.fsctl(filter.file('h1'), FSCTL_REQUEST_OPLOCK_LEVEL_2))).toBe('STATUS_OPLOCK_NOT_GRANTED 0');
    filter.openCount = 0;
    expect(end(filter.fsctl(filter.file('h1'), FSCTL_REQUEST_OPLOCK_LEVEL_2))).toBe('pended');
  });

  test('OPL-061 cancelling the request gives the oplock up', () => {
    const request = filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK);
    filter.rig.engine.cancel(request, filter.rig.thread, 0);
    expect(end(request)).toBe('STATUS_CANCELLED 0');
    expect(filter.is('FltCurrentOplock')).toBe(false);
  });

  test('OPL-060 the cleanup check ends what the handle holds', () => {
    const h1 = filter.file('h1');
    const request = filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    filter.io(h1, IRP_MJ_CLEANUP);
    expect(end(request)).toBe('STATUS_SUCCESS 8');
  });
});

describe('checks', () => {
  test('OPL-071, OPL-072 the operation is kept, and its wait routine runs after the acknowledgement', () => {
    const h1 = filter.file('h1');
    const request = filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    const write = filter.io(filter.file('h2'), IRP_MJ_WRITE);
    expect(end(request)).toBe('STATUS_SUCCESS 8');
    expect(end(write)).toBe('pended');
    expect(filter.answers).toEqual([FLT_PREOP_PENDING]);
    expect(filter.is('FltOplockIsFastIoPossible')).toBe(false);
    expect(end(filter.fsctl(h1, FSCTL_OPLOCK_BREAK_ACK_NO_2))).toBe('STATUS_SUCCESS 0');
    expect(filter.log).toEqual(['kept', 'goes on STATUS_SUCCESS ctx']);
    expect(end(write)).toBe('STATUS_SUCCESS 4096');
    expect(filter.rig.violationIds()).toEqual([]);
  });

  test('OPL-072 without a wait routine the call waits in place, while other things happen', () => {
    filter.withWaitRoutine = false;
    const h1 = filter.file('h1');
    filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    const { engine, thread } = filter.rig;
    // The holder acknowledges from a work item of its own, which runs while the write waits.
    filter.act('queue', () => {
      const item = filter.rig.call('FltAllocateGenericWorkItem');
      filter.rig.call('FltQueueGenericWorkItem', item, filter.rig.instance('A').handle, () => void filter.fsctl(h1, FSCTL_OPLOCK_BREAK_ACK_NO_2), 1, null);
    });
    const write = filter.io(filter.file('h2'), IRP_MJ_WRITE);
    if (write.state !== 'completed') while (engine.runNextWorkItem(thread));
    expect(end(write)).toBe('STATUS_SUCCESS 4096');
  });

  test('a cancelled operation gets its wait routine with STATUS_CANCELLED', () => {
    filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK);
    const read = filter.io(filter.file('h2'), IRP_MJ_READ);
    filter.rig.engine.cancel(read, filter.rig.thread, 0);
    expect(filter.log).toEqual(['kept', 'goes on STATUS_CANCELLED ctx']);
    expect(end(read)).toBe('STATUS_CANCELLED 0');
  });

  test('own operations and those with the same key go on at once', () => {
    const h1 = filter.file('h1', 'K');
    filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    expect(end(filter.io(h1, IRP_MJ_WRITE))).toBe('STATUS_SUCCESS 4096');
    expect(end(filter.io(filter.file('h2', 'K'), IRP_MJ_WRITE))).toBe('STATUS_SUCCESS 4096');
    expect(filter.answers).toEqual([FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK]);
  });

  test('creates: attributes only, FILE_COMPLETE_IF_OPLOCKED, FILE_OPEN_REQUIRING_OPLOCK', () => {
    const request = filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK);
    filter.create(filter.file('h2'), 0, FILE_READ_ATTRIBUTES);
    expect(end(filter.create(filter.file('h3'), FILE_OPEN_REQUIRING_OPLOCK))).toBe('STATUS_CANNOT_BREAK_OPLOCK 0');
    expect(end(request)).toBe('pended');
    filter.create(filter.file('h4'), FILE_COMPLETE_IF_OPLOCKED);
    expect(end(request)).toBe('STATUS_SUCCESS 7');
    expect(filter.log).toEqual(['break in progress']);
    expect(filter.answers).toEqual([FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_WITH_CALLBACK]);
    expect(filter.rig.violationIds()).toEqual([]);
  });

  test('OPL-037 break notification waits in the filter', () => {
    const h1 = filter.file('h1');
    expect(end(filter.fsctl(filter.file('h2'), FSCTL_OPLOCK_BREAK_NOTIFY))).toBe('STATUS_SUCCESS 0');
    filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    filter.io(filter.file('h2'), IRP_MJ_READ);
    const notify = filter.fsctl(filter.file('h3'), FSCTL_OPLOCK_BREAK_NOTIFY);
    expect(end(notify)).toBe('pended');
    filter.fsctl(h1, FSCTL_OPLOCK_BREAK_ACK_NO_2);
    expect(end(notify)).toBe('STATUS_SUCCESS 0');
  });
});

describe('misuse', () => {
  test('OPL-073 OV-090: a check from an operation that has none', () => {
    expect(end(filter.io(filter.file('h1'), IRP_MJ_QUERY_INFORMATION))).toBe('STATUS_INVALID_PARAMETER 0');
    expect(filter.rig.violationIds()).toEqual(['OV-090']);
    const other = new OplockFilter({ 'OPL-073': 'go-on' });
    expect(end(other.io(other.file('h1'), IRP_MJ_QUERY_INFORMATION))).toBe('STATUS_SUCCESS 4096');
    expect(other.rig.violationIds()).toEqual(['OV-090']);
  });

  test('OPL-072 OV-092: another check from the wait routine', () => {
    filter.checksAgain = true;
    const h1 = filter.file('h1');
    filter.fsctl(h1, FSCTL_REQUEST_BATCH_OPLOCK);
    filter.io(filter.file('h2'), IRP_MJ_WRITE);
    filter.fsctl(h1, FSCTL_OPLOCK_BREAK_ACK_NO_2);
    expect(filter.rig.violationIds()).toEqual(['OV-092']);
    expect(filter.answers).toEqual([FLT_PREOP_PENDING, FLT_PREOP_COMPLETE]);
  });

  test('OPL-070 OV-094: used before it is initialized', () => {
    const other = new OplockFilter({}, false);
    expect(end(other.fsctl(other.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK))).toBe('pended');
    expect(other.rig.violationIds()).toEqual(['OV-094']);
  });

  test('FltUninitializeOplock ends what is held', () => {
    const request = filter.fsctl(filter.file('h1'), FSCTL_REQUEST_BATCH_OPLOCK);
    filter.act('end', () => void filter.rig.call('FltUninitializeOplock', filter.oplock));
    expect(end(request)).toBe('STATUS_SUCCESS 8');
  });
});

test('FltOplockKeysEqual compares file objects and keys', () => {
  const [a, b, c, d] = [filter.file('a', 'K'), filter.file('b', 'K'), filter.file('c'), filter.file('d')];
  const equal = (x: unknown, y: unknown): unknown => {
    let answer: unknown;
    filter.act('ask', () => { answer = filter.rig.call('FltOplockKeysEqual', x, y); });
    return answer;
  };
  expect([equal(a, b), equal(c, c), equal(c, d), equal(a, c), equal(null, a)]).toEqual([true, true, false, false, false]);
});
