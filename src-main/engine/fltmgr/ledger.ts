/**
 * Who holds a reference to what: contexts, name records, callback data, filters, instances, volumes, handles, file objects, ports.
 *
 * CTX-050, CTX-051, R-8 (FV-133): what a filter still holds when it is unregistered is reported with its counts and the places
 * where each reference was taken.
 */
import type { CallSite } from '../observer.ts';
import type { Filter } from './instance.ts';

export type HoldingKind = 'context' | 'name' | 'callbackData' | 'filter' | 'instance' | 'volume' | 'fileObject' | 'handle' | 'port' | 'clientPort' | 'ecpList' | 'oplock' | 'pool' | 'other';

export interface Holding {
  readonly kind: HoldingKind;
  readonly object: object;
  /** Printable name. */
  readonly label: string;
  count: number;
  /** Where each reference was taken, oldest first; null where the host could not say. */
  readonly sites: (CallSite | null)[];
}

export class Ledger {
  readonly #byFilter = new Map<Filter, Map<object, Holding>>();

  take(filter: Filter, kind: HoldingKind, object: object, label: string, site: CallSite | null): void {
    let holdings = this.#byFilter.get(filter);
    if (holdings === undefined) {
      holdings = new Map();
      this.#byFilter.set(filter, holdings);
    }
    const holding = holdings.get(object);
    if (holding === undefined) holdings.set(object, { kind, object, label, count: 1, sites: [site] });
    else {
      holding.count++;
      holding.sites.push(site);
    }
  }

  /** Gives one reference back, the newest: gets and releases nest. False when the filter holds none. */
  giveBack(filter: Filter, object: object): boolean {
    const holdings = this.#byFilter.get(filter);
    const holding = holdings?.get(object);
    if (holdings === undefined || holding === undefined) return false;
    holding.count--;
    holding.sites.pop();
    if (holding.count === 0) holdings.delete(object);
    return true;
  }

  /** The object is gone, whatever was held. */
  forget(object: object): void {
    for (const holdings of this.#byFilter.values()) holdings.delete(object);
  }

  count(filter: Filter, object: object): number {
    return this.#byFilter.get(filter)?.get(object)?.count ?? 0;
  }

  /** What a filter holds, oldest first. */
  of(filter: Filter): readonly Holding[] {
    return [...(this.#byFilter.get(filter)?.values() ?? [])];
  }
}
