/** Breakpoints on lines of driver source, kept in step with V8. */
import { driverUrl } from './loader.ts';
import type { InspectorClient, PausedEvent } from './inspectorClient.ts';
import type { BreakpointData, DriverSource } from './messages.ts';

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
}

interface Placed {
  readonly id: number;
  readonly driverId: number;
  readonly line: number;
  readonly v8Id: string;
  resolved: boolean;
}

export type Verified = (id: number, line: number | null, message: string | null) => void;

export class LineBreakpoints {
  readonly #client: InspectorClient;
  readonly #drivers: readonly DriverSource[];
  readonly #verified: Verified;
  #placed: Placed[] = [];

  constructor(client: InspectorClient, drivers: readonly DriverSource[], verified: Verified) {
    this.#client = client;
    this.#drivers = drivers;
    this.#verified = verified;
  }

  async set(breakpoints: readonly BreakpointData[], loaded: boolean): Promise<void> {
    const wanted = breakpoints.filter((one) => one.kind === 'line');
    const gone = this.#placed.filter((placed) => !wanted.some((one) => one.id === placed.id && one.line === placed.line && one.driverId === placed.driverId));
    this.#placed = this.#placed.filter((placed) => !gone.includes(placed));
    for (const { v8Id } of gone) await this.#client.send('Debugger.removeBreakpoint', { breakpointId: v8Id });
    for (const one of wanted) if (!this.#placed.some((placed) => placed.id === one.id)) await this.#place(one);
    if (loaded) this.reportUnplaced();
  }

  /** A breakpoint set before its script was there has found its place. */
  resolved(v8Id: string, location: Location): void {
    const placed = this.#placed.find((one) => one.v8Id === v8Id);
    if (placed === undefined) return;
    placed.resolved = true;
    this.#verified(placed.id, location.lineNumber + 1, null);
  }

  /** After loading: what has no place by now has none. */
  reportUnplaced(): void {
    for (const { id, line, resolved } of this.#placed) if (!resolved) this.#verified(id, null, `There is no code at or behind line ${line}; set the breakpoint on a statement.`);
  }

  hitBy(paused: PausedEvent): number[] {
    return this.#placed.filter((placed) => paused.hitBreakpoints?.includes(placed.v8Id) === true).map((placed) => placed.id);
  }

  async #place(one: BreakpointData & { readonly kind: 'line' }): Promise<void> {
    const driver = this.#drivers.find((candidate) => candidate.id === one.driverId);
    if (driver === undefined) return this.#verified(one.id, null, 'Its driver is not part of this run; switch it on.');
    try {
      const { breakpointId, locations } = await this.#client.send<{ readonly breakpointId: string; readonly locations: readonly Location[] }>('Debugger.setBreakpointByUrl', { url: driverUrl(driver.name), lineNumber: one.line - 1 });
      this.#placed.push({ id: one.id, driverId: one.driverId, line: one.line, v8Id: breakpointId, resolved: false });
      const [location] = locations;
      if (location !== undefined) this.resolved(breakpointId, location);
    } catch (error) {
      // V8 refuses a second breakpoint at the same place.
      this.#verified(one.id, null, `It could not be set: ${(error as Error).message}`);
    }
  }
}
