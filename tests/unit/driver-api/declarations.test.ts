import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { declarationsText, serviceDeclarationsText } from '../../../src-main/driver-api/declarations.ts';
import { routineTable } from '../../../src-main/driver-api/routineTable.ts';
import { typeErrors } from '../../support/driver-api/typeErrors.ts';

const drivers = path.resolve(import.meta.dirname, '../../../resources/drivers');
/** Bundled drivers with all their files, and templates; service scripts have declarations of their own. */
const sources = readdirSync(drivers, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.service.ts')).map((name) => path.join(drivers, name));

describe('fltkernel.d.ts', () => {
  it('compiles strictly without the DOM, with the bundled drivers and templates', () => {
    const files = Object.fromEntries(sources.map((file) => [`/drivers/${path.relative(drivers, file).replaceAll(path.sep, '/')}`, readFileSync(file, 'utf8')]));
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(7);
    expect(typeErrors(files)).toEqual([]);
  });

  it('makes a forgotten return and a wrong status type errors', () => {
    const body = (statement: string): string => `export const Pre: PFLT_PRE_OPERATION_CALLBACK = (Data, FltObjects, CompletionContext) => {\n  ${statement}\n};\n`;
    expect(typeErrors({ '/a.ts': body('if (Data.Iopb.IrpFlags) return FLT_PREOP_COMPLETE;') })).not.toEqual([]);
    expect(typeErrors({ '/a.ts': body('return FLT_POSTOP_DISALLOW_FSFILTER_IO + 40;') })).not.toEqual([]);
    expect(typeErrors({ '/a.ts': body('return FLT_PREOP_PENDING;') })).toEqual([]);
  });

  it('lets a plain function keep the status of a routine that can block, and a generator function use yield*', () => {
    const plain = 'export function f(I: PFLT_INSTANCE, F: PFILE_OBJECT, b: KBUFFER): NTSTATUS {\n  let status = FltReadFile(I, F, null, 4, b, 0, null, null, null);\n  if (status === STATUS_END_OF_FILE) status = STATUS_SUCCESS;\n  return status;\n}\n';
    const generator = 'export function* f(E: PRKEVENT, R: PERESOURCE) {\n  let status = yield* KeWaitForSingleObject(E, Executive, KernelMode, false, null);\n  if (!(yield* ExAcquireResourceSharedLite(R, true))) status = STATUS_TIMEOUT;\n  yield* FltAcquireResourceExclusive(R);\n  return status;\n}\n';
    expect(typeErrors({ '/a.ts': plain, '/b.ts': generator })).toEqual([]);
  });

  it('knows no page and no Node', () => {
    expect(typeErrors({ '/a.ts': 'export const a = [document, process, setTimeout];' })).toHaveLength(3);
  });

  it('is grouped by area, each once, and says of each routine whether it can block', () => {
    const text = declarationsText();
    const regions = [...text.matchAll(/^\/\/#region (.+)$/gm)].map(([, title]) => title);
    expect(regions).toEqual([...new Set(regions)]);
    expect(text.match(/^\/\/#endregion$/gm)).toHaveLength(regions.length);
    expect([...new Set(routineTable.map(({ area }) => area))].filter((area) => !regions.includes(area))).toEqual([]);
    const blocks = (name: string): boolean => {
      const at = text.indexOf(`declare function ${name}(`);
      const documentation = text.slice(text.lastIndexOf('/**', at), at);
      return documentation.includes(' * Can block: ') && text.slice(at, text.indexOf('\n', at)).includes('): Blocks<');
    };
    expect(['FltSendMessage', 'FltCreateFileEx2', 'ZwReadFile', 'KeWaitForSingleObject'].map(blocks)).toEqual([true, true, true, true]);
    expect(['FltCbdqInsertIo', 'KeSetEvent', 'FltAllocateCallbackData'].map(blocks)).toEqual([false, false, false]);
  });

  it('documents every routine with its IRQL, statuses and source', () => {
    const text = declarationsText();
    for (const row of routineTable) {
      expect(text).toContain(`declare function ${row.name}`);
      for (const [status] of row.statuses) if (status.startsWith('STATUS_')) expect(text, row.name).toContain(`declare const ${status}:`);
    }
  });
});

describe('fltservice.d.ts', () => {
  it('compiles with the bundled service scripts', () => {
    const scripts = readdirSync(drivers).filter((name) => name.endsWith('.service.ts'));
    expect(scripts).not.toEqual([]);
    expect(typeErrors(Object.fromEntries(scripts.map((name) => [`/${name}`, `${readFileSync(path.join(drivers, name), 'utf8')}\nexport {};\n`])), serviceDeclarationsText())).toEqual([]);
  });

  const errorsOf = (script: string): string[] => typeErrors({ '/a.service.ts': `${script}\nexport {};\n` }, serviceDeclarationsText());

  it('compiles strictly by itself, with scripts in both forms', () => {
    expect(errorsOf(`
service.process({ name: 'scanuser.exe', administrator: true });
const NOTE = struct({ Count: ULONG, Name: WCHAR.array(8) });
service.on('\\\\ScannerPort', (message) => view(NOTE, message.buffer).Count === 0, { context: 'hello', threads: 2, reconnect: 100 });
service.on('\\\\ScannerPort', function* (message, hPort) {
  yield* Sleep(5);
  if (message.replyLength === 0) { yield* CloseHandle(hPort); return; }
  return { reply: 1, status: STATUS_SUCCESS, delay: 20 };
});
service.thread(function* () {
  const port = ref<HANDLE>();
  const result: HRESULT = yield* FilterConnectCommunicationPort('\\\\ScannerPort', 0, null, 0, null, port);
  if (result !== S_OK) return;
  const buffer = malloc(sizeof(FILTER_MESSAGE_HEADER) + sizeof(NOTE));
  while ((yield* FilterGetMessage(port.value, buffer, buffer.length, null)) === S_OK) console.log(view(FILTER_MESSAGE_HEADER, buffer).MessageId);
});`)).toEqual([]);
  });

  it('knows neither the driver API nor Node', () => {
    expect(errorsOf('FltSendMessage; process; setTimeout;')).toHaveLength(3);
  });

  it('makes a result without yield* a type error', () => {
    expect(errorsOf("service.thread(function* () { const result: HRESULT = FilterGetMessage(null as never, malloc(16), 16, null); });")).not.toEqual([]);
  });
});
