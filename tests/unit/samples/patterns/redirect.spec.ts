/** driver-api-usage.md 3.3 */
import { describe, expect, it } from 'vitest';
import type { DriverSource } from '../../../../src-main/engine-host/messages.ts';
import { FILE_CREATE, FILE_OPEN_REPARSE_POINT, SL_OPEN_TARGET_DIRECTORY } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, Scenario, type ScenarioDriver } from '../../../support/scenarios/scenario.ts';

const otherVolume = { To: '\\Device\\HarddiskVolume2\\in\\' };

/** Volume 1 with `\out`, `\in` and `\z`, volume 2 with `\in\f`; by default `\out\` leads to volume 2. Volumes that requests reached: `reached`. */
function scenario(values: Readonly<Record<string, string>> = otherVolume, more: readonly ScenarioDriver[] = []): { readonly s: Scenario; readonly reached: string[] } {
  const s = new Scenario({ drivers: ['redirect', ...more], values, load: false });
  s.addVolume('D', {});
  for (const path of ['\\out\\', '\\in\\']) s.file(path, '');
  for (const path of ['\\in\\f', '\\z']) s.file(path, 'first volume');
  s.file('\\in\\f', 'second volume', 'D');
  for (const driver of ['redirect', ...more.map((one) => (typeof one === 'string' ? one : one.name))]) expect(s.load(driver)).toBe('SUCCESS');
  s.lines();
  const reached: string[] = [];
  s.onLower = ({ volume }) => void reached.push(volume.name);
  return { s, reached };
}

/** A filter above that says what it is asked to open, opens `\out\f` itself when `\go` is opened, and asks for the name afterwards. */
const above: DriverSource = {
  id: 2, name: 'above', altitude: '385000', manifest: { service: 'above', altitude: '385000' },
  source: `
let gFilter: PFLT_FILTER;
function nameOf(Data: PFLT_CALLBACK_DATA): string {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return '-';
  const text = name.value.Name.Buffer;
  FltReleaseFileNameInformation(name.value);
  return text;
}
function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const name = nameOf(Data);
  DbgPrint('above: pre %s', name);
  if (name.endsWith('go')) {
    const attributes = new OBJECT_ATTRIBUTES();
    InitializeObjectAttributes(attributes, '\\\\Device\\\\HarddiskVolume1\\\\out\\\\f', OBJ_KERNEL_HANDLE, null, null);
    const handle = ref<HANDLE | null>(null);
    const status = FltCreateFile(FltObjects.Filter, FltObjects.Instance, handle, FILE_READ_DATA, attributes, new IO_STATUS_BLOCK(), null, 0, 7, FILE_OPEN, 0, null, 0, 0);
    DbgPrint('above: own open %08x', status);
  }
  return FLT_PREOP_SYNCHRONIZE;
}
function PostCreate(Data: PFLT_CALLBACK_DATA): FLT_POSTOP_CALLBACK_STATUS {
  DbgPrint('above: post %08x', Data.IoStatus.Status);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, PostCreate]] }, filter);
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`,
};

