/** Drivers of the open session: every change is written at once, every source is kept. */
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import type { StoredDriver } from '../session/index.ts';
import { manifestFacts } from '../base/driverManifest.ts';
import { fallbackAltitude } from './bundledDrivers.ts';
import { nowTicks } from './clock.ts';
import { checkLength, placedFiles, sameContents, type GivenFile } from './driverFiles.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { driverInfo, isTrusted } from './sessionInfo.ts';

export interface NewDriver {
  readonly name: string;
  readonly source: string;
  readonly files: readonly GivenFile[];
  /** Empty: none. */
  readonly service: string;
  readonly manifest: string;
  /** Null: the manifest's. */
  readonly altitude: string | null;
  readonly enabled: boolean;
  readonly bundled: boolean;
}

/** Adds a driver that this user brings along. */
export function addDriver(context: HostContext, driver: NewDriver): DriverInfo {
  checkName(context, driver.name, null);
  const facts = manifestFacts(driver.manifest);
  const altitude = checkAltitude(driver.altitude ?? facts.altitude ?? fallbackAltitude);
  const { name, source, service, manifest, enabled, bundled } = driver;
  checkLength(`${name}.ts`, source);
  const files = placedFiles(name, [], driver.files);
  const mac = context.settings.sign(name, { source, files, service });
  const id = context.write(({ stack }) => stack.addDriver({ name, source, files, service, manifest, enabled, bundled, altitude, description: facts.description, mac }, nowTicks()));
  return driverInfo(context.session.reader, driverOf(context, id));
}

export function addBundledDriver(context: HostContext, name: string, altitude: string | null, enabled: boolean): DriverInfo {
  const { source, files, service, manifest } = context.bundled.get(name);
  return addDriver(context, { name, source, files, service, manifest, altitude, enabled, bundled: true });
}

export interface DriverFields {
  readonly source?: string;
  readonly files?: readonly GivenFile[];
  readonly service?: string;
  readonly altitude?: string;
  readonly enabled?: boolean;
  readonly name?: string;
}

export function updateDriver(context: HostContext, id: number, fields: DriverFields): DriverInfo {
  const before = driverOf(context, id);
  if (fields.altitude !== undefined) checkAltitude(fields.altitude);
  if (fields.name !== undefined) checkName(context, fields.name, id);
  // An edit of a stranger's driver does not make the rest of it this user's own.
  const mayBeSigned = isTrusted(context, before);
  const { name = before.name, source = before.source, service = before.service, altitude, enabled } = fields;
  checkLength(`${name}.ts`, source);
  const files = placedFiles(name, context.session.reader.stack.fileNames(id), fields.files ?? before.files);
  const contents = { source, files, service };
  context.write(({ stack }) => {
    stack.updateDriver(id, { ...(fields.name !== undefined && { name }), ...(altitude !== undefined && { altitude }), ...(enabled !== undefined && { enabled }) });
    const mac = mayBeSigned ? context.settings.sign(name, contents) : '';
    if (!sameContents(contents, before)) stack.addVersion(id, contents, mac, nowTicks());
    else if (name !== before.name && mayBeSigned) stack.setMac(id, mac);
  });
  return driverInfo(context.session.reader, driverOf(context, id));
}

/** Puts a bundled driver back to what is shipped; the edited source stays as an older version. */
export function restoreDriver(context: HostContext, id: number): DriverInfo {
  const driver = driverOf(context, id);
  if (!driver.bundled || !context.bundled.has(driver.name)) throw hostErrors.notBundled(driver.name);
  const { source, files, service } = context.bundled.get(driver.name);
  return updateDriver(context, id, { source, files, service });
}

export function driverOf(context: HostContext, id: number): StoredDriver {
  const driver = context.session.reader.stack.driver(id);
  if (!driver) throw hostErrors.noDriver(id);
  return driver;
}

/** An altitude is a decimal of any length: "decimal numbers of arbitrary precision" in the WDK's words. */
export function checkAltitude(altitude: string): string {
  if (!/^\d{1,200}(\.\d{1,200})?$/.test(altitude)) throw hostErrors.altitude(altitude);
  return altitude;
}

function checkName(context: HostContext, name: string, own: number | null): void {
  if (!/^[A-Za-z]\w{0,63}$/.test(name)) throw hostErrors.driverName(name);
  const taken = context.session.reader.stack.drivers().some((driver) => driver.id !== own && driver.name.toLowerCase() === name.toLowerCase());
  if (taken) throw hostErrors.driverNameTaken(name);
}
