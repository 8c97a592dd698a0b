/** What is counted when a run has ended. */
import type { RunLayer, RunSummary } from '../engine-host/messages.ts';
import type { GroundTruthReport } from '../replay/groundTruth/groundTruthReport.ts';
import type { StoredDriver } from '../session/index.ts';
import type { HostContext } from './hostContext.ts';
import { parseManifest } from './runMaterial.ts';

/** A run as far as counting goes. */
export interface CountedRun {
  readonly id: number;
  readonly trace: number;
  readonly layers: readonly RunLayer[];
  readonly drivers: readonly StoredDriver[];
}

const isCut = (summary: RunSummary | null): boolean => summary === null || summary.report.stopped === true;
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Outcomes that differ from the recording, by the same rule as the list of divergences. */
export async function countDifferences({ queries, session }: HostContext, { id, trace }: CountedRun, summary: RunSummary | null): Promise<number> {
  const { count } = await queries.ask('differences', { session: session.path, trace, run: id, offset: 0, limit: 0, underWay: isCut(summary) });
  return count;
}

/** The same, or what the run itself has counted, with a notice that says so. */
export async function differencesOf(context: HostContext, run: CountedRun, summary: RunSummary | null): Promise<number> {
  try {
    return await countDifferences(context, run, summary);
  } catch (error) {
    context.emit('notice', { severity: 'warning', message: `The outcomes that differ from the recording could not be counted (${reasonOf(error)}); the number shown is the run's own and leaves out operations that are still pending.` });
    return summary?.differences ?? 0;
  }
}

/** The run beside the recorded minifilter callbacks. Of a run that recorded no events nothing can be told. */
export async function groundTruthOf(context: HostContext, { id, trace, layers, drivers }: CountedRun): Promise<GroundTruthReport | null> {
  const stack = layers.flatMap(({ layer, kind, name, driverId }) => (kind === 'filter' ? [{ layer, name, recordedAs: recordedAs(drivers.find((driver) => driver.id === driverId)) }] : []));
  try {
    return await context.queries.ask('groundTruth', { session: context.session.path, trace, run: id, stack });
  } catch (error) {
    context.emit('notice', { severity: 'warning', message: `The run could not be compared with the recorded minifilter callbacks (${reasonOf(error)}).` });
    return null;
  }
}

/** The file may be a stranger's: what is no list of names is none. */
function recordedAs(driver: StoredDriver | undefined): readonly string[] {
  const names: unknown = driver === undefined ? null : parseManifest(driver.manifest)?.recordedAs;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
