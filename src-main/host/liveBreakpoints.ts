/** What the run that goes on has told of the breakpoints: hits, lines that were found, what was wrong, what they logged. */
import type { BreakpointInfo, BreakpointLogLine } from '../../src-preload/contract/index.ts';
import type { BreakpointData } from '../engine-host/messages.ts';
import { stored } from './breakpointFiles.ts';
import { breakpointData } from './runMaterial.ts';
import type { HostContext } from './hostContext.ts';
import { breakpointInfo, storedBreakpoint } from './sessionInfo.ts';

/** So many lines that breakpoints have logged are kept. */
const mostLogLines = 10_000;

interface LiveBreakpoint {
  hits?: number;
  verifiedLine?: number | null;
  message?: string | null;
}

export class LiveBreakpoints {
  readonly #context: HostContext;
  #live = new Map<number, LiveBreakpoint>();
  #hasUntoldHits = false;
  #logs: { runId: number | null; lines: BreakpointLogLine[]; dropped: number } = { runId: null, lines: [], dropped: 0 };

  constructor(context: HostContext) {
    this.#context = context;
  }

  list(): BreakpointInfo[] {
    return this.#context.session.reader.stack.breakpoints().map((b) => breakpointInfo(b, this.#live.get(b.id)));
  }

  tell(): void {
    this.#hasUntoldHits = false;
    this.#context.emit('breakpoints.changed', this.list());
  }

  /** Null: of any, or it is gone. */
  driverOf(id: number): number | null {
    const one = this.#context.session.reader.stack.breakpoints().find((candidate) => candidate.id === id);
    return one === undefined ? null : (storedBreakpoint(one)?.driverId ?? null);
  }

  /** The enabled ones, as engine hosts take them. */
  data(): BreakpointData[] {
    return breakpointData(this.#context.session.reader.stack.breakpoints());
  }

  logs(): { runId: number | null; lines: readonly BreakpointLogLine[]; dropped: number } {
    return this.#logs;
  }

  /** A run begins: nothing has been hit or logged. */
  begin(runId: number): void {
    this.#live = new Map();
    this.#logs = { runId, lines: [], dropped: 0 };
  }

  /** Forgets what belonged to the session that was open. */
  reset(): void {
    this.#hasUntoldHits = false;
    this.#live = new Map();
  }

  /** Those that wait for one of them wait no more. */
  remove(ids: readonly number[]): void {
    // The next one that is added may get a number anew: it has not been hit.
    for (const id of ids) this.#live.delete(id);
    this.#context.write(({ stack }) => {
      for (const id of ids) stack.removeBreakpoint(id);
      for (const one of this.#context.session.reader.stack.breakpoints()) {
        const spec = storedBreakpoint(one);
        if (spec !== null && spec.dependsOn !== null && ids.includes(spec.dependsOn)) stack.updateBreakpoint(one.id, stored(one.enabled, { ...spec, dependsOn: null }));
      }
    });
  }

  /** The lines of a driver have gone elsewhere. False: none of them had a breakpoint that moves. */
  move(driverId: number, lineOf: (line: number) => number): boolean {
    const moved = this.#context.session.reader.stack.breakpoints().flatMap((one) => {
      const spec = storedBreakpoint(one);
      if (spec?.at.kind !== 'line' || spec.driverId !== driverId) return [];
      const { verifiedLine = null } = this.#live.get(one.id) ?? {};
      const [line, verified] = [lineOf(spec.at.line), verifiedLine === null ? null : lineOf(verifiedLine)];
      return line === spec.at.line && verified === verifiedLine ? [] : [{ id: one.id, verified, as: stored(one.enabled, { ...spec, at: { ...spec.at, line } }) }];
    });
    if (moved.length === 0) return false;
    this.#context.write(({ stack }) => {
      for (const { id, as } of moved) stack.updateBreakpoint(id, as);
    });
    for (const { id, verified } of moved) if (verified !== null) this.#live.set(id, { ...this.#live.get(id), verifiedLine: verified });
    return true;
  }

  /** What was wrong with it before it was changed. */
  forgetMessage(id: number): void {
    const live = this.#live.get(id);
    if (live !== undefined) this.#live.set(id, { ...live, message: null });
  }

  verified(id: number, line: number | null, message: string | null): void {
    this.#live.set(id, { ...this.#live.get(id), verifiedLine: line, message });
    this.tell();
  }

  threw(id: number, message: string): void {
    this.#live.set(id, { ...this.#live.get(id), message });
    this.tell();
  }

  logged(runId: number, lines: readonly BreakpointLogLine[]): void {
    const kept = [...this.#logs.lines, ...lines];
    const dropped = Math.max(0, kept.length - mostLogLines);
    this.#logs = { runId, lines: kept.slice(dropped), dropped: this.#logs.dropped + dropped };
    this.#context.emit('breakpoints.logged', { runId, lines });
  }

  /** Of a report of progress; told with the next one or by `tellHits`: if they led to a stop, that is to be heard first. */
  countHits(hits: Readonly<Record<number, number>>): void {
    this.tellHits();
    let changed = false;
    for (const [id, count] of Object.entries(hits)) {
      const live = this.#live.get(Number(id)) ?? {};
      if (live.hits === count) continue;
      this.#live.set(Number(id), { ...live, hits: count });
      changed = true;
    }
    if (!changed) return;
    this.#dropSpent();
    this.#hasUntoldHits = true;
  }

  tellHits(): void {
    if (this.#hasUntoldHits) this.tell();
  }

  /** Hits stay with the breakpoints when the run has ended. */
  saveHits(): void {
    const hits = new Map([...this.#live].flatMap(([id, live]) => (live.hits === undefined ? [] : [[id, live.hits] as const])));
    if (hits.size > 0) this.#context.write(({ stack }) => stack.setHits(hits));
  }

  /** One-shot breakpoints that were hit are gone. */
  #dropSpent(): void {
    const spent = this.#context.session.reader.stack.breakpoints().filter((one) => (this.#live.get(one.id)?.hits ?? 0) > 0 && storedBreakpoint(one)?.once === true);
    if (spent.length > 0) this.remove(spent.map(({ id }) => id));
  }
}
