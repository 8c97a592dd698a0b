/** What the palette lists: commands, drivers and what is in them, operations, places to go. */
import type { OperationRow } from '../../../src-preload/contract/index.ts';
import { commands, runCommand } from '../../commands/commands.ts';
import { matchCommands, rankByText } from '../../commands/matchCommands.ts';
import { focusPane } from '../../commands/paneActions.ts';
import type { DriverSymbol } from '../../editor/driverSymbols.ts';
import { formatListTime } from '../../formatting/listTime.ts';
import { formatCount } from '../../formatting/numbers.ts';
import { filesOf, type FileSlot } from '../../stores/driverFiles.ts';
import { useDrivers } from '../../stores/drivers.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSettings } from '../../stores/settings.ts';
import { useSource } from '../../stores/source.ts';
import { recentFirst } from './paletteText.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly keys: readonly string[];
  /** Why it cannot be chosen now. */
  readonly reason: string | null;
  choose(): void | Promise<void>;
}

/** Commands that are remembered as chosen. */
const keptRecent = 20;

export function commandItems(text: string): readonly PaletteItem[] {
  const settings = useSettings();
  const { recentCommands } = settings.saved;
  const all = [...commands().values()].filter(({ id }) => !id.startsWith('palette.'));
  const found = text === '' ? recentFirst(all, recentCommands) : matchCommands(all, text);
  return [...layoutItems(text), ...found.map((entry) => ({
    id: entry.id,
    group: text === '' && recentCommands.includes(entry.id) ? 'recent' : entry.menu,
    title: entry.title,
    keys: entry.keys,
    reason: entry.unavailable(),
    choose: () => {
      settings.saved.recentCommands = [entry.id, ...settings.saved.recentCommands.filter((id) => id !== entry.id)].slice(0, keptRecent);
      runCommand(entry.id);
    },
  }))];
}

/** The layouts that the user has named; all of them only where their letters are typed. */
function layoutItems(text: string): readonly PaletteItem[] {
  if (text.trim() === '') return [];
  const items = useSettings().saved.namedLayouts.map(({ name }): PaletteItem => ({ id: `layout-${name}`, group: 'View', title: `Layout: ${name}`, keys: [], reason: null, choose: () => runCommand('layout.named', name) }));
  return rankByText(items, text, ({ title }) => title);
}

/** Drivers, the driver API, and what is in the driver that is open. */
export function sourceItems(text: string, symbols: readonly DriverSymbol[]): readonly PaletteItem[] {
  const source = useSource();
  const { active } = source;
  const show = (driverId: number, slot: FileSlot): void => {
    source.open(driverId, slot);
    focusPane('source');
  };
  const drivers = useDrivers().list.map((driver): PaletteItem => ({ id: `driver-${driver.name}`, group: 'driver', title: driver.name, detail: `at ${driver.altitude}`, keys: [], reason: null, choose: () => show(driver.id, 0) }));
  const files = useDrivers().list.flatMap((driver) => filesOf(driver).filter(({ slot }) => slot !== 0).map(({ slot, name }): PaletteItem => ({ id: `file-${driver.name}-${slot}`, group: 'file', title: name, detail: driver.name, keys: [], reason: null, choose: () => show(driver.id, slot) })));
  const api: PaletteItem = { id: 'declarations', group: 'API', title: 'fltkernel.d.ts', detail: 'driver API', keys: [], reason: null, choose: () => runCommand('help.declarations') };
  const inside = active?.kind !== 'driver' ? [] : symbols.map(({ name, kind, slot, line, container }): PaletteItem => ({
    id: `symbol-${name}-${slot}-${line}`, group: kind, title: name, detail: `${container === '' ? '' : `${container}, `}${slot === active.slot ? 'line ' : `${useDrivers().file(active.driverId, slot)?.name ?? ''}:`}${line}`, keys: [], reason: null,
    choose: () => {
      focusPane('source');
      source.showInFile(active.driverId, slot, line);
    },
  }));
  return rankByText([...inside, ...drivers, ...files, api], text, ({ title }) => title);
}

export function operationItem(row: OperationRow): PaletteItem {
  const selection = useSelection();
  const time = formatListTime(row.time, useSettings().saved.timeFormat, selection.trace?.report.firstTime ?? null);
  return { id: `operation-${row.index}`, group: `#${formatCount(row.index)}`, title: `${row.operation} ${row.path ?? ''}`, detail: `${row.process} · ${time}`, keys: [], reason: null, choose: () => {
    selection.goTo(row.index);
    focusPane('operations');
  } };
}
