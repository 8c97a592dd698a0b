/** What a driver's world needs from whoever runs it: the engine, the clock, and where its output goes. */
import type { Activation, Engine, FILE_OBJECT } from '../engine/index.ts';
import type { BytePattern } from './kbuffer.ts';

export interface DriverWorld {
  readonly engine: Engine;
  /** The virtual clock: 100 ns since 1601. */
  now(): bigint;
  /** Virtual time at the start of the run. */
  readonly startTime: bigint;
  /** A line of DbgPrint's output. */
  print(text: string): void;
  /** Full name of a file object as the trace knows it, `\Device\HarddiskVolume1\dir\file`; null where it has none. */
  fileName(fileObject: FILE_OBJECT): { readonly volume: string; readonly path: string } | null;
  readonly seed: number;
  readonly objects: ObjectNumbers;
}

/** Numbers for the printable names of buffers and MDLs, counting up through a run. */
export class ObjectNumbers {
  #next = 1;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  next(): number {
    return this.#next++;
  }

  /** Contents of memory that was never a file's. */
  pattern(origin: number): BytePattern {
    return { seed: this.#seed, origin, base: 0 };
  }
}

/** The routine that is running. Routines are only ever called from one, except for a driver's top level. */
export const runningActivation = (world: DriverWorld): Activation | null => world.engine.activation;
