import { describe, expect, it } from 'vitest';
import type { CallSite, EngineEvent, EngineOptions, FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS, PFLT_POST_OPERATION_CALLBACK, PFLT_PRE_OPERATION_CALLBACK, Ref, RoutineAspect } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, IRP_MJ_READ,
  STATUS_ACCESS_DENIED, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, success, type Rig } from '../../../support/engine/rig.ts';

/** Lines as a host would tell them: `line` is where the driver is; a routine's own lines are told apart by what is asked for. */
class Lines {
  line = 0;
  readonly asked: RoutineAspect[] = [];
  readonly options: Partial<EngineOptions> = {
    trackWrites: true,
    callSite: () => (this.line === 0 ? null : this.#at(this.line)),
    routineSite: (_routine, about) => {
      this.asked.push(about);
      return this.#at(about.setsContext === true ? 200 : about.returns === undefined ? 300 : 100);
    },
  };

  #at(line: number): CallSite {
    return { driver: 'A', line, column: 1 };
  }

  /** Runs a callback's body as if each of its steps were on a line of its own, from 10; afterwards the driver is not on the stack. */
  body(...steps: (() => void)[]): void {
    steps.forEach((step, at) => {
      this.line = 10 + at;
      step();
    });
    this.line = 0;
  }
}

type Pre = (lines: Lines, rig: Rig, data: FLT_CALLBACK_DATA, context: Ref<unknown>) => number;

function run(pre: Pre, post: PFLT_POST_OPERATION_CALLBACK | null = null): { rig: Rig; lines: Lines; found: () => unknown } {
  const lines = new Lines();
  const rig: Rig = makeRig((one) => {
    const callback: PFLT_PRE_OPERATION_CALLBACK = (data: FLT_CALLBACK_DATA, _objects: FLT_RELATED_OBJECTS, context: Ref<unknown>) => pre(lines, one, data, context);
    return [{ name: 'A', altitude: '1', registration: { OperationRegistration: [{ MajorFunction: IRP_MJ_READ, PreOperation: callback, PostOperation: post }] } }];
  }, () => success, lines.options);
  return { rig, lines, found: () => rig.violations.map(({ id, site }) => [id, site?.line]) };
}

describe('the line of a violation found at a return', () => {
  it('is where a field was written', () => {
    const { rig, found } = run((lines, _rig, data) => {
      lines.body(() => undefined, () => { data.Iopb.Parameters.Read['Length'] = 1; }, () => undefined);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(found()).toEqual([['FV-021', 11]]);
  });

  it('is where MajorFunction, a target or a buffer was written', () => {
    const { rig, found } = run((lines, one, data) => {
      lines.body(
        () => { data.Iopb.MajorFunction = 4; }, () => { data.Iopb.TargetInstance = null; }, () => { data.Iopb.Parameters.Read['ReadBuffer'] = { id: 'n' }; },
        () => one.call('FltSetCallbackDataDirty', data),
      );
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(found()).toEqual([['FV-022', 10], ['FV-025', 11], ['FV-027', 12], ['FV-028', 12]]);
  });

  it('is where IoStatus was written', () => {
    const { rig, found } = run((lines, _rig, data) => {
      lines.body(() => undefined, () => undefined, () => { data.IoStatus.Status = STATUS_ACCESS_DENIED; }, () => { data.IoStatus.Information = 0; });
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(found()).toEqual([['FV-020', 12]]);
  });

  it('is the statement that returned the value where nothing else was done', () => {
    const { rig, lines, found } = run((one) => {
      one.body();
      return FLT_PREOP_COMPLETE;
    });
    rig.issue();
    expect([found(), lines.asked]).toEqual([[['FV-012', 100]], [{ returns: 'FLT_PREOP_COMPLETE' }]]);
  });

  it('is where the completion context was stored', () => {
    const { rig, found } = run((lines, _rig, _data, context) => {
      lines.body(() => { context.value = { id: 1 }; });
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(found()).toEqual([['FV-004', 200]]);
  });

  it('is where the operation was queued that goes on all the same', () => {
    const { rig, found } = run((lines, one, data) => {
      lines.body(() => undefined, () => one.call('FltQueueDeferredIoWorkItem', one.call('FltAllocateDeferredIoWorkItem'), data, () => undefined, 1, null));
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(found()).toEqual([['FV-067', 11]]);
  });

  it('is the call that hands a pended operation back', () => {
    const { rig, lines, found } = run((one, engine, data) => {
      one.body(() => engine.call('FltQueueDeferredIoWorkItem', engine.call('FltAllocateDeferredIoWorkItem'), data, (_item: unknown, queued: FLT_CALLBACK_DATA) => {
        lines.line = 50;
        engine.call('FltCompletePendedPreOperation', queued, FLT_PREOP_COMPLETE, null);
        lines.line = 0;
      }, 1, null));
      return FLT_PREOP_PENDING;
    });
    rig.issue();
    rig.engine.runNextWorkItem();
    expect(found()).toEqual([['FV-012', 50]]);
  });

  it('is the request of a status callback that will not run', () => {
    const { rig, found } = run((lines, one, data) => {
      lines.body(() => one.call('FltRequestOperationStatusCallback', data, () => undefined, 'ctx'), () => { data.IoStatus.Status = STATUS_SUCCESS; });
      return FLT_PREOP_COMPLETE;
    });
    rig.issue();
    expect(found()).toEqual([['FV-085', 10]]);
  });

  it('is known for posts and for what is still held at the end', () => {
    const { rig, lines, found } = run((one) => {
      one.body();
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => 99);
    rig.issue();
    expect([found(), lines.asked]).toEqual([[['FV-040', 100]], [{ returns: '0x00000063' }]]);
    const held = run((one) => {
      one.body();
      return FLT_PREOP_PENDING;
    });
    held.rig.issue();
    held.rig.engine.finish();
    expect([held.found(), held.lines.asked]).toEqual([[['FV-018', 100]], [{ returns: 'FLT_PREOP_PENDING' }]]);
    const post = run((one) => {
      one.body();
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }, () => FLT_POSTOP_MORE_PROCESSING_REQUIRED);
    post.rig.issue();
    post.rig.engine.finish();
    expect(post.found()).toEqual([['FV-042', 300]]);
  });

  it('is never a line of another driver', () => {
    const { rig, found } = run((lines) => {
      lines.body();
      return FLT_PREOP_COMPLETE;
    });
    const other = makeRig([{ name: 'B', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_COMPLETE]] } }], undefined, { callSite: () => ({ driver: 'A', line: 7, column: 1 }) });
    other.issue();
    rig.issue();
    expect([found(), other.violations.map(({ id, site }) => [id, site])]).toEqual([[['FV-012', 100]], [['FV-012', null]]]);
  });
});

it('a bug check carries code, parameter, line and violation', () => {
  const { rig } = run((lines) => {
    lines.body();
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  });
  expect(() => rig.issue()).toThrow('Bug check 0xF5 (parameter 1 = 0x66)');
  const event = rig.events.find((one): one is EngineEvent & { kind: 'bugcheck' } => one.kind === 'bugcheck');
  expect(event).toMatchObject({ code: 0xf5, parameter1: 0x66, site: { driver: 'A', line: 100 }, violation: { id: 'FV-003', site: { line: 100 } } });
});
