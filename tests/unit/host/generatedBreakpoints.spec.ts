/** Breakpoints with filters at I/O that a driver sends by itself: a run that goes on and a search in its past stop at the same moments. With real engine hosts. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src-main/host/index.ts';
import type { BreakpointDraft, ExecutionPoint, HostApi, RunState } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Asks for the size of each file that was opened: FILE_STANDARD_INFORMATION (class 5), seen by the filters below. */
const asks = `
let filter = ref<PFLT_FILTER>();
function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): FLT_POSTOP_CALLBACK_STATUS {
  if (NT_SUCCESS(Data.IoStatus.Status)) FltQueryInformationFile(FltObjects.Instance, FltObjects.FileObject, ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, 'aksA'), 24, FileStandardInformation, null);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, null, PostCreate]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

let host: Host;
let api: HostApi & { close(): void };
let traceId = 0;
let hash: string | null = null;

const settled = (state: RunState): boolean => state.kind === 'ended' || state.kind === 'stopped';
const pointOf = ({ operation, sequence }: ExecutionPoint): string => `${operation}:${sequence}`;

beforeAll(async () => {
  ({ host, api } = await testHost(tempFolder()));
  const session = await api.request('session.openSample', {});
  traceId = session.traces[0]?.id ?? 0;
  for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
  // It sees everything, and stands below.
  const passThrough = (await api.request('drivers.list', {})).find(({ name }) => name === 'passThrough');
  await api.request('drivers.update', { id: passThrough?.id ?? 0, enabled: true });
  await api.request('drivers.add', { name: 'asks', source: asks, manifest: '{}', altitude: '389999', enabled: true });
  hash = await hashWithout();
});

afterAll(async () => {
  api.close();
  await host.dispose();
});

/** Of a run that no breakpoint looks at. */
async function hashWithout(): Promise<string | null> {
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  const { id } = await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false, breakpoints: false });
  await ended;
  return (await api.request('run.list', {})).find((one) => one.id === id)?.eventHash ?? null;
}

/** Every stop of a run that goes on at each; stops for I/O that no recording has among them. */
async function live(): Promise<{ readonly points: string[]; readonly generated: number; readonly paths: ReadonlySet<string | null> }> {
  const points: string[] = [];
  const paths = new Set<string | null>();
  let generated = 0;
  let next = nextEvent(api, 'run.state', settled);
  await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false });
  for (;;) {
    const state = await next;
    if (state.kind !== 'stopped') return { points, generated, paths };
    points.push(pointOf(state.stop.point));
    if (state.stop.operation.index >= 0x80000000) {
      generated++;
      paths.add(state.stop.operation.path);
    }
    next = nextEvent(api, 'run.state', settled);
    await api.request('run.continue', {});
  }
}

/** The same of the run that is over, back from its end. */
async function past(): Promise<{ readonly points: string[]; readonly paths: ReadonlySet<string | null> }> {
  const points: string[] = [];
  const paths = new Set<string | null>();
  await api.request('debug.goTo', { runId: null, target: { kind: 'event', number: Number.MAX_SAFE_INTEGER } }).catch(() => undefined);
  for (;;) {
    await api.request('debug.continue', { direction: 'back' });
    const state = await api.request('run.state', {});
    if (state.kind !== 'stopped' || state.stop.reason !== 'breakpoint') return { points: points.reverse(), paths };
    points.push(pointOf(state.stop.point));
    if (state.stop.operation.index >= 0x80000000) paths.add(state.stop.operation.path);
  }
}

describe('breakpoints with filters', () => {
  it.each<[string, BreakpointDraft]>([
    ['by major function and information class', { at: { kind: 'callback', callbacks: ['pre'] }, where: { major: 5, informationClass: 'FileStandardInformation' } }],
    ['by path and process, at the end', { at: { kind: 'operation', step: 'complete' }, where: { path: '*.json', process: '*' } }],
    ['by the status they end with', { at: { kind: 'callback', callbacks: ['post', 'status'] }, where: { major: 5, status: 'success' } }],
  ])('%s', async (_name, spec) => {
    const { id } = await api.request('breakpoints.add', { spec });
    const ran = await live();
    const searched = await past();
    await api.request('breakpoints.remove', { id });
    expect((await api.request('run.list', {})).at(-1)?.eventHash).toBe(hash);
    expect(ran.generated).toBeGreaterThan(0);
    expect(searched.points).toEqual(ran.points);
    // What is stopped at is named alike.
    expect([...searched.paths].sort()).toEqual([...ran.paths].sort());
  });
});
