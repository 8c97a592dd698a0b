/**
 * What a recording shows of a volume: facts that held before the operation that shows them.
 *
 * Nothing here is an operation of the run: no file is touched, nobody is told, no oplock breaks. A fact gives way to what the run
 * itself has settled (`prior`), unless the caller brings the volume in line with the recording after all (`resync`).
 */
import type { ShareTerms } from '../../engine/index.ts';
import { FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_REPARSE_POINT, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { parseName, type ParsedName } from './names.ts';
import { allocationFor, foldersChanged, notShown, settledHere, type Link, type ModelFile, type ModelStream, type ReparsePoint, type ShownBy } from './nodes.ts';
import { dropHandle, narrow } from './openHandle.ts';
import type { ModelVolume } from './volume.ts';

export type Claim = 'prior' | 'resync';
/** Null: nothing tells whether it is a directory. */
export type ShownKind = 'file' | 'directory' | null;

/** Opens that nobody has seen: one that shares nothing, one that writes and shares everything. */
const unseenOpens: Readonly<Record<'excludes' | 'writes', ShareTerms>> = {
  excludes: { read: true, write: true, delete: true, sharesRead: false, sharesWrite: false, sharesDelete: false },
  writes: { read: false, write: true, delete: false, sharesRead: true, sharesWrite: true, sharesDelete: true },
};

const yields = (shownBy: ShownBy, claim: Claim): boolean => shownBy !== settledHere || claim === 'resync';

export class ShownState {
  readonly #volume: ModelVolume;
  /** Paths whose state the run has changed on purpose: nothing is shown about them any more. */
  isChanged: ((path: string) => boolean) | null = null;
  /** Paths that others have open than was recorded: nothing is shown about who keeps whom out. */
  isOpenedOtherwise: ((path: string) => boolean) | null = null;

  constructor(volume: ModelVolume) {
    this.#volume = volume;
  }

  // -- Names -----------------------------------------------------------------------------------------------------------------

  /** There was a file, directory or stream of that name. Null where the run has settled that there is none. */
  exists(path: string, kind: ShownKind, shownBy: ShownBy, claim: Claim = 'prior'): Link | null {
    const parsed = parseName(path, this.#volume.features.streams);
    if (parsed.status !== STATUS_SUCCESS) return null;
    const { name, stream } = parsed;
    const parent = this.#directoryOf(parsed, shownBy, claim);
    if (parent === null) return null;
    const link = name === '' ? parent : this.child(parent, name, stream === '' ? kind : null, shownBy, claim);
    if (link === null || stream === '' || link.file.stream(stream) !== undefined) return link;
    const added = link.file.addStream(stream);
    added.shownBy = shownBy;
    added.sizeShownBy = notShown;
    return link;
  }

  /** What the last component lies in, which is there and a directory; the root for a name without any. */
  #directoryOf(parsed: ParsedName, shownBy: ShownBy, claim: Claim): Link | null {
    const known = this.#volume.folderOf(parsed);
    if (known !== null) return known;
    let link: Link | null = this.#volume.root;
    for (const component of parsed.components.slice(0, -1)) if (link !== null) link = this.child(link, component, 'directory', shownBy, claim);
    return link;
  }

  /** One name in a directory. */
  child(parent: Link, name: string, kind: ShownKind, shownBy: ShownBy, claim: Claim): Link | null {
    if (!parent.file.directory) return null;
    const link = parent.file.child(name);
    if (link !== undefined) return kind === null || this.kind(link.file, kind, shownBy, claim) ? link : null;
    if (claim === 'prior' && (parent.file.hasTakenAway(name) || this.isChanged?.(pathUnder(parent, name)) === true)) return null;
    const added = this.#volume.addFile(parent.file, name, { directory: kind === 'directory' });
    const { file } = added;
    added.shownBy = shownBy;
    file.kindShownBy = kind === null ? notShown : shownBy;
    file.attributesShownBy = notShown;
    file.defaultStream.sizeShownBy = notShown;
    return added;
  }

  /** There was nothing of that name. False where the run has settled that there is. */
  absent(path: string, claim: Claim = 'prior'): boolean {
    const parsed = parseName(path, this.#volume.features.streams);
    const { stream } = parsed;
    if (parsed.status !== STATUS_SUCCESS || parsed.name === '') return false;
    const link = this.#volume.linkOf(parsed);
    if (link === undefined) return true;
    if (stream === '') return this.removeName(link, claim);
    const found = link.file.stream(stream);
    if (found === undefined) return true;
    if (!yields(found.shownBy, claim)) return false;
    link.file.removeStream(found);
    return true;
  }

  removeName(link: Link, claim: Claim): boolean {
    const { parent, file } = link;
    if (parent === null || !yields(link.shownBy, claim) || (claim === 'prior' && file.directory && this.#holdsSettled(file))) return false;
    if (claim === 'prior' && this.isChanged?.(link.path) === true) return false;
    parent.removeChild(link);
    link.removed = true;
    file.links.splice(file.links.indexOf(link), 1);
    if (file.links.length === 0) this.#volume.files.delete(file.id);
    this.#volume.nameChanged(pathUnder(parent.links[0] ?? this.#volume.root, link.name));
    return true;
  }

  /** Something below is open or was made by the run. */
  #holdsSettled(directory: ModelFile): boolean {
    for (const child of directory.children) if (child.shownBy === settledHere || child.handles > 0 || (child.file.directory && this.#holdsSettled(child.file))) return true;
    return false;
  }

  /** A name leads to the file at another place now, though no rename was carried out. */
  renamed(link: Link, target: string, shownBy: ShownBy): boolean {
    const place = this.#placeFor(target, shownBy);
    if (place === null || link.parent === null) return false;
    const present = place.parent.file.child(place.name);
    if (present === link) return true;
    if (present !== undefined) this.removeName(present, 'resync');
    const before = link.path;
    if (!link.removed) link.parent.removeChild(link);
    link.parent = place.parent.file;
    link.name = place.name;
    link.shortName = null;
    link.removed = false;
    link.shownBy = settledHere;
    place.parent.file.addChild(link);
    this.#volume.nameChanged(before);
    return true;
  }

  /** A file has another name, though no hard link was made. */
  linked(file: ModelFile, target: string, shownBy: ShownBy): boolean {
    const place = this.#placeFor(target, shownBy);
    if (place === null) return false;
    const present = place.parent.file.child(place.name);
    if (present?.file === file) return true;
    if (present !== undefined) this.removeName(present, 'resync');
    this.#volume.addLink(file, place.parent.file, place.name, null);
    return true;
  }

  /** The directory of a path, which is there from now on. */
  #placeFor(path: string, shownBy: ShownBy): { readonly parent: Link; readonly name: string } | null {
    const at = path.lastIndexOf('\\');
    const name = path.slice(at + 1);
    const parent = at <= 0 ? this.#volume.root : this.exists(path.slice(0, at), 'directory', shownBy, 'resync');
    return parent === null || name === '' ? null : { parent, name };
  }

  /** A file that is open though it has no name any more, or none that could be written down. */
  nameless(path: string, directory: boolean, shownBy: ShownBy): Link {
    const name = parseName(path, this.#volume.features.streams).name;
    const link = this.#volume.addFile(this.#volume.nameless, name, { directory, detached: true });
    link.shownBy = shownBy;
    link.file.kindShownBy = notShown;
    link.file.attributesShownBy = notShown;
    link.file.defaultStream.sizeShownBy = notShown;
    return link;
  }

  // -- What a file is ----------------------------------------------------------------------------------------------------------

  kind(file: ModelFile, kind: 'file' | 'directory', shownBy: ShownBy, claim: Claim = 'prior'): boolean {
    const directory = kind === 'directory';
    if (file.directory === directory) {
      if (file.kindShownBy === notShown) file.kindShownBy = shownBy;
      return true;
    }
    if (!yields(file.kindShownBy, claim) || (!directory && file.childCount > 0)) return false;
    foldersChanged();
    file.directory = directory;
    file.kindShownBy = shownBy;
    const kept = file.attributes & ~(FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_ARCHIVE);
    file.attributes = kept | (directory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE);
    for (const handle of file.defaultStream.handles) handle.fileObject.SectionObjectPointer = directory ? null : file.defaultStream.sectionObjectPointer;
    return true;
  }

  attributes(file: ModelFile, attributes: number, shownBy: ShownBy, claim: Claim = 'prior'): boolean {
    if (!yields(file.attributesShownBy, claim)) return false;
    this.kind(file, (attributes & FILE_ATTRIBUTE_DIRECTORY) === 0 ? 'file' : 'directory', shownBy, claim);
    const fixed = FILE_ATTRIBUTE_DIRECTORY;
    file.attributes = (attributes & ~fixed & ~FILE_ATTRIBUTE_NORMAL) | (file.attributes & fixed);
    file.attributesShownBy = shownBy;
    return true;
  }

  reparsePoint(file: ModelFile, point: ReparsePoint | null): void {
    file.reparse = point;
    if (point === null) file.attributes &= ~FILE_ATTRIBUTE_REPARSE_POINT;
    else file.attributes |= FILE_ATTRIBUTE_REPARSE_POINT;
  }

  /** It was marked for deletion by an open that nobody has seen. */
  deletePending(link: Link, pending: boolean, claim: Claim = 'prior'): boolean {
    if (link.deletePending === pending) return true;
    // A mark that the run has set, or could not have: its own handles would show it.
    if (claim === 'prior' && link.shownBy === settledHere) return false;
    link.deletePending = pending;
    return true;
  }

  // -- Sizes -------------------------------------------------------------------------------------------------------------------

  /** `exact`: the size; `least`, `most`: a bound of it. False where the run has settled otherwise. */
  size(stream: ModelStream, size: bigint, bound: 'exact' | 'least' | 'most', shownBy: ShownBy, claim: Claim = 'prior'): boolean {
    const fits = bound === 'exact' ? stream.size === size && stream.sizeShownBy !== notShown : bound === 'least' ? stream.size >= size : stream.size <= size;
    if (fits) return true;
    if (!yields(stream.sizeShownBy, claim)) return stream.size === size;
    if (size > stream.size) stream.contents.assume(size);
    else stream.contents.truncate(size);
    stream.size = size;
    stream.allocation = allocationFor(size);
    stream.validDataLength = size;
    stream.sizeShownBy = bound === 'exact' ? shownBy : notShown;
    return true;
  }

  // -- Memory ------------------------------------------------------------------------------------------------------------------

  /**
   * Forgets files that nobody has needed since the last time: a later line of the recording shows them again.
   *
   * Kept are files that are open, that were changed on purpose, and directories with something in them. What the run itself has made
   * goes only when the rest is not enough; `most` is how many shall be left.
   */
  forget(most: number): void {
    const { files } = this.#volume;
    this.#sweep((file) => file.epoch < this.#volume.epoch && file.links[0]?.shownBy !== settledHere);
    if (files.size > most) this.#sweep((file) => file.links[0]?.shownBy !== settledHere);
    if (files.size > most) this.#sweep(() => true);
    this.#volume.epoch++;
    this.#volume.tunnel.forgetOld(this.#volume.now());
  }

  /** The newest first: what lies in a directory is younger than it. */
  #sweep(may: (file: ModelFile) => boolean): void {
    const all = [...this.#volume.files.values()];
    for (let at = all.length - 1; at >= 0; at--) {
      const file = all[at];
      if (file !== undefined && may(file) && this.#isForgettable(file)) this.#forgetFile(file);
    }
  }

  #isForgettable(file: ModelFile): boolean {
    const link = file.links[0];
    if (link === undefined || link.parent === null || file.links.length > 1 || file.references > 0 || file.childCount > 0 || file.hasHistory || file.hasAlternateStreams) return false;
    const { defaultStream } = file;
    if (link.handles > 0 || link.deletePending || defaultStream.isOpen || defaultStream.oplockIfAny !== null || file.pagingFile || (defaultStream.cache?.firstDirty ?? null) !== null) return false;
    return this.isChanged?.(link.path) !== true;
  }

  #forgetFile(file: ModelFile): void {
    const link = file.links[0];
    link?.parent?.removeChild(link);
    if (link !== undefined) link.removed = true;
    this.#volume.files.delete(file.id);
  }

  // -- Opens -------------------------------------------------------------------------------------------------------------------

  /** Somebody has it open and shares nothing, or writes, though no such open was seen. */
  hold(stream: ModelStream, how: 'excludes' | 'writes'): void {
    this.release(stream);
    stream.unseenOpen = unseenOpens[how];
    stream.share.add(stream.unseenOpen);
  }

  /**
   * Somebody got in beside opens that would have kept him out: those that were only inferred end, or shrink to what is certain.
   *
   * `closesAreLost`: the recording has no closes, so that opens it has seen may have ended as well.
   */
  makeRoom(stream: ModelStream, terms: ShareTerms, closesAreLost: boolean): void {
    if (stream.unseenOpen !== null) this.release(stream);
    for (const handle of stream.handles) {
      if (stream.share.allows(terms)) return;
      if (handle.shownBy !== settledHere) narrow(handle);
      else if (closesAreLost) dropHandle(handle);
    }
  }

  /** Nobody writes: adopted opens did so once, and may have ended. */
  withoutWriters(stream: ModelStream, closesAreLost: boolean): void {
    if (stream.unseenOpen?.write === true) this.release(stream);
    for (const handle of stream.handles) {
      if (handle.share?.write !== true) continue;
      if (handle.shownBy !== settledHere) narrow(handle);
      else if (closesAreLost) dropHandle(handle);
    }
  }

  /** That open is over: somebody else got in. */
  release(stream: ModelStream): void {
    if (stream.unseenOpen === null) return;
    stream.share.remove(stream.unseenOpen);
    stream.unseenOpen = null;
  }
}

const pathUnder = (parent: Link, name: string): string => {
  const { path } = parent;
  return path === '\\' ? `\\${name}` : `${path}\\${name}`;
};
