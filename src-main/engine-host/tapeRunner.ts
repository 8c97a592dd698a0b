/** Conditional breakpoints of the debugger's own, at every place of a driver's source where a statement begins. */
import { lineHookName } from './control.ts';
import type { InspectorClient } from './inspectorClient.ts';
import { driverUrl } from './loader.ts';
import type { EventPlace } from './messages.ts';

/** Where V8 can stop: lines from 1, columns from 0. */
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

interface BreakLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
  readonly type?: 'debuggerStatement' | 'call' | 'return';
}

export class TapeRunner {
  readonly #client: InspectorClient;
  /** URLs by V8's script id. */
  readonly #scripts: ReadonlyMap<string, string>;
  #placed: string[] = [];

  constructor(client: InspectorClient, scripts: ReadonlyMap<string, string>) {
    this.#client = client;
    this.#scripts = scripts;
  }

  /** Sets breakpoints at all places of a driver, or at one; answers which. */
  async place(driver: string, only: TapePlace | null): Promise<TapePlace[]> {
    await this.clear();
    const url = driverUrl(driver);
    const scriptId = [...this.#scripts].find(([, known]) => known === url)?.[0];
    if (scriptId === undefined) return [];
    const locations = only === null ? await this.#locations(scriptId) : [{ scriptId, lineNumber: only.line - 1, columnNumber: only.column }];
    const placed = await Promise.all(locations.map(async ({ lineNumber, columnNumber = 0 }, at) => {
      const answer = await this.#client.send<{ readonly breakpointId: string }>('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber }, condition: `${lineHookName}(${at})` }).catch(() => null);
      if (answer !== null) this.#placed.push(answer.breakpointId);
      return { line: lineNumber + 1, column: columnNumber };
    }));
    return placed;
  }

  async clear(): Promise<void> {
    const placed = this.#placed;
    this.#placed = [];
    await Promise.all(placed.map((breakpointId) => this.#client.send('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined)));
  }

  async #locations(scriptId: string): Promise<readonly BreakLocation[]> {
    const { locations } = await this.#client.send<{ readonly locations: readonly BreakLocation[] }>('Debugger.getPossibleBreakpoints', { start: { scriptId, lineNumber: 0 }, restrictToFunction: false });
    // A call in the middle of a line is no statement; where it comes first, it is the statement.
    return locations.filter((location, at) => location.type !== 'call' || locations[at - 1]?.lineNumber !== location.lineNumber);
  }
}
