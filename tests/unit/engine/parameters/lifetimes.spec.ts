import { describe, expect, it } from 'vitest';
import type { FLT_CALLBACK_DATA, FLT_IO_PARAMETER_BLOCK, FLT_REGISTRATION, LowerCall, PFLT_POST_OPERATION_CALLBACK, PFLT_PRE_OPERATION_CALLBACK, Ref } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, IRP_MJ_READ, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, success, type Rig } from '../../../support/engine/rig.ts';

const registration = (pre: PFLT_PRE_OPERATION_CALLBACK | null, post: PFLT_POST_OPERATION_CALLBACK | null = null): FLT_REGISTRATION => ({ OperationRegistration: [{ MajorFunction: IRP_MJ_READ, PreOperation: pre, PostOperation: post }] });

/** One filter A at 328010; `body` runs in a routine of its own, e.g. a timer. */
function oneFilter(pre: (rig: Rig) => PFLT_PRE_OPERATION_CALLBACK, post?: PFLT_POST_OPERATION_CALLBACK, dispatch?: (call: LowerCall) => typeof success): Rig {
  return makeRig((rig) => [{ name: 'A', altitude: '328010', registration: registration(pre(rig), post) }], dispatch);
}

function later(rig: Rig, body: () => void, filter = 'A'): void {
  rig.engine.runRoutine(rig.filter(filter), 'Timer', rig.thread, 0, null, body);
}

