/** The client's breakpoints beside those of the session: each list it sends replaces the one before. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointDraft, BreakpointInfo, HostApi, MajorInfo } from '../../src-preload/contract/index.ts';
import { members, optionalText, text } from './arguments.ts';
import type { Client } from './client.ts';
import { dapErrors } from './errors.ts';
import { exceptionFilters } from './exceptionFilters.ts';
import { parseFunctionBreakpoint } from './functionBreakpoints.ts';
import type { Arguments } from './protocol.ts';
import type { Sources } from './sources.ts';

export type BreakpointKind = 'line' | 'function' | 'exception' | 'data';

interface Placed {
  readonly id: number;
  readonly kind: BreakpointKind;
  readonly source: DebugProtocol.Source | null;
  readonly spec: BreakpointDraft;
  /** As it was told last. */
  told: string;
}

export class Breakpoints {
  readonly #api: HostApi;
  readonly #client: Client;
  readonly #sources: Sources;
  readonly #changed: (breakpoint: DebugProtocol.Breakpoint) => void;
  /** By list: `function`, or `line` and the driver. */
  readonly #lists = new Map<string, Placed[]>();
  #majors: readonly MajorInfo[] | null = null;
  /** How the switch for runs that break off stood before the client chose; null: it has not. */
  #brokenBefore: boolean | null = null;
  /** One list after the other. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(api: HostApi, client: Client, sources: Sources, changed: (breakpoint: DebugProtocol.Breakpoint) => void) {
    this.#api = api;
    this.#client = client;
    this.#sources = sources;
    this.#changed = changed;
  }

  /** What the client calls a breakpoint that a stop hit. */
  kindOf(id: number): BreakpointKind | null {
    return this.#placed().find((one) => one.id === id)?.kind ?? null;
  }

  /** Where a line breakpoint stands. */
  placeOf(id: number): { readonly source: DebugProtocol.Source; readonly line: number } | null {
    const placed = this.#placed().find((one) => one.id === id);
    return placed?.spec.at.kind === 'line' && placed.source !== null ? { source: placed.source, line: this.#client.lineToClient(placed.spec.at.line) } : null;
  }

  setLines(source: Arguments, wanted: readonly unknown[]): Promise<DebugProtocol.Breakpoint[]> {
    const driver = this.#sources.driverOf(source);
    const named = source as DebugProtocol.Source;
    if (driver === null) {
      const { message } = dapErrors.noSource(String(named.path ?? named.name ?? ''));
      return Promise.resolve(wanted.map(() => ({ verified: false, message })));
    }
    const own = this.#sources.of(driver.name) ?? null;
    return this.#replace(`line ${driver.id}`, 'line', own, wanted.map((one) => {
      const given = members(one, 'breakpoints', '[{ "line": 12 }]');
      const { line } = given;
      if (typeof line !== 'number' || !Number.isSafeInteger(line)) throw dapErrors.argument('line', 'a whole number', '12');
      return { at: { kind: 'line', line: this.#client.lineFromClient(line) }, driverId: driver.id, ...whatItDoes(given) };
    }));
  }

