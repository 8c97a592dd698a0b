/**
 * The cache between programs and the disk, for hosts that want one.
 *
 * A cached read that misses it makes the file system read whole pages, by a paging read that enters at the top of the stack; what was written
 * into it goes to the disk by paging writes. So filters see plain cached requests and, beside them, the I/O that really moves data. A
 * transfer that is not cached finds the disk up to date: what is newer in the cache is written first, and what it overwrites there is dropped.
 *
 * Without `PageIo` there is no cache, and cached requests reach the disk at once: a recording brings its own paging I/O. Sources: driver-api-usage.md 3.4;
 * iopb-and-constants.md on IRP_PAGING_IO. Left out: read-ahead, write-through, and the cache of the volume itself.
 */
import type { FILE_OBJECT, LowerAnswer, Operation } from '../../engine/index.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import { STATUS_END_OF_FILE } from '../../nt/values.generated.ts';
import { copyOut, type ByteBuffer } from './bytes.ts';
import type { ModelStream } from './nodes.ts';
import { complete, pend, type ModelRequest } from './request.ts';

/** Whole pages that go between the cache and the disk. */
export interface PageTransfer {
  readonly kind: 'read' | 'write';
  readonly fileObject: FILE_OBJECT;
  readonly offset: bigint;
  readonly length: number;
  /** What is written; null for a read. */
  readonly bytes: Uint8Array | null;
  /** The request because of which; null for the lazy writer. */
  readonly by: Operation | null;
}

/** Sends a transfer from the top of the stack: IRP_PAGING_IO, IRP_NOCACHE, with an MDL. `done` may be called before it returns. */
export type PageIo = (transfer: PageTransfer, done: (status: number, bytes: ByteBuffer) => void) => void;

const pageBytes = 4096;
const pageOf = (offset: bigint): number => Number(offset / BigInt(pageBytes));

interface PageRun {
  readonly first: number;
  readonly count: number;
}

/** Pages of one stream. */
export class PageCache {
  /** Whose section they belong to: the first that used the cache. */
  readonly fileObject: FILE_OBJECT;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #dirty = new Set<number>();

  constructor(fileObject: FILE_OBJECT) {
    this.fileObject = fileObject;
  }

  /** The first pages of the range that are not here. */
  missing(offset: bigint, length: number): PageRun | null {
    return runOf(pageOf(offset), pageOf(offset + BigInt(length - 1)), (page) => !this.#pages.has(page));
  }

  /** The same for a write: of the pages that stay as they are in part and lie below the end of the file. */
  missingForWrite(offset: bigint, length: number, size: bigint): PageRun | null {
    const last = pageOf(offset + BigInt(length - 1));
    const end = offset + BigInt(length);
    return runOf(pageOf(offset), last, (page) => {
      const start = BigInt(page) * BigInt(pageBytes);
      const whole = offset <= start && (end >= start + BigInt(pageBytes) || end >= size);
      return !whole && start < size && !this.#pages.has(page);
    });
  }

  /** The first pages of the range that are newer than the disk. */
  dirty(offset: bigint, length: number): PageRun | null {
    return runOf(pageOf(offset), pageOf(offset + BigInt(Math.max(0, length - 1))), (page) => this.#dirty.has(page));
  }

  get firstDirty(): PageRun | null {
    const first = Math.min(...this.#dirty);
    return this.#dirty.size === 0 ? null : runOf(first, first + this.#dirty.size - 1, (page) => this.#dirty.has(page));
  }

  fill({ first, count }: PageRun, bytes: ByteBuffer, length: number): void {
    for (let at = 0; at < count; at++) {
      const page = new Uint8Array(pageBytes);
      const there = Math.min(pageBytes, length - at * pageBytes);
      if (there > 0) page.set(bytes.bytes(at * pageBytes, there));
      this.#pages.set(first + at, page);
    }
  }

  bytesOf({ first, count }: PageRun): Uint8Array {
    const bytes = new Uint8Array(count * pageBytes);
    for (let at = 0; at < count; at++) bytes.set(this.#page(first + at), at * pageBytes);
    return bytes;
  }

  cleaned({ first, count }: PageRun): void {
    for (let at = 0; at < count; at++) this.#dirty.delete(first + at);
  }

  read(offset: bigint, length: number, target: ByteBuffer | null): void {
    if (target === null) return;
    this.#each(offset, length, (page, inPage, count, done) => copyOut(target, this.#page(page).subarray(inPage, inPage + count), done));
  }

  write(offset: bigint, length: number, source: ByteBuffer | null): void {
    this.#each(offset, length, (page, inPage, count, done) => {
      if (source !== null && source.length >= done + count) this.#page(page).set(source.bytes(done, count), inPage);
      this.#dirty.add(page);
    });
  }

  /** What lies behind the end is zero when the stream grows again. */
  truncate(size: bigint): void {
    for (const page of [...this.#pages.keys()]) {
      const start = BigInt(page) * BigInt(pageBytes);
      if (start >= size) this.#drop(page);
      else if (start + BigInt(pageBytes) > size) this.#page(page).fill(0, Number(size - start));
    }
  }

  drop(offset: bigint, length: number): void {
    for (let page = pageOf(offset); page <= pageOf(offset + BigInt(length - 1)); page++) this.#drop(page);
  }

  #drop(page: number): void {
    this.#pages.delete(page);
    this.#dirty.delete(page);
  }

  #page(page: number): Uint8Array {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    const made = new Uint8Array(pageBytes);
    this.#pages.set(page, made);
    return made;
  }

  #each(offset: bigint, length: number, visit: (page: number, inPage: number, count: number, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const at = offset + BigInt(done);
      const inPage = Number(at % BigInt(pageBytes));
      const count = Math.min(pageBytes - inPage, length - done);
      visit(pageOf(at), inPage, count, done);
      done += count;
    }
  }
}

