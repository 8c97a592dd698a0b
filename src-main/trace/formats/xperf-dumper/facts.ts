/** The line behind the header of a dump: `OS Version: 10.0.19043, Trace Size: 20736KB, ..., Trace Start: 132675686690347142, ...`. Source: etw-formats.md 16. */
import type { DetailValue } from '../../record.ts';

/** FILETIMEs of 1970 to 2300. */
const earliest = 116_444_736_000_000_000n;
const latest = 220_000_000_000_000_000n;

const keys: ReadonlyMap<string, string> = new Map([
  ['OS Version', 'osVersion'], ['PointerSize', 'pointerSize'], ['Trace Name', 'logFileName'], ['Events Lost', 'eventsLost'], ['Buffers lost', 'buffersLost'],
  ['CPU Speed', 'cpuSpeed'], ['Trace Length', 'traceLength'],
]);

export class TraceFacts {
  readonly #values: { [key: string]: DetailValue } = {};
  /** FILETIME of the start, where it is told. */
  start: bigint | null = null;
  eventsLost = 0;
  buffersLost = 0;

  get values(): { readonly [key: string]: DetailValue } {
    return this.#values;
  }

  take(cells: readonly string[]): void {
    for (const cell of cells) {
      const colon = cell.indexOf(':');
      const name = cell.slice(0, colon).trim();
      const text = cell.slice(colon + 1).trim();
      const key = keys.get(name);
      if (key !== undefined) this.#values[key] = /^\d{1,15}$/.test(text) ? Number(text) : text;
      if (name === 'Trace Start' && /^\d{1,19}$/.test(text)) {
        const start = BigInt(text);
        if (start >= earliest && start <= latest) this.start = start;
      }
    }
    this.eventsLost = countOf(this.#values['eventsLost']);
    this.buffersLost = countOf(this.#values['buffersLost']);
  }
}

const countOf = (value: DetailValue | undefined): number => (typeof value === 'number' ? value : 0);
