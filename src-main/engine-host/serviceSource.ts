/** The service script beside a driver, under the name of its file. Source: driver-api-usage.md 5.10, 5.12. */
import type { DriverSource } from './messages.ts';

export interface ServiceSource {
  /** File name without `.ts`: `scanner.service`. */
  readonly name: string;
  readonly source: string;
  readonly driver: DriverSource;
}

/** Null for a driver without one. */
export function serviceSourceOf(driver: DriverSource): ServiceSource | null {
  const { service, manifest, name } = driver;
  if (service === undefined || service === null || service === '') return null;
  const file = typeof manifest?.serviceScript === 'string' ? manifest.serviceScript : `${name}.service.ts`;
  return { name: (file.split(/[\\/]/).at(-1) ?? file).replace(/\.ts$/, ''), source: service, driver };
}
