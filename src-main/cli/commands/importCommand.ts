import { importTrace } from '../importTrace.ts';
import { exitCodes, message } from '../output.ts';
import { printReport } from '../traceReport.ts';
import { withHost } from '../withHost.ts';

export interface ImportOptions {
  readonly session: string;
  readonly json?: boolean;
}

/** `fltreplay import TRACE... --session S` */
export function importCommand(traces: readonly string[], options: ImportOptions): Promise<number> {
  return withHost(async (api) => {
    await api.request('session.create', { path: options.session, bundledDrivers: true });
    let code: number = exitCodes.clean;
    for (const trace of traces) {
      try {
        const done = await importTrace(api, { kind: 'path', path: trace });
        await printReport({ name: done.trace.name, format: done.trace.format, report: done.report }, options.json === true, { sha256: done.trace.sha256, milliseconds: Math.round(done.milliseconds) });
        if (done.report.damaged.length > 0) code = Math.max(code, exitCodes.findings);
      } catch (error) {
        // The other traces are still worth importing.
        message(error instanceof Error ? error.message : String(error));
        code = exitCodes.unusable;
      }
    }
    return code;
  });
}
