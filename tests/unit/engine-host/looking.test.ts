import { describe, expect, it } from 'vitest';
import { breakpointSpec, type Breakpoint } from '../../../src-main/debugger/breakpointSpec.ts';
import { create, eventsOf, ownDriver, preReadDriver, read, runToEnd, startRun } from '../../support/engine-host/runs.ts';

const source = `const totals = { reads: 0, byName: new Map([['a', 1]]), many: Array.from({ length: 250 }, (_, at) => at) };
const Name = new UNICODE_STRING('\\\\Device\\\\x');
function count() { totals.reads++; return totals.reads; }
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;
  const limit = 0xc0000022;
  const Status = 0;
  return limit > 0 && Status === 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return count() > 0 && Name.Length > 0 ? FltStartFiltering(filter.value) : STATUS_UNSUCCESSFUL;
}
`;
const driver = ownDriver('looker', source);
const line: Breakpoint = { id: 3, spec: breakpointSpec({ at: { kind: 'line', line: 8 }, driverId: 1 }) };

describe('looking at a stop', { timeout: 30_000 }, () => {
  it('evaluates what looks, refuses what would change the run, and leaves nothing in its log', async () => {
    const operations = [create(1), read(2)];
    const run = await startRun({ drivers: [driver], operations, breakpoints: [line] });
    await run.nextStop();
    const { host } = run;
    const value = async (expression: string) => (await host.evaluate(expression, null)).value;
    expect(await value('read.Length')).toBe('4096');
    expect(await value('Data.Iopb.MajorFunction')).toBe('3 (IRP_MJ_READ)');
    expect(await value('limit')).toBe('3221225506 (0xC0000022 STATUS_ACCESS_DENIED)');
    expect(await value('Status')).toBe('0 (STATUS_SUCCESS)');
    expect(await value('Name')).toBe('"\\\\Device\\\\x"');
    expect(await value('read.ByteOffset')).toBe('0');
    // Bytes are made when somebody looks: no effect that a run could tell.
    expect(Number(await value('read.ReadBuffer.u8(0)'))).toBeGreaterThanOrEqual(0);
    for (const changing of ['count()', 'totals.reads = 5', 'FltSetCallbackDataDirty(Data)', 'DbgPrint("x")', 'read.Length = 1']) {
      await expect(host.evaluate(changing, null), changing).rejects.toMatchObject({ code: 'engine-host.would-change' });
    }
    await expect(host.evaluate('nowhere', null)).rejects.toMatchObject({ code: 'engine-host.evaluation' });
    expect(await value('totals.reads')).toBe('1');
    await host.continue();
    const log = await run.ended();
    host.dispose();
    const alone = await runToEnd({ drivers: [driver], operations });
    expect(log.summary?.eventHash).toBe(alone.summary?.eventHash);
    expect(eventsOf(log)).toEqual(eventsOf(alone));
  });

  it('knows the routines that the driver calls, by their own names, at a line and at the entry', async () => {
    const own = preReadDriver('  told(2);\n  return FltGetRequestorProcessId(Data) === 0 ? FLT_PREOP_COMPLETE : FLT_PREOP_SUCCESS_NO_CALLBACK;\n}\nconst told = (n: number): unknown => DbgPrint("%d", n);\nfunction unused(): void {', 'caller');
    for (const at of [{ kind: 'line', line: 3 }, { kind: 'callback', callbacks: ['pre'] }] as const) {
      const run = await startRun({ drivers: [own], operations: [create(1), read(2)], breakpoints: [{ id: 1, spec: breakpointSpec({ at, driverId: 1 }) }] });
      const stop = await run.nextStop();
      const frame = stop.stackFrames[0]?.id ?? null;
      expect((await run.host.evaluate('[typeof DbgPrint, typeof FltGetRequestorProcessId, typeof FltStartFiltering].join()', frame)).value).toBe('"function,function,function"');
      expect((await run.host.evaluate('told', frame)).value).toContain('=> DbgPrint("%d", n)');
      const scopes = await run.host.scopes(frame ?? 1);
      const names = (await Promise.all(scopes.map(({ variablesReference }) => run.host.variables(variablesReference)))).flat().map(({ name }) => name);
      expect(names).toContain('told');
      expect(names.filter((name) => !/^[\x20-\x7e]+$/.test(name))).toEqual([]);
      await run.host.stop();
      run.host.dispose();
    }
  });

  it('shows variables of the callback and of the module, long lists in pages', async () => {
    const run = await startRun({ drivers: [driver], operations: [create(1), read(2)], breakpoints: [line] });
    const stop = await run.nextStop();
    const scopes = await run.host.scopes(stop.stackFrames[0]?.id ?? 1);
    const [local] = scopes;
    const locals = await run.host.variables(local?.variablesReference ?? 0);
    expect(locals.find(({ name }) => name === 'limit')?.value).toContain('STATUS_ACCESS_DENIED');
    const module = scopes.find(({ name }) => name === 'Driver');
    const globals = await run.host.variables(module?.variablesReference ?? 0);
    expect(globals.find(({ name }) => name === 'Name')?.value).toBe('"\\\\Device\\\\x"');
    const members = await run.host.variables(globals.find(({ name }) => name === 'totals')?.variablesReference ?? 0);
    expect(members.find(({ name }) => name === 'byName')?.value).toBe('Map [1]');
    const many = members.find(({ name }) => name === 'many');
    expect(many?.value).toBe('[250]');
    const pages = await run.host.variables(many?.variablesReference ?? 0);
    expect(pages.map(({ name }) => name)).toEqual(['0 … 99', '100 … 199', '200 … length']);
    expect((await run.host.variables(pages[1]?.variablesReference ?? 0))[5]).toMatchObject({ name: '105', value: '105' });
    await run.host.stop();
    run.host.dispose();
  });

  it('shows the variables of the module before a line of the callback has run', async () => {
    const run = await startRun({ drivers: [driver], operations: [create(1), read(2)], breakpoints: [{ id: 5, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, driverId: 1, where: { major: 3 } }) }] });
    const stop = await run.nextStop();
    const scopes = await run.host.scopes(stop.stackFrames[0]?.id ?? 1);
    expect(scopes.map(({ name }) => name)).toEqual(['Callback', 'Driver']);
    expect((await run.host.variables(scopes[1]?.variablesReference ?? 0)).map(({ name }) => name)).toEqual(expect.arrayContaining(['totals', 'Name']));
    await run.host.stop();
    run.host.dispose();
  });

  it('evaluates at the entry of a callback what it will see: its parameters by its own names, its closures, and the module', async () => {
    const source = `const totals = { reads: 3 };
    const unused = 4;
    function counting(step: number) {
      const seen = new Map([['x', 1n]]);
      for (const limit of [0xc0000022]) {
        return ({ Iopb: { Parameters: { Read } } }: any, objects: PCFLT_RELATED_OBJECTS, slot: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS => {
          seen.set('y', BigInt(step + limit));
          slot.value = totals;
          return Read.Length > 0 ? FLT_PREOP_SUCCESS_WITH_CALLBACK : FLT_PREOP_SUCCESS_NO_CALLBACK;
        };
      }
      return null;
    }
    const callbacks = { PostRead(data: PFLT_CALLBACK_DATA, objects: PCFLT_RELATED_OBJECTS, given: PVOID, flags: ULONG) { totals.reads++; return FLT_POSTOP_FINISHED_PROCESSING; } };
    export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
      const filter = ref<PFLT_FILTER>();
      FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, counting(7), callbacks.PostRead]] }, filter);
      return FltStartFiltering(filter.value);
    }`;
    const at = (id: number, kind: 'pre' | 'post') => ({ id, spec: breakpointSpec({ at: { kind: 'callback', callbacks: [kind] }, driverId: 1, where: { major: 3 } }) });
    const run = await startRun({ drivers: [ownDriver('closing', source)], operations: [create(1), read(2)], breakpoints: [at(5, 'pre'), at(6, 'post')] });
    await run.nextStop();
    const { host } = run;
    const value = async (expression: string) => (await host.evaluate(expression, null)).value;
    // The closures, a constant of the driver API, a built-in, and an object of one with a method that looks.
    expect(await value('totals.reads + step')).toBe('10');
    expect(await value('limit')).toBe('3221225506 (0xC0000022 STATUS_ACCESS_DENIED)');
    expect(await value('seen.get("x") + 1n')).toBe('2n');
    expect(await value('IRP_MJ_READ + Math.max(step, 1)')).toBe('10');
    // What the callback was given, by its own names and by those of the documentation.
    expect(await value('Read.Length')).toBe('4096');
    expect(await value('slot.value')).toBe('NULL');
    expect(await value('objects.Volume === FltObjects.Volume && Data.Iopb.Parameters.Read.Length === Read.Length')).toBe('true');
    await expect(host.evaluate('totals.reads = 9', null)).rejects.toMatchObject({ code: 'engine-host.would-change' });
    await expect(host.evaluate('nowhere + totals.reads', null)).rejects.toMatchObject({ code: 'engine-host.evaluation' });
    const scopes = await host.scopes(1);
    expect(scopes.map(({ name }) => name)).toEqual(['Callback', 'Block', 'Closure (counting)', 'Driver']);
    await host.continue();
    await run.nextStop();
    expect(await value('given.reads')).toBe('3');
    expect(await value('data.Iopb.MajorFunction')).toBe('3 (IRP_MJ_READ)');
    expect(await value('flags')).toBe('0');
    await host.stop();
    host.dispose();
  });

  it('shows the bytes of a buffer by an expression, a structure over it included', async () => {
    const run = await startRun({ drivers: [driver], operations: [create(1), read(2)], breakpoints: [line] });
    await run.nextStop();
    const wish = { offset: 0, length: 32, structure: null };
    const of = (expression: string) => ({ kind: 'expression' as const, expression, frameId: null });
    const view = await run.host.buffer(of('read.ReadBuffer'), wish);
    expect(view).toMatchObject({ kind: 'user', length: 4096, offset: 0, overlay: null });
    expect(view.bytes).toHaveLength(64);
    expect(view.origins).toEqual([{ offset: 0, length: 32, origin: 'unknown', writer: null }]);
    expect((await run.host.buffer(of('view(FILE_BASIC_INFORMATION, read.ReadBuffer)'), wish)).overlay?.structure).toBe('FILE_BASIC_INFORMATION');
    await expect(run.host.buffer(of('limit'), wish)).rejects.toMatchObject({ code: 'engine-host.no-buffer' });
    expect((await run.host.objects()).filters.rows.map(({ name }) => name)).toEqual(['looker']);
    await run.host.stop();
    run.host.dispose();
  });
});
