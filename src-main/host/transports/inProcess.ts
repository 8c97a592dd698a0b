/** Two ends of a transport within one process, for the command line and for tests. */
import type { Message, Transport } from '../../../src-preload/contract/index.ts';

/** What one end sends the other hears later, as with every other transport: never within the call. */
export function inProcessPair(): readonly [Transport, Transport] {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return ends;
}

class End implements Transport {
  other: End | null = null;
  #isOpen = true;
  #listener: ((message: Message) => void) | null = null;
  readonly #closeListeners: (() => void)[] = [];

  send(message: Message): void {
    const { other } = this;
    // Cloned, so that neither side can change what the other holds.
    const copy = structuredClone(message);
    queueMicrotask(() => {
      if (other !== null && other.#isOpen) other.#listener?.(copy);
    });
  }

  listen(listener: (message: Message) => void): void {
    this.#listener = listener;
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const listener of this.#closeListeners) listener();
    this.other?.close();
  }
}
