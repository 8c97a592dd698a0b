/**
 * Pauses where a driver throws what it does not catch: at the line, with its variables.
 *
 * V8 takes every exception for caught, because the engine catches what leaves a driver's routine. So it pauses at all of them, and whether code of the
 * driver catches one is read from its source: a frame of the driver that stands in a `try` with a `catch`. Each pause costs a question to the child, so
 * after some that were caught V8 pauses no more, and the run stops where the exception has left the routine.
 */
import { parse, type Node } from 'acorn';
import { withoutCallNames } from './callNames.ts';
import type { DriverScripts } from './driverScripts.ts';
import type { CallFrame, InspectorClient, PausedEvent } from './inspectorClient.ts';

/** How the simulated system ends a driver's routine: no exceptions of the driver's. */
const ownEnds: ReadonlySet<string> = new Set(['BugCheck', 'Deadlock', 'DriverException', 'ThreadExit']);
const mostCaught = 50;

export interface DriverThrow {
  readonly frame: CallFrame;
  /** A driver line. */
  readonly line: number;
  /** `TypeError: x is not a function` */
  readonly text: string;
}

export class ExceptionPauses {
  readonly #client: InspectorClient;
  readonly #scripts: DriverScripts;
  readonly #programs = new Map<string, { readonly lines: readonly number[]; readonly program: Node | null }>();
  #caught = 0;
  #isOn = false;

  constructor(client: InspectorClient, scripts: DriverScripts) {
    this.#client = client;
    this.#scripts = scripts;
  }

  async set(on: boolean): Promise<void> {
    if (this.#isOn === on) return;
    this.#isOn = on;
    this.#caught = 0;
    await this.#client.send('Debugger.setPauseOnExceptions', { state: on ? 'all' : 'none' });
  }

  isOne({ reason }: PausedEvent): boolean {
    return reason === 'exception' || reason === 'promiseRejection';
  }

  /** Null where the driver catches it, or where it is none of the driver's. */
  async thrown({ callFrames, data }: PausedEvent): Promise<DriverThrow | null> {
    const isDrivers = (frame: CallFrame): boolean => this.#scripts.driver(frame.location.scriptId) !== null;
    const first = callFrames.findIndex(isDrivers);
    const frame = callFrames[first];
    if (frame === undefined || ownEnds.has(data?.className ?? '')) return null;
    const behind = callFrames.slice(first);
    const end = behind.findIndex((one) => !isDrivers(one));
    for (const one of end < 0 ? behind : behind.slice(0, end)) {
      if (await this.#catches(one)) {
        if (++this.#caught >= mostCaught) await this.#client.send('Debugger.setPauseOnExceptions', { state: 'none' });
        return null;
      }
    }
    return { frame, line: this.#scripts.line(frame.location), text: withoutCallNames((data?.description ?? String(data?.value ?? 'an exception')).split('\n', 1)[0]?.replace(/\.$/, '') ?? '') };
  }

  async #catches({ location }: CallFrame): Promise<boolean> {
    const { lines, program } = await this.#program(location.scriptId);
    return program !== null && isInTry(program, (lines[location.lineNumber] ?? 0) + (location.columnNumber ?? 0), false);
  }

  /** As V8 has it: places are those of its frames. */
  async #program(scriptId: string): Promise<{ readonly lines: readonly number[]; readonly program: Node | null }> {
    const known = this.#programs.get(scriptId);
    if (known !== undefined) return known;
    const { scriptSource } = await this.#client.send<{ readonly scriptSource: string }>('Debugger.getScriptSource', { scriptId });
    const read = { lines: lineStarts(scriptSource), program: programOf(scriptSource) };
    this.#programs.set(scriptId, read);
    return read;
  }
}

function programOf(source: string): Node | null {
  try {
    return parse(source, { ecmaVersion: 2024, sourceType: 'script' });
  } catch {
    return null;
  }
}

/** Where each line begins. The first one has the wrapper, whose length V8 takes out of its columns. */
function lineStarts(source: string): number[] {
  const starts = [source.indexOf('"use strict";') + '"use strict";'.length];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Whether the innermost function around `at` catches there. */
function isInTry(node: Node, at: number, caught: boolean): boolean {
  const inner = childrenOf(node).find(({ start, end }) => start <= at && at < end);
  if (inner === undefined) return caught;
  const { type, block, handler } = node as Node & { readonly block?: Node; readonly handler?: Node | null };
  if (/Function/.test(inner.type)) return isInTry(inner, at, false);
  return isInTry(inner, at, caught || (type === 'TryStatement' && inner === block && handler !== null));
}

const childrenOf = (node: Node): Node[] => Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value : [value])).filter(isNode);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string' && typeof (value as Partial<Node>).start === 'number';
