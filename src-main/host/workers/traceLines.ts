/** Writes whole traces as JSON Lines, a piece at a time. */
import { SessionReader } from '../../session/index.ts';
import { writeJsonLines } from '../../trace/formats/fltreplay-jsonl/writer.ts';
import type { QueryMap } from './messages.ts';

/** Characters of a piece, more or less. */
const pieceSize = 1 << 20;

interface Begun {
  readonly session: string;
  readonly trace: number;
  readonly lines: Generator<string>;
  readonly close: () => void;
  /** Number of the next line. */
  at: number;
}

/** One trace is written at a time, on a connection of its own; who asks for another place begins again. */
export class TraceLines {
  #begun: Begun | null = null;

  read({ session, trace, from }: QueryMap['jsonLines']['params']): QueryMap['jsonLines']['result'] {
    const begun = this.#at(session, trace, from);
    const texts: string[] = [];
    for (let size = 0; size < pieceSize;) {
      const { done, value } = begun.lines.next();
      if (done === true) {
        this.close();
        return { text: texts.join(''), next: null };
      }
      texts.push(value, '\n');
      size += value.length + 1;
      begun.at += 1;
    }
    return { text: texts.join(''), next: begun.at };
  }

  close(): void {
    this.#begun?.close();
    this.#begun = null;
  }

  #at(session: string, trace: number, from: number): Begun {
    const known = this.#begun;
    if (known !== null && known.session === session && known.trace === trace && known.at === from) return known;
    this.close();
    const begun = begin(session, trace);
    this.#begun = begun;
    for (; begun.at < from && begun.lines.next().done !== true;) begun.at += 1;
    return begun;
  }
}

function begin(session: string, trace: number): Begun {
  const reader = new SessionReader(session);
  const whole = reader.whole(trace);
  // How its file was wrapped is not part of a trace.
  const { wrapping: _wrapping, member: _member, packedBytes: _packedBytes, parts: _parts, ...system } = whole.system;
  return { session, trace, at: 0, lines: writeJsonLines({ ...whole, system }), close: () => reader.close() };
}
