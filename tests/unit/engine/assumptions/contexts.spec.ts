/** Every switch about contexts: each reading has an outcome of its own. */
import { describe, expect, it } from 'vitest';
import { assumptions, BugCheck, type FILE_OBJECT, type FLT_REGISTRATION, type Ref } from '../../../../src-main/engine/index.ts';
import { contextsAssumptions } from '../../../../src-main/engine/assumptions/contexts.ts';
import {
  FLT_INSTANCE_CONTEXT, FLT_SECTION_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_VOLUME_CONTEXT, IRP_MJ_CLOSE, IRP_MJ_CREATE, STATUS_FLT_CONTEXT_ALREADY_DEFINED,
  STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INVALID_CONTEXT_REGISTRATION, STATUS_FLT_MUST_BE_NONPAGED_POOL, STATUS_INVALID_PARAMETER,
  STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { contextRig, KEEP, NonPagedPool, PagedPool, type ContextRig, type Sizes } from '../../../support/engine/contextRig.ts';
import { load, makeRig } from '../../../support/engine/rig.ts';

type Settings = Readonly<Record<string, string>>;

const stream: Sizes = [[FLT_STREAM_CONTEXT, 8]];

const rigOf = (settings: Settings, contexts: Sizes, registration: FLT_REGISTRATION = {}): ContextRig => contextRig({ A: { altitude: '320000', contexts, registration } }, { assumptions: settings });

/** Sets and gives the allocation's reference back. */
function link(rig: ContextRig, type: number, routine: string, ...target: unknown[]): object {
  const context = rig.allocate('A', type, 8, NonPagedPool);
  rig.as('A', () => {
    rig.call(routine, ...target, KEEP, context, null);
    rig.call('FltReleaseContext', context);
  });
  return context;
}

const set = (rig: ContextRig, file: FILE_OBJECT | null, context: unknown, old: Ref<unknown> | null = null, operation: unknown = KEEP): number =>
  rig.as('A', () => Number(rig.call('FltSetStreamContext', rig.instance('A').handle, file, operation, context, old)));

/** What comes of each reading; the default is the first of the two. */
const outcomes: Readonly<Record<string, readonly [run: (settings: Settings) => unknown, byDefault: unknown, otherwise: unknown]>> = {
  'CTX-002': [(settings) => {
    const rig = rigOf(settings, [[FLT_VOLUME_CONTEXT, 8]]);
    link(rig, FLT_VOLUME_CONTEXT, 'FltSetVolumeContext', rig.volume.handle);
    rig.engine.teardown(rig.instance('A'), rig.thread, 1);
    return rig.cleaned.length;
  }, 0, 1],
  'CTX-008': [(settings) => load(makeRig([], undefined, { assumptions: settings }), 'A', {
    ContextRegistration: [{ ContextType: FLT_STREAM_CONTEXT, Size: 8, ContextAllocateCallback: () => ({}) }],
  }), STATUS_FLT_INVALID_CONTEXT_REGISTRATION, STATUS_SUCCESS],
  'CTX-010': [(settings) => {
    const statuses: unknown[] = [];
    const rig: ContextRig = rigOf(settings, stream, {
      InstanceTeardownStartCallback: () => void statuses.push(rig.call('FltAllocateContext', rig.filter('A').handle, FLT_STREAM_CONTEXT, 0, PagedPool, { value: null })),
    });
    rig.as('A', () => rig.call('FltUnregisterFilter', rig.filter('A').handle));
    return statuses[0];
  }, STATUS_INVALID_PARAMETER, STATUS_FLT_DELETING_OBJECT],
  'CTX-011': [(settings) => {
    const used: string[] = [];
    const row = (size: number): unknown => [FLT_STREAM_CONTEXT, 1, () => void used.push(`definition of ${size}`), size, 'Test'];
    const rig = rigOf(settings, [], { ContextRegistration: [row(64), row(16)] });
    const context = rig.allocate('A', FLT_STREAM_CONTEXT, 8);
    rig.as('A', () => rig.call('FltReleaseContext', context));
    return used;
  }, ['definition of 16'], ['definition of 64']],
  'CTX-012': [(settings) => {
    const rig = rigOf(settings, [[FLT_VOLUME_CONTEXT, 8]]);
    return rig.as('A', () => rig.call('FltAllocateContext', rig.filter('A').handle, FLT_VOLUME_CONTEXT, 8, PagedPool, { value: null }));
  }, STATUS_FLT_MUST_BE_NONPAGED_POOL, STATUS_INVALID_PARAMETER],
  'CTX-013': [(settings) => {
    const rig = rigOf(settings, stream);
    const context = rig.allocate('A', FLT_STREAM_CONTEXT) as { Flags?: number };
    rig.as('A', () => context.Flags);
    return rig.violationIds();
  }, ['OV-041'], []],
  'CTX-021': [(settings) => {
    const rig = rigOf(settings, stream);
    const old: Ref<unknown> = { value: 'untouched' };
    set(rig, null, rig.allocate('A', FLT_STREAM_CONTEXT), old);
    return old.value;
  }, null, 'untouched'],
  'CTX-023': [(settings) => {
    const statuses: unknown[] = [];
    const rig: ContextRig = rigOf(settings, stream, {
      InstanceTeardownStartCallback: () => {
        const made: Ref<unknown> = { value: null };
        rig.call('FltAllocateContext', rig.filter('A').handle, FLT_STREAM_CONTEXT, 8, PagedPool, made);
        statuses.push(rig.call('FltSetStreamContext', rig.instance('A').handle, null, KEEP, made.value, null));
      },
    });
    rig.engine.teardown(rig.instance('A'), rig.thread, 1);
    return statuses[0];
  }, STATUS_NOT_SUPPORTED, STATUS_FLT_DELETING_OBJECT],
  'CTX-024': [(settings) => {
    const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_INSTANCE_CONTEXT, 8]] }, B: { altitude: '310000', contexts: [] } }, { assumptions: settings });
    const context = rig.allocate('A', FLT_INSTANCE_CONTEXT);
    return rig.as('A', () => rig.call('FltSetInstanceContext', rig.instance('B').handle, KEEP, context, null));
  }, STATUS_INVALID_PARAMETER, STATUS_SUCCESS],
  'CTX-026': [(settings) => {
    const rig = rigOf(settings, [[FLT_SECTION_CONTEXT, 8]]);
    const context = rig.allocate('A', FLT_SECTION_CONTEXT);
    const file = rig.open('\\f');
    return rig.as('A', () => rig.call('FltCreateSectionForDataScan', rig.instance('A').handle, file, context, 4, null, null, 2, 0, 0, null, null, null));
  }, STATUS_NOT_SUPPORTED, STATUS_INVALID_PARAMETER],
  'CTX-034': [(settings) => {
    const rig = rigOf(settings, [[FLT_INSTANCE_CONTEXT, 8]]);
    link(rig, FLT_INSTANCE_CONTEXT, 'FltSetInstanceContext', rig.instance('A').handle);
    const related: Record<string, unknown> = {};
    rig.as('A', () => {
      rig.call('FltGetContexts', { Instance: rig.instance('A').handle }, FLT_INSTANCE_CONTEXT, related);
      rig.call('FltReleaseContexts', related);
    });
    return related['InstanceContext'] === null;
  }, true, false],
  'CTX-037': [(settings) => {
    const rig: ContextRig = rigOf(settings, [], { ContextRegistration: [[FLT_STREAM_CONTEXT, 0, (context: object) => void rig.call('FltReferenceContext', context), 8, 'Test']] });
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    try {
      rig.as('A', () => rig.call('FltReleaseContext', context));
    } catch (error) {
      if (!(error instanceof BugCheck)) throw error;
    }
    return rig.violationIds();
  }, ['OV-044'], ['FV-132']],
  'CTX-038': [(settings) => {
    const rig = rigOf(settings, stream);
    const context = rig.allocate('A', FLT_STREAM_CONTEXT);
    rig.as('A', () => rig.call('FltReleaseContext', context));
    expect(() => rig.as('A', () => rig.call('FltReleaseContext', context))).toThrow(BugCheck);
    return rig.violationIds();
  }, ['FV-131'], ['FV-132']],
  'CTX-040': [(settings) => {
    const seen: number[] = [];
    const rig: ContextRig = rigOf(settings, [[FLT_STREAMHANDLE_CONTEXT, 8]], { OperationRegistration: [[IRP_MJ_CLOSE, 0, () => (seen.push(rig.cleaned.length), 1), null]] });
    const file = rig.open('\\f');
    link(rig, FLT_STREAMHANDLE_CONTEXT, 'FltSetStreamHandleContext', rig.instance('A').handle, file);
    rig.close(file);
    return seen;
  }, [0], [1]],
  'CTX-041': [(settings) => {
    const rig = rigOf(settings, [[FLT_SECTION_CONTEXT, 8], [FLT_STREAM_CONTEXT, 8]]);
    const file = rig.open('\\f');
    const { handle } = rig.instance('A');
    link(rig, FLT_STREAM_CONTEXT, 'FltSetStreamContext', handle, file);
    const section = rig.allocate('A', FLT_SECTION_CONTEXT);
    rig.as('A', () => {
      rig.call('FltRegisterForDataScan', handle);
      rig.call('FltCreateSectionForDataScan', handle, file, section, 4, null, null, 2, 0, 0, null, null, null);
    });
    rig.close(file);
    const before = [...rig.cleaned];
    rig.as('A', () => rig.call('FltCloseSectionForDataScan', section));
    return [before, rig.cleaned];
  }, [['A c1'], ['A c1']], [[], ['A c1']]],
  'CTX-042': [(settings) => {
    const rig = rigOf(settings, stream);
    const file = rig.open('\\f');
    link(rig, FLT_STREAM_CONTEXT, 'FltSetStreamContext', rig.instance('A').handle, file);
    rig.fileSystem.remove('\\f');
    return rig.cleaned;
  }, [], ['A c1']],
  'CTX-043': [(settings) => {
    const statuses: unknown[] = [];
    const rig: ContextRig = rigOf(settings, stream, { OperationRegistration: [[IRP_MJ_CREATE, 0, (_data, objects) => (statuses.push(rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, { value: null })), 1), null]] });
    rig.open('\\f');
    return statuses;
  }, [STATUS_NOT_SUPPORTED], [STATUS_NOT_FOUND]],
  'CTX-045': [(settings) => {
    const statuses: unknown[] = [];
    const rig: ContextRig = rigOf(settings, stream, { OperationRegistration: [[IRP_MJ_CREATE, 0, () => 0, (data, objects) => {
      // A filter below has failed the create, but the file is open.
      data.IoStatus.Status = STATUS_OBJECT_NAME_NOT_FOUND;
      statuses.push(rig.call('FltGetStreamContext', objects.Instance, objects.FileObject, { value: null }));
      return 0;
    }]] });
    rig.open('\\f');
    return statuses;
  }, [STATUS_NOT_SUPPORTED], [STATUS_NOT_FOUND]],
  'CTX-050': [(settings) => {
    const rig = rigOf(settings, stream);
    for (let count = 0; count < 2; count++) rig.allocate('A', FLT_STREAM_CONTEXT);
    rig.as('A', () => rig.call('FltUnregisterFilter', rig.filter('A').handle));
    return rig.violationIds();
  }, ['FV-133'], ['FV-133', 'FV-133']],
  'VOL-038': [(settings) => {
    const rig = rigOf(settings, [[FLT_INSTANCE_CONTEXT, 8], [FLT_STREAM_CONTEXT, 8]]);
    const file = rig.open('\\f');
    link(rig, FLT_INSTANCE_CONTEXT, 'FltSetInstanceContext', rig.instance('A').handle);
    link(rig, FLT_STREAM_CONTEXT, 'FltSetStreamContext', rig.instance('A').handle, file);
    rig.engine.teardown(rig.instance('A'), rig.thread, 1);
    return rig.cleaned;
  }, ['A c2', 'A c1'], ['A c1', 'A c2']],
};

