/** From files that were chosen or dropped together to a driver: which one is its entry, what it imports, its service script and its manifest. */
import { filesOfDriver, importedFile, relativeImports } from '../../src-main/base/driverImports.ts';
import { manifestFacts } from '../../src-main/base/driverManifest.ts';
import type { RequestParams } from '../../src-preload/contract/index.ts';
import { usualServiceName } from './driverFiles.ts';

export interface ChosenFile {
  /** As far as it is known: `util/strings.ts`, mostly without its folder. */
  readonly name: string;
  readonly text: string;
}

export type DriverChoice = {
  readonly kind: 'driver';
  readonly driver: Omit<RequestParams<'drivers.add'>, 'altitude' | 'enabled'>;
  /** What is imported and was not chosen. */
  readonly missing: readonly string[];
  /** What was chosen and is no part of it. */
  readonly left: readonly string[];
} | { readonly kind: 'problem'; readonly message: string };

const entryPattern = /^\s*export\s+function\s*\*?\s*DriverEntry\b|^\s*export\s*\{[^}]*\bDriverEntry\b/m;
const baseName = (name: string): string => name.replace(/^.*[\\/]/, '');

/** What was chosen now, with what was chosen before where the two make a driver and the new files alone are none, or not all of one. */
export function withEarlier(earlier: readonly ChosenFile[], chosen: readonly ChosenFile[]): readonly ChosenFile[] {
  const alone = driverOfFiles(chosen);
  if (alone.kind === 'driver' && alone.missing.length === 0) return chosen;
  const together = [...earlier.filter(({ name }) => !chosen.some((file) => file.name === name)), ...chosen];
  return driverOfFiles(together).kind === 'driver' ? together : chosen;
}

export function driverOfFiles(chosen: readonly ChosenFile[]): DriverChoice {
  const scripts = chosen.filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const [entry, ...others] = scripts.filter(({ text }) => entryPattern.test(text));
  if (entry === undefined) return { kind: 'problem', message: `None of these files exports DriverEntry: choose the one with "export function DriverEntry" too.` };
  if (others.length > 0) return { kind: 'problem', message: `${[entry, ...others].map(({ name }) => baseName(name)).join(' and ')} export DriverEntry each: choose the files of one driver.` };
  const name = baseName(entry.name).replace(/\.ts$/, '');
  const folder = entry.name.slice(0, entry.name.length - baseName(entry.name).length);
  const used = new Set([entry]);
  const take = (file: ChosenFile | undefined): string | null => {
    if (file !== undefined) used.add(file);
    return file?.text ?? null;
  };
  // A browser tells of most files no folder: what is imported from one is known by its last name then.
  const find = (file: string): ChosenFile | undefined => chosen.find((one) => one.name === folder + file) ?? chosen.find((one) => one !== entry && one.name === baseName(file));
  const files = filesOfDriver({ name: `${name}.ts`, text: entry.text }, (file) => take(find(file)));
  const manifest = take(find(`${name}.json`)) ?? '{}';
  const service = take(find(manifestFacts(manifest).serviceScript ?? usualServiceName(name))) ?? '';
  const present = new Set([`${name}.ts`, ...files.map((file) => file.name)]);
  const named = [{ name: `${name}.ts`, text: entry.text }, ...files].flatMap((file) => relativeImports(file.text).flatMap((target) => importedFile(file.name, target) ?? []));
  return {
    kind: 'driver', driver: { name, source: entry.text, files, service, manifest },
    missing: [...new Set(named)].filter((file) => !present.has(file)), left: chosen.filter((file) => !used.has(file)).map((file) => baseName(file.name)),
  };
}
