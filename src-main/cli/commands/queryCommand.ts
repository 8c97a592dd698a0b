import type { SqlValue } from '../../../src-preload/contract/index.ts';
import { exitCodes, message, print, printJson, table } from '../output.ts';
import { withHost } from '../withHost.ts';

const rowLimit = 1_000_000;

/** `fltreplay query S "SELECT ..."`: read-only SQL on the documented views. */
export function queryCommand(session: string, sql: string, options: { readonly json?: boolean }): Promise<number> {
  return withHost(async (api) => {
    const { columns, rows, more } = await api.request('session.query', { sql, limit: rowLimit, path: session });
    if (options.json === true) {
      for (const row of rows) await printJson(Object.fromEntries(columns.map((name, at) => [name, jsonValue(row[at] ?? null)])));
    } else {
      for (const line of table(columns, rows.map((row) => row.map(cell)))) await print(line);
    }
    if (more) message(`Only the first ${rowLimit} rows are shown; add LIMIT and OFFSET to see others.`);
    return exitCodes.clean;
  });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const jsonValue = (value: SqlValue): unknown => (value instanceof Uint8Array ? hex(value) : value);
const cell = (value: SqlValue): string => (value === null ? '' : value instanceof Uint8Array ? `x'${hex(value)}'` : String(value).replace(/[\r\n\t]+/g, ' '));
