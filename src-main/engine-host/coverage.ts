/**
 * How often the lines of drivers ran: V8's precise coverage (the inspector's Profiler domain), by statement.
 *
 * Only a run that is made for it counts: blocks that count run slower, and a run that somebody debugs is left alone.
 */
import { parse } from 'acorn';
import { driverUrlPrefix } from './control.ts';
import { childrenOf, isFunction, type AnyNode } from './fixes/driverText.ts';
import type { InspectorClient } from './inspectorClient.ts';

export interface LineCount {
  readonly line: number;
  /** Times that the first statement of the line began; of a line that only begins a routine, its calls. */
  readonly count: number;
  /** Something else on the line ran less often: `if (x) return`. */
  readonly least: number;
}

export interface DriverCoverage {
  readonly driver: string;
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

export async function takeCoverage(client: InspectorClient): Promise<DriverCoverage[]> {
  const { result } = await client.send<{ readonly result: readonly ScriptCoverage[] }>('Profiler.takePreciseCoverage');
  const own = result.filter(({ url }) => url.startsWith(driverUrlPrefix));
  return Promise.all(own.map(async (script) => {
    const { scriptSource } = await client.send<{ readonly scriptSource: string }>('Debugger.getScriptSource', { scriptId: script.scriptId });
    return { driver: script.url.slice(driverUrlPrefix.length).replace(/\.ts$/, ''), lines: lineCounts(scriptSource, script.functions) };
  }));
}

/** `source`: as V8 has it, in the wrapper of its realm, which is no line of the driver's. */
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
    const count = countAt(node.start);
    const known = lines.get(line);
    lines.set(line, known === undefined ? { line, count, least: count } : { ...known, least: Math.min(known.least, count) });
  };
  const look = (node: AnyNode): void => {
    if (isStatement(node) || isFunction(node)) note(node);
    for (const child of childrenOf(node)) look(child);
  };
  const wrapper = (parse(source, { ecmaVersion: 2024, locations: true }).body[0] as unknown as AnyNode | undefined)?.['expression'] as AnyNode | undefined;
  const body = wrapper?.['body'] as AnyNode | undefined;
  // The first is "use strict", the last is what the module gives to the engine.
  for (const statement of ((body?.['body'] ?? []) as readonly AnyNode[]).slice(1, -1)) look(statement);
  return [...lines.values()].sort((a, b) => a.line - b.line);
}

const isStatement = ({ type }: AnyNode): boolean => type !== 'BlockStatement' && type !== 'EmptyStatement' && /(?:Statement|Declaration)$/.test(type);
