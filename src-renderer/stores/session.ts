import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { RunInfo, SessionInfo, TraceInfo } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDrivers } from './drivers.ts';
import { useVocabulary } from './vocabulary.ts';

/** The open session: its traces and runs. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<SessionInfo | null>(null);
  const traces = computed<readonly TraceInfo[]>(() => session.value?.traces ?? []);
  const runs = computed<readonly RunInfo[]>(() => session.value?.runs ?? []);

  function listen(): void {
    host().listen('session.changed', (value) => {
      session.value = value;
    });
    host().listen('run.changed', putRun);
    host().listen('import.done', ({ trace }) => putTrace(trace));
  }

  async function load(): Promise<void> {
    session.value = await host().request('session.current', {});
  }

  function putRun(run: RunInfo): void {
    if (session.value === null) return;
    const others = session.value.runs.filter((other) => other.id !== run.id);
    session.value = { ...session.value, runs: [...others, run].sort((a, b) => a.id - b.id) };
  }

  function putTrace(trace: TraceInfo): void {
    if (session.value === null) return;
    const others = session.value.traces.filter((other) => other.id !== trace.id);
    session.value = { ...session.value, traces: [...others, trace].sort((a, b) => a.id - b.id) };
  }

  async function open(path: string): Promise<void> {
    await useDrivers().saveAll();
    session.value = await host().request('session.open', { path });
    await useVocabulary().refreshApp();
  }

  async function openSample(name?: string): Promise<void> {
    await useDrivers().saveAll();
    session.value = await host().request('session.openSample', name === undefined ? {} : { name });
    await useVocabulary().refreshApp();
  }

  async function saveAs(path: string): Promise<void> {
    await useDrivers().saveAll();
    session.value = await host().request('session.saveAs', { path });
    await useVocabulary().refreshApp();
  }

  async function renameTrace(traceId: number, name: string): Promise<void> {
    putTrace(await host().request('trace.rename', { traceId, name }));
  }

  async function setClockOffset(traceId: number, offset: bigint): Promise<void> {
    putTrace(await host().request('trace.setClockOffset', { traceId, offset }));
  }

  async function removeTrace(traceId: number): Promise<void> {
    session.value = await host().request('trace.remove', { traceId });
  }

  async function trust(): Promise<void> {
    session.value = await host().request('session.trust', {});
  }

  return { session, traces, runs, listen, load, open, openSample, saveAs, renameTrace, setClockOffset, removeTrace, trust };
});
