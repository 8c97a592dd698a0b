/** Sums of a trace by what its operations have in common, a page after the other. */
import type { ProcessTotals, StatisticBy, StatisticColumn, StatisticRow } from '../../../src-preload/contract/index.ts';
import { IRP_MJ_READ, IRP_MJ_WRITE } from '../../nt/values.generated.ts';
import { ntStatusName } from '../../nt/ntStatus.ts';
import { operationFlags } from '../../replay/operationPage.ts';
import { asciiLower, type StoredOperationPage, type WhereTrace } from '../../session/index.ts';
import { Groups, type Counted, numberColumns } from './groups.ts';
import { extensionOf, foldersAbove } from './pathParts.ts';
import { Ticks } from './ticks.ts';
import { durationWhere, extensionWhere, folderWhere, operationWhere, pathWhere, processWhere, statusWhere } from './whereText.ts';

/** A trace may name more paths than anybody looks through; the rest of them is one row. */
const mostPaths = 1_000_000;
/** Rows that keep how their durations are spread: 10 KB each. */
const mostSpread = 512;

/** Where one step of the histogram ends, in ticks: 1, 2, 5, 10 µs ... 10 s. */
export const durationSteps: readonly number[] = [...[10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000].flatMap((unit) => [unit, 2 * unit, 5 * unit]), 100_000_000];

type Direct = Exclude<StatisticBy, 'folder' | 'duration'>;

