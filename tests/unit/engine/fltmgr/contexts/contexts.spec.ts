/** Expectations from filter-manager-objects.md section 4: the tables of CTX-010, CTX-020 and 4.5, the moments of 4.6. */
import { describe, expect, it } from 'vitest';
import { BugCheck, FILE_OBJECT, type Ref } from '../../../../../src-main/engine/index.ts';
import {
  FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_SECTION_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_VOLUME_CONTEXT, IRP_MJ_CLEANUP, IRP_MJ_CLOSE,
  IRP_MJ_CREATE, IRP_MJ_READ, STATUS_FLT_ALREADY_ENLISTED, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND, STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED,
  STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INVALID_CONTEXT_REGISTRATION, STATUS_FLT_MUST_BE_NONPAGED_POOL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_BUFFER_SIZE,
  STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED, STATUS_PENDING, STATUS_REPARSE, STATUS_SUCCESS,
} from '../../../../../src-main/nt/values.generated.ts';
import { contextRig, KEEP, NonPagedPool, PagedPool, REPLACE, type ContextRig } from '../../../../support/engine/contextRig.ts';
import { load, makeRig } from '../../../../support/engine/rig.ts';

const allocate = (rig: ContextRig, filter: string, type: unknown, size: unknown, pool: unknown): number =>
  rig.as(filter, () => Number(rig.call('FltAllocateContext', rig.filter(filter).handle, type, size, pool, { value: null })));

/** Calls a set routine of filter A; gives the status and what came back through OldContext. */
function set(rig: ContextRig, routine: string, target: readonly unknown[], operation: unknown, context: unknown, wantsOld: boolean): { status: number; old: unknown } {
  const old: Ref<unknown> = { value: 'untouched' };
  const status = rig.as('A', () => Number(rig.call(routine, ...target, operation, context, wantsOld ? old : null)));
  return { status, old: old.value };
}

const streamTarget = (rig: ContextRig, fileObject: FILE_OBJECT): unknown[] => [rig.instance('A').handle, fileObject];
const release = (rig: ContextRig, context: unknown, filter = 'A'): void => rig.as(filter, () => void rig.call('FltReleaseContext', context));

const plain = (): ContextRig => contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8], [FLT_INSTANCE_CONTEXT, 8], [FLT_STREAMHANDLE_CONTEXT, 8], [FLT_FILE_CONTEXT, 8], [FLT_VOLUME_CONTEXT, 8]] } });

