import type { Disposable } from './disposable.ts';

/** A typed list of listeners. A listener added or removed while an event is fired takes effect from the next event on. */
export class Emitter<T> {
  #listeners: readonly ((value: T) => void)[] = [];

  listen(listener: (value: T) => void): Disposable {
    this.#listeners = [...this.#listeners, listener];
    return {
      dispose: () => {
        this.#listeners = this.#listeners.filter((other) => other !== listener);
      },
    };
  }

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
