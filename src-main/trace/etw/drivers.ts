/**
 * Which driver an address of the kernel lies in: that is how a minifilter's callback is given its filter's name.
 *
 * Source: etw-formats.md 9.5 and 10.4. Drivers are images of process 0 or 4. One that is loaded over another's place takes it.
 */
import { assertExists } from '../../base/assert.ts';
import type { EtwImage } from './kernelEvent.ts';
import { limits } from './limits.ts';
import type { EtwPointer } from './pointer.ts';

export interface DriverPlace {
  /** File name of the driver, which is the filter's: `WdFilter.sys`. */
  readonly driver: string;
  readonly offset: number;
}

interface Driver {
  readonly base: number;
  readonly size: number;
  readonly name: string;
}

export class Drivers {
  readonly #byBase = new Map<number, Driver>();
  #sorted: readonly Driver[] | null = null;
  readonly #known = new Map<EtwPointer, DriverPlace | null>();

  learn({ processId, base, size, path }: EtwImage): void {
    if ((processId !== 0 && processId !== 4) || typeof base !== 'number' || path === '' || this.#byBase.size >= limits.modules) return;
    this.#byBase.set(base, { base, size, name: path.slice(path.lastIndexOf('\\') + 1) });
    this.#sorted = null;
    this.#known.clear();
  }

  at(address: EtwPointer): DriverPlace | null {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const found = typeof address === 'number' ? this.#find(address) : null;
    if (this.#known.size < limits.callbacks) this.#known.set(address, found);
    return found;
  }

  #find(address: number): DriverPlace | null {
    this.#sorted ??= [...this.#byBase.values()].sort((a, b) => a.base - b.base);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (assertExists(this.#sorted[middle]).base <= address) low = middle + 1;
      else high = middle;
    }
    const driver = this.#sorted[low - 1];
    return driver !== undefined && address < driver.base + driver.size ? { driver: driver.name, offset: address - driver.base } : null;
  }
}
