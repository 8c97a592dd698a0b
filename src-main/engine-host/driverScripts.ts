/** The scripts of drivers and of stops that V8 has, and where their lines are in the files of the drivers. */
import { driverUrlPrefix, stopUrl } from './control.ts';
import { driverUrl } from './loader.ts';
import type { DriverLayouts } from './runDrivers.ts';

export class DriverScripts {
  readonly #layouts: DriverLayouts;
  /** By V8's id. */
  readonly #urls = new Map<string, string>();

  constructor(layouts: DriverLayouts) {
    this.#layouts = layouts;
  }

  /** Others are not kept. */
  add(scriptId: string, url: string): void {
    if (url.startsWith(driverUrlPrefix) || url === stopUrl) this.#urls.set(scriptId, url);
  }

  url(scriptId: string): string | undefined {
    return this.#urls.get(scriptId);
  }

  /** Name of the driver; null for other scripts. */
  driver(scriptId: string): string | null {
    const url = this.#urls.get(scriptId);
    return url?.startsWith(driverUrlPrefix) === true ? driverOfUrl(url) : null;
  }

  /** The first one that was loaded. */
  idOf(driver: string): string | undefined {
    return [...this.#urls].find(([, url]) => url === driverUrl(driver))?.[0];
  }

  /** Driver line of one of V8's, which count from 0. */
  line({ scriptId, lineNumber }: { readonly scriptId: string; readonly lineNumber: number }): number {
    return driverLineIn(this.#layouts, this.driver(scriptId) ?? '', lineNumber + 1);
  }

  /** V8's, from 0; null where it has no such line. */
  lineNumber(driver: string, line: number): number | null {
    const layout = this.#layouts.get(driver);
    const own = layout === undefined ? line : layout.scriptLine(line);
    return own === null ? null : own - 1;
  }
}

export const driverOfUrl = (url: string): string => url.slice(driverUrlPrefix.length).replace(/\.ts$/, '');

/** Both from 1. */
export const driverLineIn = (layouts: DriverLayouts, driver: string, scriptLine: number): number => layouts.get(driver)?.driverLine(scriptLine) ?? scriptLine;
