import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { beginActivity } from '../backend/activity.ts';
import { host, useBackend } from '../backend/backend.ts';
import type { ImportReport, ImportSource, TraceInfo } from '../../src-preload/contract/index.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { useSession } from './session.ts';

const chunkBytes = 256 * 1024;

/** A trace on its way in: first the file crosses to the host (browser only), then it is read. */
export interface ImportJob {
  readonly name: string;
  readonly phase: 'uploading' | 'importing';
  readonly jobId: number | null;
  readonly done: number;
  readonly total: number;
  readonly operations: number;
}

export interface FinishedImport {
  readonly trace: TraceInfo;
  readonly report: ImportReport;
  readonly outcome: 'complete' | 'cancelled';
  readonly milliseconds: number;
}

/** Opening traces: one import at a time, with progress, cancel and a report. */
export const useImports = defineStore('imports', () => {
  const job = ref<ImportJob | null>(null);
  const finished = ref<ReadonlyMap<number, FinishedImport>>(new Map());
  /** Trace whose report is shown; null where none was asked for. */
  const reportTraceId = ref<number | null>(null);
  const isBusy = computed(() => job.value !== null);
  let isCancelled = false;
  /** Ends may be told before the request that began the import is answered. */
  const endedJobs = new Set<number>();

  function listen(): void {
    let end: (() => void) | null = null;
    watch(isBusy, (busy) => {
      if (busy) end ??= beginActivity();
      else {
        end?.();
        end = null;
      }
    }, { flush: 'sync' });
    host().listen('import.progress', (progress) => {
      if (endedJobs.has(progress.jobId)) return;
      const name = job.value?.name ?? useSession().traces.find((trace) => trace.id === progress.traceId)?.name ?? 'trace';
      job.value = { name, ...progress, phase: 'importing' };
    });
    host().listen('import.done', ({ jobId, trace, report, outcome, milliseconds }) => {
      endedJobs.add(jobId);
      finished.value = new Map(finished.value).set(trace.id, { trace, report, outcome, milliseconds });
      reportTraceId.value = trace.id;
      job.value = null;
    });
    host().listen('import.failed', ({ jobId, message }) => {
      endedJobs.add(jobId);
      job.value = null;
      useNotices().add('error', message);
    });
  }

  /** Opens what the user chose or dropped. A session file is opened, a trace imported into a new session. */
  async function openFile(file: File): Promise<void> {
    const path = useBackend().shell.pathForFile?.(file);
    if (path !== undefined && path !== '') await begin({ kind: 'path', path }, file.name);
    else await upload(file);
  }

  async function openPath(path: string): Promise<void> {
    await begin({ kind: 'path', path }, path.replace(/^.*[\\/]/, ''));
  }

  async function upload(file: File): Promise<void> {
    if (refuseSecond()) return;
    isCancelled = false;
    job.value = { name: file.name, phase: 'uploading', jobId: null, done: 0, total: file.size, operations: 0 };
    try {
      const { uploadId } = await host().request('upload.begin', { name: file.name, size: file.size });
      for (let at = 0; at < file.size; at += chunkBytes) {
        const bytes = new Uint8Array(await file.slice(at, at + chunkBytes).arrayBuffer());
        await host().request('upload.chunk', { uploadId, bytes });
        job.value = { name: file.name, phase: 'uploading', jobId: null, done: at + bytes.length, total: file.size, operations: 0 };
        if (isCancelled) {
          await host().request('upload.cancel', { uploadId });
          job.value = null;
          return;
        }
      }
      job.value = null;
      await begin({ kind: 'upload', uploadId }, file.name);
    } catch (error) {
      job.value = null;
      useNotices().report(error);
    }
  }

  async function begin(source: ImportSource, name: string): Promise<void> {
    if (refuseSecond()) return;
    try {
      job.value = { name, phase: 'importing', jobId: null, done: 0, total: 0, operations: 0 };
      await useDrivers().saveAll();
      const { jobs, session } = await host().request('trace.open', { sources: [{ source }], into: 'new' });
      const jobId = jobs[0]?.jobId ?? null;
      if (jobId === null || endedJobs.has(jobId)) job.value = null;
      else job.value = { ...job.value, jobId };
      useSession().session = session;
    } catch (error) {
      job.value = null;
      useNotices().report(error);
    }
  }

  function refuseSecond(): boolean {
    if (job.value === null) return false;
    useNotices().add('warning', `${job.value.name} is still being read. Cancel it first, or wait until it is done.`);
    return true;
  }

  async function cancel(): Promise<void> {
    isCancelled = true;
    const jobId = job.value?.jobId;
    if (jobId === null || jobId === undefined) return;
    try {
      await host().request('trace.cancelImport', { jobId });
    } catch (error) {
      useNotices().report(error);
    }
  }

  return { job, finished, reportTraceId, isBusy, listen, openFile, openPath, cancel };
});
