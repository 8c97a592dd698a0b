/** What has to be so before a trace is run, whoever runs it; each refusal is one sentence. */
import type { RequestParams } from '../../src-preload/contract/index.ts';
import { settleAssumptions } from '../engine/index.ts';
import { settleRunSettings, type RunSettings } from '../replay/runSettings.ts';
import { compileWhere, type StoredTrace, type WhereCondition } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';

/** A trace that is there as a whole. */
export function runnableTrace(context: HostContext, id: number): StoredTrace {
  const trace = context.trace(id);
  if (trace.state === 'importing') throw hostErrors.importRunning();
  return trace;
}

/** Settings with defaults for what was not chosen; the assumptions are checked beside. */
export function settledSettings({ assumptions, settings = {} }: Pick<RequestParams<'run.start'>, 'assumptions' | 'settings'>): RunSettings {
  const settled = settleRunSettings(settings);
  const [problem] = [...settleAssumptions(assumptions).problems, ...settled.problems];
  if (problem !== undefined) throw hostErrors.assumption(problem);
  return settled.settings;
}

/** The operations that a filter expression lets through: first, last, how many. */
export async function selectOperations(context: HostContext, trace: StoredTrace, text: string | null): Promise<{ readonly where: WhereCondition | null; readonly first: number; readonly last: number; readonly count: number }> {
  const where = text === null ? null : compileWhere(text);
  const span = await context.queries.ask('span', { session: context.session.path, trace: trace.id, where: text });
  if (!span) throw text === null ? hostErrors.emptyTrace(trace.name) : hostErrors.emptySelection(text);
  return { where, ...span };
}
