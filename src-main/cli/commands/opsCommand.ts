import type { HostApi, OperationDetail, RequestResult } from '../../../src-preload/contract/index.ts';
import { operationJson, timeText } from '../../host/index.ts';
import { openTrace } from '../openTrace.ts';
import { exitCodes, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

export interface OpsOptions {
  readonly where?: string;
  readonly limit?: number;
  readonly offset?: number;
  readonly json?: boolean;
  /** Everything of the trace, as JSON Lines. */
  readonly whole?: boolean;
}

const pageSize = 2000;

/** `fltreplay ops FILE`: operations in our one shape. */
export function opsCommand(file: string, options: OpsOptions): Promise<number> {
  return withHost(async (api) => {
    const { traceId } = await openTrace(api, file, undefined, false);
    if (options.whole === true) return printWhole(api, traceId);
    const where = options.where ?? null;
    let left = options.limit ?? Infinity;
    let offset = options.offset ?? 0;
    let after = 0;
    while (left > 0) {
      const limit = Math.min(left, pageSize);
      const { rows } = await api.request('operations.select', { traceId, where, after, offset, limit });
      for (const row of rows) await (options.json === true ? printJson(operationJson(row)) : print(line(row)));
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) break;
      left -= rows.length;
      after = last.index;
      offset = 0;
    }
    return exitCodes.clean;
  });
}

async function printWhole(api: HostApi, traceId: number): Promise<number> {
  for (let from: number | null = 0; from !== null;) {
    const { text, next }: RequestResult<'operations.jsonLines'> = await api.request('operations.jsonLines', { traceId, from });
    if (text !== '') await print(text.slice(0, -1));
    from = next;
  }
  return exitCodes.clean;
}

function line(op: OperationDetail): string {
  const status = op.statusName?.replace(/^STATUS_/, '') ?? '-';
  const head = `${String(op.index).padStart(7)}  ${timeText(op.time).slice(11, -1)}  ${`${op.process}:${op.pid}/${op.tid}`.padEnd(28)}  ${op.operation.padEnd(28)}  ${status.padEnd(24)}`;
  return `${head}  ${op.path ?? ''}`.trimEnd();
}