describe('registration', () => {
  const cleanup = (): void => undefined;
  const register = (rows: readonly unknown[]): number => load(makeRig([]), 'A', { ContextRegistration: rows });

  it('takes rows as objects and as arrays, with or without an end', () => {
    expect(register([[FLT_STREAM_CONTEXT, 0, cleanup, 32, 'Test'], { ContextType: FLT_FILE_CONTEXT, Size: 8, PoolTag: 'Test' }, [0xffff]])).toBe(STATUS_SUCCESS);
  });

  it('counts definitions: three fixed and one variable a type', () => {
    const fixed = (size: number): readonly unknown[] => [FLT_STREAM_CONTEXT, 0, null, size, 'Test'];
    const variable = [FLT_STREAM_CONTEXT, 0, null, 0xffff_ffff_ffff_ffffn, 'Test'];
    expect(register([fixed(8), fixed(16), fixed(32), variable])).toBe(STATUS_SUCCESS);
    expect(register([fixed(8), fixed(16), fixed(32), fixed(64)])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    expect(register([variable, variable])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
  });

  it('wants a pool tag, both callbacks of a pair, a known type, and a definition with callbacks alone', () => {
    const own = { ContextType: FLT_STREAM_CONTEXT, Size: 8, ContextAllocateCallback: () => ({}), ContextFreeCallback: () => undefined };
    expect(register([own])).toBe(STATUS_SUCCESS);
    expect(register([{ ...own, ContextFreeCallback: null }])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    expect(register([own, [FLT_STREAM_CONTEXT, 0, null, 16, 'Test']])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    expect(register([[FLT_STREAM_CONTEXT, 0, null, 16, null]])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    expect(register([[0x80, 0, null, 16, 'Test']])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    expect(register([[FLT_STREAM_CONTEXT, 0, 'cleanup', 16, 'Test']])).toBe(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
  });
});

describe('FltAllocateContext', () => {
  const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 32], [FLT_INSTANCE_CONTEXT, 64, 1], [FLT_FILE_CONTEXT, 0xffff_ffff_ffff_ffffn], [FLT_VOLUME_CONTEXT, 16]] } });

  it.each([
    [FLT_STREAM_CONTEXT, 0, STATUS_INVALID_PARAMETER], [0x3, 8, STATUS_INVALID_PARAMETER], [0, 8, STATUS_INVALID_PARAMETER], ['stream', 8, STATUS_INVALID_PARAMETER],
    [FLT_STREAM_CONTEXT, 1.5, STATUS_INVALID_PARAMETER], [FLT_STREAM_CONTEXT, 0x10000, STATUS_INVALID_BUFFER_SIZE], [FLT_STREAM_CONTEXT, 32, STATUS_SUCCESS],
    [FLT_STREAM_CONTEXT, 31, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND], [FLT_STREAM_CONTEXT, 33, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND], [FLT_INSTANCE_CONTEXT, 1, STATUS_SUCCESS],
    [FLT_INSTANCE_CONTEXT, 65, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND], [FLT_FILE_CONTEXT, 0xffff, STATUS_SUCCESS], [FLT_STREAMHANDLE_CONTEXT, 8, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND],
  ])('type %s, size %s', (type, size, status) => {
    expect(allocate(rig, 'A', type, size, PagedPool)).toBe(status);
  });

  it('keeps volume contexts out of paged pool', () => {
    expect(allocate(rig, 'A', FLT_VOLUME_CONTEXT, 16, PagedPool)).toBe(STATUS_FLT_MUST_BE_NONPAGED_POOL);
    expect(rig.violationIds()).toEqual(['OV-040']);
    expect(allocate(rig, 'A', FLT_VOLUME_CONTEXT, 16, 512)).toBe(STATUS_SUCCESS);
  });

  it('uses the filter\'s own memory, and gives it back after the cleanup callback', () => {
    const steps: string[] = [];
    const memory = { mine: true };
    const row = {
      ContextType: FLT_STREAM_CONTEXT, Size: 8, ContextCleanupCallback: () => void steps.push('cleanup'),
      ContextAllocateCallback: (pool: number, size: number, type: number) => (steps.push(`allocate ${pool} ${size} ${type}`), memory),
      ContextFreeCallback: (pool: object) => void steps.push(`free ${pool === memory}`),
    };
    const own = contextRig({ A: { altitude: '320000', contexts: [], registration: { ContextRegistration: [row] } } });
    const context = own.allocate('A', FLT_STREAM_CONTEXT);
    expect(context).toBe(memory);
    release(own, context);
    expect(steps).toEqual([`allocate ${PagedPool} 8 ${FLT_STREAM_CONTEXT}`, 'cleanup', 'free true']);
    expect(memory).toEqual({ mine: true });
  });

  it('finds no memory when the host says so, or the filter', () => {
    const poor = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]] } }, { allocate: (routine) => routine !== 'FltAllocateContext' });
    expect(allocate(poor, 'A', FLT_STREAM_CONTEXT, 8, PagedPool)).toBe(STATUS_INSUFFICIENT_RESOURCES);
  });
});

describe('contents', () => {
  it('reads a marker before a field is written, once a report for each read, and what was written afterwards', () => {
    const rig = plain();
    const context = rig.allocate('A', FLT_STREAM_CONTEXT) as { Count?: number };
    const read = rig.as('A', () => [context.Count, (context.Count = 5, context.Count)]);
    expect(read[0]).not.toBe(0);
    expect(read[1]).toBe(5);
    expect(rig.violationIds()).toEqual(['OV-041']);
  });

  it('zeroes a variable-sized one', () => {
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, -1]] } });
    const context = rig.allocate('A', FLT_STREAM_CONTEXT, 100) as { Count?: number };
    expect(rig.as('A', () => context.Count)).toBe(0);
    expect(rig.violations).toEqual([]);
  });

  it('is gone with the last reference: reading it then is a bug check', () => {
    const rig = plain();
    const context = rig.allocate('A', FLT_STREAM_CONTEXT) as { Count?: number };
    rig.as('A', () => void (context.Count = 1));
    release(rig, context);
    expect(() => rig.as('A', () => context.Count)).toThrow(BugCheck);
    expect(rig.violationIds()).toEqual(['FV-132']);
  });
});

