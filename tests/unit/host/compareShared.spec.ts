/** A real capture through two stacks, compared with each other and with the recording. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CompareInfo, CompareRow, DifferenceKind, SideRef } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const capture = path.resolve(import.meta.dirname, '../../../../shared/traces/procmon/eronnen-procmon-parser/CompressedLogFileUTC32FilesystemPML.zlib');
const reason = existsSync(capture) ? '' : ' (skipped: ../shared/traces/procmon is not here)';
const folder = tempFolder();

/** Denies every write. The capture has no creates. */
const denier = `function PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  return FLT_PREOP_COMPLETE;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_WRITE, 0, PreWrite, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`;

describe(`UTC32 Filesystem through two stacks${reason}`, { timeout: 240_000 }, () => {
  it.skipIf(reason !== '')('differs in what a denied write changes, and against the recording where the run says so', async () => {
    const file = path.join(folder, 'UTC32.PML');
    writeFileSync(file, inflateSync(readFileSync(capture)));
    const { host, api } = await testHost(path.join(folder, 'data'));
    try {
      const imported = nextEvent(api, 'import.done');
      await api.request('session.create', { path: path.join(folder, 's.fltreplay'), bundledDrivers: false });
      await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'current' });
      const { traceId } = await imported;
      const run = async (): Promise<number> => {
        const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
        const { id } = await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false, breakpoints: false });
        await ended;
        return id;
      };
      const compare = async (a: SideRef, b: SideRef): Promise<CompareInfo> => {
        const done = nextEvent(api, 'compare.changed', ({ state }) => state !== 'running');
        await api.request('compare.start', { a, b });
        return done;
      };
      const listed = async (id: number, kind: DifferenceKind): Promise<readonly CompareRow[]> => {
        const rows: CompareRow[] = [];
        for (let offset = 0; ; offset += 500) {
          const page = await api.request('compare.page', { id, offset, limit: 500, kinds: [kind], text: '', cause: null });
          rows.push(...page.rows);
          if (rows.length >= page.count || page.rows.length === 0) return rows;
        }
      };
      await api.request('drivers.addBundled', { name: 'passThrough', altitude: null, enabled: true });
      const [plain, again] = [await run(), await run()];
      await api.request('drivers.add', { name: 'denier', source: denier, manifest: '{}', altitude: '320000', enabled: true });
      const denied = await run();

      expect(await compare({ kind: 'run', runId: plain }, { kind: 'run', runId: again })).toMatchObject({ state: 'complete', count: 0, first: null });
      const against = await compare({ kind: 'run', runId: plain }, { kind: 'run', runId: denied });
      expect(against.state).toBe('complete');
      const statuses = await listed(against.id, 'status');
      expect(statuses.length).toBeGreaterThan(0);
      const { rows: [firstWrite] } = await api.request('operations.select', { traceId, where: 'operation = WriteFile and status = SUCCESS', after: 0, offset: 0, limit: 1 });
      expect(against.first).toMatchObject({ operation: 'WriteFile', operationB: firstWrite?.index });
      expect(statuses.some(({ b }) => b === 'STATUS_ACCESS_DENIED')).toBe(true);
      // What passes through unchanged ends with what was recorded, down to the number of bytes.
      expect((await compare({ kind: 'recording', traceId }, { kind: 'run', runId: plain })).counts.information).toBe(0);
      // Through a driver that passes everything on the run is the recording, so the two lists name the same operations.
      const recorded = await compare({ kind: 'recording', traceId }, { kind: 'run', runId: denied });
      const { rows: differences } = await api.request('differences.page', { runId: denied, offset: 0, limit: 1000 });
      expect((await listed(recorded.id, 'status')).map(({ operationB }) => operationB).slice(0, 1000)).toEqual(differences.map(({ index }) => index));
      expect(recorded.counts.status).toBe(statuses.length);
      expect((await listed(recorded.id, 'issued')).map(({ operationA }) => operationA)).toEqual((await listed(against.id, 'issued')).map(({ operationA }) => operationA));
    } finally {
      await host.dispose();
    }
  });
});
