/** What the implementations of one driver's routines share. */
import { PASSIVE_LEVEL } from '../engine/index.ts';
import { ControlDevices } from './controlDevices.ts';
import { runningActivation, type DriverWorld } from './driverWorld.ts';
import { HandleTable } from './handleTable.ts';
import { NotifyRoutines } from './notifyRoutines.ts';
import { Registry } from './registry.ts';
import { ResourceLedger, type ResourceKind } from './resourceLedger.ts';

/** A bound routine. */
export type Routine = (...args: never[]) => unknown;
export type Routines = Readonly<Record<string, Routine>>;

export class DriverServices {
  readonly world: DriverWorld;
  readonly ledger: ResourceLedger;
  readonly handles: HandleTable;
  readonly registry: Registry;
  readonly notifications: NotifyRoutines;
  readonly devices: ControlDevices;
  /** The provided routine of a name; null where there is none. Set once all are bound. */
  resolve: (name: string) => unknown = () => null;

  constructor(world: DriverWorld) {
    this.world = world;
    this.ledger = world.ledger ?? new ResourceLedger();
    this.handles = new HandleTable(() => world.objects.next());
    this.registry = world.registry ?? new Registry(() => world.now());
    this.notifications = world.notifications ?? new NotifyRoutines();
    this.devices = world.devices ?? new ControlDevices(() => world.objects.next());
    if (world.driverName !== undefined) this.registry.addService(world.driverName, world.serviceValues ?? {});
  }

  /** The IRQL of the running routine; PASSIVE_LEVEL at a driver's top level. */
  irql(): number {
    return runningActivation(this.world)?.irql ?? PASSIVE_LEVEL;
  }

  /** Whether an allocation of that routine succeeds. */
  mayAllocate(routine: string): boolean {
    return this.world.allocate?.(routine) !== false;
  }

  take(kind: ResourceKind, object: object, label: string, more: { readonly tag?: string; readonly size?: number } = {}): void {
    this.ledger.take(kind, object, label, this.world.callSite?.() ?? null, more);
  }
}
