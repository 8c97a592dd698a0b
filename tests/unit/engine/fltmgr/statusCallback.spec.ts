import { describe, expect, it } from 'vitest';
import type { FLT_CALLBACK_DATA, FLT_IO_PARAMETER_BLOCK, LowerAnswer, PFLT_PRE_OPERATION_CALLBACK } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, IRP_MJ_CREATE, IRP_MJ_READ, STATUS_ACCESS_DENIED,
  STATUS_PENDING, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, success, type Rig, type RigFilter } from '../../../support/engine/rig.ts';

const filterWith = (name: string, altitude: string, pre: PFLT_PRE_OPERATION_CALLBACK, major = IRP_MJ_READ): RigFilter =>
  ({ name, altitude, registration: { OperationRegistration: [[major, 0, pre, () => FLT_POSTOP_FINISHED_PROCESSING]] } });

/** A pre that asks for a status callback which writes down `what`. */
const asking = (rig: Rig, told: unknown[], what: unknown, returns = FLT_PREOP_SUCCESS_NO_CALLBACK): PFLT_PRE_OPERATION_CALLBACK => (data) => {
  expect(rig.call('FltRequestOperationStatusCallback', data, (_objects: unknown, _snapshot: unknown, status: number, context: unknown) => told.push([context, status]), what)).toBe(STATUS_SUCCESS);
  return returns;
};

describe('FltRequestOperationStatusCallback', () => {
  it('shows the old buffer in the snapshot, the new one below and the received one in post (SNAP-1)', () => {
    const seen: Record<string, unknown> = {};
    const rig = makeRig((one) => [{
      name: 'swapstat', altitude: '328010', registration: { OperationRegistration: [[IRP_MJ_READ, 0, (data: FLT_CALLBACK_DATA) => {
        one.call('FltRequestOperationStatusCallback', data, (_objects: unknown, snapshot: FLT_IO_PARAMETER_BLOCK, status: number) => {
          const activation = one.engine.activation;
          seen['snapshot'] = snapshot.Parameters.Read['ReadBuffer'];
          seen['sent'] = activation?.sent?.Parameters.Read['ReadBuffer'];
          seen['received'] = activation?.received?.Parameters.Read['ReadBuffer'];
          seen['status'] = status;
        }, null);
        data.Iopb.Parameters.Read['ReadBuffer'] = 'N';
        data.Iopb.Parameters.Read['MdlAddress'] = 'M';
        one.call('FltSetCallbackDataDirty', data);
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
      }, (data: FLT_CALLBACK_DATA) => {
        seen['post'] = data.Iopb.Parameters.Read['ReadBuffer'];
        return FLT_POSTOP_FINISHED_PROCESSING;
      }]] },
    }], ({ iopb }) => {
      seen['lower'] = iopb.Parameters.Read['ReadBuffer'];
      return success;
    });
    const operation = rig.issue({ values: { Length: 100, ReadBuffer: 'U' } });
    expect(seen).toEqual({ lower: 'N', post: 'U', snapshot: 'U', sent: 'N', received: 'U', status: STATUS_SUCCESS });
    expect(operation.sent?.Parameters.Read['ReadBuffer']).toBe('N');
    expect(rig.violationIds()).toEqual(['FV-084']);
    expect(rig.violations[0]).toMatchObject({ severity: 'W', rule: 'R-5.9' });
    expect(rig.violations[0]?.sentence).toContain('Parameters.Read.ReadBuffer, Parameters.Read.MdlAddress');
  });

  it('comes after the posts of an inline completion, before those of a create', () => {
    const order = (major: number): string[] => {
      const told: unknown[] = [];
      const rig = makeRig((one) => [filterWith('A', '1', asking(one, told, 'r', FLT_PREOP_SUCCESS_WITH_CALLBACK), major)]);
      rig.issue(major === IRP_MJ_READ ? {} : { major, member: 'Create', values: {} });
      return rig.calls;
    };
    expect(order(IRP_MJ_READ)).toEqual(['pre A', 'lower', 'done', 'post A', 'ret', 'status A']);
    expect(order(IRP_MJ_CREATE)).toEqual(['pre A', 'lower', 'done', 'ret', 'status A', 'post A']);
  });
});

describe('other readings', () => {
  const twoAsk = (assumptions: Record<string, string>, answer: LowerAnswer = success): unknown[] => {
    const told: unknown[] = [];
    makeRig((one) => [filterWith('A', '2', asking(one, told, 'a')), filterWith('B', '1', asking(one, told, 'b'))], () => answer, { assumptions }).issue();
    return told;
  };

  it('R-5.15: newest first, or oldest first', () => {
    expect(twoAsk({})).toEqual([['b', STATUS_SUCCESS], ['a', STATUS_SUCCESS]]);
    expect(twoAsk({ 'R-5.15': 'oldest-first' }, { kind: 'pend' })).toEqual([['a', STATUS_PENDING], ['b', STATUS_PENDING]]);
  });

  it('R-5.17: dropped, or served when a filter completes', () => {
    const completing = (assumptions: Record<string, string>): { told: unknown[]; violations: string[] } => {
      const told: unknown[] = [];
      const rig = makeRig((one) => [
        filterWith('A', '2', asking(one, told, 'a')),
        filterWith('B', '1', (data) => {
          data.IoStatus.Status = STATUS_ACCESS_DENIED;
          return FLT_PREOP_COMPLETE;
        }),
      ], undefined, { assumptions });
      rig.issue();
      return { told, violations: rig.violationIds() };
    };
    expect(completing({})).toEqual({ told: [], violations: ['FV-085'] });
    expect(completing({ 'R-5.17': 'served-at-completion' })).toEqual({ told: [['a', STATUS_ACCESS_DENIED]], violations: [] });
  });

  it('R-5.14: before or after the wait of a create', () => {
    const told: unknown[] = [];
    const rig = makeRig((one) => [filterWith('A', '1', asking(one, told, 'a', FLT_PREOP_SUCCESS_WITH_CALLBACK), IRP_MJ_CREATE)], () => ({ kind: 'pend' }), { assumptions: { 'R-5.14': 'after-the-wait' } });
    const operation = rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: {} });
    expect(told).toEqual([]);
    rig.engine.completeLower(operation, rig.thread, 2, STATUS_ACCESS_DENIED, 0);
    expect(told).toEqual([['a', STATUS_ACCESS_DENIED]]);
    expect(rig.calls.slice(-2)).toEqual(['post A', 'status A']);
  });

  it('says which readings there are when one is unknown', () => {
    expect(() => makeRig([], undefined, { assumptions: { 'R-5.15': 'random' } })).toThrow('choose newest-first or oldest-first');
    expect(() => makeRig([], undefined, { assumptions: { 'R-9.9': 'x' } })).toThrow('no assumption R-9.9');
  });
});

it('wraps an exception that leaves a callback: driver, routine, operation', () => {
  const boom = new RangeError('boom');
  const rig = makeRig([filterWith('A', '1', () => {
    throw boom;
  })]);
  let thrown: unknown = null;
  try {
    rig.issue({ index: 18204 });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'DriverException', driver: 'A', routine: 'pre', operation: 18204, cause: boom });
});
