/** Drivers of the open session: every change is written at once, every source is kept. */
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import type { StoredDriver } from '../session/index.ts';
import { fallbackAltitude, manifestFacts } from './bundledDrivers.ts';
import { nowTicks } from './clock.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { driverInfo, isTrusted } from './sessionInfo.ts';

export interface NewDriver {
  readonly name: string;
  readonly source: string;
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
  const mac = context.settings.sign(name, driver);
  const id = context.write(({ stack }) => stack.addDriver({ name, source, service, manifest, enabled, bundled, altitude, description: facts.description, mac }, nowTicks()));
  return driverInfo(driverOf(context, id));
}

export function addBundledDriver(context: HostContext, name: string, altitude: string | null, enabled: boolean): DriverInfo {
  const { source, service, manifest } = context.bundled.get(name);
  return addDriver(context, { name, source, service, manifest, altitude, enabled, bundled: true });
}

export function updateDriver(context: HostContext, id: number, fields: { source?: string; service?: string; altitude?: string; enabled?: boolean; name?: string }): DriverInfo {
  const before = driverOf(context, id);
  if (fields.altitude !== undefined) checkAltitude(fields.altitude);
  if (fields.name !== undefined) checkName(context, fields.name, id);
  // An edit of a stranger's driver does not make the rest of it this user's own.
  const mayBeSigned = isTrusted(context, before);
  const name = fields.name ?? before.name;
  context.write(({ stack }) => {
    const { source = before.source, service = before.service, ...columns } = fields;
    stack.updateDriver(id, columns);
    const mac = mayBeSigned ? context.settings.sign(name, { source, service }) : '';
    if (source !== before.source || service !== before.service) stack.addVersion(id, { source, service }, mac, nowTicks());
    else if (name !== before.name && mayBeSigned) stack.setMac(id, mac);
  });
  return driverInfo(driverOf(context, id));
}

/** Puts a bundled driver back to what is shipped; the edited source stays as an older version. */
export function restoreDriver(context: HostContext, id: number): DriverInfo {
  const driver = driverOf(context, id);
  if (!driver.bundled || !context.bundled.has(driver.name)) throw hostErrors.notBundled(driver.name);
  const shipped = context.bundled.get(driver.name);
  if (shipped.source !== driver.source || shipped.service !== driver.service) context.write(({ stack }) => stack.addVersion(id, shipped, context.settings.sign(driver.name, shipped), nowTicks()));
  return driverInfo(driverOf(context, id));
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
