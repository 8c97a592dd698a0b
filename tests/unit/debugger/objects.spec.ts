import { describe, expect, it } from 'vitest';
import { breakpointSpec, type Breakpoint } from '../../../src-main/debugger/breakpointSpec.ts';
import type { EngineObjects } from '../../../src-main/debugger/objectsData.ts';
import { IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_LOCK_CONTROL, IRP_MJ_READ } from '../../../src-main/nt/values.generated.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import { bundledDriver, create, operation, oplock, ownDriver, read, type RunOptions } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

const before = (major: number, callback: 'pre' | 'post' = 'pre'): Breakpoint => ({ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: [callback] }, where: { major } }) });

/** The objects at every stop, by the operation in which it is. */
function objectsAt(options: RunOptions): Map<number, EngineObjects> {
  const found = new Map<number, EngineObjects>();
  const log = runHere(options, (run, stop) => found.set(stop.operation.index, run.objects()));
  expect(log.problems).toEqual([]);
  return found;
}

describe('what the engine holds at a stop', () => {
  it('names a read in a cancel-safe queue with its queue, since when, and the worker that will take it', () => {
    const at = objectsAt({ drivers: [bundledDriver('cancelSafe')], operations: [create(1), read(2), read(3, { tid: 8 })], breakpoints: [before(IRP_MJ_READ)] }).get(3);
    expect(at?.pended).toMatchObject({ count: 1, rows: [{ operation: 2, by: 'cancelSafe', where: 'cancel-safe queue', cancelled: false, point: { issued: 2 } }] });
    expect(at?.pended.rows[0]?.since).not.toBeNull();
    // The line that inserts it.
    const line = bundledDriver('cancelSafe').source.split('\n').findIndex((text) => text.includes('FltCbdqInsertIo(')) + 1;
    expect(at?.pended.rows[0]?.place).toEqual({ driver: 'cancelSafe', line });
    expect(at?.queues).toMatchObject({ count: 1, rows: [{ driver: 'cancelSafe', enabled: true, operations: [2] }] });
    // One worker, which sleeps for the first tick; the thread that issues operation 3 runs.
    const waiting = at?.threads.rows.filter(({ state }) => state === 'waiting') ?? [];
    expect(waiting).toMatchObject([{ kind: 'worker', waits: { until: expect.any(String) } }]);
    expect(at?.threads.rows.find(({ state }) => state === 'running')).toMatchObject({ routines: [{ driver: 'cancelSafe', routine: 'PreRead', operation: 3 }] });
    expect(at?.filters.rows).toMatchObject([{ name: 'cancelSafe', state: 'filtering', instances: [{ altitude: bundledDriver('cancelSafe').altitude, operations: [2, 3] }] }]);
  });

  it('shows a context with what it is set on, who holds it, and every step of its life', () => {
    const source = `
let filter = ref<PFLT_FILTER>();
function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const ctx = ref<any>();
  FltAllocateContext(filter.value, FLT_STREAM_CONTEXT, 16, PagedPool, ctx);
  ctx.value.Opens = 1;
  FltSetStreamContext(FltObjects.Instance, FltObjects.FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, ctx.value, null);
  FltReleaseContext(ctx.value);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): FLT_PREOP_CALLBACK_STATUS {
  const ctx = ref<any>();
  FltGetStreamContext(FltObjects.Instance, FltObjects.FileObject, ctx);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
function PreCleanup(): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_NO_CALLBACK; }
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  FltRegisterFilter(DriverObject, { ContextRegistration: [[FLT_STREAM_CONTEXT, 0, null, 16, 'CtSt']], OperationRegistration: [[IRP_MJ_CREATE, 0, null, PostCreate], [IRP_MJ_READ, 0, PreRead, null], [IRP_MJ_CLEANUP, 0, PreCleanup, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;
    const at = objectsAt({ drivers: [ownDriver('keeper', source)], operations: [create(1), read(2), operation(3, { operation: 'CloseFile', major: 18 })], breakpoints: [before(18)] }).get(3);
    expect(at?.contexts.count).toBe(1);
    const [context] = at?.contexts.rows ?? [];
    // One reference of the link, one of the read that never gave it back (line 13).
    expect(context).toMatchObject({ type: 'FLT_STREAM_CONTEXT', driver: 'keeper', count: 2, state: 'live', size: 16, pool: 'paged', fields: [{ name: 'Opens', value: '1' }], held: [{ routine: 'FltGetStreamContext', place: { driver: 'keeper', line: 13 }, operation: 2 }] });
    expect(context?.history.map(({ what, count, place, operation: index }) => [what, count, place?.line, index])).toEqual([['allocated', 1, 5, 1], ['linked', 2, 7, 1], ['released', 1, 8, 1], ['referenced', 2, 13, 2]]);
    expect(context?.history.every(({ point }) => point !== null)).toBe(true);
    // Line 6 writes it: between the allocation in line 5 and the link in line 7.
    expect(context?.changes?.map(({ field, from, to, since, until }) => [field, from, to, since?.place?.line, until?.place?.line])).toEqual([['Opens', null, '1', 5, 7]]);
    expect(context?.setOn).toContain('a.txt');
    expect(at?.holdings.rows).toMatchObject([{ driver: 'keeper', kind: 'context', count: 1 }]);
  });

  it('knows open files, the oplock of a stream, and byte-range locks with their owners', () => {
    const lock = operation(4, { operation: 'LockFile', major: IRP_MJ_LOCK_CONTROL, minor: 1, offset: 16n, length: 32, detail: { Exclusive: true, FailImmediately: true } });
    const asynchronous = create(1, { detail: { DesiredAccess: 0x120089, CreateDisposition: 1, CreateOptions: 0x40, ShareAccess: 1 } });
    // FSCTL_REQUEST_BATCH_OPLOCK: a level of its own, so no input is needed.
    const operations = [asynchronous, oplock(2, { status: 0x103, duration: null, detail: { ControlCode: 0x00090008 } }), operation(5, { operation: 'IRP_MJ_CLOSE', major: IRP_MJ_CLOSE })];
    const at = objectsAt({ drivers: [bundledDriver('passThrough')], operations, breakpoints: [before(IRP_MJ_CLOSE)], request: { settings: { ...defaultRunSettings, answers: 'model' } } }).get(5);
    expect(at?.fileObjects).toMatchObject({ count: 1, rows: [{ path: '\\docs\\a.txt', volume: 'C:', state: 'open', driver: null, shares: 'read' }] });
    expect(at?.streams.rows).toMatchObject([{ opens: 1, oplock: 'BATCH', oplockHolders: [{ level: 'BATCH', breakTo: null }] }]);
    expect(at?.pended.rows).toMatchObject([{ operation: 2, where: 'file system', by: 'file system' }]);

    // FSCTL_REQUEST_OPLOCK without its bytes: the file system cannot know the level, so only the recording tells that it was granted, and who waits for it.
    const granted = [
      asynchronous, oplock(2, { status: 0, duration: 90_000n, information: 24, detail: { ControlCode: 0x00090240 } }), create(3, { tid: 8, status: 0x103, duration: null }), operation(5, { operation: 'IRP_MJ_CLOSE', major: IRP_MJ_CLOSE }),
    ];
    const recorded = objectsAt({ drivers: [bundledDriver('passThrough')], operations: granted, breakpoints: [before(IRP_MJ_CLOSE)] }).get(5);
    expect(recorded?.streams.rows).toMatchObject([{ oplock: 'level not recorded', oplockHolders: [{ level: 'level not recorded', breakTo: null, recorded: { operation: 2 } }] }]);
    expect(recorded?.streams.rows[0]?.oplockWaiters).toMatchObject([{ kind: 'CreateFile waits, as recorded', recorded: { operation: 3 } }]);
    const [holder] = recorded?.streams.rows[0]?.oplockHolders ?? [];
    expect(recorded?.fileObjects.rows.map(({ id }) => id)).toContain(holder?.fileObject);

    const locked = objectsAt({ drivers: [bundledDriver('passThrough')], operations: [create(1), lock, operation(5, { operation: 'IRP_MJ_CLOSE', major: IRP_MJ_CLOSE })], breakpoints: [before(IRP_MJ_CLOSE)] }).get(5);
    expect(locked?.streams.rows).toMatchObject([{ oplock: 'NONE', locks: [{ offset: '16', length: '32', exclusive: true, waits: false }] }]);
  });

  it('shows who holds a lock and who waits for it', () => {
    const source = `
const Lock = {}, filter = ref<PFLT_FILTER>();
function* Worker() { yield* ExAcquireResourceExclusiveLite(Lock, true); }
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_NO_CALLBACK; }
function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): FLT_PREOP_CALLBACK_STATUS {
  KeEnterCriticalRegion();
  ExAcquireResourceExclusiveLite(Lock, true);
  const thread = ref<any>();
  PsCreateSystemThread(thread, 0, null, null, null, Worker, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  ExInitializeResourceLite(Lock);
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null], [IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;
    const found = new Map<number, EngineObjects>();
    runHere({ drivers: [ownDriver('locker', source)], operations: [create(1), read(2)], breakpoints: [before(IRP_MJ_READ)] }, (run, stop) => found.set(stop.operation.index, run.objects()));
    const at = found.get(2);
    const holder = at?.threads.rows.find(({ locks }) => locks.length > 0);
    expect(holder).toMatchObject({ tid: 7, regions: ['critical region'] });
    expect(at?.locks.rows).toMatchObject([{ held: 'exclusive', holders: [{ thread: holder?.name, times: 1 }], waiters: [{ wants: 'exclusive' }] }]);
    expect(at?.threads.rows.find(({ state }) => state === 'waiting')).toMatchObject({ routines: [{ driver: 'locker', routine: 'Worker' }], waits: { holders: [holder?.name], place: { driver: 'locker', line: 3 } } });
  });

  it('changes nothing by looking', () => {
    for (const name of ['cancelSafe', 'ctx', 'swapBuffers', 'oplockWatch']) {
      const options: RunOptions = {
        drivers: [bundledDriver(name)], operations: [create(1), oplock(2), read(3), read(4), operation(5, { operation: 'CloseFile', major: 18 }), operation(6, { operation: 'IRP_MJ_CLOSE', major: 2 })],
        breakpoints: [before(IRP_MJ_CREATE), before(IRP_MJ_CREATE, 'post'), before(IRP_MJ_READ), before(IRP_MJ_READ, 'post'), before(13), before(18), before(2)].map((one, at) => ({ ...one, id: at + 1 })),
      };
      const looked = runHere(options, (run) => run.objects());
      expect(looked.stops.length, name).toBeGreaterThan(0);
      expect(looked.summary?.eventHash, name).toBe(runHere({ ...options, breakpoints: [] }).summary?.eventHash);
    }
  });
});
