/** Handles of kernel objects that have nothing to do with the file system: keys, processes, threads, events. */

/** What a driver sees of a handle: an object with a printable name, compared with `===`. */
export interface Handle {
  readonly id: string;
}

interface Entry {
  readonly kind: string;
  readonly object: object;
}

export class HandleTable {
  readonly #entries = new WeakMap<object, Entry>();
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  open(kind: string, object: object): Handle {
    const handle = Object.freeze({ id: `HANDLE(${kind}#${this.#next()})` });
    this.#entries.set(handle, { kind, object });
    return handle;
  }

  /** The object behind an open handle; undefined for a closed or foreign one. */
  get(handle: unknown): Entry | undefined {
    return typeof handle === 'object' && handle !== null ? this.#entries.get(handle) : undefined;
  }

  close(handle: object): boolean {
    return this.#entries.delete(handle);
  }
}