export class Statistics {
  readonly #about: WhereTrace;
  readonly #groups: Readonly<Record<Direct, Groups>> = {
    process: new Groups({ histograms: mostSpread }), operation: new Groups({ histograms: mostSpread }), status: new Groups({ histograms: mostSpread }),
    extension: new Groups({ histograms: mostSpread, most: mostPaths }), path: new Groups({ most: mostPaths }),
  };
  readonly #durations = new Groups();
  readonly #total = new Groups({ histograms: 1 });
  /** By number of the process in the trace: its group, then what the tree shows of it. */
  readonly #processGroup = new Map<number, number>();
  readonly #byIndex = new Map<number, { readonly groups: Groups; readonly first: number; readonly firstTime: bigint; lastTime: bigint }>();
  /** Extension of each path, by the path's group. */
  readonly #extensionOfPath: number[] = [];
  readonly #one: Counted = { isError: false, duration: -1, read: 0, written: 0 };
  readonly #order = new Map<string, Uint32Array>();
  #folders: { readonly groups: Groups; readonly at: number } | null = null;

  constructor(about: WhereTrace) {
    this.#about = about;
    this.#total.number('', '');
    // In order, so that its rows are the steps of the histogram.
    for (const step of [...durationSteps.keys(), durationSteps.length]) this.#durations.number(String(step), durationTitle(step));
    this.#durations.number('none', 'not known');
  }

  get counted(): number {
    return this.#total.value(0, 'operations');
  }

  add(page: StoredOperationPage, mask: Uint8Array | null): void {
    const { texts } = page;
    const flags = page.column('flags');
    const [status, major, process, operation, path] = [page.column('status'), page.column('major'), page.column('process'), page.column('operation'), page.column('path')];
    const [information, length] = [page.column('information'), page.column('length')];
    const duration = new Ticks(page.column('duration'));
    const time = page.column('time');
    const [operationGroups, pathGroups] = [new Int32Array(texts.length + 1).fill(-1), new Int32Array(texts.length + 1).fill(-1)];
    const one = this.#one;
    for (let row = 0; row < page.count; row++) {
      if (mask !== null && mask[row] !== 1) continue;
      const flag = flags[row] ?? 0;
      const ended = (flag & operationFlags.hasStatus) !== 0;
      const code = status[row] ?? 0;
      one.isError = ended && code >= 0xc0000000;
      one.duration = (flag & operationFlags.hasDuration) === 0 ? -1 : duration.at(row);
      const bytes = one.isError || !ended ? 0 : (flag & operationFlags.hasInformation) !== 0 ? (information[row] ?? 0) : (flag & operationFlags.hasLength) !== 0 ? (length[row] ?? 0) : 0;
      const kind = (flag & operationFlags.hasMajor) === 0 ? -1 : (major[row] ?? 0);
      one.read = kind === IRP_MJ_READ ? bytes : 0;
      one.written = kind === IRP_MJ_WRITE ? bytes : 0;
      this.#total.add(0, one);
      this.#durations.add(durationStep(one.duration), one);
      const index = process[row] ?? 0;
      this.#groups.process.add(this.#processNumber(index), one);
      this.#addToProcess(index, page.entry.first + row, time, row, one);
      this.#groups.status.add(this.#groups.status.number(ended ? String(code) : 'none', ended ? String(code) : ''), one);
      const operationText = operation[row] ?? 0;
      let group = operationGroups[operationText] ?? -1;
      if (group < 0) {
        const name = texts[operationText - 1] ?? '';
        operationGroups[operationText] = group = this.#groups.operation.number(asciiLower(name), name);
      }
      this.#groups.operation.add(group, one);
      const pathText = path[row] ?? 0;
      group = pathGroups[pathText] ?? -1;
      if (group < 0) pathGroups[pathText] = group = this.#pathNumber(pathText === 0 ? null : (texts[pathText - 1] ?? ''));
      this.#groups.path.add(group, one);
      const extension = this.#extensionOfPath[group] ?? -1;
      if (extension >= 0) this.#groups.extension.add(extension, one);
    }
    this.#order.clear();
  }

  total(): StatisticRow {
    return { ...this.#numbers(this.#total, 0), name: '', status: null, where: null, p50: this.#total.quantile(0, 0.5), p99: this.#total.quantile(0, 0.99) };
  }

  page(by: StatisticBy, sort: StatisticColumn, descending: boolean, offset: number, limit: number): { rows: StatisticRow[]; count: number; largest: { [column in Exclude<StatisticColumn, 'name'>]: number } } {
    const groups = this.#groupsOf(by);
    const order = this.#ordered(by, groups, sort, descending);
    const rows = Array.from(order.subarray(offset, offset + limit), (group) => this.#row(by, groups, group));
    const largest = Object.fromEntries(numberColumns.map((column) => [column, maximum(groups.columns[column], groups.count)])) as Record<(typeof numberColumns)[number], number>;
    return { rows, count: order.length, largest: { ...largest, p50: this.#largestQuantile(groups, 0.5), p99: this.#largestQuantile(groups, 0.99) } };
  }

  processes(): ProcessTotals[] {
    return [...this.#byIndex].map(([process, { groups, first, firstTime, lastTime }]) => ({
      ...this.#numbers(groups, 0), process, firstOperation: first, firstTime: firstTime + this.#about.clockOffset, lastTime: lastTime + this.#about.clockOffset,
    }));
  }

  #processNumber(index: number): number {
    let group = this.#processGroup.get(index);
    if (group !== undefined) return group;
    const known = this.#about.processes.get(index);
    const name = known?.name ?? '';
    group = this.#groups.process.number(known === undefined ? '?' : `${known.pid} ${asciiLower(name)}`, known === undefined ? '' : `${known.pid} ${name}`);
    this.#processGroup.set(index, group);
    return group;
  }

  #addToProcess(index: number, number: number, time: BigInt64Array, row: number, one: Counted): void {
    let known = this.#byIndex.get(index);
    const at = time[row] ?? 0n;
    if (known === undefined) {
      const groups = new Groups();
      groups.number('', '');
      this.#byIndex.set(index, (known = { groups, first: number, firstTime: at, lastTime: at }));
    }
    if (at > known.lastTime) known.lastTime = at;
    known.groups.add(0, one);
  }

  #pathNumber(path: string | null): number {
    const { path: paths, extension } = this.#groups;
    const group = path === null ? paths.number('\u0000none', '') : paths.number(asciiLower(path), path);
    if (path !== null && group !== paths.rest && this.#extensionOfPath[group] === undefined) {
      const name = extensionOf(path);
      this.#extensionOfPath[group] = extension.number(name, name);
    }
    return group;
  }

  #groupsOf(by: StatisticBy): Groups {
    if (by === 'duration') return this.#durations;
    return by === 'folder' ? this.#folderGroups() : this.#groups[by];
  }

  /** A folder has everything below it, so its rows are put together from those of the paths. */
  #folderGroups(): Groups {
    if (this.#folders?.at === this.counted) return this.#folders.groups;
    const paths = this.#groups.path;
    const groups = new Groups({ most: mostPaths });
    for (let path = 0; path < paths.count; path++) {
      if (path === paths.rest) continue;
      for (const folder of foldersAbove(paths.names[path] ?? '')) groups.merge(groups.number(asciiLower(folder), folder), paths, path);
    }
    this.#folders = { groups, at: this.counted };
    return groups;
  }

  #ordered(by: StatisticBy, groups: Groups, sort: StatisticColumn, descending: boolean): Uint32Array {
    const key = `${by} ${sort} ${descending}`;
    const known = this.#order.get(key);
    if (known !== undefined) return known;
    const order = Uint32Array.from({ length: groups.count }, (_, at) => at).filter((group) => groups.value(group, 'operations') > 0);
    const sign = descending ? -1 : 1;
    if (sort === 'name') {
      // Steps of durations are in their order, the others by name as it is shown.
      const names = by === 'duration' ? null : groups.names.map((_, group) => asciiLower(this.#nameOf(by, groups, group)));
      order.sort((a, b) => sign * (names === null ? a - b : compareTexts(names[a] ?? '', names[b] ?? '')) || a - b);
    } else {
      const values = sort === 'p50' || sort === 'p99' ? Float64Array.from(groups.names, (_, group) => groups.quantile(group, sort === 'p50' ? 0.5 : 0.99) ?? -1) : groups.columns[sort];
      order.sort((a, b) => sign * ((values[a] ?? 0) - (values[b] ?? 0)) || a - b);
    }
    this.#order.set(key, order);
    return order;
  }

  #row(by: StatisticBy, groups: Groups, group: number): StatisticRow {
    return {
      ...this.#numbers(groups, group), name: this.#nameOf(by, groups, group), status: by === 'status' && groups.names[group] !== '' ? Number(groups.names[group]) : null,
      where: group === groups.rest ? null : this.#whereOf(by, groups, group), p50: groups.quantile(group, 0.5), p99: groups.quantile(group, 0.99),
    };
  }

  #numbers(groups: Groups, group: number): Pick<StatisticRow, (typeof numberColumns)[number]> {
    return Object.fromEntries(numberColumns.map((column) => [column, groups.value(group, column)])) as Pick<StatisticRow, (typeof numberColumns)[number]>;
  }

  #nameOf(by: StatisticBy, groups: Groups, group: number): string {
    const name = groups.names[group] ?? '';
    if (by === 'status') return name === '' ? '' : ntStatusName(Number(name));
    if (by !== 'process' || name === '') return name;
    const space = name.indexOf(' ');
    return `${name.slice(space + 1)} (${name.slice(0, space)})`;
  }

  #whereOf(by: StatisticBy, groups: Groups, group: number): string | null {
    const name = groups.names[group] ?? '';
    switch (by) {
      case 'process':
        return name === '' ? 'process = null' : processWhere(name.slice(name.indexOf(' ') + 1), Number(name.slice(0, name.indexOf(' '))));
      case 'path':
        return pathWhere(name === '' ? null : name);
      case 'folder':
        return folderWhere(name);
      case 'extension':
        return extensionWhere(name);
      case 'operation':
        return operationWhere(name);
      case 'status':
        return statusWhere(name === '' ? null : Number(name));
      case 'duration':
        return group > durationSteps.length ? 'duration = null' : durationWhere(durationSteps[group - 1] ?? 0, durationSteps[group] ?? Infinity);
    }
  }

  #largestQuantile(groups: Groups, share: number): number {
    let largest = 0;
    for (let group = 0; group < Math.min(groups.count, mostSpread); group++) largest = Math.max(largest, groups.quantile(group, share) ?? 0);
    return largest;
  }
}

function durationStep(ticks: number): number {
  if (ticks < 0) return durationSteps.length + 1;
  let step = 0;
  while (step < durationSteps.length && ticks >= (durationSteps[step] ?? 0)) step++;
  return step;
}

function durationTitle(step: number): string {
  const from = durationSteps[step - 1];
  const to = durationSteps[step];
  if (from === undefined) return `under ${unitText(to ?? 0)}`;
  return to === undefined ? `${unitText(from)} and more` : `${unitText(from)} to ${unitText(to)}`;
}

function unitText(ticks: number): string {
  if (ticks >= 10_000_000) return `${ticks / 10_000_000} s`;
  return ticks >= 10_000 ? `${ticks / 10_000} ms` : `${ticks / 10} µs`;
}

function maximum(values: Float64Array, count: number): number {
  let largest = 0;
  for (let at = 0; at < count; at++) largest = Math.max(largest, values[at] ?? 0);
  return largest;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
