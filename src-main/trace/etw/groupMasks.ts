/**
 * What a kernel session was asked to record, in words.
 *
 * Source: etw-formats.md 9.8 and 9.5; names as the kernel logger's flags without their prefix.
 */

const fileIo = 0x0200_0000;
const fileIoInit = 0x0400_0000;

const ofFirst: readonly (readonly [number, string])[] = [
  [0x1, 'process'], [0x2, 'thread'], [0x4, 'image'], [0x8, 'process counters'], [0x10, 'context switches'], [0x100, 'disk I/O'], [0x200, 'file names'], [0x400, 'disk I/O starts'],
  [0x1000, 'page faults'], [0x2000, 'hard faults'], [0x1_0000, 'network'], [0x2_0000, 'registry'], [0x20_0000, 'split I/O'], [fileIo, 'ends of file operations (FILE_IO)'],
  [fileIoInit, 'file operations (FILE_IO_INIT)'],
];
const ofFifth: readonly (readonly [number, string])[] = [
  [0x8_0000, 'minifilter callbacks'], [0x10_0000, 'ends of minifilter callbacks'], [0x20_0000, 'minifilter fast I/O'], [0x40_0000, 'minifilter failures'],
];

/** The groups that are on, and the bits that have no name here as `mask 1: 0x…`. Several sessions of a merged trace are put together. */
export class GroupMasks {
  readonly #masks: number[] = [];

  learn(masks: readonly number[]): void {
    masks.slice(0, 8).forEach((mask, i) => (this.#masks[i] = ((this.#masks[i] ?? 0) | mask) >>> 0));
  }

  get known(): boolean {
    return this.#masks.length > 0;
  }

  get recordsOperations(): boolean {
    return ((this.#masks[0] ?? 0) & fileIoInit) !== 0;
  }

  get recordsNames(): boolean {
    return ((this.#masks[0] ?? 0) & 0x200) !== 0;
  }

  words(): readonly string[] {
    const words: string[] = [];
    this.#masks.forEach((mask, i) => {
      const names = i === 0 ? ofFirst : i === 4 ? ofFifth : [];
      let rest = mask;
      for (const [bit, name] of names) {
        if ((mask & bit) === 0) continue;
        words.push(name);
        rest = (rest & ~bit) >>> 0;
      }
      if (rest !== 0) words.push(`mask ${i}: 0x${rest.toString(16).toUpperCase()}`);
    });
    return words;
  }
}
