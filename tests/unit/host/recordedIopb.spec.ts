/** What a recorded moment shows of the Iopb, against the same moment rebuilt by a real engine host: whatever is told must be so. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventRow, HostApi, RunInfo, RunState, StopInfo } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const timeout = 120_000;
const folder = tempFolder();
let host: Host;
let api: HostApi & { close(): void };
let run: RunInfo;
let events: readonly EventRow[];

// Two filters: the upper one halves what is read, the lower one marks reads as not cached; both look at the way back.
const filter = (changes: string): string => `
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  ${changes}
  FltSetCallbackDataDirty(Data);
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  return FLT_POSTOP_FINISHED_PROCESSING;
}
function PreOther(): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_WITH_CALLBACK; }
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, Post], ...[IRP_MJ_CREATE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_SET_INFORMATION, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL].map((major): any => [major, 0, PreOther, Post])] }, filter);
  return FltStartFiltering(filter.value);
}
`;

const isSettled = (state: RunState): boolean => (state.kind === 'stopped' && !state.stop.moment.rebuilding) || state.kind === 'ended';

async function both(number: number): Promise<{ readonly recorded: StopInfo; readonly rebuilt: StopInfo }> {
  await api.request('debug.goTo', { runId: null, target: { kind: 'event', number } });
  const first = await api.request('run.state', {});
  if (first.kind !== 'stopped') throw new Error(first.kind);
  const settled = isSettled(first) ? first : await nextEvent(api, 'run.state', isSettled);
  if (settled.kind !== 'stopped') throw new Error(settled.kind);
  return { recorded: first.stop, rebuilt: settled.stop };
}

beforeAll(async () => {
  ({ host, api } = await testHost(folder));
  const session = await api.request('session.openSample', {});
  for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
  for (const one of await api.request('drivers.list', {})) await api.request('drivers.update', { id: one.id, enabled: false });
  const add = (name: string, altitude: string, changes: string): Promise<unknown> => api.request('drivers.add', { name, source: filter(changes), manifest: '{}', altitude, enabled: true });
  await add('halves', '320000', 'Data.Iopb.Parameters.Read.Length = Data.Iopb.Parameters.Read.Length >>> 1; Data.Iopb.Parameters.Read.Key = 5;');
  await add('marks', '140000', 'Data.Iopb.IrpFlags = Data.Iopb.IrpFlags | IRP_NOCACHE;');
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  run = await api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false });
  await ended;
  const rows: EventRow[] = [];
  for (let offset = 0, count = 1; offset < count; offset += 2000) {
    const page = await api.request('events.page', { runId: run.id, offset, limit: 2000, operation: null, kinds: null });
    rows.push(...page.rows);
    count = page.count;
  }
  events = rows;
}, timeout);

afterAll(async () => {
  api.close();
  await host.dispose();
});

/** One event of each kind and layer of the first read that is sent down, and a callback of each other kind of operation. */
function chosen(): EventRow[] {
  const read = events.find(({ kind, text }) => kind === 'change' && text.includes('Read.Length'))?.operation ?? 0;
  const seen = new Set<string>();
  return events.filter((event) => {
    const key = event.operation === read ? `${event.kind} ${event.layer}` : ['pre', 'post', 'lower'].includes(event.kind) ? `${event.kind} ${events.find((one) => one.operation === event.operation && one.kind === 'issue')?.text.split(' ')[0] ?? ''}` : null;
    return key !== null && event.operation > 0 && event.operation < 0x8000_0000 && seen.size < 40 && !seen.has(key) && seen.add(key);
  });
}

describe('a recorded moment', { timeout }, () => {
  it('has the columns and fields of the rebuilt one, and says nothing else of them; what is not recorded is said', async () => {
    const picked = chosen();
    expect(picked.length).toBeGreaterThan(12);
    for (const event of picked) {
      const { recorded, rebuilt } = await both(event.number);
      expect(rebuilt.moment.basis).toBe('rebuilt');
      const where = `${event.number} ${event.kind} ${event.text}`;
      expect(recorded.iopb.columns.map(({ id }) => id), where).toEqual(rebuilt.iopb.columns.map(({ id }) => id));
      expect(recorded.iopb.fields.map(({ path }) => path), where).toEqual(rebuilt.iopb.fields.map(({ path }) => path));
      for (const [at, field] of recorded.iopb.fields.entries()) {
        field.values.forEach((value, column) => {
          if (value !== 'not recorded') expect(value, `${where} ${field.path} ${recorded.iopb.columns[column]?.id ?? ''}`).toBe(rebuilt.iopb.fields[at]?.values[column]);
        });
        expect(field.changes.map(({ by, to }) => [by, to]), `${where} ${field.path}`).toEqual(rebuilt.iopb.fields[at]?.changes.map(({ by, to }) => [by, to]));
      }
      const plain = recorded.iopb.fields.filter(({ path }) => /Length$|IrpFlags|MajorFunction|Options|InformationClass/.test(path));
      expect(plain.every(({ values }) => !values.includes('not recorded')), where).toBe(true);
    }
  });
});
