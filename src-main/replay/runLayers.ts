/** The layers of a run, top down, with the numbers that the event log's column `layer` has. */
import { compareAltitudes, type Filter, type Instance } from '../engine/index.ts';

export interface Layer {
  readonly layer: number;
  readonly kind: 'ioManager' | 'filter' | 'fileSystem';
  readonly name: string;
  readonly altitude: string | null;
  readonly driverId: number | null;
}

export interface LayerDriver {
  readonly id: number;
  readonly name: string;
  readonly altitude: string;
}

export class RunLayers {
  readonly list: readonly Layer[];
  readonly #byName: ReadonlyMap<string, number>;

  constructor(drivers: readonly LayerDriver[]) {
    const sorted = [...drivers].sort((a, b) => compareAltitudes(b.altitude, a.altitude));
    const filters = sorted.map((driver, at): Layer => ({ layer: at + 1, kind: 'filter', name: driver.name, altitude: driver.altitude, driverId: driver.id }));
    this.list = [
      { layer: 0, kind: 'ioManager', name: 'I/O manager', altitude: null, driverId: null },
      ...filters,
      { layer: filters.length + 1, kind: 'fileSystem', name: 'File system', altitude: null, driverId: null },
    ];
    this.#byName = new Map(filters.map(({ name, layer }) => [name, layer]));
  }

  get fileSystem(): number {
    return this.list.length - 1;
  }

  of(filter: Filter | null): number {
    if (filter === null) return 0;
    // Asked for every event: the filter keeps it.
    if (filter.observedAs < 0) filter.observedAs = this.#byName.get(filter.name) ?? 0;
    return filter.observedAs;
  }

  ofInstance(instance: Instance | null): number {
    return this.of(instance?.filter ?? null);
  }

  at(layer: number): Layer | undefined {
    return this.list[layer];
  }
}
