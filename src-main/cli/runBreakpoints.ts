/** Breakpoints of a run on the command line: what they log and where they stop is printed as it comes. */
import { readFileSync } from 'node:fs';
import type { BreakpointLogLine, BreakpointSpec, DriverInfo, HostApi, StopInfo } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { layerName, operationName, stepText } from '../dap/index.ts';
import { DriverPlaces } from './driverPlaces.ts';
import { message, print, printJson } from './output.ts';

/** Those of a file, for one run: breakpoints of the session do not count in it, and are as they were afterwards. */
export class RunBreakpoints {
  readonly #api: HostApi;
  readonly #json: boolean;
  /** Places in the file by the breakpoints' ids. */
  readonly #positions: ReadonlyMap<number, number>;
  readonly #switchedOff: readonly number[];
  readonly #drivers: readonly DriverInfo[];
  readonly #lines: DriverPlaces;
  #stops = 0;

  private constructor(api: HostApi, json: boolean, positions: ReadonlyMap<number, number>, switchedOff: readonly number[], drivers: readonly DriverInfo[], lines: DriverPlaces) {
    this.#api = api;
    this.#json = json;
    this.#positions = positions;
    this.#switchedOff = switchedOff;
    this.#drivers = drivers;
    this.#lines = lines;
    api.listen('breakpoints.logged', ({ lines }) => lines.forEach((line) => void this.#logged(line)));
  }

  static async read(api: HostApi, file: string, json: boolean): Promise<RunBreakpoints> {
    const text = textOf(file);
    const switchedOff = (await api.request('breakpoints.list', {})).filter(({ enabled }) => enabled).map(({ id }) => id);
    const { placed, left } = await api.request('breakpoints.import', { text });
    for (const sentence of left) message(`${file}: ${sentence}`);
    for (const id of switchedOff) await api.request('breakpoints.update', { id, enabled: false });
    return new RunBreakpoints(api, json, new Map(placed.map(({ position, id }) => [id, position])), switchedOff, await api.request('drivers.list', {}), await DriverPlaces.of(api));
  }

  /** How often the run has stopped. */
  get stops(): number {
    return this.#stops;
  }

  async stopped(stop: StopInfo): Promise<void> {
    this.#stops++;
    if (this.#json) await printJson(this.#lines.json({ type: 'stop', breakpoints: this.#placesOf(stop.breakpointIds), ...stop }));
    else for (const line of stopLines(stop, this.#placesOf(stop.breakpointIds), this.#lines)) await print(line);
  }

  /** Prints hits, and what could not be placed or evaluated; the session has its own breakpoints again. */
  async end(): Promise<void> {
    const list = (await this.#api.request('breakpoints.list', {})).filter(({ id }) => this.#positions.has(id));
    for (const { id, spec, hits, message: problem } of list) {
      const position = this.#positions.get(id) ?? 0;
      if (this.#json) await printJson({ type: 'breakpoint', position, hits, problem });
      else await print(`breakpoint   ${position}, ${breakpointName(spec, this.#drivers, this.#lines)}: ${hits} ${hits === 1 ? 'hit' : 'hits'}${problem === null ? '' : `. ${problem}`}`);
    }
    for (const id of this.#positions.keys()) await this.#api.request('breakpoints.remove', { id });
    for (const id of this.#switchedOff) await this.#api.request('breakpoints.update', { id, enabled: true });
  }

  #placesOf(ids: readonly number[]): number[] {
    return ids.flatMap((id) => this.#positions.get(id) ?? []);
  }

  #logged({ breakpointId, operation, sequence, driver, line, text }: BreakpointLogLine): Promise<void> | undefined {
    const [breakpoint = null] = this.#placesOf([breakpointId]);
    if (this.#json) return printJson(this.#lines.json({ type: 'log', breakpoint, operation, sequence, driver, line: line === 0 ? null : line, text }));
    return print(`${operation}:${sequence}  ${text}${driver === null ? '' : `  [${this.#lines.text(driver, line === 0 ? null : line)}]`}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('breakpoint-file', `The breakpoints in “${file}” cannot be read: ${(error as Error).message}.`);
  }
}

/** Where it stops and why, then the layers that the operation has come through. */
function stopLines(stop: StopInfo, places: readonly number[], lines: DriverPlaces): string[] {
  const { point, operation, driver, callback, notes, layers, stackFrames } = stop;
  const frame = stackFrames.find((one) => one.driver !== null);
  const line = frame === undefined || frame.line === null ? '' : `  [${lines.text(frame.driver, frame.line)}]`;
  const where = [driver === null ? '' : `${driver}${callback === null ? '' : ` ${callback}`}`, operation.index === 0 ? '' : operationName(operation)].filter((part) => part !== '').join(', ');
  return [
    `stopped      ${point.operation}:${point.sequence}  breakpoint ${places.join(', ')}: ${where}${line}`,
    ...notes.filter(({ id }) => id === 'breakpoint').map(({ sentence }) => `  ${sentence}`),
    ...layers.map((step) => `  ${layerName(step)}: ${stepText(step)}`),
  ];
}

/** In a few words, as in the file. */
function breakpointName({ at, driverId }: BreakpointSpec, drivers: readonly DriverInfo[], lines: DriverPlaces): string {
  const driver = drivers.find(({ id }) => id === driverId);
  return `${at.kind === 'line' ? lines.words(driver?.name ?? '', at.line) : placeName(at)}${driver === undefined ? '' : ` of ${driver.name}`}`;
}

function placeName(at: Exclude<BreakpointSpec['at'], { readonly kind: 'line' }>): string {
  switch (at.kind) {
    case 'callback': return at.callbacks.length === 0 ? 'any callback' : at.callbacks.join(', ');
    case 'change': return `change of ${at.field}`;
    case 'violation': return ['violation', at.id, at.severity].filter((word) => word !== '').join(' ');
    case 'api': return `call of ${at.routine}`;
    case 'operation': return at.step === 'issue' ? 'operation issued' : 'operation ended';
    case 'difference': return 'difference';
    case 'pending': return `pending: ${at.what}`;
  }
}
