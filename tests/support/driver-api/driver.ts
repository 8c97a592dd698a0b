/** A driver's globals over a small engine, callable by name, at any IRQL, with everything it printed and broke. */
import { createDriverGlobals } from '../../../src-main/driver-api/driverGlobals.ts';
import { ObjectNumbers, type DriverWorld } from '../../../src-main/driver-api/driverWorld.ts';
import { ResourceLedger } from '../../../src-main/driver-api/resourceLedger.ts';
import { createEngine, type Engine, type EngineObserver, type EngineThread, type Filter, type Irql, type Ref, type Violation } from '../../../src-main/engine/index.ts';

export interface TestDriver {
  readonly engine: Engine;
  readonly globals: Readonly<Record<string, unknown>>;
  readonly ledger: ResourceLedger;
  readonly printed: string[];
  readonly violations: Violation[];
  readonly thread: EngineThread;
  /** Calls a global by its name. */
  call<T = unknown>(name: string, ...args: unknown[]): T;
  /** Calls `new` on a global class. */
  make<T = Record<string, unknown>>(name: string, ...args: unknown[]): T;
  /** Runs code as a routine of the driver. */
  at<T>(irql: Irql, body: () => T): T;
}

export const ref = <T = unknown>(value: T | null = null): Ref<T> => ({ value }) as Ref<T>;

const nothing = (): void => undefined;

export function testDriver(more: Partial<DriverWorld> = {}): TestDriver {
  const violations: Violation[] = [];
  const observer: EngineObserver = {
    operationIssued: nothing, callbackEntered: nothing, callbackReturned: nothing, lowerCalled: nothing, lowerCompleted: nothing, lowerReturned: nothing, operationCompleted: nothing,
    event: (event) => {
      if (event.kind === 'violation') violations.push(event.violation);
    },
  };
  const engine = createEngine({ lowerDevice: { dispatch: () => ({ kind: 'complete', status: 0, information: 0 }) }, observer });
  const ledger = new ResourceLedger();
  const printed: string[] = [];
  const world: DriverWorld = {
    engine, now: () => 133_500_000_000_000_000n, startTime: 133_500_000_000_000_000n - 50_000_000n, print: (text) => void printed.push(text), fileName: () => null, seed: 7,
    objects: new ObjectNumbers(7), driverName: 'sample', ledger, ...more,
  };
  const globals = createDriverGlobals(world);
  const thread = engine.createThread({ tid: 41, pid: 1234, process: 'editor.exe', kind: 'requestor' });
  const box = ref<Filter>();
  engine.runDriverEntry({ name: 'sample' }, () => Number(engine.routines['FltRegisterFilter']?.({}, { OperationRegistration: [] }, box)));
  const filter = engine.filterByName('sample');
  const driver: TestDriver = {
    engine, globals, ledger, printed, violations, thread,
    call<T>(name: string, ...args: unknown[]): T {
      const routine = globals[name];
      if (typeof routine !== 'function') throw new Error(`${name} is not provided`);
      return (routine as (...all: unknown[]) => T)(...args);
    },
    make<T>(name: string, ...args: unknown[]): T {
      return new (globals[name] as new (...all: unknown[]) => T)(...args);
    },
    at<T>(irql: Irql, body: () => T): T {
      if (filter === undefined) throw new Error('the sample driver did not register');
      const result: { value?: T } = {};
      engine.runRoutine(filter, 'Test', thread, irql, null, () => {
        result.value = body();
      });
      return result.value as T;
    },
  };
  return driver;
}
