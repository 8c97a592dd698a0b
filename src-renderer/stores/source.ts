import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { filePlace } from '../../src-main/base/driverLines.ts';
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import type { FileSlot, SourceFile } from './driverFiles.ts';
import { useDrivers } from './drivers.ts';
import { useLayout } from './layout.ts';
import { useNotices } from './notices.ts';

/** A file of a driver. */
export interface FileTab {
  readonly kind: 'driver';
  readonly driverId: number;
  readonly slot: FileSlot;
}
/** The driver API, or the one of service scripts. */
export type SourceTab = FileTab | { readonly kind: 'declarations'; readonly of: 'driver' | 'service' };

/** A type error or hint that the editor's language service found; `line` in the file. */
export interface TypeProblem {
  readonly driverId: number;
  readonly slot: FileSlot;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

interface ShowOptions {
  readonly column?: number | null;
  /** Puts the caret there, for a click; a stop only shows it. */
  readonly focus?: boolean;
}

const isSame = (a: FileTab, b: FileTab): boolean => a.driverId === b.driverId && a.slot === b.slot;
const fileTab = (driverId: number, slot: FileSlot): FileTab => ({ kind: 'driver', driverId, slot });

/** Which sources are open, which one is in front, and the line somebody asked to see. */
export const useSource = defineStore('source', () => {
  const opened = ref<readonly FileTab[]>([]);
  const chosen = ref<SourceTab | null>(null);
  const reveal = shallowRef<(FileTab & { readonly line: number; readonly column: number | null; readonly focus: boolean }) | null>(null);
  const typeProblems = shallowRef<readonly TypeProblem[]>([]);

  /** What is open and still there. */
  const tabs = computed(() => {
    const drivers = useDrivers();
    return opened.value.flatMap((tab): readonly { readonly tab: FileTab; readonly driver: DriverInfo; readonly file: SourceFile }[] => {
      const [driver, file] = [drivers.byId(tab.driverId), drivers.file(tab.driverId, tab.slot)];
      return driver === undefined || file === undefined ? [] : [{ tab, driver, file }];
    });
  });

  /** The chosen tab as long as its file exists, else one of the same driver, else the first. */
  const active = computed<SourceTab | null>(() => {
    const tab = chosen.value;
    if (tab?.kind === 'declarations') return tab;
    const open = tabs.value.map((one) => one.tab);
    return open.find((one) => tab !== null && isSame(one, tab)) ?? open.find(({ driverId }) => driverId === tab?.driverId) ?? open[0] ?? null;
  });
  /** Of a driver's code; the declarations and a service script have no lines that a run could be at. */
  const activeCode = computed<(FileTab & { readonly slot: number }) | null>(() => {
    const tab = active.value;
    return tab?.kind === 'driver' && tab.slot !== 'service' ? { ...tab, slot: tab.slot } : null;
  });

  /** Puts a file among those of the source pane, in front. */
  function add(driverId: number, slot: FileSlot = 0): void {
    const tab = fileTab(driverId, slot);
    if (!opened.value.some((one) => isSame(one, tab))) opened.value = [...opened.value, tab];
    chosen.value = tab;
  }

  /** Opens a file, as somebody asked for: the source pane comes into sight. */
  function open(driverId: number, slot: FileSlot = 0): void {
    add(driverId, slot);
    useLayout().show('source');
  }

  function openDeclarations(of: 'driver' | 'service' = 'driver'): void {
    chosen.value = { kind: 'declarations', of };
    useLayout().show('source');
  }

  function close(tab: FileTab): void {
    const at = opened.value.findIndex((one) => isSame(one, tab));
    opened.value = opened.value.filter((one) => !isSame(one, tab));
    if (chosen.value?.kind === 'driver' && isSame(chosen.value, tab)) chosen.value = opened.value[Math.min(at, opened.value.length - 1)] ?? null;
  }

  function closeAll(): void {
    opened.value = [];
  }

  /** Shows a line of a file. */
  function showInFile(driverId: number, slot: FileSlot, line: number, { column = null, focus = true }: ShowOptions = {}): void {
    if (focus) open(driverId, slot);
    else add(driverId, slot);
    reveal.value = { ...fileTab(driverId, slot), line, column, focus };
  }

  /** Shows a driver line, in whichever file it is. */
  function showLine(driverId: number, line: number, options: ShowOptions = {}): void {
    const place = filePlace(line);
    if (useDrivers().file(driverId, place.slot) !== undefined) return showInFile(driverId, place.slot, place.line, options);
    const name = useDrivers().byId(driverId)?.name ?? '';
    if (options.focus !== false) useNotices().add('info', `${useDrivers().placeText(name, line)} is in a file that ${name} no longer has; its versions have it.`);
  }

  function showPlace(driverName: string | null, line: number | null): void {
    const drivers = useDrivers();
    const driver = drivers.byName(driverName);
    if (driver !== undefined) {
      if (line === null) open(driver.id);
      else showLine(driver.id, line);
      return;
    }
    // A service script is named as its file is.
    const script = drivers.list.find(({ id }) => drivers.file(id, 'service')?.name === `${driverName ?? ''}.ts`);
    if (script !== undefined) showInFile(script.id, 'service', line ?? 1);
  }

  return { chosen, tabs, active, activeCode, reveal, typeProblems, add, open, openDeclarations, close, closeAll, showInFile, showLine, showPlace };
});
