/** The flags that say through which drivers, and under which assumptions, a command runs a trace. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DriverInfo, HostApi, NewDriverFile } from '../../src-preload/contract/index.ts';
import { filesOfDriver } from '../base/driverImports.ts';
import { manifestFacts } from '../base/driverManifest.ts';
import { UserError } from '../base/userError.ts';
import { openTrace, type OpenedTrace } from './openTrace.ts';

export interface StackOptions {
  readonly driver: readonly string[];
  readonly assume: readonly string[];
  readonly session?: string;
  readonly trust?: boolean;
}

/** A driver of the stack, and the file it was read from; null for a bundled one. */
export interface PutDriver {
  readonly driver: DriverInfo;
  readonly file: string | null;
}

/** Opens a trace, a session or a sample, with the given drivers; a session without any has its own stack. */
export async function openWithStack(api: HostApi, file: string, { driver, session, trust }: StackOptions): Promise<OpenedTrace> {
  const opened = await openTrace(api, file, session, driver.length > 0);
  await putDrivers(api, opened, driver);
  if (trust === true) await api.request('session.trust', {});
  return opened;
}

/** Makes the stack of those named; without any, a session keeps its own. Relative paths start at `folder`. */
export async function putDrivers(api: HostApi, opened: OpenedTrace, specs: readonly string[], folder = '.'): Promise<readonly PutDriver[]> {
  if (opened.wasSession && specs.length > 0) await removeDrivers(api);
  const put: PutDriver[] = [];
  for (const spec of specs) put.push(await addDriver(api, spec, folder));
  return put;
}

/** `NAME=VALUE` each. */
export function assumptionsOf(options: Pick<StackOptions, 'assume'>): Record<string, string> {
  return Object.fromEntries(options.assume.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UserError('assume', `--assume takes NAME=VALUE, e.g. --assume R-5.15=oldest-first; this is “${text}”.`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  }));
}

async function removeDrivers(api: HostApi): Promise<void> {
  for (const driver of await api.request('drivers.list', {})) await api.request('drivers.remove', { id: driver.id });
}

/** `NAME`, `FILE.ts`, either with `@ALTITUDE`. */
function parseDriverSpec(text: string): { driver: string; altitude: string | null } {
  const match = /^(.+)@([\d.]+)$/.exec(text);
  return match ? { driver: match[1] ?? text, altitude: match[2] ?? null } : { driver: text, altitude: null };
}

async function addDriver(api: HostApi, spec: string, folder: string): Promise<PutDriver> {
  const { driver: named, altitude } = parseDriverSpec(spec);
  if (!named.endsWith('.ts')) return { driver: await api.request('drivers.addBundled', { name: named, altitude, enabled: true }), file: null };
  const file = path.resolve(folder, named);
  const { source, files, service, manifest } = readDriverFiles(file, named);
  return { driver: await api.request('drivers.add', { name: path.basename(file, '.ts'), source, files, service, manifest, altitude: altitude ?? '', enabled: true }), file };
}

export interface DriverFiles {
  readonly source: string;
  /** What it imports from its folder. */
  readonly files: readonly NewDriverFile[];
  /** Empty: none. */
  readonly service: string;
  readonly manifest: string;
}

/** A driver's source with the manifest and the service script beside it. */
export function readDriverFiles(driver: string, named = driver): DriverFiles {
  if (!existsSync(driver)) throw new UserError('file-missing', `There is no driver “${named}”; give the path of a .ts file or the name of a bundled driver, e.g. statusWatch.`);
  const file = driver.replace(/\.ts$/, '.json');
  const manifest = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  const source = readFileSync(driver, 'utf8');
  const files = filesOfDriver({ name: path.basename(driver), text: source }, (name) => textOf(path.join(path.dirname(driver), name)));
  return { source, files, service: serviceOf(driver, manifest), manifest };
}

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);

/** The service script that the manifest names, or NAME.service.ts where there is one; empty without. */
function serviceOf(driver: string, manifest: string): string {
  const named = manifestFacts(manifest).serviceScript;
  const file = named === null ? driver.replace(/\.ts$/, '.service.ts') : path.resolve(path.dirname(driver), named);
  const inside = named === null || !path.relative(path.dirname(path.resolve(driver)), path.resolve(file)).startsWith('..');
  if (inside && existsSync(file)) return readFileSync(file, 'utf8');
  if (named === null) return '';
  throw new UserError('file-missing', `The manifest of ${path.basename(driver)} names the service script “${named}”, and there is no such file in the manifest's folder; write its path from there, e.g. "serviceScript": "scanuser.ts".`);
}