describe('set', () => {
  /** A rig whose A has c1 on the stream of \f (link and caller's reference), and a fresh c2. */
  function present(): { rig: ContextRig; h: FILE_OBJECT; c1: object; c2: object } {
    const rig = plain();
    const h = rig.open('\\f');
    const c1 = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, c1, false);
    return { rig, h, c1, c2: rig.allocate('A', FLT_STREAM_CONTEXT) };
  }

  it('adds the link\'s reference where nothing is', () => {
    const { rig, c1 } = present();
    expect(rig.count('A', c1)).toBe(2);
  });

  it('keeps what is there: with OldContext the caller gets a reference, without none', () => {
    const { rig, h, c1, c2 } = present();
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, c2, true)).toEqual({ status: STATUS_FLT_CONTEXT_ALREADY_DEFINED, old: c1 });
    expect([rig.count('A', c1), rig.count('A', c2)]).toEqual([3, 1]);
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, c2, false).status).toBe(STATUS_FLT_CONTEXT_ALREADY_DEFINED);
    expect([rig.count('A', c1), rig.count('A', c2)]).toEqual([3, 1]);
  });

  it('replaces what is there: the link\'s reference goes to the caller, or away', () => {
    const { rig, h, c1, c2 } = present();
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), REPLACE, c2, true)).toEqual({ status: STATUS_SUCCESS, old: c1 });
    expect([rig.count('A', c1), rig.count('A', c2)]).toEqual([2, 2]);
    release(rig, c1);
    release(rig, c1);
    expect(rig.cleaned).toEqual(['A c1']);
    const c3 = rig.allocate('A', FLT_STREAM_CONTEXT);
    release(rig, c2);
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), REPLACE, c3, false).status).toBe(STATUS_SUCCESS);
    expect(rig.cleaned).toEqual(['A c1', 'A c2']);
  });

  it('links a context once in its life', () => {
    const { rig, h, c1 } = present();
    const k = rig.open('\\g');
    for (const file of [h, k]) expect(set(rig, 'FltSetStreamContext', streamTarget(rig, file), REPLACE, c1, true)).toEqual({ status: STATUS_FLT_CONTEXT_ALREADY_LINKED, old: null });
    rig.as('A', () => void rig.call('FltDeleteContext', c1));
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, k), KEEP, c1, false).status).toBe(STATUS_FLT_CONTEXT_ALREADY_LINKED);
    expect(rig.count('A', c1)).toBe(1);
  });

  it('looks at arguments, target, owner, in that order', () => {
    const { rig, h, c2 } = present();
    const instance = rig.allocate('A', FLT_INSTANCE_CONTEXT);
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), 7, c2, true)).toEqual({ status: STATUS_INVALID_PARAMETER, old: null });
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, instance, true).status).toBe(STATUS_INVALID_PARAMETER);
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, null, true).status).toBe(STATUS_INVALID_PARAMETER);
    expect(set(rig, 'FltSetStreamContext', [rig.instance('A').handle, null], KEEP, c2, true).status).toBe(STATUS_NOT_SUPPORTED);
    expect(set(rig, 'FltSetStreamContext', streamTarget(rig, new FILE_OBJECT({ id: 'x', volume: 'V1' })), KEEP, c2, true).status).toBe(STATUS_NOT_SUPPORTED);
  });

  it('answers DELETING_OBJECT while the instance is torn down', () => {
    const statuses: number[] = [];
    const rig: ContextRig = contextRig({
      A: {
        altitude: '320000', contexts: [[FLT_INSTANCE_CONTEXT, 8]], registration: {
          InstanceTeardownStartCallback: () => {
            const made: Ref<unknown> = { value: null };
            rig.call('FltAllocateContext', rig.filter('A').handle, FLT_INSTANCE_CONTEXT, 8, PagedPool, made);
            statuses.push(Number(rig.call('FltSetInstanceContext', rig.instance('A').handle, KEEP, made.value, null)));
            rig.call('FltReleaseContext', made.value);
          },
        },
      },
    });
    rig.engine.teardown(rig.instance('A'), rig.thread, 1);
    expect(statuses).toEqual([STATUS_FLT_DELETING_OBJECT]);
    expect(rig.cleaned).toEqual(['A ?']);
  });

  it('is for the filter\'s own instances and contexts', () => {
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_INSTANCE_CONTEXT, 8]] }, B: { altitude: '310000', contexts: [[FLT_INSTANCE_CONTEXT, 8]] } });
    const context = rig.allocate('A', FLT_INSTANCE_CONTEXT);
    expect(set(rig, 'FltSetInstanceContext', [rig.instance('B').handle], KEEP, context, false).status).toBe(STATUS_INVALID_PARAMETER);
    rig.as('B', () => void rig.call('FltReleaseContext', context));
    expect(rig.violationIds()).toEqual(['OV-039', 'OV-039']);
    expect(rig.count('A', context)).toBe(1);
  });
});

