/**
 * Where the files of a driver are in the one script that V8 has of it.
 *
 * The files stand one behind the other, as modules are evaluated, each with room for the longest text that it has in the run: so the scripts of
 * all versions of a driver have the same places. V8's lines become driver lines (base/driverLines.ts) where they come from V8, and nowhere else.
 */
import { driverLine, filePlace } from '../base/driverLines.ts';

interface Part {
  readonly slot: number;
  /** Lines of the script in front of it. */
  readonly before: number;
  readonly room: number;
}

const lineEnd = /\r\n|[\n\r\u2028\u2029]/g;
const lineCount = (text: string): number => (text.match(lineEnd)?.length ?? 0) + 1;

export class ScriptLayout {
  readonly #parts: readonly Part[];

  /** `order`: slots as they are evaluated. `versions`: the texts by slot, of the driver and of those that take over from it. */
  constructor(order: readonly number[], versions: readonly ReadonlyMap<number, string>[]) {
    let before = 0;
    this.#parts = order.map((slot) => {
      // One more: a line that ends the last statement, whatever the next file begins with.
      const room = Math.max(...versions.map((texts) => lineCount(texts.get(slot) ?? ''))) + 1;
      const part = { slot, before, room };
      before += room;
      return part;
    });
  }

  get slots(): readonly number[] {
    return this.#parts.map(({ slot }) => slot);
  }

  /** Lines from 1. */
  driverLine(scriptLine: number): number {
    const part = this.#parts.findLast(({ before }) => before < scriptLine);
    return part === undefined ? scriptLine : driverLine(part.slot, scriptLine - part.before);
  }

  /** Null where V8 has no such line: of a file that is no part of the script, or behind the end of one. */
  scriptLine(line: number): number | null {
    const place = filePlace(line);
    const part = this.#parts.find(({ slot }) => slot === place.slot);
    return part === undefined || place.line >= part.room ? null : part.before + place.line;
  }

  join(texts: ReadonlyMap<number, string>): string {
    return this.#parts.map(({ slot, room }) => {
      const text = texts.get(slot) ?? '';
      return `${text}${'\n'.repeat(room - lineCount(text))};\n`;
    }).join('');
  }
}
