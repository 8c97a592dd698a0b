/**
 * Finds the operation a stack event belongs to.
 *
 * Source: MSDN, StackWalk_Event (time stamp and thread of the event it belongs to, then return addresses), checked on a Windows 8 trace: there the frames
 * of most stacks stand under a key, and are told when the key is given up or the recording ends; kernel and user part are two events.
 */
import type { RecordedStack } from '../record.ts';
import { limits } from './limits.ts';
import type { EtwStackDefinition } from './kernelEvent.ts';
import type { EtwPointer } from './pointer.ts';
import type { RunningOperation } from './running.ts';

/** More operations of one tick than any machine begins. */
const mostAtOnce = 256;

interface Definition {
  /** Source index up to which it holds. */
  readonly until: number;
  readonly frames: BigUint64Array;
}

export class Stacks {
  readonly #definitions = new Map<EtwPointer, Definition[]>();
  #count = 0;
  /** Operations that may still get a stack, by their time; several may begin in one tick. */
  readonly #waiting = new Map<bigint, RunningOperation[]>();
  readonly #shared = new Map<number, RecordedStack[]>();
  #sharedCount = 0;
  /** True once the trace is known to have stack events: only then operations are kept by their times. */
  expected = false;

  define({ key, dies, frames, sourceIndex }: EtwStackDefinition): void {
    if (this.#count >= limits.stacks) return;
    this.#count += 1;
    const definition: Definition = { until: dies ? sourceIndex : Infinity, frames };
    const known = this.#definitions.get(key);
    if (known === undefined) this.#definitions.set(key, [definition]);
    else known.push(definition);
  }

  /** The frames a key stood for at `sourceIndex`. */
  framesOf(key: EtwPointer, sourceIndex: number): BigUint64Array | null {
    const known = this.#definitions.get(key);
    if (known === undefined) return null;
    // They stand in the order of their ends.
    let low = 0;
    let high = known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((known[middle]?.until ?? 0) < sourceIndex) low = middle + 1;
      else high = middle;
    }
    return known[low]?.frames ?? null;
  }

  await(operation: RunningOperation): void {
    if (!this.expected) return;
    const { time } = operation.start;
    const others = this.#waiting.get(time);
    if (others === undefined) this.#waiting.set(time, [operation]);
    else if (others.length < mostAtOnce) others.push(operation);
  }

  forget(operation: RunningOperation): void {
    if (!this.expected) return;
    const { time } = operation.start;
    const left = this.#waiting.get(time)?.filter((other) => other !== operation) ?? [];
    if (left.length === 0) this.#waiting.delete(time);
    else this.#waiting.set(time, left);
  }

  /** Adds the frames to the operation that began at `time` on `tid`, where there is one: the user part comes behind the kernel part. */
  attach(time: bigint, tid: number, frames: BigUint64Array): void {
    const operation = this.#waiting.get(time)?.find((other) => other.tid === tid || other.tid === null);
    if (operation === undefined) return;
    operation.stack = this.share(operation.stack === null ? frames : joined(operation.stack.frames, frames));
  }

  /** One object for equal frames. */
  share(frames: BigUint64Array): RecordedStack {
    const hash = hashOf(frames);
    const others = this.#shared.get(hash);
    const known = others?.find((other) => sameFrames(other.frames, frames));
    if (known !== undefined) return known;
    const stack: RecordedStack = { frames, locations: null };
    if (this.#sharedCount >= limits.stacks) return stack;
    this.#sharedCount += 1;
    if (others === undefined) this.#shared.set(hash, [stack]);
    else if (others.length < 8) others.push(stack);
    return stack;
  }
}

const halves = (frames: BigUint64Array): Uint32Array => new Uint32Array(frames.buffer, frames.byteOffset, frames.length * 2);

function hashOf(frames: BigUint64Array): number {
  let hash = frames.length;
  for (const half of halves(frames)) hash = (Math.imul(hash, 31) + half) | 0;
  return hash;
}

function sameFrames(a: BigUint64Array, b: BigUint64Array): boolean {
  return a.length === b.length && a.every((frame, i) => frame === b[i]);
}

const isKernel = (frames: BigUint64Array): boolean => (frames[0] ?? 0n) >= 0x8000_0000_0000_0000n;

/** The kernel's part is called last, and so stands first, whichever was logged first. */
function joined(known: BigUint64Array, added: BigUint64Array): BigUint64Array {
  const [first, second] = isKernel(added) && !isKernel(known) ? [added, known] : [known, added];
  const all = new BigUint64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