describe('get, release, delete', () => {
  it('finds by target and owner, and nothing else', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const { handle } = rig.instance('A');
    expect(rig.get('A', 'FltGetStreamContext', handle, h)).toBeNull();
    expect(rig.lastStatus).toBe(STATUS_NOT_FOUND);
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', [handle, h], KEEP, context, false);
    expect(rig.get('A', 'FltGetStreamContext', handle, rig.open('\\f'))).toBe(context);
    expect(rig.count('A', context)).toBe(3);
    expect(rig.get('A', 'FltGetStreamContext', handle, rig.open('\\g'))).toBeNull();
  });

  it('deletes by target: to the caller or away', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const target = streamTarget(rig, h);
    const old: Ref<unknown> = { value: null };
    expect(rig.as('A', () => rig.call('FltDeleteStreamContext', ...target, null))).toBe(STATUS_NOT_FOUND);
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', target, KEEP, context, false);
    release(rig, context);
    expect(rig.as('A', () => rig.call('FltDeleteStreamContext', ...target, old))).toBe(STATUS_SUCCESS);
    expect(old.value).toBe(context);
    expect(rig.count('A', context)).toBe(1);
    release(rig, context);
    expect(rig.cleaned).toEqual(['A c1']);
  });

  it('calls releasing the link\'s reference a bug check, and so every use of a freed context', () => {
    const linked = plain();
    const h = linked.open('\\f');
    const context = linked.allocate('A', FLT_STREAM_CONTEXT);
    set(linked, 'FltSetStreamContext', streamTarget(linked, h), KEEP, context, false);
    release(linked, context);
    expect(() => release(linked, context)).toThrow(BugCheck);
    expect(linked.engine.bugCheck?.parameter1).toBe(0x6d);

    const freed = plain();
    const gone = freed.allocate('A', FLT_STREAM_CONTEXT);
    release(freed, gone);
    expect(() => freed.as('A', () => freed.call('FltReferenceContext', gone))).toThrow(BugCheck);
    expect(freed.engine.bugCheck?.parameter1).toBe(0x6e);
  });

  it('gets and releases many at once', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, context, false);
    const objects = { Filter: rig.filter('A').handle, Instance: rig.instance('A').handle, Volume: rig.volume.handle, FileObject: h };
    const related: Record<string, unknown> = {};
    rig.as('A', () => rig.call('FltGetContexts', objects, FLT_STREAM_CONTEXT | FLT_VOLUME_CONTEXT, related));
    expect(related).toEqual({ VolumeContext: null, InstanceContext: null, FileContext: null, StreamContext: context, StreamHandleContext: null, TransactionContext: null });
    expect(rig.as('A', () => rig.call('FltGetContextsEx', objects, 0x80, 56, {}))).toBe(STATUS_INVALID_PARAMETER);
    for (let times = 0; times < 2; times++) rig.as('A', () => rig.call('FltReleaseContexts', related));
    expect(related['StreamContext']).toBeNull();
    expect(rig.count('A', context)).toBe(2);
  });

  it('reports FltReleaseContexts of what was released one by one', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, context, false);
    release(rig, context);
    const related: Record<string, unknown> = {};
    rig.as('A', () => rig.call('FltGetContexts', { Instance: rig.instance('A').handle, FileObject: h }, FLT_STREAM_CONTEXT, related));
    release(rig, related['StreamContext']);
    expect(() => rig.as('A', () => rig.call('FltReleaseContexts', related))).toThrow(BugCheck);
    expect(rig.violationIds()).toEqual(['OV-045', 'FV-131']);
  });
});

