/** Every switch about names: each reading has an outcome of its own. */
import { describe, expect, it } from 'vitest';
import { assumptions, FILE_OBJECT, type FLT_CALLBACK_DATA, type FLT_FILE_NAME_INFORMATION, type IoRequest, type Ref } from '../../../../src-main/engine/index.ts';
import { namesAssumptions } from '../../../../src-main/engine/assumptions/names.ts';
import {
  FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_SHORT, IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_INFORMATION,
  IRP_PAGING_IO, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_NAME_CACHE_MISS, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { contextRig, type ContextRig } from '../../../support/engine/contextRig.ts';

type Settings = Readonly<Record<string, string>>;

const normalized = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
const short = FLT_FILE_NAME_SHORT | FLT_FILE_NAME_QUERY_DEFAULT;
const cacheOnly = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_CACHE_ONLY;

type Body = (data: FLT_CALLBACK_DATA, rig: ContextRig) => void;

/** Filter A runs `pre` and `post` for the majors given. */
function rigOf(settings: Settings, bodies: Readonly<Record<number, { readonly pre?: Body; readonly post?: Body }>>): ContextRig {
  const rig: ContextRig = contextRig({
    A: { altitude: '320000', contexts: [], registration: { OperationRegistration: Object.entries(bodies).map(([major, { pre, post }]) => [
      Number(major), 0, (data: FLT_CALLBACK_DATA) => (pre?.(data, rig), 0), (data: FLT_CALLBACK_DATA) => (post?.(data, rig), 0),
    ] as const) } },
  }, { assumptions: settings });
  return rig;
}

/** A name that is not given back, so that its record stays alive; null with its status. */
function take(rig: ContextRig, data: FLT_CALLBACK_DATA, options: number): { readonly status: number; readonly record: FLT_FILE_NAME_INFORMATION | null } {
  const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
  return { status: Number(rig.call('FltGetFileNameInformation', data, options, box)), record: box.value };
}

const nameOf = (rig: ContextRig, data: FLT_CALLBACK_DATA, options: number): string | number => {
  const { status, record } = take(rig, data, options);
  return record?.Name.Buffer ?? status;
};

/** What `ask` sees in pre of a read of each file. */
function reading(settings: Settings, paths: readonly string[], ask: (data: FLT_CALLBACK_DATA, rig: ContextRig) => unknown, setUp: (rig: ContextRig) => void = () => undefined, request: Partial<IoRequest> = {}): unknown[] {
  const seen: unknown[] = [];
  const rig = rigOf(settings, { [IRP_MJ_READ]: { pre: (data) => void seen.push(ask(data, rig)) } });
  setUp(rig);
  for (const file of paths.map((path) => rig.open(path))) rig.io(IRP_MJ_READ, file, { member: 'Read', ...request });
  return seen;
}

function creating(settings: Settings, path: string, phase: 'pre' | 'post', setUp: (rig: ContextRig) => void = () => undefined): unknown[] {
  const seen: unknown[] = [];
  const rig = rigOf(settings, { [IRP_MJ_CREATE]: { [phase]: (data: FLT_CALLBACK_DATA) => void seen.push(nameOf(rig, data, normalized)) } });
  setUp(rig);
  rig.io(IRP_MJ_CREATE, new FILE_OBJECT({ id: 'c', volume: 'V1', name: path }));
  return seen;
}

const linked = (rig: ContextRig): void => rig.fileSystem.add('\\link', { linkTo: '\\f' });

const outcomes: Readonly<Record<string, readonly [run: (settings: Settings) => unknown, byDefault: unknown, otherwise: unknown]>> = {
  'NAM-003': [(settings) => reading(settings, ['\\f'], (data, rig) => nameOf(rig, data, short)), ['f'], ['']],
  'NAM-004': [(settings) => reading(settings, ['\\D\\F'], (data, rig) => nameOf(rig, data, normalized)), ['V1\\d\\f'], ['V1\\D\\F']],
  'NAM-005': [(settings) => reading(settings, ['\\f', '\\link'], (data, rig) => nameOf(rig, data, normalized), linked), ['V1\\f', 'V1\\link'], ['V1\\f', 'V1\\f']],
  'NAM-012': [(settings) => {
    const seen: unknown[] = [];
    const rig = rigOf(settings, { [IRP_MJ_QUERY_INFORMATION]: { pre: (data) => void take(rig, data, normalized) }, [IRP_MJ_READ]: { pre: (data) => void seen.push(nameOf(rig, data, normalized)) } });
    const file = rig.open('\\f');
    rig.io(IRP_MJ_QUERY_INFORMATION, file);
    rig.io(IRP_MJ_READ, file, { member: 'Read', irpFlags: IRP_PAGING_IO });
    return seen;
  }, [STATUS_FLT_INVALID_NAME_REQUEST], ['V1\\f']],
  'NAM-014': [(settings) => creating(settings, '\\nowhere\\x', 'pre'), [STATUS_OBJECT_PATH_NOT_FOUND], [STATUS_FLT_INVALID_NAME_REQUEST]],
  'NAM-018': [(settings) => creating(settings, '\\f', 'post', (rig) => rig.fileSystem.createStatuses.push(STATUS_OBJECT_NAME_NOT_FOUND)), [STATUS_FLT_NAME_CACHE_MISS], [STATUS_FLT_INVALID_NAME_REQUEST]],
  'NAM-030': [(settings) => reading(settings, ['\\f'], (data, rig) => rig.call('FltGetFileNameInformationUnsafe', data.Iopb.TargetFileObject, rig.instance('A').handle, normalized, { value: null }), undefined, { irpFlags: IRP_PAGING_IO }),
    [STATUS_FLT_INVALID_NAME_REQUEST], [STATUS_SUCCESS]],
  'NAM-035': [(settings) => reading(settings, ['\\f'], (data, rig) => rig.call('FltGetTunneledName', data, take(rig, data, normalized).record, { value: null })), [STATUS_INVALID_PARAMETER], [STATUS_SUCCESS]],
  'NAM-042': [(settings) => reading(settings, ['\\.git'], (data, rig) => {
    const { record } = take(rig, data, normalized);
    rig.call('FltParseFileNameInformation', record);
    return record?.Extension.Buffer;
  }), ['git'], ['']],
  'NAM-043': [(settings) => reading(settings, ['\\f.txt'], (data, rig) => {
    const { record } = take(rig, data, short);
    rig.call('FltParseFileNameInformation', record);
    return [record?.FinalComponent.Buffer, record?.Extension.Buffer];
  }), [['f.txt', 'txt']], [['', '']]],
  'NAM-044': [(settings) => reading(settings, ['\\d\\f'], (data, rig) => take(rig, data, normalized).record?.ParentDir.Buffer), [''], ['\\d\\']],
  'NAM-050': [(settings) => {
    const seen: unknown[] = [];
    const rig = rigOf(settings, { [IRP_MJ_QUERY_INFORMATION]: { pre: (data) => void take(rig, data, normalized) }, [IRP_MJ_READ]: { pre: (data) => void seen.push(nameOf(rig, data, cacheOnly)) } });
    const [first, second] = [rig.open('\\f'), rig.open('\\f')];
    rig.io(IRP_MJ_QUERY_INFORMATION, first);
    rig.io(IRP_MJ_READ, second, { member: 'Read' });
    return seen;
  }, ['V1\\f'], [STATUS_FLT_NAME_CACHE_MISS]],
  'NAM-051': [(settings) => {
    const seen: unknown[] = [];
    const rig = rigOf(settings, {
      [IRP_MJ_QUERY_INFORMATION]: { pre: (data) => void take(rig, data, normalized) },
      [IRP_MJ_SET_INFORMATION]: { pre: () => rig.fileSystem.listener?.nameChanged('V1', '\\f'), post: (data) => void seen.push(nameOf(rig, data, cacheOnly)) },
    });
    const file = rig.open('\\f');
    rig.io(IRP_MJ_QUERY_INFORMATION, file);
    rig.io(IRP_MJ_SET_INFORMATION, file);
    return seen;
  }, [STATUS_FLT_NAME_CACHE_MISS], ['V1\\f']],
  'NAM-052': [(settings) => {
    const seen: unknown[] = [];
    const rig = rigOf(settings, { [IRP_MJ_READ]: { pre: (data) => {
      const { record } = take(rig, data, normalized);
      rig.fileSystem.rename('\\f', '\\h');
      seen.push(rig.call('FltParseFileNameInformation', record));
    } } });
    rig.io(IRP_MJ_READ, rig.open('\\f'), { member: 'Read' });
    return seen;
  }, [STATUS_SUCCESS], [STATUS_INVALID_PARAMETER]],
};

describe('readings about names', () => {
  it.each(Object.entries(outcomes))('%s', (id, [run, byDefault, otherwise]) => {
    const other = assumptions.find((one) => one.id === id)?.values[1] ?? '';
    expect(run({})).toEqual(byDefault);
    expect(run({ [id]: other })).toEqual(otherwise);
  });

  it('has a test for every switch', () => {
    expect(Object.keys(outcomes).sort()).toEqual(namesAssumptions.map(({ id }) => id).sort());
  });
});
