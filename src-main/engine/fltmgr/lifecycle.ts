/**
 * What the Filter Manager knows besides operations: services, and the waits of its own sequences.
 *
 * Kept beside `Core`, because nothing on the way of an operation needs it.
 */
import { Wait, type WaitDescription } from '../kernel/wait.ts';
import type { Core } from './core.ts';
import type { Service } from './services.ts';

interface Condition {
  readonly wait: Wait;
  readonly holds: () => boolean;
}

export class Lifecycle {
  readonly #services = new Map<string, Service>();
  readonly #conditions: Condition[] = [];
  /** Drivers whose DriverEntry is running and has registered nothing yet. */
  readonly loading = new Set<string>();

  addService(service: Service): void {
    this.#services.set(service.name.toLowerCase(), service);
  }

  service(name: string): Service | undefined {
    return this.#services.get(name.toLowerCase());
  }

  /** A wait that ends at the first quiescent point at which `holds` is true. */
  until(holds: () => boolean, description: WaitDescription): Wait {
    const wait = new Wait(description);
    this.#conditions.push({ wait, holds });
    return wait;
  }

  get waiting(): boolean {
    return this.#conditions.length > 0;
  }

  /** Ends the waits whose condition holds, in the order in which they began. True when one ended. */
  check(): boolean {
    if (this.#conditions.length === 0) return false;
    let ended = false;
    for (const condition of [...this.#conditions]) {
      const { wait, holds } = condition;
      if (!wait.settled && !holds()) continue;
      this.#conditions.splice(this.#conditions.indexOf(condition), 1);
      ended = true;
      wait.settle(undefined);
    }
    return ended;
  }
}

const lifecycles = new WeakMap<Core, Lifecycle>();

export function lifecycleOf(core: Core): Lifecycle {
  let lifecycle = lifecycles.get(core);
  if (lifecycle === undefined) {
    lifecycle = new Lifecycle();
    lifecycles.set(core, lifecycle);
  }
  return lifecycle;
}