/** CTX-022 has three readings: is a linked one looked for first, and is one that was unlinked free again. */
function setLinked(settings: Settings): readonly unknown[] {
  const rig = rigOf(settings, stream);
  const [f, g] = [rig.open('\\f'), rig.open('\\g')];
  const [first, second] = [rig.allocate('A', FLT_STREAM_CONTEXT), rig.allocate('A', FLT_STREAM_CONTEXT)];
  set(rig, f, first);
  set(rig, g, second);
  const occupied = set(rig, g, first);
  rig.as('A', () => rig.call('FltDeleteContext', first));
  return [occupied, set(rig, f, first)];
}

describe('readings about contexts', () => {
  it.each(Object.entries(outcomes))('%s', (id, [run, byDefault, otherwise]) => {
    const other = assumptions.find((one) => one.id === id)?.values[1] ?? '';
    expect(run({})).toEqual(byDefault);
    expect(run({ [id]: other })).toEqual(otherwise);
  });

  it('CTX-022', () => {
    expect(setLinked({})).toEqual([STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_FLT_CONTEXT_ALREADY_LINKED]);
    expect(setLinked({ 'CTX-022': 'present-first' })).toEqual([STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED]);
    expect(setLinked({ 'CTX-022': 'unlinked-is-new' })).toEqual([STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_SUCCESS]);
  });

  it('has a test for every switch', () => {
    expect([...Object.keys(outcomes), 'CTX-022'].sort()).toEqual(contextsAssumptions.map(({ id }) => id).sort());
  });
});
