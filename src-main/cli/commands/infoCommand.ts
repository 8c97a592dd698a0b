import { choicesOf, type ImportFlags } from '../importFlags.ts';
import { exitCodes } from '../output.ts';
import { printReport } from '../traceReport.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay info FILE`: a trace file or a session, without writing. */
export function infoCommand(file: string, options: ImportFlags & { readonly json?: boolean }): Promise<number> {
  return withHost(async (api) => {
    const traces = await api.request('trace.inspect', { path: file, choices: choicesOf(options) });
    for (const trace of traces) await printReport(trace, options.json === true, { sha256: trace.sha256 });
    return traces.some((trace) => trace.report.damaged.length > 0) ? exitCodes.findings : exitCodes.clean;
  });
}
