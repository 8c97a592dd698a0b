/**
 * Breakpoints on lines of driver source, kept in step with V8.
 *
 * V8 has one breakpoint a line. Its condition hands the breakpoints of the line, with their conditions as functions of the frame, to the child, which
 * counts and decides (breakpointWatch.ts): V8 itself would take a condition that throws for one that does not hold.
 */
import { filePlace, lineText } from '../base/driverLines.ts';
import { parseLogMessage } from '../debugger/logMessage.ts';
import { breakpointHookName } from './control.ts';
import type { DriverScripts } from './driverScripts.ts';
import { breakpointCodeProblem, checkExpression } from './expressionCheck.ts';
import { driverUrl } from './loader.ts';
import type { InspectorClient, PausedEvent } from './inspectorClient.ts';
import type { BreakpointData, DriverSource } from './messages.ts';

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
}

/** The breakpoints of one line of one driver. */
interface Placed {
  readonly driverId: number;
  readonly line: number;
  readonly ids: readonly number[];
  readonly condition: string;
  readonly v8Id: string;
  resolved: boolean;
}

interface Wanted {
  readonly driverId: number;
  readonly line: number;
  readonly breakpoints: readonly BreakpointData[];
}

export type Verified = (id: number, line: number | null, message: string | null) => void;

export class LineBreakpoints {
  readonly #client: InspectorClient;
  readonly #drivers: readonly DriverSource[];
  readonly #scripts: Pick<DriverScripts, 'line' | 'lineNumber'>;
  readonly #verified: Verified;
  #placed: Placed[] = [];

  constructor(client: InspectorClient, drivers: readonly DriverSource[], scripts: Pick<DriverScripts, 'line' | 'lineNumber'>, verified: Verified) {
    this.#client = client;
    this.#drivers = drivers;
    this.#scripts = scripts;
    this.#verified = verified;
  }

  async set(breakpoints: readonly BreakpointData[], loaded: boolean): Promise<void> {
    const wanted = byLine(breakpoints.filter((one) => this.#isSound(one))).map((one) => ({ ...one, condition: conditionOf(one.breakpoints) }));
    const isSame = (placed: Placed, one: Wanted & { readonly condition: string }): boolean => one.driverId === placed.driverId && one.line === placed.line && one.condition === placed.condition;
    const gone = this.#placed.filter((placed) => !wanted.some((one) => isSame(placed, one)));
    this.#placed = this.#placed.filter((placed) => !gone.includes(placed));
    for (const { v8Id } of gone) await this.#client.send('Debugger.removeBreakpoint', { breakpointId: v8Id });
    for (const one of wanted) if (!this.#placed.some((placed) => isSame(placed, one))) await this.#place(one, one.condition);
    if (loaded) this.reportUnplaced();
  }

  /** A breakpoint set before its script was there has found its place. */
  resolved(v8Id: string, location: Location): void {
    const placed = this.#placed.find((one) => one.v8Id === v8Id);
    const line = this.#scripts.line(location);
    // Behind the last code of a file V8 goes on to that of the next one, which was not meant.
    if (placed === undefined || filePlace(line).slot !== filePlace(placed.line).slot) return;
    placed.resolved = true;
    for (const id of placed.ids) this.#verified(id, line, null);
  }

  /** After loading: what has no place by now has none. */
  reportUnplaced(): void {
    for (const { ids, driverId, line, resolved } of this.#placed) if (!resolved) for (const id of ids) this.#verified(id, null, this.#noCode(driverId, line));
  }

  #noCode(driverId: number, line: number): string {
    const { name = '', files = [] } = this.#drivers.find(({ id }) => id === driverId) ?? {};
    return `There is no code at or behind ${lineText(name, files, line)}; set the breakpoint on a statement.`;
  }

  isHitBy(paused: PausedEvent): boolean {
    return this.#placed.some(({ v8Id }) => paused.hitBreakpoints?.includes(v8Id) === true);
  }

  /** One whose code cannot be used is not placed, and says why. */
  #isSound({ id, spec }: BreakpointData): boolean {
    if (spec.at.kind !== 'line') return false;
    const problem = breakpointCodeProblem(spec.condition, spec.logMessage, true);
    if (problem !== null) this.#verified(id, null, problem.message);
    return problem === null;
  }

  async #place({ driverId, line, breakpoints }: Wanted, condition: string): Promise<void> {
    const ids = breakpoints.map(({ id }) => id);
    const tell = (message: string): void => ids.forEach((id) => this.#verified(id, null, message));
    const driver = this.#drivers.find((candidate) => candidate.id === driverId);
    if (driver === undefined) return tell('Its driver is not part of this run; switch it on.');
    const lineNumber = this.#scripts.lineNumber(driver.name, line);
    if (lineNumber === null) return tell(this.#noCode(driverId, line));
    try {
      const { breakpointId, locations } = await this.#client.send<{ readonly breakpointId: string; readonly locations: readonly Location[] }>('Debugger.setBreakpointByUrl', { url: driverUrl(driver.name), lineNumber, condition });
      this.#placed.push({ ids, driverId, line, condition, v8Id: breakpointId, resolved: false });
      const [location] = locations;
      if (location !== undefined) this.resolved(breakpointId, location);
    } catch (error) {
      tell(`It could not be set: ${(error as Error).message}`);
    }
  }
}

function byLine(breakpoints: readonly BreakpointData[]): Wanted[] {
  const lines = Map.groupBy(breakpoints, ({ spec }) => `${spec.driverId ?? 0}:${spec.at.kind === 'line' ? spec.at.line : 0}`);
  return [...lines.values()].flatMap((own) => {
    const spec = own[0]?.spec;
    return spec?.at.kind === 'line' ? [{ driverId: spec.driverId ?? 0, line: spec.at.line, breakpoints: own }] : [];
  });
}

/** `__fltreplayBreakpoint([[7,()=>(Data.Flags > 1),[()=>(length)]]])` */
function conditionOf(breakpoints: readonly BreakpointData[]): string {
  const rows = breakpoints.map(({ id, spec }) => {
    const parts = (parseLogMessage(spec.logMessage) ?? []).flatMap((part) => (part.kind === 'expression' ? [functionOf(part.text)] : []));
    return `[${id},${spec.condition === '' ? 'null' : functionOf(spec.condition)},[${parts.join(',')}]]`;
  });
  return `${breakpointHookName}([${rows.join(',')}])`;
}

/** Types are taken off. */
function functionOf(text: string): string {
  const checked = checkExpression(text, true);
  return `()=>${checked.kind === 'ok' ? checked.code : 'undefined'}`;
}
