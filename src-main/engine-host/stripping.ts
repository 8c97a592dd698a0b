/**
 * TypeScript without its types, in place: every character keeps its line and column.
 *
 * The stripper takes a tenth of a second to start. The host starts it once and hands what it made to each child with its run, while
 * that child is still starting; a child strips only what the host did not.
 */
import { stripTypeScriptTypes } from 'node:module';
import type { DriverSource, RunRequest, Stripped } from './messages.ts';
import { serviceSourceOf } from './serviceSource.ts';

const known = new Map<string, string>();
/** As many sources as a session has at hand; the oldest is forgotten first. */
const mostKnown = 64;

/** Throws the stripper's error where the source cannot be understood. */
export function withoutTypes(source: string): string {
  const code = known.get(source) ?? stripTypeScriptTypes(source, { mode: 'strip' });
  learnStripped([[source, code]]);
  return code;
}

/** Of all its files. */
export const textsOf = ({ source, files = [] }: Pick<DriverSource, 'source' | 'files'>): string[] => [source, ...files.map(({ text }) => text)];

export function learnStripped(pairs: readonly Stripped[]): void {
  for (const [source, code] of pairs) {
    known.delete(source);
    known.set(source, code);
  }
  for (const source of known.keys()) {
    if (known.size <= mostKnown) break;
    known.delete(source);
  }
}

/** The sources of a run; without those that cannot be understood, as the child says best what is wrong there. */
export function strippedSources({ drivers, versions = [] }: Pick<RunRequest, 'drivers' | 'versions'>): Stripped[] {
  const sources = [...drivers.flatMap((driver) => [...textsOf(driver), serviceSourceOf(driver)?.source ?? '']), ...versions.flatMap(textsOf)];
  return [...new Set(sources)].flatMap((source) => {
    try {
      return source === '' ? [] : [[source, withoutTypes(source)] as const];
    } catch {
      return [];
    }
  });
}
