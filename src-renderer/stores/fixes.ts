import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { filePlace } from '../../src-main/base/driverLines.ts';
import type { DriverFix, FixFinding } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDrivers } from './drivers.ts';
import { useEvents } from './events.ts';
import { useLayout } from './layout.ts';
import { useNotices } from './notices.ts';
import { useSource } from './source.ts';

interface Found {
  readonly id: string;
  readonly driver: string | null;
  readonly line: number | null;
}

const keyOf = ({ id, driver, line }: Found): string => `${id} ${driver ?? ''} ${line ?? ''}`;

const slotOf = (line: number | null): number => (line === null ? 0 : filePlace(line).slot);
const lineInFile = (line: number | null): number | null => (line === null ? null : filePlace(line).line);

/** What can be done about violations of the shown run, and doing it. */
export const useFixes = defineStore('fixes', () => {
  const found = shallowRef<ReadonlyMap<string, DriverFix>>(new Map());
  /** One of each kind and place. */
  const wanted = computed(() => [...new Map(useEvents().violations.map((row) => [keyOf(row), row])).values()]);
  const sources = computed(() => useDrivers().list.map(({ id, version }) => `${id}:${version}`).join(' '));
  let asked = 0;

  async function ask(): Promise<void> {
    const own = ++asked;
    const drivers = useDrivers();
    const next = new Map<string, DriverFix>();
    // A fix looks at one file, and at lines in it.
    for (const rows of Map.groupBy(wanted.value, ({ driver, line }) => `${driver ?? ''} ${slotOf(line)}`).values()) {
      const [first] = rows;
      const driver = drivers.byName(first?.driver ?? null);
      if (first === undefined || driver === undefined) continue;
      const findings = rows.map(({ id, sentence, line }): FixFinding => ({ id, message: sentence, line: lineInFile(line), column: null }));
      const fixes = await host().request('drivers.fixes', { source: drivers.text(driver.id, slotOf(first.line)), findings }).catch(() => []);
      if (own !== asked) return;
      for (const fix of fixes) {
        const row = rows[fix.finding];
        if (row !== undefined && !next.has(keyOf(row))) next.set(keyOf(row), fix);
      }
    }
    found.value = next;
  }

  /** The first thing that can be done about it; null where nothing is known. */
  const of = (finding: Found): DriverFix | null => found.value.get(keyOf(finding)) ?? null;

  /** Writes it into the source as it is now. */
  async function apply(finding: Found): Promise<void> {
    const drivers = useDrivers();
    const driver = drivers.byName(finding.driver);
    if (driver === undefined) return;
    const slot = slotOf(finding.line);
    const text = drivers.text(driver.id, slot);
    const message = useEvents().violations.find((row) => keyOf(row) === keyOf(finding))?.sentence ?? '';
    const [fix] = await host().request('drivers.fixes', { source: text, findings: [{ id: finding.id, message, line: lineInFile(finding.line), column: null }] });
    if (fix === undefined) return useNotices().add('info', 'The source has changed: there is nothing left to fix there.');
    drivers.edit(driver.id, slot, edited(text, fix));
    useLayout().show('source');
    useSource().showInFile(driver.id, slot, text.slice(0, fix.edits[0]?.from ?? 0).split('\n').length);
    useNotices().add('info', `${drivers.file(driver.id, slot)?.name ?? driver.name}: ${fix.title}. Run again to see it; Ctrl+Z in the editor takes it back.`);
  }

  watch([wanted, sources], () => void ask(), { immediate: true });

  return { of, apply };
});

/** A source with the edits of a fix in it. */
export function edited(source: string, { edits }: Pick<DriverFix, 'edits'>): string {
  return [...edits].reverse().reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to), source);
}