/** The first run of pages within [from, to] for which `wanted` holds. */
function runOf(from: number, to: number, wanted: (page: number) => boolean): PageRun | null {
  for (let first = from; first <= to; first++) {
    if (!wanted(first)) continue;
    let count = 1;
    while (first + count <= to && wanted(first + count)) count++;
    return { first, count };
  }
  return null;
}

/** What a cached transfer goes through; null where it goes to the disk. */
export function cacheFor(request: ModelRequest, stream: ModelStream, fileObject: FILE_OBJECT): PageCache | null {
  if (request.services.pageIo === null || request.paging) return null;
  return (stream.cache ??= new PageCache(fileObject));
}

/** Makes every page that `next` names resident. Null when they are; else the answer to the request meanwhile, or at all. */
export function pageIn(request: ModelRequest, cache: PageCache, next: () => PageRun | null): LowerAnswer | null {
  return movePages(request, cache, 'read', next, (run, bytes, length) => cache.fill(run, bytes, length));
}

/** The same for pages that have to be on the disk. */
export function pageOut(request: ModelRequest, cache: PageCache, next: () => PageRun | null): LowerAnswer | null {
  return movePages(request, cache, 'write', next, (run) => cache.cleaned(run));
}

type Moved = (run: PageRun, bytes: ByteBuffer, length: number) => void;

function movePages(request: ModelRequest, cache: PageCache, kind: PageTransfer['kind'], next: () => PageRun | null, moved: Moved): LowerAnswer | null {
  const failed = request.pagingFailure;
  request.pagingFailure = null;
  if (failed !== null) return complete(failed);
  for (let run = next(); run !== null; run = next()) {
    const answer = moveRun(request, cache, kind, run, moved);
    if (answer !== null) return answer;
  }
  return null;
}

function moveRun(request: ModelRequest, cache: PageCache, kind: PageTransfer['kind'], run: PageRun, moved: Moved): LowerAnswer | null {
  const { pageIo } = request.services;
  const state: { waits: boolean; status: number | null } = { waits: false, status: null };
  pageIo?.(transferOf(cache, kind, run, request.operation), (status, bytes) => {
    state.status = status === STATUS_END_OF_FILE && kind === 'read' ? 0 : status;
    if (ntSuccess(state.status)) moved(run, bytes, status === STATUS_END_OF_FILE ? 0 : bytes.length);
    if (!state.waits) return;
    request.pagingFailure = ntSuccess(state.status) ? null : state.status;
    request.services.runLater(request, false);
  });
  state.waits = state.status === null;
  if (state.status === null) return pend;
  return ntSuccess(state.status) ? null : complete(state.status);
}

function transferOf(cache: PageCache, kind: PageTransfer['kind'], run: PageRun, by: Operation | null): PageTransfer {
  return { kind, fileObject: cache.fileObject, offset: BigInt(run.first) * BigInt(pageBytes), length: run.count * pageBytes, bytes: kind === 'write' ? cache.bytesOf(run) : null, by };
}

/** The lazy writer takes the oldest pages of a stream. False when none is newer than the disk. */
export function writeBehind(cache: PageCache, pageIo: PageIo): boolean {
  const run = cache.firstDirty;
  if (run === null) return false;
  pageIo(transferOf(cache, 'write', run, null), (status) => {
    if (ntSuccess(status)) cache.cleaned(run);
  });
  return true;
}
