/**
 * Directory change notification.
 *
 * Source: FsRtlNotifyFilterChangeDirectory and FsRtlNotifyFilterReportChange as documented; MS-FSA 2.1.5.11 and 2.1.4.1. Filter,
 * tree flag and buffer size are those of a handle's first request. Changes that nobody waits for are kept for the next request;
 * when they do not fit any more it is told to enumerate (STATUS_NOTIFY_ENUM_DIR).
 */
import { STATUS_CANCELLED, STATUS_NOTIFY_CLEANUP, STATUS_NOTIFY_ENUM_DIR, STATUS_SUCCESS } from '../../nt/values.generated.ts';

/** FILE_ACTION_* */
export const fileAction = { added: 1, removed: 2, modified: 3, renamedOldName: 4, renamedNewName: 5, addedStream: 6, removedStream: 7, modifiedStream: 8 } as const;

/** One FILE_NOTIFY_INFORMATION: the name is relative to the watched directory. */
export interface NotifyRecord {
  readonly action: number;
  readonly name: string;
}

export interface NotifyAnswer {
  readonly status: number;
  readonly records: readonly NotifyRecord[];
}

export interface NotifyRequest {
  readonly completionFilter: number;
  readonly tree: boolean;
  /** Bytes of the caller's buffer. */
  readonly length: number;
  end(answer: NotifyAnswer): void;
}

/** What happened to a name. */
export interface DirectoryChange {
  readonly action: number;
  /** FILE_NOTIFY_CHANGE_* bits it counts as. */
  readonly filter: number;
  readonly name: string;
  /** The directories above it, the nearest first, each with its own name. */
  readonly ancestors: readonly { readonly directory: object; readonly name: string }[];
}

interface Watch {
  readonly owner: object;
  readonly directory: object;
  readonly completionFilter: number;
  readonly tree: boolean;
  readonly length: number;
  waiting: NotifyRequest[];
  records: NotifyRecord[];
  overflowed: boolean;
}

/** Bytes of one record: three ULONGs and the name, aligned to 4. */
export const notifyRecordBytes = (record: NotifyRecord): number => (12 + record.name.length * 2 + 3) & ~3;

const bytesOf = (records: readonly NotifyRecord[]): number => records.reduce((sum, record) => sum + notifyRecordBytes(record), 0);

export class DirectoryNotify {
  #watches: Watch[] = [];

  /** Whether anybody watches: reporting may be skipped otherwise. */
  get watching(): boolean {
    return this.#watches.length > 0;
  }

  /** An answer that is ready, or null: the request waits. `owner` is the file object of the handle. */
  request(owner: object, directory: object, request: NotifyRequest): NotifyAnswer | null {
    let watch = this.#watches.find((one) => one.owner === owner);
    if (watch === undefined) {
      watch = { owner, directory, completionFilter: request.completionFilter, tree: request.tree, length: request.length, waiting: [], records: [], overflowed: false };
      this.#watches.push(watch);
    }
    if (watch.overflowed || watch.records.length > 0) return take(watch, request.length);
    watch.waiting.push(request);
    return null;
  }

  report(change: DirectoryChange): void {
    for (const watch of [...this.#watches]) {
      if ((watch.completionFilter & change.filter) === 0) continue;
      const level = change.ancestors.findIndex((one) => one.directory === watch.directory);
      if (level < 0 || (level > 0 && !watch.tree)) continue;
      const name = [...change.ancestors.slice(0, level).map((one) => one.name).toReversed(), change.name].join('\\');
      watch.records.push({ action: change.action, name });
      if (bytesOf(watch.records) > watch.length) {
        watch.overflowed = true;
        watch.records = [];
      }
      const request = watch.waiting.shift();
      if (request !== undefined) request.end(take(watch, request.length));
    }
  }

  /** CLEANUP of the handle: waiting requests end with STATUS_NOTIFY_CLEANUP. */
  cleanup(owner: object): void {
    if (this.#watches.length === 0) return;
    const watch = this.#watches.find((one) => one.owner === owner);
    if (watch === undefined) return;
    this.#watches = this.#watches.filter((one) => one !== watch);
    for (const request of watch.waiting) request.end({ status: STATUS_NOTIFY_CLEANUP, records: [] });
  }

  /** The watched directory is deleted: its requests end with `status`. */
  directoryGone(directory: object, status: number): void {
    for (const watch of this.#watches) {
      if (watch.directory !== directory) continue;
      for (const request of watch.waiting.splice(0)) request.end({ status, records: [] });
    }
  }

  cancel(request: NotifyRequest): boolean {
    const watch = this.#watches.find((one) => one.waiting.includes(request));
    if (watch === undefined) return false;
    watch.waiting = watch.waiting.filter((one) => one !== request);
    request.end({ status: STATUS_CANCELLED, records: [] });
    return true;
  }
}

function take(watch: Watch, length: number): NotifyAnswer {
  const records = watch.records;
  const tooMany = watch.overflowed || bytesOf(records) > length;
  watch.records = [];
  watch.overflowed = false;
  return tooMany ? { status: STATUS_NOTIFY_ENUM_DIR, records: [] } : { status: STATUS_SUCCESS, records };
}
