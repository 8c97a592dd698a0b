/**
 * The tunnel cache: what a removed name was called, for a while.
 *
 * Source: NAM-036. Removing a name from a directory remembers short name, long name and creation time; adding the same name to the
 * same directory gives them back. Deleting the directory forgets them.
 */

import { upcase } from './upcase.ts';

export interface TunneledName {
  readonly longName: string;
  readonly shortName: string | null;
  /** 100 ns ticks since 1601 */
  readonly creationTime: bigint;
}

interface Entry extends TunneledName {
  readonly removedAt: bigint;
}

/** NAM-036 (INFERRED): fifteen seconds, in 100 ns ticks. */
export const tunnelLifetime = 150_000_000n;

export class TunnelCache {
  readonly #lifetime: bigint;
  readonly #directories = new Map<object, Map<string, Entry>>();

  constructor(lifetime: bigint = tunnelLifetime) {
    this.#lifetime = lifetime;
  }

  /** `removedName` is the one the pair is remembered under: the long or the short name, whichever was used. */
  remember(directory: object, removedName: string, name: TunneledName, now: bigint): void {
    if (this.#lifetime <= 0n) return;
    const entries = this.#directories.get(directory) ?? new Map<string, Entry>();
    this.#directories.set(directory, entries);
    this.#prune(entries, now);
    // The oldest stand first.
    const key = upcase(removedName);
    entries.delete(key);
    entries.set(key, { ...name, removedAt: now });
  }

  #prune(entries: Map<string, Entry>, now: bigint): void {
    for (const [key, entry] of entries) {
      if (now - entry.removedAt <= this.#lifetime) return;
      entries.delete(key);
    }
  }

  /** Lets go of everything that is too old to come back. */
  forgetOld(now: bigint): void {
    for (const [directory, entries] of this.#directories) {
      this.#prune(entries, now);
      if (entries.size === 0) this.#directories.delete(directory);
    }
  }

  /** Null where nothing of that name was removed lately. The entry stays: the Filter Manager asks again after the create (NAM-035). */
  find(directory: object, addedName: string, now: bigint): TunneledName | null {
    const entry = this.#directories.get(directory)?.get(upcase(addedName));
    return entry === undefined || now - entry.removedAt > this.#lifetime ? null : entry;
  }

  forgetDirectory(directory: object): void {
    this.#directories.delete(directory);
  }
}
