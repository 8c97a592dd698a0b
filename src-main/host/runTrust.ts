/**
 * Whether all code of a stored run is this user's own, or trusted: its drivers, the versions that take over in its middle, and the expressions
 * that its edits evaluate. A session may be a stranger's, so expressions are signed as drivers are.
 */
import type { RunPlan } from '../replay/runPlan.ts';
import type { StoredRun } from '../session/index.ts';
import type { HostContext } from './hostContext.ts';
import { isTrusted } from './sessionInfo.ts';
import type { RunMaterial } from './storedRuns.ts';

/** What the expressions are signed as; no driver can be called so. */
const signedAs = 'expressions of a plan';

const expressionsOf = ({ overlays }: RunPlan): string | null => {
  const assigned = overlays.filter(({ kind }) => kind === 'assign');
  return assigned.length === 0 ? null : JSON.stringify(assigned);
};

/** A plan as it is stored. */
export function planText({ settings }: HostContext, plan: RunPlan): string {
  const source = expressionsOf(plan);
  return JSON.stringify(source === null ? plan : { ...plan, mac: settings.sign(signedAs, { source, files: [], service: '' }) });
}

function arePlanExpressionsTrusted({ settings }: HostContext, text: string, plan: RunPlan): boolean {
  const source = expressionsOf(plan);
  if (source === null) return true;
  try {
    const { mac } = JSON.parse(text) as { readonly mac?: unknown };
    return typeof mac === 'string' && settings.isSigned(signedAs, { source, files: [], service: '' }, mac);
  } catch {
    return false;
  }
}

/** Of a stored run that is to be run again. */
export function isRunTrusted(context: HostContext, run: StoredRun, { drivers, plan }: RunMaterial): boolean {
  const { stack } = context.session.reader;
  const newer = plan.switches.flatMap(({ driver, version }) => stack.driverVersion(driver, version) ?? []);
  return [...drivers, ...newer].every((driver) => isTrusted(context, driver)) && arePlanExpressionsTrusted(context, run.plan, plan);
}