describe('levels', () => {
  it('cleans up in a work item what DISPATCH_LEVEL released, and refuses the rest there', () => {
    const rig = plain();
    const nonpaged = rig.allocate('A', FLT_INSTANCE_CONTEXT, 8, NonPagedPool);
    const paged = rig.allocate('A', FLT_INSTANCE_CONTEXT);
    rig.as('A', () => {
      rig.call('FltReleaseContext', nonpaged);
      expect(rig.cleaned).toEqual([]);
      rig.call('FltReleaseContext', paged);
      rig.call('FltGetInstanceContext', rig.instance('A').handle, { value: null });
    }, 2);
    expect(rig.violationIds()).toEqual(['FV-090', 'FV-090']);
    expect(rig.count('A', paged)).toBe(1);
    rig.engine.settle();
    expect(rig.cleaned).toEqual(['A c1']);
  });

  it('lets a cleanup callback do nothing with its own context', () => {
    const rig: ContextRig = contextRig({
      A: {
        altitude: '320000', contexts: [], registration: {
          ContextRegistration: [[FLT_INSTANCE_CONTEXT, 0, (context: object) => void rig.call('FltReferenceContext', context), 8, 'Test']],
        },
      },
    });
    const context = rig.allocate('A', FLT_INSTANCE_CONTEXT);
    release(rig, context);
    expect(rig.violationIds()).toEqual(['OV-044']);
    expect(rig.count('A', context)).toBe(0);
  });
});

describe('moments', () => {
  const link = (rig: ContextRig, filter: string, type: number, routine: string, ...target: unknown[]): object => {
    const context = rig.allocate(filter, type, 8, NonPagedPool);
    expect(rig.as(filter, () => rig.call(routine, ...target, KEEP, context, null))).toBe(STATUS_SUCCESS);
    release(rig, context, filter);
    return context;
  };

  it('last close: stream contexts highest first inside the CLOSE, the handle\'s after it', () => {
    const noted: string[] = [];
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8], [FLT_STREAMHANDLE_CONTEXT, 8]], registration: {
        OperationRegistration: [[IRP_MJ_CLOSE, 0, () => 0, () => (noted.push(...rig.cleaned), 0)]],
      } },
      B: { altitude: '310000', contexts: [[FLT_STREAM_CONTEXT, 8]] },
    });
    const h = rig.open('\\f');
    link(rig, 'B', FLT_STREAM_CONTEXT, 'FltSetStreamContext', rig.instance('B').handle, h);
    link(rig, 'A', FLT_STREAMHANDLE_CONTEXT, 'FltSetStreamHandleContext', rig.instance('A').handle, h);
    link(rig, 'A', FLT_STREAM_CONTEXT, 'FltSetStreamContext', rig.instance('A').handle, h);
    rig.close(h);
    expect(noted).toEqual(['A c3', 'B c1']);
    expect(rig.cleaned).toEqual(['A c3', 'B c1', 'A c2']);
  });

  it('file contexts span streams, and files outlive names', () => {
    const rig = plain();
    rig.fileSystem.add('\\f:s', { streamOf: '\\f' });
    const h1 = rig.open('\\f');
    const h2 = rig.open('\\f:s');
    const context = link(rig, 'A', FLT_FILE_CONTEXT, 'FltSetFileContext', rig.instance('A').handle, h1);
    expect(rig.get('A', 'FltGetFileContext', rig.instance('A').handle, h2)).toBe(context);
    release(rig, context);
    rig.fileSystem.remove('\\f');
    rig.close(h1);
    expect(rig.cleaned).toEqual([]);
    rig.close(h2);
    expect(rig.cleaned).toEqual(['A c1']);
  });

  it('teardown: stream handle, stream, file, instance; the volume\'s stays until the filter goes', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const { handle } = rig.instance('A');
    link(rig, 'A', FLT_INSTANCE_CONTEXT, 'FltSetInstanceContext', handle);
    link(rig, 'A', FLT_FILE_CONTEXT, 'FltSetFileContext', handle, h);
    link(rig, 'A', FLT_STREAM_CONTEXT, 'FltSetStreamContext', handle, h);
    link(rig, 'A', FLT_STREAMHANDLE_CONTEXT, 'FltSetStreamHandleContext', handle, h);
    link(rig, 'A', FLT_VOLUME_CONTEXT, 'FltSetVolumeContext', rig.volume.handle);
    rig.engine.teardown(rig.instance('A'), rig.thread, 1);
    expect(rig.cleaned).toEqual(['A c4', 'A c3', 'A c2', 'A c1']);
    expect(rig.get('A', 'FltGetVolumeContext', rig.filter('A').handle, rig.volume.handle)).not.toBeNull();
  });
});

