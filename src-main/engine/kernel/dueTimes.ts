/**
 * What happens at a virtual time: timers, time-outs, recorded completions. A binary heap, so that thousands may be under way.
 *
 * Equal times come in the order in which they were set. What was cancelled stays where it is until its time has come.
 */

/** Something that happens at a time. */
export interface DueTime {
  readonly time: bigint;
  readonly fire: () => void;
  /** The event may end waits of others: a timer with a DPC. A time-out only ends its own. */
  readonly signals: boolean;
}

class Entry implements DueTime {
  readonly time: bigint;
  readonly sequence: number;
  readonly fire: () => void;
  readonly signals: boolean;
  live = true;

  constructor(time: bigint, sequence: number, fire: () => void, signals: boolean) {
    this.time = time;
    this.sequence = sequence;
    this.fire = fire;
    this.signals = signals;
  }

  isBefore(other: Entry): boolean {
    return this.time < other.time || (this.time === other.time && this.sequence < other.sequence);
  }
}

export class DueTimes {
  readonly #heap: Entry[] = [];
  #sequence = 0;
  #signalling = 0;

  /** Whether anything is due that may end waits of others. */
  get signals(): boolean {
    return this.#signalling > 0;
  }

  /** What comes next; null when nothing is due. */
  get first(): DueTime | null {
    for (;;) {
      const [top] = this.#heap;
      if (top === undefined) return null;
      if (top.live) return top;
      this.#takeTop();
    }
  }

  add(time: bigint, fire: () => void, signals: boolean): DueTime {
    const entry = new Entry(time, ++this.#sequence, fire, signals);
    if (signals) this.#signalling++;
    this.#up(entry);
    return entry;
  }

  /** False when it has happened, or was cancelled. */
  cancel(due: DueTime): boolean {
    if (!(due instanceof Entry) || !due.live) return false;
    this.#end(due);
    return true;
  }

  /** Takes what comes next out of the list. */
  take(): DueTime | null {
    const next = this.first;
    if (next instanceof Entry) {
      this.#takeTop();
      this.#end(next);
    }
    return next;
  }

  #end(entry: Entry): void {
    entry.live = false;
    if (entry.signals) this.#signalling--;
  }

  #up(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Entry;
      if (!entry.isBefore(parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #takeTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const right = heap[below + 1];
      if (right?.isBefore(heap[below] as Entry) === true) below++;
      const child = heap[below] as Entry;
      if (!child.isBefore(last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}
