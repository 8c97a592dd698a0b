/** The routines of a filter that the Filter Manager holds for later calls: registered callbacks, those of contexts and of ports. What is on its way keeps what it started with. */
import type { Core } from './core.ts';
import type { Filter } from './instance.ts';

export type HeldRoutine = (...args: never[]) => unknown;

/** A routine, and what for: `registered as PreOperation`. */
export interface KnownRoutine {
  readonly routine: HeldRoutine;
  readonly what: string;
}

type Visit = (routine: HeldRoutine, what: string) => HeldRoutine;

/** The ports of a filter, which are kept by name. */
export interface PortCallbackHolder {
  visitCallbacks(filter: Filter, visit: Visit): void;
}

/** Every routine that is held, and what takes its place. */
export function visitRoutines(core: Core, ports: PortCallbackHolder, filter: Filter, visit: Visit): void {
  const visited = <T>(routine: T, what: string): T => (typeof routine === 'function' ? (visit(routine as HeldRoutine, what) as T) : routine);
  filter.entries = filter.entries.map((entry) => entry && { ...entry, pre: visited(entry.pre, 'registered as PreOperation'), post: visited(entry.post, 'registered as PostOperation') });
  const registration: Record<string, unknown> = { ...filter.registration };
  for (const [name, value] of Object.entries(registration)) registration[name] = visited(value, `registered as ${name}`);
  filter.registration = registration;
  const definitions = core.contexts.definitionsOf(filter).map((one) => ({
    ...one, cleanup: visited(one.cleanup, 'registered as ContextCleanupCallback'), allocate: visited(one.allocate, 'registered as ContextAllocateCallback'), free: visited(one.free, 'registered as ContextFreeCallback'),
  }));
  core.contexts.register(filter, definitions);
  ports.visitCallbacks(filter, visit);
  for (const { frame } of filter.instances) frame.forgetRoutes();
}
