import type { EventMap, HostApi, PairInfo, PairRow, SessionInfo } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { timeText } from '../../host/index.ts';
import { exitCodes, grouped, print, printJson, progress } from '../output.ts';
import { withHost } from '../withHost.ts';

export interface PairCommandOptions {
  /** Ticks by which the clock below is ahead; found out if left out. */
  readonly clockOffset?: bigint;
  readonly json?: boolean;
}

const pageSize = 500;

/** `fltreplay pair S ABOVE BELOW`: what a filter swallowed, added or changed between two captures. */
export function pairCommand(session: string, above: string, below: string, options: PairCommandOptions): Promise<number> {
  return withHost(async (api) => {
    const info = await api.request('session.open', { path: session });
    const pair = await matched(api, traceOf(info, above), traceOf(info, below), options.clockOffset ?? null);
    await printRows(api, pair, options.json === true);
    await printSummary(pair, options.json === true);
    return pair.changed + pair.swallowed + pair.added > 0 ? exitCodes.findings : exitCodes.clean;
  });
}

/** A trace by its number or its name. */
function traceOf({ traces }: SessionInfo, text: string): number {
  const found = traces.filter((trace) => trace.name === text);
  const trace = traces.find(({ id }) => String(id) === text) ?? (found.length === 1 ? found[0] : undefined);
  if (trace !== undefined) return trace.id;
  const list = traces.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new UserError('trace-unknown', `There is no one trace “${text}” in this session; name it by its number: ${list === '' ? 'there is none yet' : list}.`, { text });
}

async function matched(api: HostApi, above: number, below: number, clockOffset: bigint | null): Promise<PairInfo> {
  const ends: PairInfo[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const listeners = [
    api.listen('pair.progress', ({ done, total }: EventMap['pair.progress']) => progress(`matching: ${Math.floor((done / Math.max(1, total)) * 100)} %`)),
    api.listen('pair.done', (pair) => {
      ends.push(pair);
      resolve();
    }),
  ];
  try {
    const { id } = await api.request('trace.pair', { above, below, clockOffset });
    await promise;
    const end = ends.find((pair) => pair.id === id);
    if (end?.state !== 'complete') throw new UserError('pair-failed', 'The traces could not be matched to their end.');
    return end;
  } finally {
    progress('');
    for (const listener of listeners) listener.dispose();
  }
}

async function printRows(api: HostApi, pair: PairInfo, json: boolean): Promise<void> {
  for (let offset = 0; ; offset += pageSize) {
    const { rows } = await api.request('pairs.page', { pairId: pair.id, kinds: null, offset, limit: pageSize });
    for (const row of rows) await (json ? printJson(rowJson(row)) : print(rowLine(row)));
    if (rows.length < pageSize) return;
  }
}

function rowJson({ kind, above, below, changes }: PairRow): Record<string, unknown> {
  const op = above ?? below;
  return {
    type: kind, above: above?.index ?? null, below: below?.index ?? null, time: op === null ? null : timeText(op.time), process: op?.process ?? null, operation: op?.operation ?? null, path: op?.path ?? null,
    ...(kind === 'changed' && { changes: Object.fromEntries(changes.map((change) => [change.field, { above: change.above, below: change.below }])) }),
  };
}

function rowLine({ kind, above, below, changes }: PairRow): string {
  const op = above ?? below;
  const numbers = [above, below].map((side) => (side === null ? '-' : String(side.index)).padStart(8)).join(' ');
  const what = changes.map(({ field, above: was, below: is }) => `${field} ${valueText(field, was)} -> ${valueText(field, is)}`).join(', ');
  return `${kind.padEnd(9)} ${numbers}  ${op === null ? '' : timeText(op.time).slice(11, -1)}  ${op?.process ?? ''}  ${op?.operation ?? ''}  ${op?.path ?? ''}${what === '' ? '' : `  (${what})`}`.trimEnd();
}

const valueText = (field: string, value: PairRow['changes'][number]['above']): string =>
  (field === 'status' && typeof value === 'number' ? `0x${value.toString(16).padStart(8, '0').toUpperCase()}` : String(value));

async function printSummary(pair: PairInfo, json: boolean): Promise<void> {
  const { matched: same, changed, swallowed, added, clockOffset, fields } = pair;
  if (json) return printJson({ type: 'summary', pair: pair.id, clockOffset, matched: same, changed, swallowed, added, fields: Object.fromEntries(fields.map(({ field, count }) => [field, count])) });
  const changes = fields.length === 0 ? '' : ` (${fields.map(({ field, count }) => `${field} ${grouped(count)}`).join(', ')})`;
  await print(`matched ${grouped(same)}, changed ${grouped(changed)}${changes}, swallowed ${grouped(swallowed)}, added ${grouped(added)}; the clock below is ${Number(clockOffset) / 10_000} ms ahead`);
}
