/** Conditional breakpoints of the debugger's own, at every place of a driver's source where a statement begins. */
import { lineHookName } from './control.ts';
import type { DriverScripts } from './driverScripts.ts';
import type { InspectorClient } from './inspectorClient.ts';
import type { NotedRoutine } from './lineTape.ts';
import type { EventPlace } from './messages.ts';

/** Where V8 can stop: a driver line, and a column from 0. */
export interface TapePlace {
  readonly line: number;
  readonly column: number;
}

/** What a routine came to, in order. */
export interface Tape {
  readonly places: readonly TapePlace[];
  /** issued, sequence, index into `places`, frames of driver code on the stack; one after the other. */
  readonly numbers: readonly number[];
  /** The last event before the routine's end. */
  readonly end: EventPlace;
}

/** What all routines came to, over a while. */
export interface NotedLines {
  readonly places: readonly DriverPlace[];
  /** As in `Tape`. */
  readonly numbers: readonly number[];
  readonly routines: readonly NotedRoutine[];
}

interface DriverPlace extends TapePlace {
  readonly driver: string;
}

interface BreakLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
  readonly type?: 'debuggerStatement' | 'call' | 'return';
}

export class TapeRunner {
  readonly #client: InspectorClient;
  readonly #scripts: DriverScripts;
  #placed: string[] = [];
  /** Whose places all have a breakpoint, and which they are. */
  #all: { readonly drivers: string; readonly places: readonly DriverPlace[] } | null = null;

  constructor(client: InspectorClient, scripts: DriverScripts) {
    this.#client = client;
    this.#scripts = scripts;
  }

  /** Sets breakpoints at all places of drivers, or at one; answers which. */
  async place(drivers: readonly string[], only: TapePlace | null): Promise<readonly DriverPlace[]> {
    const names = drivers.join();
    if (only === null && this.#all?.drivers === names) return this.#all.places;
    await this.clear();
    const places = (await Promise.all(drivers.map((driver) => this.#placesOf(driver, only)))).flat();
    await Promise.all(places.map(async ({ driver, scriptId, line, column }, at) => {
      const lineNumber = this.#scripts.lineNumber(driver, line);
      const answer = lineNumber === null ? null : await this.#client.send<{ readonly breakpointId: string }>('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber: column }, condition: `${lineHookName}(${at})` }).catch(() => null);
      if (answer !== null) this.#placed.push(answer.breakpointId);
    }));
    this.#all = only === null ? { drivers: names, places } : null;
    return places;
  }

  async #placesOf(driver: string, only: TapePlace | null): Promise<(DriverPlace & { readonly scriptId: string })[]> {
    const scriptOf = (): string | undefined => this.#scripts.idOf(driver);
    // That the run waits comes another way than that its scripts are there; an answer comes behind them.
    const scriptId = scriptOf() ?? (await this.#client.send('Runtime.getIsolateId').then(scriptOf, scriptOf));
    if (scriptId === undefined) return [];
    if (only !== null) return [{ ...only, driver, scriptId }];
    return (await this.#locations(scriptId)).map(({ lineNumber, columnNumber = 0 }) => ({ line: this.#scripts.line({ scriptId, lineNumber }), column: columnNumber, driver, scriptId }));
  }

  async clear(): Promise<void> {
    const placed = this.#placed;
    this.#placed = [];
    this.#all = null;
    if (placed.length > 0) await Promise.all(placed.map((breakpointId) => this.#client.send('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined)));
  }

  async #locations(scriptId: string): Promise<readonly BreakLocation[]> {
    const { locations } = await this.#client.send<{ readonly locations: readonly BreakLocation[] }>('Debugger.getPossibleBreakpoints', { start: { scriptId, lineNumber: 0 }, restrictToFunction: false });
    // A call in the middle of a line is no statement; where it comes first, it is the statement.
    return locations.filter((location, at) => location.type !== 'call' || locations[at - 1]?.lineNumber !== location.lineNumber);
  }
}