describe('where there is no file', () => {
  const answers = (major: number, status?: number): { pre: number; post: number; ids: string[] } => {
    const seen = { pre: -1, post: -1 };
    const ask = (phase: 'pre' | 'post') => (_data: unknown, objects: { readonly Instance: unknown; readonly FileObject: unknown }): number => {
      seen[phase] = Number(rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, { value: null }));
      return 0;
    };
    const rig: ContextRig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]], registration: { OperationRegistration: [[major, 0, ask('pre'), ask('post')]] } } });
    if (status !== undefined) rig.fileSystem.createStatuses.push(status);
    const file = rig.open('\\f');
    if (major !== IRP_MJ_CREATE) rig.io(IRP_MJ_CLEANUP, file);
    if (major === IRP_MJ_CLOSE) rig.io(IRP_MJ_CLOSE, file);
    return { ...seen, ids: rig.violationIds() };
  };

  it('create: not in pre, in post only after a real success', () => {
    expect(answers(IRP_MJ_CREATE)).toEqual({ pre: STATUS_NOT_SUPPORTED, post: STATUS_NOT_FOUND, ids: ['FV-093'] });
    expect(answers(IRP_MJ_CREATE, STATUS_REPARSE)).toEqual({ pre: STATUS_NOT_SUPPORTED, post: STATUS_NOT_SUPPORTED, ids: ['FV-093'] });
  });

  it('cleanup: still there; close: in pre only', () => {
    expect(answers(IRP_MJ_CLEANUP)).toEqual({ pre: STATUS_NOT_FOUND, post: STATUS_NOT_FOUND, ids: [] });
    expect(answers(IRP_MJ_CLOSE)).toEqual({ pre: STATUS_NOT_FOUND, post: STATUS_NOT_SUPPORTED, ids: ['FV-093'] });
  });

  it('another file may be asked for in pre-create', () => {
    const other: { file: FILE_OBJECT | null; status: number } = { file: null, status: -1 };
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]], registration: {
        OperationRegistration: [[IRP_MJ_CREATE, 0, (_data, objects) => {
          if (other.file !== null) other.status = Number(rig.call('FltGetStreamContext', objects.Instance, other.file, { value: null }));
          return 1;
        }, null]],
      } },
    });
    other.file = rig.open('\\g');
    rig.open('\\f');
    expect(other.status).toBe(STATUS_NOT_FOUND);
  });

  it('page files and file systems without support', () => {
    const rig = plain();
    const h = rig.open('\\f');
    const question = (routine: string, ...rest: unknown[]): unknown => rig.as('A', () => rig.call(routine, h, ...rest));
    rig.fileSystem.support = { stream: true, streamHandle: true, file: false };
    expect([question('FltSupportsStreamContexts'), question('FltSupportsFileContexts'), question('FltSupportsFileContextsEx', rig.instance('A').handle), question('FltSupportsFileContextsEx', null)])
      .toEqual([true, false, true, false]);
    rig.fileSystem.pagingFiles.add('\\f');
    expect(question('FltSupportsStreamContexts')).toBe(false);
    rig.get('A', 'FltGetStreamContext', rig.instance('A').handle, h);
    expect(rig.lastStatus).toBe(STATUS_NOT_SUPPORTED);
  });
});

describe('what the debugger sees', () => {
  it('lists references with their places, and the history', () => {
    let line = 10;
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]] } }, { callSite: () => ({ driver: 'A', line: line++, column: 1 }) });
    const h = rig.open('\\f');
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    set(rig, 'FltSetStreamContext', streamTarget(rig, h), KEEP, context, false);
    rig.get('A', 'FltGetStreamContext', rig.instance('A').handle, h);
    const [view] = rig.engine.contextsOf(rig.filter('A'));
    expect(view).toMatchObject({ typeName: 'FLT_STREAM_CONTEXT', count: 3, linkedTo: '\\f' });
    expect(view?.references.map(({ routine, site }) => [routine, site !== null])).toEqual([['FltAllocateContext', true], ['FltGetStreamContext', true]]);
    expect(view?.history.map(({ what, count }) => `${what} ${count}`)).toEqual(['allocated 1', 'linked 2', 'referenced 3']);
  });
});

