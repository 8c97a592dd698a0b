import fc from 'fast-check';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { describe, expect, it } from 'vitest';
import type { DriverSource } from '../../../src-main/engine-host/messages.ts';
import { differencesOf } from '../../support/compare/runSides.ts';
import { bundledDriver, create, operation, ownDriver, preReadDriver, read, type RunLog } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';

const path = (at: number): string => `C:\\docs\\${at}.txt`;
/** Open, read, read, clean up, close, of one file after the other. */
const trace: readonly NumberedOperation[] = Array.from({ length: 200 }, (_, file) => {
  const fields = { path: path(file) };
  const first = file * 5 + 1;
  return [create(first, fields), read(first + 1, fields), read(first + 2, { ...fields, offset: 4096n }), operation(first + 3, { ...fields, operation: 'CloseFile', major: 18 }), operation(first + 4, { ...fields, operation: 'IRP_MJ_CLOSE', major: 2 })];
}).flat();

/** Does something to the n-th read. */
function atRead(n: number, body: string): DriverSource {
  const driver = preReadDriver(`  if (++reads === ${n}) { ${body} }\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;`);
  return { ...driver, source: `let reads = 0;\n${driver.source}` };
}
const deny = 'Data.IoStatus.Status = STATUS_ACCESS_DENIED; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE;';
const run = (...drivers: readonly DriverSource[]): RunLog => runHere({ drivers, operations: trace });
/** The number of the n-th read. */
const readNumber = (n: number): number => Math.floor((n - 1) / 2) * 5 + 2 + ((n - 1) % 2);

describe('two runs of one trace', () => {
  it('differ in nothing where they are the same', () => {
    const [one, other] = [run(bundledDriver('statusWatch')), run(bundledDriver('statusWatch'))];
    expect(differencesOf(one, other).found.count).toBe(0);
  });

  it('name an operation that an edit has added by what it is, with the one that it follows', () => {
    const drivers = [bundledDriver('statusWatch')];
    const plan = { ...emptyPlan, overlays: [{ kind: 'insert' as const, after: 7, like: 2, values: {} }, { kind: 'duplicate' as const, operation: 12 }] };
    const edited = runHere({ drivers, operations: trace, request: { plan, likes: packOperations(trace.filter(({ index }) => index === 2)) } });
    const added = differencesOf(run(...drivers), edited).list.filter(({ what }) => what.startsWith('your '));
    expect(added.map(({ what, operationB, a }) => [what, operationB, a])).toEqual([['your copy of #2', 7, null], ['your second #12', 12, null]]);
  });

  it('first differ where a change was planted', () => {
    const plain = run(atRead(0, ''));
    fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.boolean(), (n, swapped) => {
      const changed = run(atRead(n, deny));
      const { found, list } = swapped ? differencesOf(changed, plain) : differencesOf(plain, changed);
      const { first } = found;
      expect(first).toMatchObject({ kind: 'event', what: 'pre of probe', operationA: readNumber(n), operationB: readNumber(n) });
      expect(first?.pointA?.issued).toBe(readNumber(n));
      expect(list.filter(({ kind }) => kind === 'status')).toMatchObject([{ operationA: readNumber(n), [swapped ? 'a' : 'b']: 'STATUS_ACCESS_DENIED' }]);
      expect(new Set(list.map(({ operationA }) => operationA))).toEqual(new Set([readNumber(n)]));
      expect(found.groups.filter(({ count }) => count > 0).map(({ cause }) => cause)).toEqual([{ kind: 'driver', name: 'probe' }]);
    }), { numRuns: 10 });
  });

  it('tell a parameter that reached the file system otherwise', () => {
    const { list } = differencesOf(run(atRead(0, '')), run(atRead(7, 'Data.Iopb.Parameters.Read.Length = 100; FltSetCallbackDataDirty(Data);')));
    const parameters = list.filter(({ kind }) => kind === 'parameter');
    expect(parameters).toMatchObject([{ what: 'Parameters.Read.Length', operationB: readNumber(7), a: null, b: '100' }]);
  });

  it('leave out a driver that only one of them has, and what it does', () => {
    const { found } = differencesOf(run(bundledDriver('passThrough')), run(bundledDriver('passThrough'), bundledDriver('minispy', 2)));
    expect(found.count).toBe(0);
  });

  it('tell what was not issued once, because of what', () => {
    const denyCreate = ownDriver('denier', `function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (FltObjects.FileObject.FileName.Buffer.endsWith('\\\\3.txt')) { Data.IoStatus.Status = STATUS_ACCESS_DENIED; return FLT_PREOP_COMPLETE; }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
    const { list, found } = differencesOf(run(bundledDriver('statusWatch')), run(bundledDriver('statusWatch'), { ...denyCreate, id: 2 }));
    const [denied, ...later] = [16, 17, 18, 19, 20];
    expect(list.filter(({ kind }) => kind === 'status')).toMatchObject([{ operationB: denied, b: 'STATUS_ACCESS_DENIED' }]);
    expect(list.filter(({ kind }) => kind === 'issued').map(({ operationA, a, b }) => [operationA, a, b])).toEqual(later.map((number) => [number, 'issued', null]));
    expect(found.groups.filter(({ count }) => count > 0).map(({ cause }) => cause)).toEqual([{ kind: 'driver', name: 'denier' }, { kind: 'operation', side: 'b', operation: denied }]);
    // The reads that are gone take their violations with them.
    expect(list.filter(({ kind }) => kind === 'violation').map(({ operationA, what, b }) => [operationA, what, b])).toEqual([[17, 'FV-084', null], [18, 'FV-084', null]]);
  });
});
