/** Hints: each bug is told of, and the corrected driver is quiet. The bugs are those of driver-api-usage.md section 4. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bugs, createThread, FILE_OBJECT, type EngineEvent, type FLT_CALLBACK_DATA, type FLT_REGISTRATION, type FLT_RELATED_OBJECTS, type LowerAnswer, type LowerCall, type Ref } from '../../../src-main/engine/index.ts';
import { explainingHint, hintKinds } from '../../../src-main/engine/hints.ts';
import { violationKinds } from '../../../src-main/engine/violations/index.ts';
import * as wdk from '../../../src-main/nt/values.generated.ts';
import { load, makeRig, success, type Rig } from '../../support/engine/rig.ts';

const {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SYNCHRONIZE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE,
  IRP_PAGING_IO, STATUS_ACCESS_DENIED, STATUS_REPARSE, STATUS_SUCCESS,
} = wdk;

type Body = (data: FLT_CALLBACK_DATA, rig: Rig, objects: FLT_RELATED_OBJECTS) => number;

const hintsOf = (rig: Rig): (EngineEvent & { readonly kind: 'hint' })[] => rig.events.filter((event) => event.kind === 'hint');
const idsOf = (rig: Rig): string[] => [...new Set(hintsOf(rig).map(({ id }) => id))];

interface Routines {
  readonly pre?: Body;
  readonly post?: Body;
  readonly more?: Partial<FLT_REGISTRATION>;
  readonly answer?: (call: LowerCall) => LowerAnswer;
}

function rigOf(major: number, { pre, post, more = {}, answer = () => success }: Routines): Rig {
  return makeRig((rig) => [{
    name: 'A', altitude: '1', registration: {
      ...more,
      OperationRegistration: [[major, 0, pre === undefined ? (post === undefined ? null : () => FLT_PREOP_SUCCESS_WITH_CALLBACK) : (data, objects) => pre(data, rig, objects) as 0, post === undefined ? null : (data, objects) => post(data, rig, objects) as 0]],
    },
  }], answer);
}

const answers = (status: number, information = 0) => (): LowerAnswer => ({ kind: 'complete', status, information });
const create = { major: IRP_MJ_CREATE, member: 'Create', values: { Options: 0x0100_0060 } } as const;

describe('the bugs of drivers', () => {
  it('are all accounted for: by a violation, a hint, an exception, or a reason', () => {
    expect(Object.keys(bugs)).toHaveLength(127);
    for (const [id, bug] of Object.entries(bugs)) {
      if (bug.by === 'hint') expect(hintKinds.has(id), id).toBe(true);
      if ('violations' in bug) for (const one of bug.violations ?? []) expect(violationKinds.has(one), `${id} ${one}`).toBe(true);
    }
    for (const id of hintKinds.keys()) if (!id.startsWith('U-')) expect(bugs[id]?.by, id).toBe('hint');
  });

  it('violations name a bug that they are evidence of', () => {
    for (const id of violationKinds.keys()) {
      const bug = explainingHint(id);
      const coverage = bug === null ? undefined : bugs[bug];
      if (coverage !== undefined) expect('violations' in coverage ? coverage.violations : [], `${id} ${bug}`).toContain(id);
    }
  });

  const page = path.resolve(import.meta.dirname, '../../../../shared/reference/driver-api-usage.md');
  it.skipIf(!existsSync(page))('are those of the page (skipped without ../shared)', () => {
    const ids = [...readFileSync(page, 'utf8').matchAll(/^\| ([A-H]-\d\d) \|/gm)].map(([, id]) => id);
    expect(ids.sort()).toEqual(Object.keys(bugs).sort());
  });
});

interface Case {
  readonly id: string;
  /** The rig has no file system that knows names, so a name query fails. */
  readonly also?: readonly string[];
  readonly bad: () => Rig;
  readonly good: () => Rig;
}

