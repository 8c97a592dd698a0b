/**
 * What a driver has and must give back: pool memory, MDLs, lookaside lists, handles, references, devices.
 *
 * Source: driver-api-usage.md 1.3 ("tags and pool type kept for the leak report"), 5.5. The Filter Manager's own objects (contexts,
 * names, callback data) are counted by the engine; FV-133 names both when a filter is unloaded.
 */
import { siteText, type CallSite } from '../engine/index.ts';

export type ResourceKind = 'pool' | 'mdl' | 'lookaside' | 'handle' | 'reference' | 'device' | 'symbolicLink' | 'notification' | 'string';

export interface Resource {
  readonly kind: ResourceKind;
  readonly object: object;
  /** Printable name. */
  readonly label: string;
  /** Pool: four letters. */
  readonly tag: string;
  /** Bytes; 0 where a size says nothing. */
  readonly size: number;
  /** Where it was taken, as far as the host can say. */
  readonly site: CallSite | null;
  count: number;
}

export class ResourceLedger {
  readonly #resources = new Map<object, Resource>();

  take(kind: ResourceKind, object: object, label: string, site: CallSite | null, more: { readonly tag?: string; readonly size?: number } = {}): void {
    const known = this.#resources.get(object);
    if (known === undefined) this.#resources.set(object, { kind, object, label, tag: more.tag ?? '', size: more.size ?? 0, site, count: 1 });
    else known.count++;
  }

  get(object: object): Resource | undefined {
    return this.#resources.get(object);
  }

  /** Gives one back. False when the driver has none. */
  giveBack(object: object): boolean {
    const resource = this.#resources.get(object);
    if (resource === undefined) return false;
    if (--resource.count === 0) this.#resources.delete(object);
    return true;
  }

  /** What has not been given back, oldest first. What others have freed (an MDL the Filter Manager took over) does not count. */
  outstanding(): readonly Resource[] {
    return [...this.#resources.values()].filter(({ object }) => !('freed' in object && object.freed === true));
  }

  /** The same as lines for people: `NonPagedPool#3, 512 bytes, tag Scan, from scanner line 42`. */
  report(): readonly string[] {
    return this.outstanding().map(({ label, size, tag, site, count }) => [
      count === 1 ? label : `${label} (${count} times)`, ...(size === 0 ? [] : [`${size} bytes`]), ...(tag === '' ? [] : [`tag ${tag}`]), ...(site === null ? [] : [`from ${site.driver} ${siteText(site)}`]),
    ].join(', '));
  }
}
