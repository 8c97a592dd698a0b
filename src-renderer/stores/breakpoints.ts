import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { BreakpointInfo, BreakpointSpec } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';

/** Breakpoints of the session, by callback kind and by line. */
export const useBreakpoints = defineStore('breakpoints', () => {
  const list = shallowRef<readonly BreakpointInfo[]>([]);

  function listen(): void {
    host().listen('breakpoints.changed', (value) => {
      list.value = value;
    });
  }

  async function load(): Promise<void> {
    list.value = await host().request('breakpoints.list', {});
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

  const add = (spec: BreakpointSpec): Promise<void> => attempt(async () => put(await host().request('breakpoints.add', { spec })));
  const setEnabled = (id: number, enabled: boolean): Promise<void> => attempt(async () => put(await host().request('breakpoints.update', { id, enabled })));
  const change = (id: number, spec: BreakpointSpec): Promise<void> => attempt(async () => put(await host().request('breakpoints.update', { id, spec })));
  const remove = (id: number): Promise<void> => attempt(async () => {
    await host().request('breakpoints.remove', { id });
    list.value = list.value.filter((breakpoint) => breakpoint.id !== id);
  });

  function onLine(driverId: number, line: number): BreakpointInfo | undefined {
    return list.value.find(({ spec, verifiedLine }) => spec.kind === 'line' && spec.driverId === driverId && (spec.line === line || verifiedLine === line));
  }

  async function toggleLine(driverId: number, line: number): Promise<void> {
    const existing = onLine(driverId, line);
    if (existing === undefined) await add({ kind: 'line', driverId, line });
    else await remove(existing.id);
  }

  return { list, listen, load, add, setEnabled, change, remove, onLine, toggleLine };
});
