import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useDrivers } from './drivers.ts';
import { useLayout } from './layout.ts';

export type SourceTab = { readonly kind: 'driver'; readonly driverId: number } | { readonly kind: 'declarations' };

/** A type error or hint that the editor's language service found. */
export interface TypeProblem {
  readonly driverId: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Which sources are open, which one is in front, and the line somebody asked to see. */
export const useSource = defineStore('source', () => {
  const openIds = ref<readonly number[]>([]);
  const chosen = ref<SourceTab | null>(null);
  const reveal = shallowRef<{ driverId: number; line: number; column: number | null; focus: boolean } | null>(null);
  const typeProblems = shallowRef<readonly TypeProblem[]>([]);

  const tabs = computed(() => {
    const drivers = useDrivers();
    return openIds.value.map((id) => drivers.byId(id)).filter((driver) => driver !== undefined);
  });

  /** The chosen tab as long as its driver exists, else the first. */
  const active = computed<SourceTab | null>(() => {
    const tab = chosen.value;
    if (tab?.kind === 'declarations' || (tab !== null && tabs.value.some((driver) => driver.id === tab.driverId))) return tab;
    const first = tabs.value[0];
    return first === undefined ? null : { kind: 'driver', driverId: first.id };
  });

  /** Puts a driver among the files of the source pane, in front. */
  function add(driverId: number): void {
    if (!openIds.value.includes(driverId)) openIds.value = [...openIds.value, driverId];
    chosen.value = { kind: 'driver', driverId };
  }

  /** Opens a driver, as somebody asked for: the source pane comes into sight. */
  function open(driverId: number): void {
    add(driverId);
    useLayout().show('source');
  }

  function openDeclarations(): void {
    chosen.value = { kind: 'declarations' };
    useLayout().show('source');
  }

  function close(driverId: number): void {
    const at = openIds.value.indexOf(driverId);
    openIds.value = openIds.value.filter((id) => id !== driverId);
    const next = openIds.value[Math.min(at, openIds.value.length - 1)];
    if (chosen.value?.kind === 'driver' && chosen.value.driverId === driverId) chosen.value = next === undefined ? null : { kind: 'driver', driverId: next };
  }

  /** Shows a line of a driver. `focus` puts the caret there, for a click; a stop only shows it. */
  function showLine(driverId: number, line: number, options: { column?: number | null; focus?: boolean } = {}): void {
    const { focus = true } = options;
    if (focus) open(driverId);
    else add(driverId);
    reveal.value = { driverId, line, column: options.column ?? null, focus };
  }

  function showPlace(driverName: string | null, line: number | null): void {
    const driver = useDrivers().byName(driverName);
    if (driver === undefined) return;
    if (line === null) open(driver.id);
    else showLine(driver.id, line);
  }

  return { openIds, chosen, tabs, active, reveal, typeProblems, add, open, openDeclarations, close, showLine, showPlace };
});