describe('transactions', () => {
  it('enlists once, tells the phases, and drops the context at the end', () => {
    const told: unknown[] = [];
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [[FLT_TRANSACTION_CONTEXT, 8]], registration: { TransactionNotificationCallback: (objects, _context, notification) => {
        told.push([notification, objects.Transaction === transaction]);
        return notification === 2 ? STATUS_PENDING : STATUS_SUCCESS;
      } } },
    });
    const transaction = rig.engine.beginTransaction();
    const context = rig.allocate('A', FLT_TRANSACTION_CONTEXT);
    const enlist = (): unknown => rig.as('A', () => rig.call('FltEnlistInTransaction', rig.instance('A').handle, transaction, context, 0xf));
    expect(enlist()).toBe(STATUS_SUCCESS);
    expect(enlist()).toBe(STATUS_FLT_ALREADY_ENLISTED);
    release(rig, context);
    expect(rig.engine.commitTransaction(transaction)).toBe(STATUS_PENDING);
    expect(told).toEqual([[1, true], [2, true]]);
    expect(rig.as('A', () => rig.call('FltPrepareComplete', rig.instance('A').handle, transaction, context))).toBe(STATUS_SUCCESS);
    expect(told).toEqual([[1, true], [2, true], [4, true]]);
    expect(rig.cleaned).toEqual(['A c1']);
  });

  it('refuses a filter without a notification callback', () => {
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_TRANSACTION_CONTEXT, 8]] } });
    const context = rig.allocate('A', FLT_TRANSACTION_CONTEXT);
    expect(rig.as('A', () => rig.call('FltEnlistInTransaction', rig.instance('A').handle, rig.engine.beginTransaction(), context, 0xf))).toBe(STATUS_INVALID_PARAMETER);
  });

  it('rolls back: the filters hear of it, the program\'s commit comes too late', () => {
    const told: number[] = [];
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [[FLT_TRANSACTION_CONTEXT, 8]], registration: { TransactionNotificationCallback: (_objects, _context, notification) => (told.push(notification), STATUS_SUCCESS) } },
    });
    const transaction = rig.engine.beginTransaction();
    const context = rig.allocate('A', FLT_TRANSACTION_CONTEXT);
    rig.as('A', () => rig.call('FltEnlistInTransaction', rig.instance('A').handle, transaction, context, 0xf));
    expect(rig.engine.rollBackTransaction(transaction)).toBe(STATUS_SUCCESS);
    expect(told).toEqual([8]);
    expect(rig.engine.commitTransaction(transaction)).not.toBe(STATUS_SUCCESS);
  });
});

describe('data-scan sections', () => {
  it('links at creation, after the instance was registered; FltDeleteContext is not for them', () => {
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_SECTION_CONTEXT, 8]] } });
    const { handle } = rig.instance('A');
    const h = rig.open('\\f');
    const context = rig.allocate('A', FLT_SECTION_CONTEXT);
    const create = (): unknown => rig.as('A', () => rig.call('FltCreateSectionForDataScan', handle, h, context, 4, null, null, 2, 0x8000000, 0, { value: null }, { value: null }, { value: null }));
    expect(create()).toBe(STATUS_NOT_SUPPORTED);
    expect(rig.as('A', () => rig.call('FltRegisterForDataScan', handle))).toBe(STATUS_SUCCESS);
    expect(create()).toBe(STATUS_SUCCESS);
    expect(rig.count('A', context)).toBe(2);
    rig.as('A', () => rig.call('FltDeleteContext', context));
    expect(rig.violationIds()).toEqual(['OV-036']);
    expect(rig.get('A', 'FltGetSectionContext', handle, h)).toBe(context);
    expect(rig.as('A', () => rig.call('FltCloseSectionForDataScan', context))).toBe(STATUS_SUCCESS);
    expect(rig.count('A', context)).toBe(2);
  });
});

describe('in a post at DISPATCH_LEVEL', () => {
  it('is FV-092', () => {
    const rig: ContextRig = contextRig({
      A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]], registration: {
        OperationRegistration: [[IRP_MJ_READ, 0, () => 0, (_data, objects) => {
          rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, { value: null });
          return 0;
        }]],
      } },
    });
    const h = rig.open('\\f');
    rig.io(IRP_MJ_READ, h, { irql: 2, member: 'Read' });
    expect(rig.violationIds()).toEqual(['FV-092']);
  });
});
