/** Quick fixes on drivers that are run: the violation is there before, and gone with the fix. */
import { afterAll, describe, expect, it } from 'vitest';
import { filePlace } from '../../../../src-main/base/driverLines.ts';
import { problemsOf, providedNames } from '../../../../src-main/engine-host/driverCheck.ts';
import { driverFixes } from '../../../../src-main/engine-host/fixes/driverFixes.ts';
import type { Fix } from '../../../../src-main/engine-host/fixes/fix.ts';
import { HeadlessProcess } from '../../../../src-main/engine-host/headlessProcess.ts';
import type { DriverSource } from '../../../../src-main/engine-host/messages.ts';
import { packOperations } from '../../../../src-main/replay/operationPage.ts';
import { defaultRunSettings } from '../../../../src-main/replay/runSettings.ts';
import type { NumberedOperation } from '../../../../src-main/trace/record.ts';
import { bundledDriver, create, operation, preReadDriver, read, testProcesses, unpacked, eventsOf, ownDriver, type RunLog } from '../../../support/engine-host/runs.ts';
import { driverOf } from '../../../support/engine-host/severalFiles.ts';

const timeout = 60_000;
const trace = [create(1), read(2), operation(3, { operation: 'CloseFile', major: 18 }), operation(4, { operation: 'IRP_MJ_CLOSE', major: 2 })];
const host = new HeadlessProcess();
afterAll(() => host.dispose());

interface Found {
  readonly id: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: null;
}

/** Violations and hints of a run of one driver. */
function found(driver: DriverSource, operations: readonly NumberedOperation[] = trace): Promise<Found[]> {
  const log = { pages: new Map() } as RunLog;
  return new Promise((resolve, reject) => {
    host.run({ drivers: [driver], processes: testProcesses, firstOperation: 1, lastOperation: operations.at(-1)?.index ?? 0, total: operations.length, seed: 1, settings: defaultRunSettings, assumptions: {}, breakpoints: [], recordEvents: true, stopOnEntry: false }, (after, limit) => {
      const rest = operations.filter(({ index }) => index > after);
      return { page: packOperations(rest.slice(0, limit)), last: rest.length <= limit };
    }, {
      loaded: () => undefined, eventPage: (page) => void log.pages.set(page.first, unpacked(page)), resultPage: () => undefined, problem: (problem) => reject(new Error(problem.message)), gone: () => reject(new Error('gone')),
      ended: () => resolve(eventsOf(log).filter(({ kind }) => kind === 'violation' || kind === 'hint').map(({ name, line }) => ({ id: name, message: '', line: line === 0 ? null : line, column: null }))),
    });
  });
}

function applied(source: string, { edits }: Fix): string {
  return [...edits].reverse().reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to), source);
}

const names = providedNames();

async function mended(driver: DriverSource, id: string, operations?: readonly NumberedOperation[]): Promise<{ readonly source: string; readonly title: string; readonly rest: readonly string[] }> {
  const before = await found(driver, operations);
  const finding = before.find((one) => one.id === id);
  expect(before.map((one) => one.id)).toContain(id);
  const [fix] = finding === undefined ? [] : driverFixes(driver.source, [finding], names);
  if (fix === undefined) throw new Error(`no fix for ${id} at line ${finding?.line}`);
  const source = applied(driver.source, fix);
  expect(problemsOf([{ ...driver, source }])).toEqual([]);
  const after = await found({ ...driver, source }, operations);
  expect(after.map((one) => one.id)).not.toContain(id);
  return { source, title: fix.title, rest: after.map((one) => one.id) };
}

/** A driver with callbacks around a create. */
// What a filter holds is told when it is unregistered: here by a thread that the close starts.
const createDriver = (pre: string, post: string | null = null): DriverSource => ownDriver('probe', `function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
${pre}
}
function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
${post ?? '  return FLT_POSTOP_FINISHED_PROCESSING;'}
}
let gFilter: PFLT_FILTER;
function PreClose(): FLT_PREOP_CALLBACK_STATUS {
  const thread = ref<HANDLE>();
  PsCreateSystemThread(thread, THREAD_ALL_ACCESS, null, null, null, () => FltUnregisterFilter(gFilter), null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_STREAMHANDLE_CONTEXT, 0, null, 64, 'Ctx1']],
    OperationRegistration: [[IRP_MJ_CREATE, 0, Pre, ${post === null ? 'null' : 'Post'}], [IRP_MJ_CLOSE, 0, PreClose, null]],
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
    FilterUnloadCallback: () => STATUS_SUCCESS,
  }, filter);
  gFilter = filter.value;
  return FltStartFiltering(filter.value);
}
`);

