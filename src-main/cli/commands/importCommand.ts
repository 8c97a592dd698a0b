import { UserError } from '../../base/userError.ts';
import { choicesOf, type ImportFlags } from '../importFlags.ts';
import { importTraces, type ImportEnd } from '../importTraces.ts';
import { exitCodes, message } from '../output.ts';
import { printReport } from '../traceReport.ts';
import { withHost } from '../withHost.ts';

export interface ImportOptions extends ImportFlags {
  readonly session: string;
  readonly json?: boolean;
}

/** `fltreplay import TRACE... --session S` */
export function importCommand(traces: readonly string[], options: ImportOptions): Promise<number> {
  return withHost(async (api, _host, onInterrupt) => {
    await api.request('session.create', { path: options.session, bundledDrivers: true });
    // What is imported already stays, and is reported.
    onInterrupt(() => api.request('trace.cancelImport', { jobId: null }));
    let code: number = exitCodes.clean;
    const ended = async (end: ImportEnd): Promise<void> => {
      code = Math.max(code, await report(end, options.json === true));
    };
    try {
      await importTraces(api, traces.map((path) => ({ source: { kind: 'path', path }, choices: choicesOf(options) })), ended);
    } catch (error) {
      if (!isUserError(error)) throw error;
      message(error.message);
      code = exitCodes.unusable;
    }
    return code;
  });
}

async function report(end: ImportEnd, json: boolean): Promise<number> {
  if (end.kind === 'done') {
    const { trace, report: imported, outcome, milliseconds } = end.done;
    await printReport({ name: trace.name, format: trace.format, report: imported }, json, { sha256: trace.sha256, milliseconds: Math.round(milliseconds), ...(outcome === 'cancelled' && { cancelled: true }) });
    if (outcome === 'cancelled') message(`${end.name}: cancelled; what was imported until then is kept.`);
    return imported.damaged.length > 0 ? exitCodes.findings : exitCodes.clean;
  }
  message(end.kind === 'failed' ? end.message : `${end.name}: cancelled before anything of it was imported.`);
  return end.kind === 'failed' ? exitCodes.unusable : exitCodes.clean;
}

// It came over a channel, so the class is another one.
function isUserError(error: unknown): error is Error {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return error instanceof UserError || (typeof code === 'string' && code !== 'internal');
}
