/** What a driver's world needs from whoever runs it: the engine, the clock, and where its output goes. */
import type { Activation, CallSite, Engine, FILE_OBJECT, PEPROCESS, PETHREAD, SilentCall } from '../engine/index.ts';
import type { ControlDevices } from './controlDevices.ts';
import type { BytePattern } from '../base/bytePattern.ts';
import type { NotifyRoutines } from './notifyRoutines.ts';
import type { Registry } from './registry.ts';
import type { ResourceLedger } from './resourceLedger.ts';

/** A value under a driver's service key, from its manifest: REG_DWORD, REG_SZ, REG_MULTI_SZ, REG_QWORD. */
export type ServiceValue = number | string | readonly string[] | bigint;

/** What is known of a process beyond its id. */
export interface ProcessFacts {
  readonly imagePath: string | null;
  readonly commandLine: string | null;
  readonly parentPid: number | null;
  readonly sessionId: number;
  /** 100 ns since 1601; null where the trace does not know. */
  readonly createTime: bigint | null;
  readonly exited: boolean;
}

/** Processes and threads as the trace has them. */
export interface ProcessDirectory {
  process(pid: number): PEPROCESS | null;
  thread(tid: number): { readonly ethread: PETHREAD; readonly eprocess: PEPROCESS; readonly tid: number; readonly pid: number } | null;
  facts(process: PEPROCESS): ProcessFacts;
}

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

  // What follows may be left out: then the driver has a world of its own.

  /** Service name, for its registry key. */
  readonly driverName?: string;
  /** The manifest's values. */
  readonly serviceValues?: Readonly<Record<string, ServiceValue>>;
  /** The driver's line that is running. */
  readonly callSite?: () => CallSite | null;
  /** Hears of calls of routines that are not the engine's. */
  readonly calls?: { readonly silentCall?: SilentCall | undefined };
  /** False makes an allocation of the named routine fail. */
  readonly allocate?: (routine: string) => boolean;
  /** What this driver must give back. */
  readonly ledger?: ResourceLedger;
  readonly processes?: ProcessDirectory;
  /** Drive letter of a volume's device, `C:`; null where it has none. */
  readonly dosName?: (deviceName: string) => string | null;
  readonly registry?: Registry;
  readonly notifications?: NotifyRoutines;
  readonly devices?: ControlDevices;
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
