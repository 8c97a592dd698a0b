import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { UploadCancelled } from '../backend/upload.ts';
import type { ImportJobInfo, ImportProgress, ImportReport, ImportRequest, TraceInfo } from '../../src-preload/contract/index.ts';
import type { AcceptedCandidate } from './candidates.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { RateMeter } from './rateMeter.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useVocabulary } from './vocabulary.ts';

/** A file on its way to the host, before the host knows of it as a job. */
interface Handover {
  readonly name: string;
  readonly bytes: number;
  readonly sent: () => number;
  readonly cancel: () => void;
}

/** A file that is being imported or waits for its turn, as it is shown. */
export type ImportView =
  | { readonly kind: 'handing-over'; readonly name: string; readonly done: number; readonly total: number }
  | { readonly kind: 'waiting'; readonly name: string; readonly jobId: number }
  | { readonly kind: 'running'; readonly name: string; readonly jobId: number; readonly progress: ImportProgress | null; readonly operationsPerSecond: number | null; readonly remaining: number | null };

export interface FinishedImport {
  readonly trace: TraceInfo;
  readonly report: ImportReport;
  readonly outcome: 'complete' | 'cancelled';
  readonly milliseconds: number;
}

const handoverTickMilliseconds = 100;

/** Imports that are going on: a queue with progress, cancel and a report for each. */
export const useImports = defineStore('imports', () => {
  const jobs = shallowRef<readonly ImportJobInfo[]>([]);
  const progress = shallowRef<ReadonlyMap<number, ImportProgress>>(new Map());
  const handovers = shallowRef<readonly Handover[]>([]);
  const handoverTick = ref(0);
  const finished = shallowRef<ReadonlyMap<number, FinishedImport>>(new Map());
  /** Why a trace could not be read to its end, by trace. */
  const failures = shallowRef<ReadonlyMap<number, string>>(new Map());
  const meters = new Map<number, RateMeter>();
  /** Ends may be told before the request that began the import is answered: each with the trace that came of it. */
  const endedJobs = new Map<number, number | null>();
  let jobToShow: number | null = null;

  const views = computed<readonly ImportView[]>(() => {
    void handoverTick.value;
    return [
      ...jobs.value.map((job): ImportView => (job.state === 'waiting' ? { kind: 'waiting', name: job.name, jobId: job.jobId } : runningView(job))),
      ...handovers.value.map(({ name, bytes, sent }): ImportView => ({ kind: 'handing-over', name, done: sent(), total: bytes })),
    ];
  });
  const isBusy = computed(() => views.value.length > 0);

  function runningView({ name, jobId }: ImportJobInfo): ImportView {
    const current = progress.value.get(jobId) ?? null;
    const meter = meters.get(jobId);
    return { kind: 'running', name, jobId, progress: current, operationsPerSecond: meter?.countPerSecond ?? null, remaining: current === null ? null : (meter?.remaining(current.total) ?? null) };
  }

  /** Progress of the import that fills this trace. */
  function ofTrace(traceId: number): ImportProgress | null {
    return [...progress.value.values()].find((entry) => entry.traceId === traceId) ?? null;
  }

  function listen(): void {
    let end: (() => void) | null = null;
    watch(isBusy, (busy) => {
      if (busy) end ??= beginActivity();
      else {
        end?.();
        end = null;
      }
    }, { flush: 'sync' });
    host().listen('import.queue', (queue) => setJobs(queue.jobs));
    host().listen('import.progress', advance);
    host().listen('import.done', ({ jobId, trace, report, outcome, milliseconds }) => {
      finished.value = new Map(finished.value).set(trace.id, { trace, report, outcome, milliseconds });
      forget(jobId, trace.id);
      void useVocabulary().refreshApp();
    });
    host().listen('import.failed', ({ jobId, traceId, message }) => {
      if (traceId !== null) failures.value = new Map(failures.value).set(traceId, message);
      forget(jobId, traceId);
      useNotices().add('error', message);
    });
    host().listen('import.cancelled', ({ jobId }) => forget(jobId, null));
  }

  async function load(): Promise<void> {
    const list = await host().request('trace.imports', {});
    jobToShow ??= list[0]?.jobId ?? null;
    setJobs(list);
  }

  function setJobs(list: readonly ImportJobInfo[]): void {
    jobs.value = list.filter(({ jobId }) => !endedJobs.has(jobId));
    const known = new Set(jobs.value.map(({ jobId }) => jobId));
    if ([...progress.value.keys()].some((jobId) => !known.has(jobId))) progress.value = new Map([...progress.value].filter(([jobId]) => known.has(jobId)));
    const shown = jobs.value.find(({ jobId }) => jobId === jobToShow);
    if (shown !== undefined) showTrace(shown.jobId, shown.traceId);
  }

  function advance(value: ImportProgress): void {
    if (endedJobs.has(value.jobId)) return;
    const meter = meters.get(value.jobId) ?? new RateMeter();
    meters.set(value.jobId, meter);
    meter.add(value.milliseconds, value.done, value.operations);
    progress.value = new Map(progress.value).set(value.jobId, value);
    showTrace(value.jobId, value.traceId);
  }

  // Of several files the first one's rows are shown; the list does not jump from trace to trace as they begin.
  function showTrace(jobId: number, traceId: number | null): void {
    if (jobId !== jobToShow || traceId === null) return;
    useSelection().chooseTrace(traceId);
    jobToShow = null;
  }

  function forget(jobId: number, traceId: number | null): void {
    endedJobs.set(jobId, traceId);
    meters.delete(jobId);
    const others = new Map(progress.value);
    others.delete(jobId);
    progress.value = others;
    jobs.value = jobs.value.filter((job) => job.jobId !== jobId);
  }

  /** Imports what the user accepted, into a new session or the open one. */
  async function start(accepted: readonly AcceptedCandidate[], into: 'new' | 'current'): Promise<void> {
    const waiting = accepted.filter((candidate) => candidate.sent() < candidate.bytes);
    handovers.value = [...handovers.value, ...waiting];
    const timer = setInterval(() => handoverTick.value++, handoverTickMilliseconds);
    let place = { into, path: null as string | null };
    try {
      await useDrivers().saveAll();
      for (const group of readyTogether(accepted, waiting)) {
        const requests = await readyRequests(group);
        handovers.value = handovers.value.filter((handover) => !group.includes(handover as AcceptedCandidate));
        if (requests.length > 0) place = await open(requests, place);
      }
    } catch (error) {
      useNotices().report(error);
    } finally {
      clearInterval(timer);
      handovers.value = handovers.value.filter((handover) => !accepted.includes(handover as AcceptedCandidate));
    }
  }

  /** In the order in which they were chosen; neighbours that need no handing over are one request. */
  function readyTogether(accepted: readonly AcceptedCandidate[], waiting: readonly AcceptedCandidate[]): readonly (readonly AcceptedCandidate[])[] {
    const groups: AcceptedCandidate[][] = [];
    for (const candidate of accepted) {
      const last = groups.at(-1);
      if (last === undefined || waiting.includes(candidate) || last.some((other) => waiting.includes(other))) groups.push([candidate]);
      else last.push(candidate);
    }
    return groups;
  }

  async function readyRequests(group: readonly AcceptedCandidate[]): Promise<readonly ImportRequest[]> {
    const requests: ImportRequest[] = [];
    for (const { ready, choices } of group) {
      try {
        requests.push({ source: await ready, choices });
      } catch (error) {
        if (!(error instanceof UploadCancelled)) useNotices().report(error);
      }
    }
    return requests;
  }

  async function open(sources: readonly ImportRequest[], place: { readonly into: 'new' | 'current'; readonly path: string | null }): Promise<{ into: 'new' | 'current'; path: string | null }> {
    if (place.path !== null && place.path !== useSession().session?.path) throw new Error('Another session was opened meanwhile; the files that were still being handed over were not imported.');
    const answer = await host().request('trace.open', { sources, into: place.into });
    for (const { message } of answer.refused) useNotices().add('error', message);
    if (answer.jobs.length === 0 && place.path === null && answer.refused.length > 0) return place;
    if (place.path === null) jobToShow = answer.jobs[0]?.jobId ?? null;
    useSession().session = answer.session;
    if (jobToShow !== null) showTrace(jobToShow, endedJobs.get(jobToShow) ?? null);
    setJobs([...jobs.value.filter((job) => !answer.jobs.some(({ jobId }) => jobId === job.jobId)), ...answer.jobs]);
    return { into: 'current', path: answer.session.path };
  }

  /** Cancels one import, or all of them and what is still being handed over; what has been read is kept. */
  async function cancel(jobId: number | null): Promise<void> {
    if (jobId === null) for (const handover of handovers.value) handover.cancel();
    try {
      await host().request('trace.cancelImport', { jobId });
    } catch (error) {
      useNotices().report(error);
    }
  }

  return { views, finished, failures, isBusy, ofTrace, listen, load, start, cancel };
});
