/** Versions of drivers: every saved source is one, and which runs have used it. */
import type { DriverInfo, DriverVersionInfo } from '../../src-preload/contract/index.ts';
import type { DriverContents } from '../session/index.ts';
import { driverOf, updateDriver } from './driverService.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { planOf, runDriversOf } from './storedRuns.ts';

export function driverVersions(context: HostContext, id: number): DriverVersionInfo[] {
  driverOf(context, id);
  const { reader } = context.session;
  const used = new Map<number, Set<number>>();
  for (const run of reader.runs.runs()) {
    const versions = [...runDriversOf(run), ...planOf(run).switches].filter(({ driver }) => driver === id).map(({ version }) => version);
    for (const version of versions) used.set(version, (used.get(version) ?? new Set()).add(run.id));
  }
  return reader.stack.versions(id).map(({ version, source, files, saved }) => ({ version, savedAt: saved, lines: [source, ...files.map(({ text }) => text)].reduce((sum, text) => sum + text.split('\n').length, 0), runs: [...(used.get(version) ?? [])] }));
}

export function versionSource(context: HostContext, id: number, version: number): DriverContents {
  const found = context.session.reader.stack.driverVersion(id, version);
  if (found === undefined) throw hostErrors.noVersion(id, version);
  const { source, files, service } = found;
  return { source, files, service };
}

/** What was the newest until now stays as an older one. */
export function restoreVersion(context: HostContext, id: number, version: number): DriverInfo {
  return updateDriver(context, id, versionSource(context, id, version));
}
