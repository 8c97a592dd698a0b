/** The flags that say through which drivers, and under which assumptions, a command runs a trace. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { openTrace, type OpenedTrace } from './openTrace.ts';

export interface StackOptions {
  readonly driver: readonly string[];
  readonly assume: readonly string[];
  readonly session?: string;
  readonly trust?: boolean;
}

/** Opens a trace, a session or a sample, with the given drivers; a session without any has its own stack. */
export async function openWithStack(api: HostApi, file: string, { driver, session, trust }: StackOptions): Promise<OpenedTrace> {
  const replacesStack = driver.length > 0;
  const opened = await openTrace(api, file, session, replacesStack);
  if (opened.wasSession && replacesStack) await removeDrivers(api);
  for (const spec of driver) await addDriver(api, spec);
  if (trust === true) await api.request('session.trust', {});
  return opened;
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

async function addDriver(api: HostApi, spec: string): Promise<void> {
  const { driver, altitude } = parseDriverSpec(spec);
  if (!driver.endsWith('.ts')) {
    await api.request('drivers.addBundled', { name: driver, altitude, enabled: true });
    return;
  }
  if (!existsSync(driver)) throw new UserError('file-missing', `There is no driver “${driver}”; give the path of a .ts file or the name of a bundled driver, e.g. statusWatch.`);
  const file = driver.replace(/\.ts$/, '.json');
  const manifest = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  await api.request('drivers.add', {
    name: path.basename(driver, '.ts'), source: readFileSync(driver, 'utf8'), service: serviceOf(driver, manifest), manifest, altitude: altitude ?? '', enabled: true,
  });
}

/** The service script that the manifest names, or NAME.service.ts where there is one; empty without. */
function serviceOf(driver: string, manifest: string): string {
  const named = namedScript(manifest);
  const file = named === null ? driver.replace(/\.ts$/, '.service.ts') : path.resolve(path.dirname(driver), named);
  const inside = named === null || !path.relative(path.dirname(path.resolve(driver)), path.resolve(file)).startsWith('..');
  if (inside && existsSync(file)) return readFileSync(file, 'utf8');
  if (named === null) return '';
  throw new UserError('file-missing', `The manifest of ${path.basename(driver)} names the service script “${named}”, and there is no such file in the manifest's folder; write its path from there, e.g. "serviceScript": "scanuser.ts".`);
}

function namedScript(manifest: string): string | null {
  try {
    const { serviceScript } = JSON.parse(manifest) as { readonly serviceScript?: unknown };
    return typeof serviceScript === 'string' && serviceScript !== '' ? serviceScript : null;
  } catch {
    return null;
  }
}
