/** Progress of long work, for clients that show it; what takes less than a moment is not worth showing. */
import type { Connection } from './connection.ts';

const shownAfter = 700;
const updatedEvery = 250;

export class Progress {
  readonly #connection: Connection;
  readonly #id: string;
  readonly #title: string;
  /** What ends the work. */
  readonly cancel: () => void;
  readonly #begun = performance.now();
  #shown = false;
  #toldAt = 0;

  constructor(connection: Connection, id: string, title: string, cancel: () => void) {
    this.#connection = connection;
    this.#id = id;
    this.#title = title;
    this.cancel = cancel;
  }

  get id(): string {
    return this.#id;
  }

  update(message: string, done: number, total: number): void {
    const now = performance.now();
    const percentage = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
    if (!this.#shown) {
      if (now - this.#begun < shownAfter) return;
      this.#shown = true;
      this.#connection.event('progressStart', { progressId: this.#id, title: this.#title, cancellable: true, message, percentage });
    } else if (now - this.#toldAt >= updatedEvery) this.#connection.event('progressUpdate', { progressId: this.#id, message, percentage });
    else return;
    this.#toldAt = now;
  }

  end(): void {
    if (this.#shown) this.#connection.event('progressEnd', { progressId: this.#id });
    this.#shown = false;
  }
}