describe('callback data after its lifetime', () => {
  it('AC-21: reading after FltCompletePendedPreOperation is refused and reported once an access', () => {
    const seen: unknown[] = [];
    const rig = oneFilter((one) => (data) => {
      const item = one.call('FltAllocateDeferredIoWorkItem');
      one.call('FltQueueDeferredIoWorkItem', item, data, (_item: unknown, queued: FLT_CALLBACK_DATA) => {
        seen.push(queued.Iopb.Parameters.Read['Length']);
        one.call('FltCompletePendedPreOperation', queued, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
        seen.push(queued.Iopb.Parameters.Read['Length'], queued.Flags);
        queued.IoStatus.Status = 0xc000_0022;
      }, 1, null);
      return FLT_PREOP_PENDING;
    });
    const operation = rig.issue();
    rig.engine.runNextWorkItem();
    // One report for `Iopb`, one for `Flags`, one for `IoStatus`: what a dead pointer leads to is zeros.
    expect(seen).toEqual([4096, 0, 0]);
    expect(rig.violationIds()).toEqual(['FV-069', 'FV-069', 'FV-069']);
    expect(rig.violations[0]).toMatchObject({ rule: 'R-1.10', severity: 'V', filter: { name: 'A' }, sentence: 'A used the callback data of operation 1 (IRP_MJ_READ) after handing it back.' });
    expect(operation.status).toBe(STATUS_SUCCESS);
  });

  it('refuses callback data, parameter block and views that a driver kept past its callback', () => {
    let data: FLT_CALLBACK_DATA | null = null;
    let iopb: FLT_IO_PARAMETER_BLOCK | null = null;
    let view: Record<string, unknown> = {};
    const rig = oneFilter(() => (given) => {
      data = given;
      iopb = given.Iopb;
      view = given.Iopb.Parameters.Read;
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    const operation = rig.issue();
    later(rig, () => void data?.Thread);
    later(rig, () => void iopb?.MajorFunction);
    later(rig, () => void view['Length']);
    later(rig, () => {
      view['Length'] = 1;
    });
    later(rig, () => {
      if (iopb !== null) iopb.IrpFlags = 2;
    });
    expect(rig.violationIds()).toEqual(['FV-069', 'FV-069', 'FV-069', 'FV-069', 'FV-069']);
    expect([operation.now.IrpFlags, operation.now.Parameters.Read['Length']]).toEqual([0, 4096]);
  });

  it('is dead for a filter above while one below holds the operation, and alive for that one', () => {
    let kept: FLT_CALLBACK_DATA | null = null;
    const rig = makeRig((one) => [
      { name: 'A', altitude: '385100', registration: registration((data) => {
        kept = data;
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
      }, () => FLT_POSTOP_FINISHED_PROCESSING) },
      { name: 'B', altitude: '328010', registration: registration((data) => {
        one.call('FltQueueDeferredIoWorkItem', one.call('FltAllocateDeferredIoWorkItem'), data, () => undefined, 1, null);
        return FLT_PREOP_PENDING;
      }) },
    ]);
    rig.issue();
    later(rig, () => void kept?.Flags, 'B');
    expect(rig.violationIds()).toEqual([]);
    later(rig, () => void kept?.Flags, 'A');
    expect(rig.violations.map(({ id, filter }) => [id, filter?.name])).toEqual([['FV-069', 'A']]);
  });

  it('tells the filter that was interrupted from the one that runs inside it', () => {
    let kept: FLT_CALLBACK_DATA | null = null;
    const rig: Rig = makeRig((one) => [
      { name: 'A', altitude: '385100', registration: registration((data) => {
        kept = data;
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
      }) },
      { name: 'B', altitude: '328010', registration: registration((data) => {
        later(one, () => void kept?.Flags, 'A');
        // B itself goes on using what it controls.
        expect(data.Iopb.Parameters.Read['Length']).toBe(4096);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
      }) },
    ]);
    rig.issue();
    expect(rig.violations.map(({ id, filter }) => [id, filter?.name])).toEqual([['FV-069', 'A']]);
  });

  it('lives again in post, and while a pended post holds it', () => {
    const seen: unknown[] = [];
    let kept: FLT_CALLBACK_DATA | null = null;
    const rig = oneFilter(() => (data) => {
      kept = data;
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => {
      seen.push(kept?.Iopb.Parameters.Read['Length']);
      return FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    });
    rig.issue();
    later(rig, () => seen.push(kept?.IoStatus.Information));
    expect([seen, rig.violationIds()]).toEqual([[4096, 4096], []]);
    later(rig, () => {
      rig.call('FltCompletePendedPostOperation', kept);
      seen.push(kept?.IoStatus.Information);
    });
    expect([seen, rig.violationIds()]).toEqual([[4096, 4096, 0], ['FV-069']]);
  });

  it('is handed over by a call that comes before the callback has returned', () => {
    const rig = oneFilter((one) => (data) => {
      one.call('FltCompletePendedPreOperation', data, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
      void data.Flags;
      return FLT_PREOP_PENDING;
    });
    rig.issue();
    expect(rig.violationIds()).toEqual(['FV-069']);
  });

  it('ends the snapshot of a status callback with the callback', () => {
    let snapshot: FLT_IO_PARAMETER_BLOCK | null = null;
    const rig = oneFilter((one) => (data) => {
      one.call('FltRequestOperationStatusCallback', data, (_objects: unknown, given: FLT_IO_PARAMETER_BLOCK) => {
        snapshot = given;
        expect(given.Parameters.Read['Length']).toBe(4096);
      }, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(rig.violationIds()).toEqual([]);
    later(rig, () => expect(snapshot?.Parameters.Read['Length']).toBe(0));
    expect(rig.violationIds()).toEqual(['FV-069']);
  });

  it('leaves the file system, the host and the engine alone', () => {
    let call: LowerCall | null = null;
    const rig = oneFilter(() => () => FLT_PREOP_SUCCESS_WITH_CALLBACK, () => FLT_POSTOP_FINISHED_PROCESSING, (given) => {
      call = given;
      expect(given.iopb.Parameters.Read['Length']).toBe(4096);
      return success;
    });
    const operation = rig.issue();
    expect([operation.data.Flags & 1, operation.iopb.Parameters.Read['Length'], (call as LowerCall | null)?.iopb.MajorFunction]).toEqual([1, 4096, IRP_MJ_READ]);
    expect(rig.violationIds()).toEqual([]);
  });

  it('does not take a debugger for a driver: nobody is on the line', () => {
    let data: FLT_CALLBACK_DATA | null = null;
    const rig = makeRig([{ name: 'A', altitude: '1', registration: registration((given) => {
      data = given;
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }) }], undefined, { callSite: () => null });
    rig.issue();
    later(rig, () => expect(data?.Iopb.Parameters.Read['Length']).toBe(4096));
    expect(rig.violationIds()).toEqual([]);
  });
});

describe('FilterContext, QueueLinks and QueueContext', () => {
  it('share four words', () => {
    const rig = oneFilter(() => (data) => {
      data.FilterContext[0] = 'next';
      data.QueueContext[1] = 'mine';
      expect([data.QueueLinks.Flink, data.FilterContext]).toEqual(['next', ['next', null, null, 'mine']]);
      expect(data.QueueLinks).toBe(data.QueueLinks);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(rig.violationIds()).toEqual([]);
  });
});

it('A-08: callback data that is touched after it was queued is a hint', () => {
  const rig = oneFilter((one) => (data) => {
    const answer: Ref<number> = { value: 0 };
    one.call('FltQueueDeferredIoWorkItem', one.call('FltAllocateDeferredIoWorkItem'), data, () => undefined, 1, answer);
    void data.Flags;
    return FLT_PREOP_PENDING;
  });
  rig.issue();
  expect(rig.violationIds()).toEqual([]);
  expect(rig.events.filter(({ kind }) => kind === 'hint')).toMatchObject([{ id: 'A-08', filter: { name: 'A' } }]);
});
