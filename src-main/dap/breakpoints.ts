/** The client's breakpoints beside those of the session: each list it sends replaces the one before. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointDraft, BreakpointInfo, HostApi, MajorInfo } from '../../src-preload/contract/index.ts';
import { driverLine, filePlace } from '../base/driverLines.ts';
import { members, optionalText, text } from './arguments.ts';
import type { Client } from './client.ts';
import { dapErrors } from './errors.ts';
import { exceptionFilters } from './exceptionFilters.ts';
import { parseFunctionBreakpoint } from './functionBreakpoints.ts';
import type { Arguments } from './protocol.ts';
import type { Sources } from './sources.ts';

export type BreakpointKind = 'line' | 'function' | 'exception' | 'data';

interface Placed {
  /** What the client knows it by: the number of its first part. */
  readonly id: number;
  readonly kind: BreakpointKind;
  readonly source: DebugProtocol.Source | null;
  /** One for each driver that has the file; else it is one. */
  readonly parts: readonly { readonly id: number; readonly spec: BreakpointDraft }[];
  /** As it was told last. */
  told: string;
}

export class Breakpoints {
  readonly #api: HostApi;
  readonly #client: Client;
  readonly #sources: Sources;
  readonly #changed: (breakpoint: DebugProtocol.Breakpoint) => void;
  /** By list: `function`, or `line` and the file. */
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
    return this.#withPart(id)?.kind ?? null;
  }

  /** Where a line breakpoint stands. */
  placeOf(id: number): { readonly source: DebugProtocol.Source; readonly line: number } | null {
    const placed = this.#withPart(id);
    const line = placed === undefined ? null : wantedLine(placed);
    return line !== null && placed?.source ? { source: placed.source, line: this.#client.lineToClient(line) } : null;
  }

  /** As the client knows those that a stop hit. */
  shownIds(ids: readonly number[]): number[] {
    return [...new Set(ids.map((id) => this.#withPart(id)?.id ?? id))];
  }

  setLines(source: Arguments, wanted: readonly unknown[]): Promise<DebugProtocol.Breakpoint[]> {
    const files = this.#sources.filesOf(source);
    const [first] = files;
    const named = source as DebugProtocol.Source;
    if (first === undefined) {
      const { message } = dapErrors.noSource(String(named.path ?? named.name ?? ''));
      return Promise.resolve(wanted.map(() => ({ verified: false, message })));
    }
    return this.#replace(`line ${first.driver.id} ${first.slot}`, 'line', this.#sources.source(first), wanted.map((one) => {
      const given = members(one, 'breakpoints', '[{ "line": 12 }]');
      const { line } = given;
      if (typeof line !== 'number' || !Number.isSafeInteger(line)) throw dapErrors.argument('line', 'a whole number', '12');
      return files.map(({ driver, slot }) => ({ at: { kind: 'line', line: driverLine(slot, this.#client.lineFromClient(line)) }, driverId: driver.id, ...whatItDoes(given) }));
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
    return this.#replace('function', 'function', null, specs.map(alone));
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
    const shown = await this.#replace('exception', 'exception', null, specs.filter((spec) => spec !== null).map(alone));
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
      return [{ at: { kind: 'change', field: text(given, 'dataId', 'Parameters.Write.Length') }, ...whatItDoes(given) }];
    }));
  }

  /** The host has told of all breakpoints: those of ours that have found their place, or have none, are told on. */
  update(infos: readonly BreakpointInfo[]): void {
    for (const placed of this.#placed()) {
      const own = infosOf(placed, infos);
      if (own.length === 0) continue;
      const shown = this.#shown(placed, own);
      const told = JSON.stringify(shown);
      if (told === placed.told) continue;
      placed.told = told;
      this.#changed(shown);
    }
  }

  /** Takes all of ours away again. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { id } of this.#placed().flatMap(({ parts }) => parts)) await this.#api.request('breakpoints.remove', { id }).catch(() => undefined);
      this.#lists.clear();
      if (this.#brokenBefore !== null) await this.#api.request('breakpoints.whenBroken', { stop: this.#brokenBefore }).catch(() => undefined);
      this.#brokenBefore = null;
    });
  }

  #placed(): Placed[] {
    return [...this.#lists.values()].flat();
  }

  #withPart(id: number): Placed | undefined {
    return this.#placed().find(({ parts }) => parts.some((part) => part.id === id));
  }

  #replace(key: string, kind: BreakpointKind, source: DebugProtocol.Source | null, specs: readonly (readonly BreakpointDraft[] | Error)[]): Promise<DebugProtocol.Breakpoint[]> {
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
        const at = free.findIndex(({ parts }) => JSON.stringify(parts.map((part) => part.spec)) === JSON.stringify(spec));
        const [same] = at < 0 ? [] : free.splice(at, 1);
        const infos = same === undefined ? await this.#add(spec) : infosOf(same, await this.#api.request('breakpoints.list', {}));
        if (infos instanceof Error) {
          shown.push({ verified: false, message: infos.message });
          continue;
        }
        const placed: Placed = same ?? { id: infos[0]?.id ?? 0, kind, source, parts: spec.map((one, part) => ({ id: infos[part]?.id ?? 0, spec: one })), told: '' };
        const breakpoint = this.#shown(placed, infos);
        placed.told = JSON.stringify(breakpoint);
        kept.push(placed);
        shown.push(breakpoint);
      }
      for (const { id } of free.flatMap(({ parts }) => parts)) await this.#api.request('breakpoints.remove', { id });
      return shown;
    });
  }

  /** A condition that cannot be used is the breakpoint's own problem, not the list's. */
  async #add(specs: readonly BreakpointDraft[]): Promise<BreakpointInfo[] | Error> {
    const added: BreakpointInfo[] = [];
    try {
      for (const spec of specs) added.push(await this.#api.request('breakpoints.add', { spec }));
      return added;
    } catch (error) {
      for (const { id } of added) await this.#api.request('breakpoints.remove', { id });
      return error as Error;
    }
  }

  /** It stands where any of the drivers has it. */
  #shown(placed: Placed, infos: readonly BreakpointInfo[]): DebugProtocol.Breakpoint {
    const { id, source } = placed;
    const wanted = wantedLine(placed);
    const message = infos.find((info) => info.message !== null)?.message ?? null;
    if (wanted === null) return { id, verified: message === null, ...(message !== null && { message }) };
    const verified = infos.find((info) => info.verifiedLine !== null)?.verifiedLine ?? null;
    const line = verified === null ? null : filePlace(verified).line;
    return {
      id, verified: line !== null, line: this.#client.lineToClient(line ?? wanted), ...(source !== null && { source }),
      ...(line === null && { message: message ?? 'It is placed when the driver has been loaded.', reason: message === null ? ('pending' as const) : ('failed' as const) }),
    };
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#working.then(action);
    this.#working = result.catch(() => undefined);
    return result;
  }
}

const alone = (spec: BreakpointDraft | Error): readonly BreakpointDraft[] | Error => (spec instanceof Error ? spec : [spec]);
const infosOf = ({ parts }: Placed, infos: readonly BreakpointInfo[]): BreakpointInfo[] => parts.flatMap(({ id }) => infos.find((info) => info.id === id) ?? []);

/** The line in its file that was asked for; null for what stands at no line. */
function wantedLine({ parts: [part] }: Placed): number | null {
  return part?.spec.at.kind === 'line' ? filePlace(part.spec.at.line).line : null;
}

/** Condition, hits to wait for, and what is written instead of stopping. */
function whatItDoes(given: Arguments): Pick<BreakpointDraft, 'condition' | 'hitCondition' | 'logMessage'> {
  return {
    condition: optionalText(given, 'condition', 'Data.Iopb.Parameters.Read.Length > 4096') ?? '',
    hitCondition: optionalText(given, 'hitCondition', '>=5') ?? '',
    logMessage: optionalText(given, 'logMessage', 'length {Data.Iopb.Parameters.Read.Length}') ?? '',
  };
}
