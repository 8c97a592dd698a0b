import { describe, expect, it } from 'vitest';
import type { FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS, LowerCall, PFLT_POST_OPERATION_CALLBACK, PFLT_PRE_OPERATION_CALLBACK } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, IRP_MJ_LOCK_CONTROL, IRP_MJ_READ,
  IRP_NOCACHE, STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, success, type Rig } from '../../../support/engine/rig.ts';

const rigWith = (pre: (rig: Rig) => PFLT_PRE_OPERATION_CALLBACK, post?: (rig: Rig) => PFLT_POST_OPERATION_CALLBACK, dispatch?: (call: LowerCall) => typeof success): Rig =>
  makeRig((rig) => [{ name: 'A', altitude: '328010', registration: { OperationRegistration: [{ MajorFunction: IRP_MJ_READ, PreOperation: pre(rig), PostOperation: post?.(rig) ?? null }] } }], dispatch);

describe('what belongs to the Filter Manager', () => {
  it('AC-14, AC-15: Thread, RequestorMode and Flags are restored', () => {
    let seen: unknown[] = [];
    const rig = rigWith(() => (data) => {
      data.Thread = null;
      data.RequestorMode = 0;
      data.Flags |= FLTFL_CALLBACK_DATA_SYSTEM_BUFFER;
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => (data) => {
      seen = [data.Thread, data.RequestorMode, data.Flags];
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    rig.issue();
    expect(rig.violationIds()).toEqual(['FV-023']);
    expect(rig.violations[0]?.sentence).toContain('Flags, Thread, RequestorMode');
    expect(seen).toEqual([rig.thread.ethread, 1, 0x0008_0001]);
  });

  it('AC-18: TagData is dropped outside post-create', () => {
    const rig = rigWith(() => () => FLT_PREOP_SUCCESS_WITH_CALLBACK, () => (data) => {
      data.TagData = { tag: 1 };
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    const operation = rig.issue();
    expect(rig.violationIds()).toEqual(['FV-032']);
    expect(operation.data.TagData).toBeNull();
  });

  it('QueueLinks know what they are part of, as CONTAINING_RECORD needs', () => {
    let owner: unknown;
    const rig = rigWith(() => (data) => {
      owner = data.QueueLinks.Owner === data;
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(owner).toBe(true);
  });

  it('FltLockUserBuffer answers with the exception where the memory is gone', () => {
    const answers: unknown[] = [];
    const rig = rigWith((self) => (data) => {
      answers.push(self.call('FltLockUserBuffer', data));
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue({ values: { Length: 16, ReadBuffer: { length: 16, freed: false } } });
    rig.issue({ values: { Length: 16, ReadBuffer: { length: 16, freed: true } } });
    expect(answers).toEqual([STATUS_SUCCESS, STATUS_ACCESS_VIOLATION]);
  });

  it('FltObjects cannot be written', () => {
    let thrown: unknown = null;
    const rig = rigWith(() => (_data, objects) => {
      try {
        (objects as unknown as Record<string, unknown>)['FileObject'] = null;
      } catch (error) {
        thrown = error;
      }
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(thrown).toBeInstanceOf(TypeError);
  });
});

describe('flags and dirty mark', () => {
  it('AC-30: FLT_IS_REISSUED_IO gives the bit', () => {
    expect(makeRig([]).call('FLT_IS_REISSUED_IO', { Flags: 0x0003_0001 })).toBe(0x0002_0000);
  });

  it('AC-31: set, ask, clear, ask', () => {
    const answers: unknown[] = [];
    const rig = rigWith((one) => (data) => {
      one.call('FltSetCallbackDataDirty', data);
      answers.push(one.call('FltIsCallbackDataDirty', data), data.Flags);
      one.call('FltClearCallbackDataDirty', data);
      answers.push(one.call('FltIsCallbackDataDirty', data), data.Flags);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(answers).toEqual([true, 0x8000_0001, false, 1]);
  });
});

describe('buffers', () => {
  const swap = (mdl: unknown, buffer: unknown) => (one: Rig): PFLT_PRE_OPERATION_CALLBACK => (data) => {
    data.Iopb.Parameters.Read['ReadBuffer'] = buffer;
    data.Iopb.Parameters.Read['MdlAddress'] = mdl;
    one.call('FltSetCallbackDataDirty', data);
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  };

  it('AC-16: a post that frees the swapped MDL is told, and the engine does not free it again', () => {
    const mdl = { id: 'MDL(1)' };
    const rig = rigWith(swap(mdl, { id: 'n' }), (one) => () => {
      expect(one.engine.mayFree(mdl)).toBe(false);
      return FLT_POSTOP_FINISHED_PROCESSING;
    });
    rig.issue();
    expect(rig.violationIds()).toEqual(['FV-029']);
    expect(rig.events.filter(({ kind }) => kind === 'freemdl')).toEqual([]);
  });

  it('AC-17: a non-cached read into a buffer smaller than whole sectors', () => {
    const rig = rigWith(swap({ id: 'MDL(1)' }, { id: 'n', length: 1000 }), () => () => FLT_POSTOP_FINISHED_PROCESSING);
    rig.issue({ irpFlags: IRP_NOCACHE, values: { Length: 1000, ReadBuffer: 'ubuf' } });
    expect(rig.violationIds()).toEqual(['FV-030']);
    expect(rigFree(1024)).toEqual([]);
  });

  function rigFree(length: number): string[] {
    const rig = rigWith(swap({ id: 'MDL(1)' }, { id: 'n', length }), () => () => FLT_POSTOP_FINISHED_PROCESSING);
    rig.issue({ irpFlags: IRP_NOCACHE, values: { Length: 1000, ReadBuffer: 'ubuf' } });
    return rig.violationIds();
  }

  it('AC-32: FltDecodeParameters points into the Iopb, and refuses operations without a buffer', () => {
    let lower: unknown = null;
    const rig = rigWith((one) => (data) => {
      const length = { value: null as { value: unknown } | null };
      expect(one.call('FltDecodeParameters', data, null, null, length, null)).toBe(STATUS_SUCCESS);
      if (length.value !== null) length.value.value = 16;
      one.call('FltSetCallbackDataDirty', data);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, undefined, ({ iopb }) => {
      lower = iopb.Parameters.Read['Length'];
      return success;
    });
    rig.issue();
    expect(lower).toBe(16);

    let status: unknown = null;
    const locks = makeRig((one) => [{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_LOCK_CONTROL, 0, (data: FLT_CALLBACK_DATA) => {
      status = one.call('FltDecodeParameters', data, null, null, null, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }]] } }]);
    locks.issue({ major: IRP_MJ_LOCK_CONTROL, member: 'LockControl', values: {} });
    expect(status).toBe(STATUS_INVALID_PARAMETER);
  });
});

it('keeps a history of who wrote which field, and who put it back', () => {
  const site = { driver: 'A', line: 12, column: 3 };
  const rig = makeRig([{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, (data: FLT_CALLBACK_DATA, _objects: FLT_RELATED_OBJECTS) => {
    data.Iopb.Parameters.Read['Length'] = 512;
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]] } }], undefined, { trackWrites: true, callSite: () => site });
  const operation = rig.issue();
  expect(operation.iopbHistory).toEqual([
    { field: 'Parameters.Read.Length', from: 4096, to: 512, by: 'A', site, issued: 0, sequence: 0 },
    { field: 'Parameters.Read.Length', from: 512, to: 4096, by: 'Filter Manager', site: null, issued: 0, sequence: 0 },
  ]);
  expect(rig.violationIds()).toEqual(['FV-021']);
});
