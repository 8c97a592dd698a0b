import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { BreakpointDraft, BreakpointInfo, BreakpointLogLine, BreakpointProblem, StopNote } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';

const mostLogLines = 5000;

/** Breakpoints of the session, and what they have logged. */
export const useBreakpoints = defineStore('breakpoints', () => {
  const list = shallowRef<readonly BreakpointInfo[]>([]);
  /** What breakpoints with a log message have written in the present run. */
  const logs = shallowRef<readonly BreakpointLogLine[]>([]);
  /** Older lines that are not kept. */
  const dropped = ref(0);
  /** Whether runs stop where they break off. */
  const whenBroken = ref(true);
  let logsOfRun: number | null = null;

  function listen(): void {
    host().listen('breakpoints.changed', (value) => {
      list.value = value;
    });
    host().listen('breakpoints.whenBroken', ({ stop }) => {
      whenBroken.value = stop;
    });
    host().listen('breakpoints.logged', ({ runId, lines }) => {
      const all = runId === logsOfRun ? [...logs.value, ...lines] : lines;
      const over = Math.max(0, all.length - mostLogLines);
      dropped.value = (runId === logsOfRun ? dropped.value : 0) + over;
      logsOfRun = runId;
      logs.value = all.slice(over);
    });
  }

  async function load(): Promise<void> {
    list.value = await host().request('breakpoints.list', {});
    whenBroken.value = (await host().request('breakpoints.whenBroken', {})).stop;
    const kept = await host().request('breakpoints.logs', {});
    logs.value = kept.lines;
    logsOfRun = kept.runId;
    dropped.value = kept.dropped;
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  function put(breakpoint: BreakpointInfo): void {
    const isKnown = list.value.some((other) => other.id === breakpoint.id);
    list.value = isKnown ? list.value.map((other) => (other.id === breakpoint.id ? breakpoint : other)) : [...list.value, breakpoint];
  }

  const add = (spec: BreakpointDraft): Promise<void> => attempt(async () => put(await host().request('breakpoints.add', { spec })));
  const setEnabled = (id: number, enabled: boolean): Promise<void> => attempt(async () => put(await host().request('breakpoints.update', { id, enabled })));
  const change = (id: number, spec: BreakpointDraft): Promise<void> => attempt(async () => put(await host().request('breakpoints.update', { id, spec })));
  const remove = (id: number): Promise<void> => attempt(async () => {
    await host().request('breakpoints.remove', { id });
    list.value = list.value.filter((breakpoint) => breakpoint.id !== id);
  });

  function onLine(driverId: number, line: number): BreakpointInfo | undefined {
    return list.value.find(({ spec, verifiedLine }) => spec.at.kind === 'line' && spec.driverId === driverId && (spec.at.line === line || verifiedLine === line));
  }

  async function toggleLine(driverId: number, line: number): Promise<void> {
    const existing = onLine(driverId, line);
    if (existing === undefined) await add({ at: { kind: 'line', line }, driverId });
    else await remove(existing.id);
  }

  const setGroupEnabled = (group: string | null, enabled: boolean): Promise<void> => attempt(async () => {
    list.value = await host().request('breakpoints.setGroupEnabled', { group, enabled });
  });
  const stopWhenBroken = (stop: boolean): Promise<void> => attempt(async () => {
    whenBroken.value = (await host().request('breakpoints.whenBroken', { stop, keep: true })).stop;
  });
  /** Null where nothing is wrong. */
  const check = async (spec: BreakpointDraft): Promise<BreakpointProblem | null> => (await host().request('breakpoints.check', { spec })).problem;
  /** What the user says to a violation: runs do not stop for it again, or always. */
  const answer = ({ id, severity, driver }: StopNote, how: 'ignore' | 'always'): Promise<void> => attempt(async () => {
    list.value = await host().request('breakpoints.answer', { violation: id, severity, driver, answer: how });
  });
  const exportFile = (): Promise<{ fileName: string; text: string }> => host().request('breakpoints.export', {});
  const importFile = (text: string): Promise<void> => attempt(async () => {
    const { added, left } = await host().request('breakpoints.import', { text });
    useNotices().add(left.length === 0 ? 'info' : 'warning', [`${added} ${added === 1 ? 'breakpoint' : 'breakpoints'} added.`, ...left].join(' '));
  });

  return { whenBroken, stopWhenBroken, logs, dropped, setGroupEnabled, check, answer, exportFile, importFile, list, listen, load, add, setEnabled, change, remove, onLine, toggleLine };
});
