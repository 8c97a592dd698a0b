/**
 * Which path a file key meant at which moment.
 *
 * Source: etw-formats.md 11.4. A key is the address of the file's control block: all opens of a file share it, and it is used for another file once the last
 * of them is gone. Facts are kept in order; most keys have one or two.
 */
import { assertExists } from '../../base/assert.ts';
import { limits } from './limits.ts';
import type { EtwPointer } from './pointer.ts';

/**
 * `born`: the name holds from here on. `dies`: it held until here. `alive`: it holds here (rundown). `opened`: an open that the trace saw leads from
 * the name to the key. `renamed`: another name from here on, null where the source does not say which.
 */
export type KeyFactKind = 'born' | 'dies' | 'alive' | 'opened' | 'renamed';

interface KeyFact {
  readonly kind: KeyFactKind;
  readonly index: number;
  readonly path: string | null;
}

export interface KeyName {
  readonly path: string;
  /** The file was renamed since, and nobody knows to what. */
  readonly stale: boolean;
}

export class KeyNames {
  readonly #facts = new Map<EtwPointer, KeyFact[]>();
  #count = 0;
  full = false;

  learn(key: EtwPointer, kind: KeyFactKind, index: number, path: string | null): void {
    const facts = this.#facts.get(key);
    const last = facts?.at(-1);
    // The same file opened again and again says nothing new.
    if (last !== undefined && last.path === path && (kind === 'opened' || kind === 'alive') && last.kind !== 'dies') return;
    if (last !== undefined && path === null && last.path === null) return;
    if (this.#count >= limits.fileNames) {
      this.full = true;
      return;
    }
    this.#count += 1;
    const fact: KeyFact = { kind, index, path };
    if (facts === undefined) this.#facts.set(key, [fact]);
    else facts.push(fact);
  }

  /** The name at `index`. Names learned from later opens count up to `openedUntil` only: by then nobody can have let go of the file. */
  at(key: EtwPointer, index: number, openedUntil = index): KeyName | null {
    const facts = this.#facts.get(key);
    if (facts === undefined) return null;
    const next = firstAfter(facts, index);
    return before(facts, next) ?? after(facts, next, openedUntil);
  }
}

/** Position of the first fact behind `index`. */
function firstAfter(facts: readonly KeyFact[], index: number): number {
  let low = 0;
  let high = facts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (assertExists(facts[middle]).index <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function before(facts: readonly KeyFact[], next: number): KeyName | null {
  let stale = false;
  for (let i = next - 1; i >= 0; i--) {
    const fact = assertExists(facts[i]);
    if (fact.kind === 'dies') return null;
    if (fact.path !== null) return { path: fact.path, stale };
    stale = true;
  }
  return null;
}

function after(facts: readonly KeyFact[], next: number, openedUntil: number): KeyName | null {
  const fact = facts[next];
  if (fact === undefined || fact.path === null) return null;
  // A name is told as `born` a moment after the file's first I/O: had the key meant another file before, that one's death would stand in between.
  const holds = fact.kind === 'dies' || fact.kind === 'alive' || fact.kind === 'born' || (fact.kind === 'opened' && fact.index <= openedUntil);
  return holds ? { path: fact.path, stale: false } : null;
}