describe('redirection', () => {
  it('RED-1: the open begins again on the other volume, where the filter lets it pass', () => {
    const { s, reached } = scenario();
    const create = s.create('A', '\\out\\f');
    expect(s.lines()).toEqual(expected(`
      DBG "redirect: to \\Device\\HarddiskVolume2\\in\\f"
      1 pre redirect → COMPLETE
      1 OUT REPARSE
      2 pre redirect → SUCCESS_NO_CALLBACK
      2 FS CREATE \\in\\f
      2 OUT SUCCESS info=1
    `));
    expect(reached).toEqual(['\\Device\\HarddiskVolume2']);
    expect(create.operation.status).toBe(0);
  });

  it('RED-2: a filter\'s own open does not follow to another volume', () => {
    const { s, reached } = scenario(otherVolume, [above]);
    s.create('G', '\\go', { disposition: FILE_CREATE });
    // STATUS_MOUNT_POINT_NOT_RESOLVED
    expect(s.lines()).toContain('DBG "above: own open c0000368"');
    expect(reached).toEqual(['\\Device\\HarddiskVolume1']);
  });

  it('RED-3: the destination of a rename is refused on another volume, and rewritten on the same', () => {
    const { s } = scenario();
    s.create('Z', '\\z', { access: 'd' });
    s.create('T', '\\out\\z', { operationFlags: SL_OPEN_TARGET_DIRECTORY });
    s.lines();
    s.rename('Z', '\\out\\z', { parent: s.handle('T') });
    expect(s.lines()).toEqual(['3 pre redirect → COMPLETE', '3 OUT NOT_SAME_DEVICE']);
    expect([s.onDisk('\\z'), s.onDisk('\\in\\z', 'D')]).toEqual(['first volume', null]);

    const same = scenario({ To: '\\in\\' }).s;
    same.create('Z', '\\z', { access: 'd' });
    same.create('T', '\\out\\z', { operationFlags: SL_OPEN_TARGET_DIRECTORY });
    expect(same.lines().slice(-3)).toEqual(['2 pre redirect → SUCCESS_NO_CALLBACK', '2 FS CREATE \\out\\z', '2 OUT SUCCESS info=5']);
    same.rename('Z', '\\out\\z', { parent: same.handle('T') });
    expect(same.lines().slice(-3)).toEqual(expected(`
      DBG "redirect: destination \\Device\\HarddiskVolume1\\in\\z, 00000000"
      3 pre redirect → COMPLETE
      3 OUT SUCCESS
    `));
    expect([same.onDisk('\\z'), same.onDisk('\\in\\z'), same.onDisk('\\out\\z')]).toEqual([null, 'first volume', null]);
    for (const name of ['Z', 'T']) same.closeHandle(name);
    same.unload('redirect');
    expect(quiet(same, 'redirect')).toEqual([]);
  });

  it('RED-4: there is no link that FILE_OPEN_REPARSE_POINT could open', () => {
    const { s, reached } = scenario();
    s.create('A', '\\out\\f', { options: FILE_OPEN_REPARSE_POINT });
    expect(s.lines()).toContain('1 OUT REPARSE');
    expect(reached).toEqual(['\\Device\\HarddiskVolume2']);
  });

  it('reparse: a filter above sees two creates, the first of which opens nothing', () => {
    const { s } = scenario({ To: '\\in\\' }, [above]);
    s.create('A', '\\out\\f');
    expect(s.lines().filter((line) => line.startsWith('DBG "above'))).toEqual(expected(`
      DBG "above: pre \\Device\\HarddiskVolume1\\out\\f"
      DBG "above: post 00000104"
      DBG "above: pre \\Device\\HarddiskVolume1\\in\\f"
      DBG "above: post 00000000"
    `));
  });

  it('rewrite: one create; the filter above saw a name that the file system never gets', () => {
    const { s } = scenario({ To: '\\in\\', Way: 'rewrite' }, [above]);
    s.create('O', '\\out');
    s.lines();
    s.create('A', 'f', { related: 'O' });
    expect(s.lines()).toEqual(expected(`
      DBG "above: pre \\Device\\HarddiskVolume1\\out\\f"
      2 pre above → SYNCHRONIZE
      DBG "redirect: to \\Device\\HarddiskVolume1\\in\\f"
      2 pre redirect → SUCCESS_NO_CALLBACK
      2 FS CREATE \\in\\f
      DBG "above: post 00000000"
      2 post above
      2 OUT SUCCESS info=1
    `));
    expect(s.handle('A').RelatedFileObject).toBeNull();
  });

  it('rewrite: not to another volume, and a mapping into itself ends', () => {
    const refused = new Scenario({ drivers: ['redirect'], values: { ...otherVolume, Way: 'rewrite' }, load: false });
    expect(refused.load('redirect')).toBe('FAILED_DRIVER_ENTRY');
    const { s } = scenario({ From: '\\in\\', To: '\\in\\deep\\' });
    s.create('A', '\\in\\f');
    expect(s.lines().filter((line) => line.startsWith('DBG'))).toEqual(['DBG "redirect: to \\Device\\HarddiskVolume1\\in\\deep\\f"']);
  });
});
