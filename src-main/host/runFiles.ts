/** What the files of a run's drivers are called: as they were when it ran, whatever has become of them since. */
import { lineText, type NamedFile } from '../base/driverLines.ts';
import type { SessionReader, StoredRun } from '../session/index.ts';
import { planOf, runDriversOf } from './storedRuns.ts';

/** The files beside the entry, by the name of the driver. */
export type FilesOfDrivers = (driver: string) => readonly NamedFile[];

export function filesOfRun({ stack }: Pick<SessionReader, 'stack'>, run: StoredRun): FilesOfDrivers {
  const known = new Map<string, readonly NamedFile[]>();
  return (name) => {
    const found = known.get(name) ?? namesIn(stack, run, name);
    known.set(name, found);
    return found;
  };
}

/** A file that neither its version nor one that took over has is of another time: it has the last name that it had. */
function namesIn(stack: SessionReader['stack'], run: StoredRun, name: string): readonly NamedFile[] {
  const own = runDriversOf(run).find((one) => (one.name ?? stack.driverName(one.driver)) === name);
  if (own === undefined) return [];
  const names = new Map(stack.fileNames(own.driver).map((file) => [file.slot, file.name]));
  if (names.size === 0) return [];
  const later = planOf(run).switches.filter(({ driver }) => driver === own.driver).map(({ version }) => version);
  for (const version of [...later.reverse(), own.version]) for (const file of stack.driverVersion(own.driver, version)?.files ?? []) names.set(file.slot, file.name);
  return [...names].map(([slot, file]) => ({ slot, name: file }));
}

/** A line of a driver, whichever run it is about; `driver` null: nobody knows whose. */
export const lineOfDriver = ({ stack }: Pick<SessionReader, 'stack'>, driver: number | null, line: number): string => (driver === null ? lineText('', [], line) : lineText(stack.driverName(driver) ?? '', stack.fileNames(driver), line));