const complete = (status: number, information: number) => (data: FLT_CALLBACK_DATA): number => {
  data.IoStatus.Status = status;
  data.IoStatus.Information = information;
  return FLT_PREOP_COMPLETE;
};
const finish = (status: number, information: number) => (data: FLT_CALLBACK_DATA): number => {
  data.IoStatus.Status = status;
  data.IoStatus.Information = information;
  return FLT_POSTOP_FINISHED_PROCESSING;
};
const issued = (rig: Rig, request: Parameters<Rig['issue']>[0] = {}): Rig => {
  rig.issue(request);
  return rig;
};
const writing = { major: IRP_MJ_WRITE, member: 'Write', values: { Length: 512, ByteOffset: 0n, WriteBuffer: 'ubuf' } } as const;
const setting = (informationClass: number) => ({ major: IRP_MJ_SET_INFORMATION, member: 'SetFileInformation', values: { Length: 4, FileInformationClass: informationClass, InfoBuffer: 'info' } }) as const;
const ref = <T>(value: T | null = null): Ref<T | null> => ({ value });

/** A guard that refuses the information classes given. */
const guard = (...refused: readonly number[]) => (data: FLT_CALLBACK_DATA): number => {
  if (refused.includes(Number(data.Iopb.Parameters.SetFileInformation['FileInformationClass']))) return complete(STATUS_ACCESS_DENIED, 0)(data);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
};
const settings = (pre: Body, ...classes: readonly number[]): Rig => {
  const rig = rigOf(IRP_MJ_SET_INFORMATION, { pre });
  for (const one of classes) rig.issue(setting(one));
  return rig;
};

const cancel: Body = (data, rig, objects) => {
  rig.call('FltCancelFileOpen', objects.Instance, objects.FileObject);
  return finish(STATUS_ACCESS_DENIED, 0)(data);
};
const paging = { irpFlags: IRP_PAGING_IO } as const;

const waitsFor = (when: (data: FLT_CALLBACK_DATA) => boolean): Body => (data, rig) => {
  if (!when(data)) return FLT_POSTOP_FINISHED_PROCESSING;
  const event = {};
  rig.call('KeInitializeEvent', event, 0, false);
  rig.call('KeWaitForSingleObject', event, 0, 0, false, -10_000n);
  return FLT_POSTOP_FINISHED_PROCESSING;
};

const withLock = (held: boolean): Body => (_data, rig) => {
  const lock = {};
  rig.call('ExInitializeResourceLite', lock);
  rig.call('KeEnterCriticalRegion');
  rig.call('ExAcquireResourceExclusiveLite', lock, true);
  if (!held) rig.call('ExReleaseResourceLite', lock);
  if (!held) rig.call('KeLeaveCriticalRegion');
  return FLT_PREOP_SYNCHRONIZE;
};

const pended = (cancelRoutine: boolean): Rig => {
  const rig = rigOf(IRP_MJ_READ, {
    pre: (data) => {
      if (cancelRoutine) rig.call('FltSetCancelCompletion', data, (own: FLT_CALLBACK_DATA) => {
        finish(0xc0000120, 0)(own);
        rig.call('FltCompletePendedPreOperation', own, FLT_PREOP_COMPLETE, null);
      });
      return FLT_PREOP_PENDING;
    },
  });
  const operation = rig.issue();
  rig.engine.cancel(operation, rig.thread, 0);
  return rig;
};

/** Registers with or without the two routines that let a driver go. */
const registering = (more: Partial<FLT_REGISTRATION>): Rig => {
  const rig = makeRig([]);
  load(rig, 'A', { OperationRegistration: [], ...more });
  return rig;
};
const removable: Partial<FLT_REGISTRATION> = { InstanceQueryTeardownCallback: () => STATUS_SUCCESS };

const attaching = (status: number): Rig => {
  const rig = makeRig([]);
  load(rig, 'A', { OperationRegistration: [], FilterUnloadCallback: () => STATUS_SUCCESS, ...removable, InstanceSetupCallback: () => status });
  rig.engine.attach(rig.filter('A'), rig.volume, '1', 'A');
  return rig;
};

