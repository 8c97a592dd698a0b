import type { CompareGroup, CompareInfo, CompareRow, ExecutionPoint, HostApi, SideRef } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { differenceLine } from '../../host/index.ts';
import { compared, differencesOf, sidesOf } from '../compareRun.ts';
import { openTrace } from '../openTrace.ts';
import { exitCodes, grouped, message, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

export interface DiffOptions {
  readonly limit?: number;
  readonly json?: boolean;
}

const shownRows = 20;
const shownGroups = 20;

/** `fltreplay diff S A B` compares runs of a session, `fltreplay diff A B` two traces. */
export function diffCommand(names: readonly string[], options: DiffOptions): Promise<number> {
  return withHost(async (api, _host, onInterrupt) => {
    const [a, b] = await sides(api, names);
    const info = await compared(api, a, b, onInterrupt);
    if (info.state === 'cancelled') message('Cancelled: what was found so far.');
    await (options.json === true ? printAll(api, info) : printText(api, info, options.limit ?? shownRows));
    return info.count > 0 ? exitCodes.findings : exitCodes.clean;
  });
}

async function sides(api: HostApi, [first = '', second = '', third]: readonly string[]): Promise<[SideRef, SideRef]> {
  if (third !== undefined) {
    const { session, wasSession } = await openTrace(api, first, undefined, false);
    if (!wasSession) throw new UserError('not-a-session', `“${first}” is no session; to compare two traces name only those: fltreplay diff A.PML B.PML.`);
    return sidesOf(session, [second, third]);
  }
  const one = await openTrace(api, first, undefined, false);
  if (one.wasSession) throw new UserError('runs-missing', `“${first}” is a session: name the two of its runs to compare, e.g. fltreplay diff ${first} recording last.`);
  const other = await openTrace(api, second, undefined, false);
  if (other.wasSession) throw new UserError('runs-missing', `“${second}” is a session; name two traces, or one session and two of its runs.`);
  return [{ kind: 'recording', traceId: one.traceId }, { kind: 'recording', traceId: other.traceId }];
}

async function printText(api: HostApi, info: CompareInfo, most: number): Promise<void> {
  const { groups } = await api.request('compare.groups', { id: info.id });
  const lines = [`--- a  ${info.a.title}`, `+++ b  ${info.b.title}`, ...info.notes];
  if (info.first === null) lines.push(info.state === 'complete' ? 'no differences' : 'no differences so far');
  else lines.push(...firstLines(info.first), `differences  ${grouped(info.count)}${countsText(info)}`, ...groups.slice(0, shownGroups).map(groupLine), ...(groups.length > shownGroups ? [`  ... and ${grouped(groups.length - shownGroups)} more causes`] : []));
  for (const line of lines) await print(line);
  if (info.count === 0 || most === 0) return;
  await print(`${'a'.padEnd(10)} ${'b'.padEnd(10)} what`);
  let shown = 0;
  for await (const row of differencesOf(api, info.id, most)) {
    shown++;
    await print(differenceLine(row));
  }
  if (info.count > shown) await print(`... and ${grouped(info.count - shown)} more (--limit N shows more, --json all${info.listed < info.count ? ` of the first ${grouped(info.listed)}` : ''})`);
  if (info.listed < info.count) await print(cutText(info));
}

const cutText = ({ listed, count }: CompareInfo): string => `The list holds the first ${grouped(listed)} of ${grouped(count)} differences; all are counted, by kind and by cause.`;

function firstLines(first: CompareRow): string[] {
  const { process, operation, path, what, a, b } = first;
  return [
    `first        ${momentText(first.pointA, 'a')}, ${momentText(first.pointB, 'b')}`,
    `  ${process === '' ? '' : `${process}  `}${operation}${path === null ? '' : `  ${path}`}`,
    `  - ${what}: ${a ?? 'not there'}`,
    `  + ${what}: ${b ?? 'not there'}`,
  ];
}

function momentText(point: ExecutionPoint | null, side: string): string {
  if (point === null) return `not in ${side}`;
  return `${side} ${point.sequence === 0 ? `#${point.operation}` : `${point.operation}:${point.sequence}`}`;
}

function countsText({ counts }: Pick<CompareInfo, 'counts'>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${grouped(count)}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

const groupLine = (group: CompareGroup): string => `  ${grouped(group.count).padStart(9)}  ${group.title} (${countsText(group).slice(2)})`;

async function printAll(api: HostApi, info: CompareInfo): Promise<void> {
  for (let from: number | null = 0; from !== null;) {
    const { text, next }: { readonly text: string; readonly next: number | null } = await api.request('compare.export', { id: info.id, format: 'json', from });
    if (text !== '') await print(text.slice(0, -1));
    from = next;
  }
  const { groups } = await api.request('compare.groups', { id: info.id });
  const { a, b, state, notes, first, count, counts, listed } = info;
  if (listed < count) message(cutText(info));
  await printJson({ type: 'summary', a: a.title, b: b.title, state, notes, first, count, counts, listed, groups });
}