describe('quick fixes of violations: the fixed driver is run', { timeout }, () => {
  it('FV-084: the request moves behind the swap, with its comment and with what looks at its status', async () => {
    const { source, rest } = await mended(bundledDriver('statusWatch'), 'FV-084');
    expect(rest).toEqual([]);
    expect(source.indexOf('FltSetCallbackDataDirty(Data);')).toBeLessThan(source.indexOf('FltRequestOperationStatusCallback(Data, ReadStatus'));
    expect(source).toMatch(/FltSetCallbackDataDirty\(Data\);\n {2}\/\/ The trap[^\n]*\n {2}const status = FltRequest[^\n]*\n {2}if \(!NT_SUCCESS\(status\)\)/);
    // Where it was there were blank lines on both sides.
    expect(source).not.toMatch(/\n[ \t]*\n[ \t]*\n/);
  });

  it('FV-133: a name that is not given back is released on every way out but the one where none was got', async () => {
    const { source } = await mended(createDriver(`  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, name);
  if (!NT_SUCCESS(status)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (name.value.Name.Length > 1000) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  DbgPrint("%wZ", name.value.Name);
  return name.value.Name.Length === 0 ? FLT_PREOP_SUCCESS_WITH_CALLBACK : FLT_PREOP_SUCCESS_NO_CALLBACK;`), 'FV-133');
    expect(source).toContain('  if (!NT_SUCCESS(status)) return FLT_PREOP_SUCCESS_NO_CALLBACK;\n');
    expect(source).toContain('if (name.value.Name.Length > 1000) { FltReleaseFileNameInformation(name.value); return FLT_PREOP_SUCCESS_NO_CALLBACK; }');
    expect(source).toMatch(/const result = name[^\n]*\n {2}FltReleaseFileNameInformation\(name\.value\);\n {2}return result;/);
  });

  it('FV-133: a context that was allocated and attached has one reference left', async () => {
    const { source } = await mended(createDriver('  return FLT_PREOP_SUCCESS_WITH_CALLBACK;', `  if (!NT_SUCCESS(Data.IoStatus.Status)) return FLT_POSTOP_FINISHED_PROCESSING;
  const context = ref<PVOID>();
  const status = FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, 64, PagedPool, context);
  if (NT_SUCCESS(status)) {
    FltSetStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  }
  return FLT_POSTOP_FINISHED_PROCESSING;`), 'FV-133');
    expect(source.match(/FltReleaseContext\(context\.value\)/g)).toHaveLength(1);
  });

  it('FV-021: a change is made known', async () => {
    const { source } = await mended(preReadDriver('  const read = Data.Iopb.Parameters.Read;\n  read.Length = 512;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;'), 'FV-021');
    expect(source).toContain('  read.Length = 512;\n  FltSetCallbackDataDirty(Data);\n  return');
  });

  it('FV-012: what it completes with is said', async () => {
    const { source } = await mended(preReadDriver('  if (Data.Iopb.Parameters.Read.Length > 0) return FLT_PREOP_COMPLETE;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;'), 'FV-012');
    expect(source).toContain('{ Data.IoStatus.Status = STATUS_SUCCESS; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE; }');
  });

  it('FV-015: a create is synchronized anyway', async () => {
    await mended(createDriver('  return FLT_PREOP_SYNCHRONIZE;', '  return FLT_POSTOP_FINISHED_PROCESSING;'), 'FV-015');
  });
});

describe('quick fixes of load problems', () => {
  const fixed = (source: string): readonly (readonly [string, string])[] => {
    const driver = ownDriver('probe', source);
    const findings = problemsOf([driver]).map(({ message, line, column }) => ({ id: '', message, line, column }));
    return driverFixes(source, findings, names).map((fix) => [fix.title, applied(source, fix)]);
  };

  it('changes an unknown name to the nearest, everywhere it is used', () => {
    const { source } = preReadDriver('  if (Data.IoStatus.Status === STATUS_ACCES_DENIED) DbgPrint("%x", STATUS_ACCES_DENIED);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const [first] = fixed(source);
    expect(first?.[0]).toBe('Change STATUS_ACCES_DENIED to STATUS_ACCESS_DENIED');
    expect(first?.[1]).toBe(source.replaceAll('STATUS_ACCES_DENIED', 'STATUS_ACCESS_DENIED'));
    expect(problemsOf([ownDriver('probe', first?.[1] ?? '')])).toEqual([]);
  });

  it('exports DriverEntry, and removes an import', () => {
    const { source } = preReadDriver('  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    expect(fixed(source.replace('export function', 'function'))).toEqual([['Export DriverEntry', source]]);
    expect(fixed(`import { help } from "./help.ts";\n${source}`)).toEqual([['Remove the import', source]]);
  });

  it('imports what another file has, in the file that uses it', () => {
    const { source } = preReadDriver('  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const tags = 'export function tagOf(text: string): string {\n  return text;\n}\n';
    const more = `import './names.ts';\nexport const tag = tagOf('x');\n`;
    const driver = (text: string): DriverSource => driverOf('probe', `import { tag } from './util/more.ts';\n${source}DbgPrint(tag);\n`, { 'util/more.ts': text, 'names.ts': tags });
    const wrong = driver(more.replace('./names', '../names'));
    const findings = problemsOf([wrong]).map(({ message, line, column }) => ({ id: '', message, line, column }));
    expect(findings.map(({ message }) => message)).toEqual(["util/more.ts:2:20: tagOf is declared in names.ts: import it with import { tagOf } from '../names.ts'."]);
    const text = wrong.files?.[0]?.text ?? '';
    const [fix] = driverFixes(text, findings.map((one) => ({ ...one, line: filePlace(one.line ?? 0).line })), names);
    expect(fix?.title).toBe('Import tagOf');
    expect(problemsOf([driver(fix === undefined ? '' : applied(text, fix))])).toEqual([]);
  });

  it('knows nothing about a text that cannot be read', () => {
    expect(fixed('export function DriverEntry( {')).toEqual([]);
  });
});
