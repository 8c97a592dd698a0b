/** The API checks of filter-manager-core.md 9.9, one test a row: call in a fresh state, expected result, expected violation. */
import { describe, expect, it } from 'vitest';
import {
  BugCheck, compareAltitudes, FILE_OBJECT, type Engine, type FLT_CALLBACK_DATA, type FLT_FILE_NAME_INFORMATION, type FLT_REGISTRATION, type FLT_RELATED_OBJECTS,
  type PFLT_FILTER, type PFLT_POST_OPERATION_CALLBACK, type PFLT_PRE_OPERATION_CALLBACK, type Ref,
} from '../../src-main/engine/index.ts';
import {
  FLT_FILE_CONTEXT, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_QUERY_DEFAULT, FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
  FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, IRP_MJ_CREATE, IRP_MJ_LOCK_CONTROL, IRP_MJ_POWER, IRP_MJ_READ, IRP_MJ_SHUTDOWN, IRP_NOCACHE, STATUS_FLT_DO_NOT_ATTACH, STATUS_FLT_DO_NOT_DETACH,
  STATUS_FLT_DUPLICATE_ENTRY, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../src-main/nt/values.generated.ts';
import { contextRig, KEEP, type ContextRig } from '../support/engine/contextRig.ts';
import { load, makeRig, type Rig } from '../support/engine/rig.ts';

const pass = (): number => FLT_PREOP_SUCCESS_NO_CALLBACK;
const finished = (): number => FLT_POSTOP_FINISHED_PROCESSING;

/** A filter A that sees reads. */
function reader(pre: (rig: Rig) => PFLT_PRE_OPERATION_CALLBACK, post: ((rig: Rig) => PFLT_POST_OPERATION_CALLBACK) | null = null, more: FLT_REGISTRATION = {}, major: number = IRP_MJ_READ): Rig {
  return makeRig((rig) => [{ name: 'A', altitude: '328010', registration: { ...more, OperationRegistration: [{ MajorFunction: major, PreOperation: pre(rig), PostOperation: post?.(rig) ?? null }] } }]);
}

const ids = (rig: Rig): string[] => rig.violationIds();

/** The bug check that a call ends in. */
function bugCheckOf(body: () => unknown): BugCheck | null {
  try {
    body();
    return null;
  } catch (error) {
    if (error instanceof BugCheck) return error;
    throw error;
  }
}

describe('altitudes', () => {
  it('AC-01: "325000.30" and "325000.3" are equal', () => expect(compareAltitudes('325000.30', '325000.3')).toBe(0));
  it('AC-02: "99999.9999" is below "100000"', () => expect(compareAltitudes('99999.9999', '100000')).toBeLessThan(0));
  it('AC-03: "0325000" is below "325000.000000000000000000000001"', () => expect(compareAltitudes('0325000', '325000.000000000000000000000001')).toBeLessThan(0));

  it('AC-04: a second instance at a taken altitude is refused', () => {
    const rig = makeRig([{ name: 'A', altitude: '328010', registration: {} }]);
    load(rig, 'B', {});
    expect(rig.engine.attach(rig.filter('B'), rig.volume, '328010', 'B').status).toBe(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    expect(ids(rig)).toEqual(['FV-103']);
  });
});

describe('registration', () => {
  it.each<[string, FLT_REGISTRATION, number, string[]]>([
    ['AC-05: {SHUTDOWN, pre, post}', { OperationRegistration: [[IRP_MJ_SHUTDOWN, 0, pass, finished]] }, STATUS_INVALID_PARAMETER, ['FV-100']],
    ['AC-06: {SHUTDOWN, pre, none}', { OperationRegistration: [[IRP_MJ_SHUTDOWN, 0, pass]] }, STATUS_SUCCESS, []],
    ['AC-07: {POWER, pre, none}', { OperationRegistration: [[IRP_MJ_POWER, 0, pass]] }, STATUS_INVALID_PARAMETER, ['FV-101']],
    ['AC-08: READ twice', { OperationRegistration: [[IRP_MJ_READ, 0, pass], [IRP_MJ_READ, 0, pass]] }, STATUS_FLT_DUPLICATE_ENTRY, ['FV-102']],
    ['AC-09: a wrong Version', { Version: 0x0100, OperationRegistration: [[IRP_MJ_READ, 0, pass]] }, STATUS_INVALID_PARAMETER, []],
  ])('%s', (_row, registration, status, violations) => {
    const rig = makeRig([]);
    expect(load(rig, 'A', registration)).toBe(status);
    expect(ids(rig)).toEqual(violations);
  });

  it('AC-10: FltStartFiltering twice', () => {
    const rig = makeRig([]);
    const answers: unknown[] = [];
    rig.engine.runDriverEntry({ name: 'A' }, () => {
      const filter: Ref<PFLT_FILTER | null> = { value: null };
      rig.call('FltRegisterFilter', null, {}, filter);
      answers.push(rig.call('FltStartFiltering', filter.value), rig.call('FltStartFiltering', filter.value));
      return STATUS_SUCCESS;
    });
    expect([answers, ids(rig)]).toEqual([[STATUS_SUCCESS, STATUS_INVALID_PARAMETER], []]);
  });
});

describe('instances', () => {
  it.each<[string, FLT_REGISTRATION]>([
    ['AC-11: manual detach without a query-teardown callback', {}],
    ['AC-12: manual detach, query-teardown returns FLT_DO_NOT_DETACH', { InstanceQueryTeardownCallback: () => STATUS_FLT_DO_NOT_DETACH }],
  ])('%s is refused, the instance stays', (_row, more) => {
    const rig = reader(() => pass, null, more);
    expect(rig.engine.detach(rig.instance('A'), rig.thread).result).not.toBe(STATUS_SUCCESS);
    rig.issue();
    expect([rig.calls.includes('pre A'), ids(rig)]).toEqual([true, []]);
  });

  it('AC-13: setup returns FLT_DO_NOT_ATTACH', () => {
    const rig = reader(() => pass, null, { InstanceSetupCallback: () => STATUS_FLT_DO_NOT_ATTACH });
    expect([rig.filter('A').instances, ids(rig)]).toEqual([[], []]);
  });
});

describe('callback data', () => {
  it('AC-14: Thread that pre wrote is restored', () => {
    let seen: unknown;
    const rig = reader(() => (data) => {
      data.Thread = null;
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => (data) => {
      seen = data.Thread;
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    rig.issue();
    expect([seen, ids(rig)]).toEqual([rig.thread.ethread, ['FV-023']]);
  });

  it('AC-15: the SYSTEM_BUFFER flag that pre set is restored', () => {
    let seen = 0;
    const rig = reader(() => (data) => {
      data.Flags |= FLTFL_CALLBACK_DATA_SYSTEM_BUFFER;
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => (data) => {
      seen = data.Flags & FLTFL_CALLBACK_DATA_SYSTEM_BUFFER;
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    rig.issue();
    expect([seen, ids(rig)]).toEqual([0, ['FV-023']]);
  });

  const swap = (rig: Rig, data: FLT_CALLBACK_DATA, buffer: object, mdl: object): void => {
    data.Iopb.Parameters.Read['ReadBuffer'] = buffer;
    data.Iopb.Parameters.Read['MdlAddress'] = mdl;
    rig.call('FltSetCallbackDataDirty', data);
  };

  it('AC-16: a post that frees the MDL it swapped in; the engine does not free it again', () => {
    const mdl = { id: 'MDL(1)' };
    const rig = reader((one) => (data) => {
      swap(one, data, { id: 'n' }, mdl);
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, (one) => () => {
      one.engine.mayFree(mdl);
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    rig.issue();
    expect([ids(rig), rig.events.some(({ kind }) => kind === 'freemdl')]).toEqual([['FV-029'], false]);
  });

  it('AC-17: a 1000-byte buffer in a non-cached read of 1000 bytes, sectors of 512', () => {
    const rig = reader((one) => (data) => {
      swap(one, data, { id: 'n', length: 1000 }, { id: 'MDL(1)' });
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => finished);
    const operation = rig.issue({ irpFlags: IRP_NOCACHE, values: { Length: 1000, ReadBuffer: 'ubuf' } });
    expect([ids(rig), rig.calls.includes('lower'), operation.status]).toEqual([['FV-030'], true, STATUS_SUCCESS]);
  });

  it('AC-18: TagData that post-read replaced is dropped', () => {
    const rig = reader(() => () => FLT_PREOP_SUCCESS_WITH_CALLBACK, () => (data) => {
      data.TagData = { tag: 1 };
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    expect(rig.issue().data.TagData).toBeNull();
    expect(ids(rig)).toEqual(['FV-032']);
  });

  it('AC-21: Data read after FltCompletePendedPreOperation is refused', () => {
    let seen: unknown;
    const rig = reader((one) => (data) => {
      one.call('FltQueueDeferredIoWorkItem', one.call('FltAllocateDeferredIoWorkItem'), data, (_item: unknown, queued: FLT_CALLBACK_DATA) => {
        one.call('FltCompletePendedPreOperation', queued, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
        seen = queued.Iopb.Parameters.Read['Length'];
      }, 1, null);
      return FLT_PREOP_PENDING;
    });
    rig.issue();
    rig.engine.runNextWorkItem();
    expect([seen, ids(rig)]).toEqual([0, ['FV-069']]);
  });

  it('AC-22: FltCancelIo on an operation of the I/O manager', () => {
    let answer: unknown;
    const rig = reader((one) => (data) => {
      answer = one.call('FltCancelIo', data);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect([answer, ids(rig)]).toEqual([false, ['FV-076']]);
  });

  it('AC-23: FltReadFile in pre-create on the target file object', () => {
    const results: unknown[] = [];
    const rig: Rig = reader((one) => (_data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
      one.call('FltReadFile', objects.Instance, objects.FileObject, null, 512, { id: 'buffer', length: 512 }, 0, null, null, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, null, {}, IRP_MJ_CREATE);
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: {}, fileObject: new FILE_OBJECT({ id: 'fo9', volume: 'V1' }) });
    for (const event of rig.events) if ((event.kind === 'api' || event.kind === 'apiReturned') && event.call.name === 'FltReadFile') results.push(event.call.result);
    // The table says REFUSED; GEN-026 of filter-manager-objects.md names the status that the driver sees.
    expect([results.at(-1), ids(rig)]).toEqual([STATUS_INVALID_PARAMETER, ['FV-116']]);
  });

  it('AC-30: FLT_IS_REISSUED_IO on flags 0x00030001', () => expect(makeRig([]).call('FLT_IS_REISSUED_IO', { Flags: 0x0003_0001 })).toBe(0x0002_0000));

  it('AC-31: set, ask, clear, ask for the dirty mark', () => {
    const answers: unknown[] = [];
    const rig = reader((one) => (data) => {
      for (const routine of ['FltSetCallbackDataDirty', 'FltIsCallbackDataDirty', 'FltClearCallbackDataDirty', 'FltIsCallbackDataDirty']) answers.push(one.call(routine, data));
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect([answers[1], answers[3], ids(rig)]).toEqual([true, false, []]);
  });

  it('AC-32: FltDecodeParameters on LOCK_CONTROL', () => {
    let status: unknown;
    const rig = reader((one) => (data) => {
      status = one.call('FltDecodeParameters', data, null, null, null, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, null, {}, IRP_MJ_LOCK_CONTROL);
    rig.issue({ major: IRP_MJ_LOCK_CONTROL, member: 'LockControl', values: {} });
    expect([status, ids(rig)]).toEqual([STATUS_INVALID_PARAMETER, []]);
  });
});

describe('work items', () => {
  it('AC-19: a deferred item that its work routine frees twice', () => {
    const rig = reader((one) => (data) => {
      const item = one.call('FltAllocateDeferredIoWorkItem');
      one.call('FltQueueDeferredIoWorkItem', item, data, (given: unknown, queued: FLT_CALLBACK_DATA) => {
        one.call('FltFreeDeferredIoWorkItem', given);
        one.call('FltFreeDeferredIoWorkItem', given);
        one.call('FltCompletePendedPreOperation', queued, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
      }, 1, null);
      return FLT_PREOP_PENDING;
    });
    rig.issue();
    rig.engine.runNextWorkItem();
    expect(ids(rig)).toEqual(['FV-068']);
  });

  it('AC-20: a filter unloads with an item it never freed', () => {
    const rig = reader((one) => () => {
      one.call('FltAllocateDeferredIoWorkItem');
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    const { handle } = rig.filter('A');
    rig.engine.runRoutine(rig.filter('A'), 'unload', rig.thread, 0, null, () => void rig.call('FltUnregisterFilter', handle));
    expect([rig.engine.filters, ids(rig)]).toEqual([[], ['FV-068']]);
  });
});

describe('references', () => {
  const withContexts = (): ContextRig => contextRig({ A: { altitude: '320000', contexts: [[FLT_FILE_CONTEXT, 8]] } });

  /** A context that is attached to a file, with the reference of the allocation still held. */
  function attached(rig: ContextRig): object {
    const context = rig.allocate('A', FLT_FILE_CONTEXT);
    const fileObject = rig.open('\\f');
    expect(rig.as('A', () => rig.call('FltSetFileContext', rig.instance('A').handle, fileObject, KEEP, context, null))).toBe(STATUS_SUCCESS);
    return context;
  }

  it('AC-24: FltReleaseContext once too often while the context is attached', () => {
    const rig = withContexts();
    const context = attached(rig);
    const error = bugCheckOf(() => rig.as('A', () => {
      rig.call('FltReleaseContext', context);
      rig.call('FltReleaseContext', context);
    }));
    expect([error?.code, error?.parameter1, error?.violation, ids(rig)]).toEqual([0xf5, 0x6d, 'FV-131', ['FV-131']]);
  });

  it('AC-25: FltReferenceContext after the context was freed', () => {
    const rig = withContexts();
    const context = rig.allocate('A', FLT_FILE_CONTEXT);
    rig.as('A', () => rig.call('FltReleaseContext', context));
    const error = bugCheckOf(() => rig.as('A', () => rig.call('FltReferenceContext', context)));
    expect([error?.code, error?.parameter1, error?.violation, ids(rig)]).toEqual([0xf5, 0x6e, 'FV-132', ['FV-132']]);
  });

  /** Opens a file and asks for its name in a read, as often as `body` says. */
  function named(body: (rig: ContextRig, record: FLT_FILE_NAME_INFORMATION | null) => void): { rig: ContextRig; error: BugCheck | null } {
    const rig: ContextRig = contextRig({ A: { altitude: '320000', contexts: [], registration: { OperationRegistration: [[IRP_MJ_READ, 0, (data: FLT_CALLBACK_DATA) => {
      const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
      rig.call('FltGetFileNameInformation', data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, box);
      body(rig, box.value);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }]] } } });
    const error = bugCheckOf(() => rig.io(IRP_MJ_READ, rig.open('\\f'), { member: 'Read' }));
    return { rig, error };
  }

  it('AC-26: FltReleaseFileNameInformation once too often', () => {
    const { rig, error } = named((one, record) => {
      one.call('FltReleaseFileNameInformation', record);
      one.call('FltReleaseFileNameInformation', record);
    });
    expect([error?.code, error?.parameter1, error?.violation, ids(rig)]).toEqual([0xf5, 0x68, 'FV-130', ['FV-130']]);
  });

  it('AC-27: a filter unloads holding a name', () => {
    const { rig, error } = named(() => undefined);
    expect(error).toBeNull();
    const { handle } = rig.filter('A');
    rig.as('A', () => rig.call('FltUnregisterFilter', handle));
    expect([rig.engine.filters, ids(rig)]).toEqual([[], ['FV-133']]);
  });
});

describe('what the user answers to a V violation', () => {
  function twice(answer: Parameters<Engine['answerViolation']>[1]): { ids: string[]; stops: boolean[] } {
    const rig = reader(() => (data) => {
      data.Thread = null;
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    const [first] = rig.violations;
    if (first !== undefined) rig.engine.answerViolation(first, answer);
    rig.issue();
    return { ids: ids(rig), stops: rig.events.flatMap((event) => (event.kind === 'violation' ? [event.stops] : [])) };
  }

  it('AC-28: "zap": reported again, no stop', () => expect(twice('zap')).toEqual({ ids: ['FV-023', 'FV-023'], stops: [true, false] }));
  it('AC-29: "remove": not reported again', () => expect(twice('remove')).toEqual({ ids: ['FV-023'], stops: [true] }));
  it('"ignore": reported again, with a stop', () => expect(twice('ignore')).toEqual({ ids: ['FV-023', 'FV-023'], stops: [true, true] }));

  it('a bug check cannot be removed', () => {
    const rig = reader(() => () => FLT_PREOP_SUCCESS_WITH_CALLBACK);
    rig.engine.answerViolation({ id: 'FV-003', filter: rig.filter('A') }, 'remove');
    expect(bugCheckOf(() => rig.issue())?.parameter1).toBe(0x66);
  });
});
