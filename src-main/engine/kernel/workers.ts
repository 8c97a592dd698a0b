/**
 * System worker threads: a limited pool for each queue type, so that starvation shows.
 *
 * Source: driver-api-usage.md 5.6 (virtual threads) and E-13.
 */
import { createThread, type EngineThread } from './thread.ts';

export class Workers {
  readonly #pools: readonly (readonly EngineThread[])[];
  readonly #busy = new Set<EngineThread>();

  constructor(system: EngineThread, size: number) {
    const pool = (name: string, firstTid: number): EngineThread[] => Array.from({ length: size }, (_, at) =>
      createThread({ tid: firstTid + at * 4, pid: system.pid, process: system.process, kind: 'worker', name: at === 0 ? name : `${name} ${at + 1}`, eprocess: system.eprocess }));
    this.#pools = [pool('Critical worker', 200), pool('Worker', 12)];
  }

  pool(queueType: number): readonly EngineThread[] {
    return this.#pools[queueType === 0 ? 0 : 1] ?? [];
  }

  /** The first worker of the queue's pool that has nothing to do. */
  free(queueType: number): EngineThread | null {
    return this.pool(queueType).find((thread) => !this.#busy.has(thread)) ?? null;
  }

  busy(queueType: number): number {
    return this.pool(queueType).filter((thread) => this.#busy.has(thread)).length;
  }

  take(thread: EngineThread): void {
    this.#busy.add(thread);
  }

  giveBack(thread: EngineThread): void {
    this.#busy.delete(thread);
  }
}