  async setFunctions(wanted: readonly unknown[]): Promise<DebugProtocol.Breakpoint[]> {
    this.#majors ??= await this.#api.request('app.majors', {});
    const majors = this.#majors;
    const specs = wanted.map((one): BreakpointDraft | Error => {
      const given = members(one, 'breakpoints', '[{ "name": "pre READ" }]');
      const name = text(given, 'name', 'pre READ');
      try {
        return { ...parseFunctionBreakpoint(name, this.#sources.drivers, majors), ...whatItDoes(given) };
      } catch (error) {
        return error as Error;
      }
    });
    return this.#replace('function', 'function', null, specs);
  }

  /** `filters` by their names, `options` with conditions; answered in this order. */
  async setExceptions(filters: readonly string[], options: readonly unknown[]): Promise<DebugProtocol.Breakpoint[]> {
    const wanted = [...filters.map((filterId): Arguments => ({ filterId })), ...options.map((one) => members(one, 'filterOptions', '[{ "filterId": "violations" }]'))];
    const specs = wanted.map((given): BreakpointDraft | Error | null => {
      const filter = exceptionFilters.get(text(given, 'filterId', 'violations'));
      if (filter === undefined) return dapErrors.filterUnknown(String(given['filterId']), [...exceptionFilters.keys()]);
      return filter.at === null ? null : { at: filter.at, ...whatItDoes(given) };
    });
    await this.#inTurn(() => this.#stopWhenBroken(specs.includes(null)));
    const shown = await this.#replace('exception', 'exception', null, specs.filter((spec) => spec !== null));
    return specs.flatMap((spec) => (spec === null ? { verified: true } : (shown.shift() ?? [])));
  }

  async #stopWhenBroken(stop: boolean): Promise<void> {
    this.#brokenBefore ??= (await this.#api.request('breakpoints.whenBroken', {})).stop;
    await this.#api.request('breakpoints.whenBroken', { stop });
  }

  /** Data is named by its field of the Iopb. */
  setData(wanted: readonly unknown[]): Promise<DebugProtocol.Breakpoint[]> {
    return this.#replace('data', 'data', null, wanted.map((one) => {
      const given = members(one, 'breakpoints', '[{ "dataId": "Parameters.Write.Length" }]');
      return { at: { kind: 'change', field: text(given, 'dataId', 'Parameters.Write.Length') }, ...whatItDoes(given) };
    }));
  }

  /** The host has told of all breakpoints: those of ours that have found their place, or have none, are told on. */
  update(infos: readonly BreakpointInfo[]): void {
    for (const placed of this.#placed()) {
      const info = infos.find((one) => one.id === placed.id);
      if (info === undefined) continue;
      const shown = this.#shown(placed, info);
      const told = JSON.stringify(shown);
      if (told === placed.told) continue;
      placed.told = told;
      this.#changed(shown);
    }
  }

  /** Takes all of ours away again. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { id } of this.#placed()) await this.#api.request('breakpoints.remove', { id }).catch(() => undefined);
      this.#lists.clear();
      if (this.#brokenBefore !== null) await this.#api.request('breakpoints.whenBroken', { stop: this.#brokenBefore }).catch(() => undefined);
      this.#brokenBefore = null;
    });
  }

  #placed(): Placed[] {
    return [...this.#lists.values()].flat();
  }

  #replace(key: string, kind: BreakpointKind, source: DebugProtocol.Source | null, specs: readonly (BreakpointDraft | Error)[]): Promise<DebugProtocol.Breakpoint[]> {
    return this.#inTurn(async () => {
      const before = this.#lists.get(key) ?? [];
      const kept: Placed[] = [];
      const shown: DebugProtocol.Breakpoint[] = [];
      this.#lists.set(key, kept);
      const free = [...before];
      for (const spec of specs) {
        if (spec instanceof Error) {
          shown.push({ verified: false, message: spec.message });
          continue;
        }
        // One that stays keeps its number and its hits.
        const at = free.findIndex((one) => JSON.stringify(one.spec) === JSON.stringify(spec));
        const [same] = at < 0 ? [] : free.splice(at, 1);
        const info = same === undefined ? await this.#add(spec) : (await this.#api.request('breakpoints.list', {})).find((one) => one.id === same.id);
        if (info instanceof Error) {
          shown.push({ verified: false, message: info.message });
          continue;
        }
        const placed: Placed = same ?? { id: info?.id ?? 0, kind, source, spec, told: '' };
        const breakpoint = this.#shown(placed, info);
        placed.told = JSON.stringify(breakpoint);
        kept.push(placed);
        shown.push(breakpoint);
      }
      for (const { id } of free) await this.#api.request('breakpoints.remove', { id });
      return shown;
    });
  }

  /** A condition that cannot be used is the breakpoint's own problem, not the list's. */
  async #add(spec: BreakpointDraft): Promise<BreakpointInfo | Error> {
    try {
      return await this.#api.request('breakpoints.add', { spec });
    } catch (error) {
      return error as Error;
    }
  }

  #shown(placed: Placed, info: BreakpointInfo | undefined): DebugProtocol.Breakpoint {
    const { id, source, spec } = placed;
    const message = info?.message ?? null;
    if (spec.at.kind !== 'line') return { id, verified: message === null, ...(message !== null && { message }) };
    const line = info?.verifiedLine ?? null;
    return {
      id, verified: line !== null, line: this.#client.lineToClient(line ?? spec.at.line), ...(source !== null && { source }),
      ...(line === null && { message: message ?? 'It is placed when the driver has been loaded.', reason: message === null ? ('pending' as const) : ('failed' as const) }),
    };
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#working.then(action);
    this.#working = result.catch(() => undefined);
    return result;
  }
}

/** Condition, hits to wait for, and what is written instead of stopping. */
function whatItDoes(given: Arguments): Pick<BreakpointDraft, 'condition' | 'hitCondition' | 'logMessage'> {
  return {
    condition: optionalText(given, 'condition', 'Data.Iopb.Parameters.Read.Length > 4096') ?? '',
    hitCondition: optionalText(given, 'hitCondition', '>=5') ?? '',
    logMessage: optionalText(given, 'logMessage', 'length {Data.Iopb.Parameters.Read.Length}') ?? '',
  };
}