const unloading = (stops: boolean): Rig => {
  const rig = makeRig([]);
  const timer = {};
  load(rig, 'A', {
    OperationRegistration: [[IRP_MJ_READ, 0, () => {
      rig.call('KeInitializeTimer', timer);
      rig.call('KeSetTimer', timer, -10_000_000n, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, null]],
    ...removable,
    FilterUnloadCallback: () => {
      if (stops) rig.call('KeCancelTimer', timer);
      rig.call('FltUnregisterFilter', rig.filter('A').handle);
      return STATUS_SUCCESS;
    },
  });
  rig.engine.attach(rig.filter('A'), rig.volume, '1', 'A');
  rig.issue();
  rig.engine.unloadFilter('A');
  return rig;
};

const allocating = (type: number): Rig => issued(rigOf(IRP_MJ_READ, {
  more: { ContextRegistration: [[wdk.FLT_STREAM_CONTEXT, 0, null, 16, 'Test']] },
  pre: (_data, rig, objects) => {
    const context = ref<object>();
    if (rig.call('FltAllocateContext', objects.Filter, type, 16, 0, context) === STATUS_SUCCESS) rig.call('FltReleaseContext', context.value);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  },
}));

const cases: readonly Case[] = [
  {
    id: 'A-05',
    bad: () => issued(rigOf(IRP_MJ_CREATE, { pre: complete(STATUS_ACCESS_DENIED, 1) }), create),
    good: () => issued(rigOf(IRP_MJ_CREATE, { pre: complete(STATUS_ACCESS_DENIED, 0) }), create),
  },
  {
    id: 'A-15',
    bad: () => issued(rigOf(IRP_MJ_READ, { post: finish(STATUS_SUCCESS, 4097) })),
    good: () => issued(rigOf(IRP_MJ_READ, { post: finish(STATUS_SUCCESS, 4096) })),
  },
  {
    id: 'A-16',
    bad: () => issued(rigOf(IRP_MJ_WRITE, { post: finish(STATUS_ACCESS_DENIED, 0) }), writing),
    good: () => issued(rigOf(IRP_MJ_WRITE, { pre: complete(STATUS_ACCESS_DENIED, 0) }), writing),
  },
  {
    id: 'B-11',
    bad: () => issued(rigOf(IRP_MJ_SET_INFORMATION, { pre: withLock(true), post: () => FLT_POSTOP_FINISHED_PROCESSING }), setting(4)),
    good: () => issued(rigOf(IRP_MJ_SET_INFORMATION, { pre: withLock(false), post: () => FLT_POSTOP_FINISHED_PROCESSING }), setting(4)),
  },
  {
    id: 'B-14',
    bad: () => issued(rigOf(IRP_MJ_READ, { post: waitsFor(() => true) }), paging),
    good: () => issued(rigOf(IRP_MJ_READ, { post: waitsFor(({ Iopb }) => (Iopb.IrpFlags & IRP_PAGING_IO) === 0) }), paging),
  },
  {
    id: 'C-01',
    bad: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_REPARSE, 0xa0000003), post: (_data, rig, objects) => {
      rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, ref());
      return FLT_POSTOP_FINISHED_PROCESSING;
    } }), create),
    good: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_REPARSE, 0xa0000003), post: (data, rig, objects) => {
      if (data.IoStatus.Status !== STATUS_REPARSE) rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, ref());
      return FLT_POSTOP_FINISHED_PROCESSING;
    } }), create),
  },
  {
    id: 'C-03',
    bad: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_SUCCESS, 1), post: (_data, rig, objects) => {
      rig.call('FltCancelFileOpen', objects.Instance, objects.FileObject);
      return FLT_POSTOP_FINISHED_PROCESSING;
    } }), create),
    good: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_SUCCESS, 1), post: cancel }), create),
  },
  {
    id: 'C-04',
    bad: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_SUCCESS, 2), post: cancel }), create),
    good: () => issued(rigOf(IRP_MJ_CREATE, { answer: answers(STATUS_SUCCESS, 1), post: cancel }), create),
  },
  {
    id: 'C-05',
    bad: () => issued(rigOf(IRP_MJ_READ, { pre: (data, rig) => {
      rig.call('FltGetFileNameInformation', data, 0x101, ref());
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    } }), paging),
    good: () => issued(rigOf(IRP_MJ_READ, { pre: (data, rig) => {
      if ((data.Iopb.IrpFlags & IRP_PAGING_IO) === 0) rig.call('FltGetFileNameInformation', data, 0x101, ref());
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    } }), paging),
  },
  {
    id: 'C-09',
    bad: () => issued(rigOf(IRP_MJ_READ, { pre: (_data, _rig, objects) => (objects.FileObject?.FileName.Length === 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_SUCCESS_NO_CALLBACK) })),
    good: () => issued(rigOf(IRP_MJ_READ, { pre: () => FLT_PREOP_SUCCESS_NO_CALLBACK })),
  },
  {
    id: 'C-13', also: ['C-05'],
    bad: () => issued(rigOf(IRP_MJ_CREATE, { pre: (data, rig) => {
      rig.call('FltGetFileNameInformation', data, 0x101, ref());
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    } }), { ...create, operationFlags: wdk.SL_OPEN_TARGET_DIRECTORY }),
    good: () => issued(rigOf(IRP_MJ_CREATE, { pre: (data, rig) => {
      if ((data.Iopb.OperationFlags & wdk.SL_OPEN_TARGET_DIRECTORY) === 0) rig.call('FltGetFileNameInformation', data, 0x101, ref());
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    } }), { ...create, operationFlags: wdk.SL_OPEN_TARGET_DIRECTORY }),
  },
  { id: 'E-11', bad: () => pended(false), good: () => pended(true) },
  { id: 'F-11', bad: () => allocating(wdk.FLT_FILE_CONTEXT), good: () => allocating(wdk.FLT_STREAM_CONTEXT) },
  { id: 'G-01', bad: () => settings(guard(13), 13, 64), good: () => settings(guard(13, 64), 13, 64) },
  { id: 'G-04', bad: () => settings(guard(10), 10, 65), good: () => settings(guard(10, 65), 10, 65) },
  { id: 'H-16', bad: () => attaching(STATUS_ACCESS_DENIED), good: () => attaching(wdk.STATUS_FLT_DO_NOT_ATTACH) },
  { id: 'H-17', bad: () => registering({}), good: () => registering({ FilterUnloadCallback: () => STATUS_SUCCESS, ...removable }) },
  { id: 'H-18', bad: () => unloading(false), good: () => unloading(true) },
];

describe('a hint', () => {
  it.each(cases)('$id tells of the bug, and not of the corrected driver', ({ id, also = [], bad, good }) => {
    const rig = bad();
    expect(idsOf(rig)).toEqual([...also, id]);
    for (const { sentence, advice, source } of hintsOf(rig)) {
      expect(sentence).not.toMatch(/[{}]/);
      expect(advice).not.toBe('');
      expect(source).toMatch(/^driver-api-usage\.md [A-H]-\d\d$/);
    }
    expect(idsOf(good())).toEqual([]);
  });

  it('is not looked for when nobody watches', () => {
    const seen: number[] = [];
    const rig = makeRig([{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, (data) => {
      seen.push(1);
      return complete(STATUS_ACCESS_DENIED, 1)(data) as 0;
    }, null]] } }], undefined, { observer: null });
    rig.issue({ fileObject: new FILE_OBJECT({ id: 'fo', volume: 'V1' }), thread: createThread({ tid: 1, pid: 2, process: 'p', kind: 'requestor' }) });
    expect([seen, rig.events]).toEqual([[1], []]);
  });
});
