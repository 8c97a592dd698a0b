/**
 * The name cache.
 *
 * NAM-050 to NAM-052 of filter-manager-objects.md (managing-file-names; FltPurgeFileNameInformationCache). An entry is never searched
 * for when something invalidates it: each remembers when it was made, and a later change of its path, the end of its stream or a
 * purge of its provider makes it stale.
 */
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Instance, Volume } from '../instance.ts';
import type { FLT_FILE_NAME_INFORMATION } from './nameRecord.ts';

/** Who makes the names: an instance that is a name provider, or null for the file system. */
export type Provider = Instance | null;

/** What a name belongs to: the file object, or file and link. */
export interface NameOwner {
  readonly volume: Volume;
  readonly fileObject: FILE_OBJECT;
  /** Path whose change makes the name stale; null where no file is open. */
  readonly path: string | null;
  readonly stream: object | null;
  /** Key of the link or stream; null: the file object itself is the key. */
  readonly sharedKey: string | null;
}

interface Entry {
  readonly record: FLT_FILE_NAME_INFORMATION;
  readonly owner: NameOwner;
  readonly provider: Provider;
  readonly at: number;
  /** What the file object was called when it was not open yet; null for an open one. A filter may give it another name (GEN-040). */
  readonly asked: string | null;
}

type Slot = Map<Provider, Entry>;

export class NameCache {
  /** By volume, format and shared key. */
  readonly #shared = new Map<string, Slot>();
  readonly #byFileObject = new WeakMap<FILE_OBJECT, Map<number, Slot>>();
  readonly #changedAt = new Map<string, number>();
  readonly #freedAt = new WeakMap<object, number>();
  readonly #purgedAt = new WeakMap<Instance, number>();
  /** Shared entries of each stream, to be forgotten with it. */
  readonly #keysOfStream = new WeakMap<object, Set<string>>();
  readonly #entryOf = new WeakMap<FLT_FILE_NAME_INFORMATION, Entry>();
  #now = 0;
  /** A name was ever kept: what went before it makes nothing stale. */
  #any = false;

  #slot(owner: NameOwner, format: number): Slot | undefined {
    if (owner.sharedKey === null) return this.#byFileObject.get(owner.fileObject)?.get(format);
    return this.#shared.get(keyOf(owner, format));
  }

  find(owner: NameOwner, format: number, provider: Provider): FLT_FILE_NAME_INFORMATION | null {
    const slot = this.#slot(owner, format);
    const entry = slot?.get(provider);
    if (slot === undefined || entry === undefined) return null;
    if (this.#isFresh(entry)) return entry.record;
    slot.delete(provider);
    return null;
  }

  add(owner: NameOwner, format: number, provider: Provider, record: FLT_FILE_NAME_INFORMATION): void {
    this.#any = true;
    const entry: Entry = { record, owner, provider, at: ++this.#now, asked: owner.stream === null ? askedName(owner.fileObject) : null };
    this.#entryOf.set(record, entry);
    if (owner.sharedKey === null) {
      const formats = this.#byFileObject.get(owner.fileObject) ?? new Map<number, Slot>();
      this.#byFileObject.set(owner.fileObject, formats);
      const slot: Slot = formats.get(format) ?? new Map<Provider, Entry>();
      formats.set(format, slot.set(provider, entry));
      return;
    }
    const key = keyOf(owner, format);
    this.#shared.set(key, (this.#shared.get(key) ?? new Map<Provider, Entry>()).set(provider, entry));
    if (owner.stream === null) return;
    const keys = this.#keysOfStream.get(owner.stream) ?? new Set<string>();
    this.#keysOfStream.set(owner.stream, keys.add(key));
  }

  /** Whether the record was cached and its entry was dropped. */
  isStale(record: FLT_FILE_NAME_INFORMATION): boolean {
    const entry = this.#entryOf.get(record);
    return entry !== undefined && !this.#isFresh(entry);
  }

  #isFresh({ owner, provider, at, asked }: Entry): boolean {
    if (asked !== null && asked !== askedName(owner.fileObject)) return false;
    if (owner.stream !== null && (this.#freedAt.get(owner.stream) ?? 0) > at) return false;
    if (provider !== null && ((this.#purgedAt.get(provider) ?? 0) > at || provider.state === 'none')) return false;
    return owner.path === null || this.#changedAt.size === 0 || !this.#changedSince(owner.volume.name, owner.path, at);
  }

  /** The path itself, or a directory above it; a stream is below its file. */
  #changedSince(volume: string, path: string, at: number): boolean {
    const folded = path.toUpperCase();
    for (let end = folded.length; end > 0; end = Math.max(folded.lastIndexOf('\\', end - 1), folded.lastIndexOf(':', end - 1))) {
      if ((this.#changedAt.get(`${volume}\n${folded.slice(0, end)}`) ?? 0) > at) return true;
    }
    return false;
  }

  nameChanged(volume: string, path: string): void {
    if (!this.#any) return;
    this.#changedAt.set(`${volume}\n${path.toUpperCase()}`, ++this.#now);
  }

  streamFreed(stream: object): void {
    if (!this.#any) return;
    this.#freedAt.set(stream, ++this.#now);
    for (const key of this.#keysOfStream.get(stream) ?? []) this.#shared.delete(key);
    this.#keysOfStream.delete(stream);
  }

  purge(provider: Instance): void {
    this.#purgedAt.set(provider, ++this.#now);
  }

  purgeFile(owner: NameOwner, format: number, provider: Instance): void {
    this.#slot(owner, format)?.delete(provider);
  }
}

const keyOf = (owner: NameOwner, format: number): string => `${owner.volume.name}\n${format}\n${owner.sharedKey ?? ''}`;

/** The name an open is going to be for: relative to the related file object. */
const askedName = ({ FileName, RelatedFileObject }: FILE_OBJECT): string => `${RelatedFileObject?.id ?? ''}\n${FileName.Buffer}`;
