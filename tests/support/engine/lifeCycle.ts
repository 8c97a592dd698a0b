/** Drivers that are loaded through their services, for tests of what happens before and after operations. */
import { STATUS_SUCCESS } from '../../../src-main/nt/values.generated.ts';
import {
  isGenerator, type Engine, type EngineOptions, type FLT_REGISTRATION, type Instance, type LowerAnswer, type LowerCall, type PFLT_FILTER, type Ref, type ServiceDescription, type Volume, type VolumeDescription,
} from '../../../src-main/engine/index.ts';
import { makeRig, success, type Rig } from './rig.ts';

export interface DriverOptions {
  readonly altitude?: string;
  readonly instances?: ServiceDescription['instances'];
  readonly group?: string;
  /** Beside the callbacks that note themselves. */
  readonly registration?: FLT_REGISTRATION;
  /** What DriverEntry returns instead of its own status. */
  readonly returns?: number;
  /** False: it only registers. */
  readonly start?: boolean;
  /** Done in DriverEntry after everything else. */
  readonly also?: () => void;
}

export interface LifeCycle {
  readonly rig: Rig;
  readonly engine: Engine;
  readonly volume: Volume;
  /** `unload A 0`, `start A 2 V1` ... in order, with the violations in between. */
  readonly calls: string[];
  /** What FltRegisterFilter and FltStartFiltering of the last DriverEntry answered. */
  readonly statuses: number[];
  /** Declares a driver; `load` runs it. */
  driver(name: string, options?: DriverOptions): void;
  /** Declares and loads it. Returns what FilterLoad answers. */
  load(name: string, options?: DriverOptions): number | null;
  handle(name: string): PFLT_FILTER;
  instances(name: string): readonly Instance[];
  addVolume(description: Partial<VolumeDescription> & { readonly name: string }): Volume;
  /** Runs code of a driver in a thread of its own. A generator may wait. */
  as(name: string, routine: () => unknown): void;
  call(routine: string, ...args: unknown[]): unknown;
}

export const box = <T>(): Ref<T | null> => ({ value: null });

export function makeLifeCycle(options: Partial<EngineOptions> = {}, dispatch: (call: LowerCall) => LowerAnswer = () => success): LifeCycle {
  const rig = makeRig([], dispatch, options);
  const { engine, volume } = rig;
  const handles = new Map<string, PFLT_FILTER>();
  const calls: string[] = [];
  const statuses: number[] = [];
  // Violations belong into the order of the calls.
  const push = rig.violations.push.bind(rig.violations);
  rig.violations.push = (...found) => {
    calls.push(...found.map(({ id }) => id));
    return push(...found);
  };
  const volumeName = (handle: object | null): string => engine.volumes.find((one) => one.handle === handle)?.name ?? '';
  const note = (kind: string, name: string, flags: number, on: object | null): number => {
    calls.push([kind, name, String(flags), ...(on === null ? [] : [volumeName(on)])].join(' '));
    return STATUS_SUCCESS;
  };
  const handle = (name: string): PFLT_FILTER => {
    const found = handles.get(name);
    if (found === undefined) throw new Error(`${name} has not registered`);
    return found;
  };
  function* unload(name: string, flags: number): Generator<unknown, number, void> {
    note('unload', name, flags, null);
    const ended = rig.call('FltUnregisterFilter', handle(name));
    if (isGenerator(ended)) yield* ended;
    return STATUS_SUCCESS;
  }
  const callbacks = (name: string): FLT_REGISTRATION => ({
    FilterUnloadCallback: ((flags: number) => unload(name, flags)) as unknown as (flags: number) => number,
    InstanceSetupCallback: (objects, flags) => note('setup', name, flags, objects.Volume),
    InstanceQueryTeardownCallback: (objects, flags) => note('query', name, flags, objects.Volume),
    InstanceTeardownStartCallback: (objects, reason) => void note('start', name, reason, objects.Volume),
    InstanceTeardownCompleteCallback: (objects, reason) => void note('complete', name, reason, objects.Volume),
  });
  const entry = (name: string, { registration, returns, start, also }: DriverOptions): number => {
    const filter = box<PFLT_FILTER>();
    let status = Number(rig.call('FltRegisterFilter', null, { ...callbacks(name), ...registration }, filter));
    statuses.splice(0, statuses.length, status);
    if (filter.value !== null) handles.set(name, filter.value);
    if (status === STATUS_SUCCESS && start !== false) {
      status = Number(rig.call('FltStartFiltering', filter.value));
      statuses.push(status);
    }
    also?.();
    return returns ?? status;
  };
  const driver = (name: string, given: DriverOptions = {}): void => {
    const { altitude = '320000', instances = [{ name, altitude }], group } = given;
    engine.addService({ name, instances, ...(group === undefined ? {} : { group }), entry: () => entry(name, given) });
  };
  return {
    rig, engine, volume, calls, statuses, driver, handle,
    load: (name, given = {}) => {
      driver(name, given);
      return engine.loadFilter(name).result;
    },
    instances: (name) => engine.filterByName(name)?.instances ?? [],
    addVolume: (description) => engine.addVolume(description),
    as: (name, routine) => void engine.runRoutine(rig.filter(name), 'test', rig.thread, 0, null, routine),
    call: (routine, ...args) => rig.call(routine, ...args),
  };
}
