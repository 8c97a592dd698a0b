import type { EventRow, HostApi, OperationFormat, RequestResult, RunInfo, SessionInfo } from '../../../src-preload/contract/index.ts';
import { operationColumns } from '../../../src-preload/contract/index.ts';
import { UserError } from '../../base/userError.ts';
import { csvField, stringifyJsonLine } from '../../host/index.ts';
import { baselineOf, compared, differencesOf, runOf } from '../compareRun.ts';
import { DriverPlaces } from '../driverPlaces.ts';
import { openTrace } from '../openTrace.ts';
import { exitCodes, print, printText } from '../output.ts';
import { withHost } from '../withHost.ts';

export interface ExportOptions {
  readonly run?: string;
  readonly format: OperationFormat;
  /** Which operations. */
  readonly where?: string;
}

export const exportedLists = ['operations', 'events', 'changes'] as const;
type ExportedList = (typeof exportedLists)[number];
type Row = Readonly<Record<string, string | number | bigint | null>>;

const pageSize = 1000;
/** Columns of the text form. */
const textColumns = operationColumns.map(({ id }) => id).filter((id) => id !== 'ids' && id !== 'marks');

/** `fltreplay export S operations|events|changes`: the rows of a list as on screen. */
export function exportCommand(session: string, list: ExportedList, options: ExportOptions): Promise<number> {
  return withHost(async (api, _host, onInterrupt) => {
    const opened = await openTrace(api, session, undefined, false);
    if (!opened.wasSession) throw new UserError('not-a-session', `“${session}” is no session; import the trace first: fltreplay import ${session} --session S.fltreplay.`);
    const wanted = options.run ?? (list === 'operations' ? null : 'last');
    const run = wanted === null ? null : runOf(opened.session, wanted);
    if (list === 'operations') await printOperations(api, run?.traceId ?? opened.traceId, run?.id ?? null, options);
    else if (options.where !== undefined) throw new UserError('export-where', 'A filter chooses operations only: fltreplay export S operations --where "status = error" --format csv.');
    else if (options.format === 'text' || options.format === 'procmon') throw new UserError('export-format', `Only operations are written as ${options.format}; choose csv, json or jsonl.`);
    else await write(list === 'events' ? events(api, needed(run)) : changes(api, opened.session, needed(run), onInterrupt), options.format);
    return exitCodes.clean;
  });
}

function needed(run: RunInfo | null): RunInfo {
  if (run === null) throw new UserError('run-unknown', 'Name a run of the session: --run N; only a run has events and changes.');
  return run;
}

/** As the workbench writes them. */
async function printOperations(api: HostApi, traceId: number, runId: number | null, { format, where }: ExportOptions): Promise<void> {
  for (let after: number | null = 0; after !== null;) {
    const { text, next }: RequestResult<'operations.export'> = await api.request('operations.export', { traceId, runId, where: where ?? null, first: 1, last: Number.MAX_SAFE_INTEGER, after, format, columns: textColumns });
    if (text !== '') await printText(text);
    after = next;
  }
}

async function* events(api: HostApi, run: RunInfo): AsyncGenerator<Row> {
  const places = await DriverPlaces.of(api, run);
  for (let offset = 0; ; offset += pageSize) {
    const { rows } = await api.request('events.page', { runId: run.id, offset, limit: pageSize, operation: null, kinds: null });
    for (const row of rows) yield eventRow(row, places);
    if (rows.length < pageSize) return;
  }
}

const eventRow = ({ number, issued, sequence, operation, kind, layerName, tid, irql, depth, text, driver, line, rule, assumption, violation, severity }: EventRow, places: DriverPlaces): Row => ({
  number, point: `${issued}:${sequence}`, operation, kind, layer: layerName, tid, irql, depth, text, driver,
  ...(places.hasFiles && { file: null }), ...(driver === null || line === null ? { line } : places.place(driver, line)), rule, assumption, violation, severity,
});

/** Of a branch against its parent, of any other run against the recording. */
async function* changes(api: HostApi, session: SessionInfo, run: RunInfo, onInterrupt: (stop: () => Promise<unknown>) => void): AsyncGenerator<Row> {
  const { id } = await compared(api, baselineOf(session, run), { kind: 'run', runId: run.id }, onInterrupt);
  const { groups } = await api.request('compare.groups', { id });
  const titles = new Map(groups.map(({ cause, title }) => [cause, title]));
  for await (const { kind, operationB, operationA, process, operation, path, what, a, b, pointA, pointB, cause } of differencesOf(api, id)) {
    const point = (one: typeof pointA): string | null => (one === null ? null : `${one.operation}:${one.sequence}`);
    yield { index: operationB ?? operationA, kind, process, operation, path, what, before: a, after: b, pointBefore: point(pointA), pointAfter: point(pointB), cause: titles.get(cause) ?? '' };
  }
}

async function write(rows: AsyncGenerator<Row>, format: 'csv' | 'json' | 'jsonl'): Promise<void> {
  let count = 0;
  if (format === 'json') await print('[');
  let held: string | null = null;
  for await (const row of rows) {
    if (format === 'csv') {
      if (count++ === 0) await print(Object.keys(row).map(csvField).join(','));
      await print(Object.values(row).map(csvField).join(','));
    } else if (format === 'jsonl') await print(stringifyJsonLine(row));
    else {
      if (held !== null) await print(`${held},`);
      held = `  ${stringifyJsonLine(row)}`;
    }
  }
  if (held !== null) await print(held);
  if (format === 'json') await print(']');
}
