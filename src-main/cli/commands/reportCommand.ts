import { baselineOf, compared, runOf } from '../compareRun.ts';
import { exitCodes, printText } from '../output.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay report S`: what the workbench exports, with the changes of the run. */
export function reportCommand(path: string, { run: text }: { readonly run?: string }): Promise<number> {
  return withHost(async (api, _host, onInterrupt) => {
    const session = await api.request('session.open', { path });
    const run = text === undefined && session.runs.length === 0 ? null : runOf(session, text ?? 'last');
    const comparison = run === null ? null : await compared(api, baselineOf(session, run), { kind: 'run', runId: run.id }, onInterrupt);
    await printText((await api.request('report.write', { runId: run?.id ?? null, comparison: comparison?.id ?? null })).text);
    return exitCodes.clean;
  });
}
