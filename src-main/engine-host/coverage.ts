/**
 * How often the lines of drivers ran: V8's precise coverage (the inspector's Profiler domain), by statement.
 *
 * Only a run that is made for it counts: blocks that count run slower, and a run that somebody debugs is left alone.
 */
import { parse } from 'acorn';
import { driverUrlPrefix } from './control.ts';
import { driverLineIn, driverOfUrl } from './driverScripts.ts';
import { childrenOf, isFunction } from './fixes/driverText.ts';
import type { InspectorClient } from './inspectorClient.ts';
import type { DriverLayouts } from './runDrivers.ts';
import { givenName, nextName } from './switchableCode.ts';
import type { AnyNode } from './visitNodes.ts';

export interface LineCount {
  /** A driver line. */
  readonly line: number;
  /** Times that the first statement of the line began; of a line that only begins a routine, its calls. */
  readonly count: number;
  /** Something else on the line ran less often: `if (x) return`. */
  readonly least: number;
}

export interface DriverCoverage {
  readonly driver: string;
  /** Which of its versions: 0 is the one that the run began with, 1 the first that took over. */
  readonly order: number;
  readonly lines: readonly LineCount[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

export interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

export async function beginCoverage(client: InspectorClient): Promise<void> {
  await client.send('Profiler.enable');
  await client.send('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}

export async function takeCoverage(client: InspectorClient, layouts: DriverLayouts): Promise<DriverCoverage[]> {
  const { result } = await client.send<{ readonly result: readonly ScriptCoverage[] }>('Profiler.takePreciseCoverage');
  // V8 numbers scripts in the order in which they are loaded.
  const own = result.filter(({ url }) => url.startsWith(driverUrlPrefix)).sort((a, b) => Number(a.scriptId) - Number(b.scriptId));
  return Promise.all(own.map(async (script, at) => {
    const { scriptSource } = await client.send<{ readonly scriptSource: string }>('Debugger.getScriptSource', { scriptId: script.scriptId });
    const order = own.slice(0, at).filter(({ url }) => url === script.url).length;
    const driver = driverOfUrl(script.url);
    const lines = lineCounts(scriptSource, script.functions).map((one) => ({ ...one, line: driverLineIn(layouts, driver, one.line) }));
    return { driver, order, lines: lines.sort((a, b) => a.line - b.line) };
  }));
}

/** By lines of the script. `source`: as V8 has it, in the wrapper of its realm, which is no line of the driver's. */
export function lineCounts(source: string, functions: ScriptCoverage['functions']): LineCount[] {
  // Inner ranges behind outer ones; of the same start, the longer one first.
  const ranges = functions.flatMap((one) => one.ranges).sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const countAt = (offset: number): number => {
    let count = 0;
    for (const range of ranges) {
      if (range.startOffset > offset) break;
      if (offset < range.endOffset) ({ count } = range);
    }
    return count;
  };
  const lines = new Map<number, LineCount>();
  const note = (node: AnyNode): void => {
    const line = node.loc?.start.line ?? 0;
    // Calls that went on to a newer version of the driver are none of this one's.
    const count = countAt(node.start) - (isFunction(node) ? forwarded(node, countAt) : 0);
    const known = lines.get(line);
    lines.set(line, known === undefined ? { line, count, least: count } : { ...known, least: Math.min(known.least, count) });
  };
  const look = (node: AnyNode): void => {
    if (isForward(node['test'])) return void (node.type === 'ConditionalExpression' && look(node['alternate'] as AnyNode));
    if (isStatement(node) || (isFunction(node) && !takesGiven(node))) note(node);
    for (const child of childrenOf(node)) look(child);
  };
  const wrapper = (parse(source, { ecmaVersion: 2024, locations: true }).body[0] as unknown as AnyNode | undefined)?.['expression'] as AnyNode | undefined;
  const body = wrapper?.['body'] as AnyNode | undefined;
  // The first is "use strict", the last is what the module gives to the engine.
  for (const statement of ((body?.['body'] ?? []) as readonly AnyNode[]).slice(1, -1)) look(statement);
  return [...lines.values()].sort((a, b) => a.line - b.line);
}

const isStatement = ({ type }: AnyNode): boolean => type !== 'BlockStatement' && type !== 'EmptyStatement' && /(?:Statement|Declaration)$/.test(type);

/** A look whether a newer version has taken a routine's place, which its source does not have. */
const isForward = (test: unknown): boolean => ((test as AnyNode | null | undefined)?.['object'] as AnyNode | undefined)?.['name'] === nextName;

/** An arrow function around one of the source's, for the same reason. */
const takesGiven = (node: AnyNode): boolean => (((node['params'] as readonly AnyNode[] | undefined)?.[0]?.['argument'] as AnyNode | undefined)?.['name']) === givenName;

/** How many calls of a routine went on to a newer one. */
function forwarded(node: AnyNode, countAt: (offset: number) => number): number {
  const body = node['body'] as AnyNode;
  const first = body.type === 'BlockStatement' ? (body['body'] as readonly AnyNode[])[0] : body;
  return isForward(first?.['test']) ? countAt((first?.['consequent'] as AnyNode).start) : 0;
}
