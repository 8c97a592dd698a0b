/**
 * Share access of one stream: who may open it beside whom.
 *
 * Source: IoCheckShareAccess, IoUpdateShareAccess, IoRemoveShareAccess as documented; GEN-016. Opens that ask for none of read,
 * write and delete take no part.
 */
import { DELETE, FILE_APPEND_DATA, FILE_EXECUTE, FILE_READ_DATA, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_WRITE_DATA } from '../../nt/values.generated.ts';

/** What an open reads, writes and deletes, and what it lets others do. */
export interface ShareTerms {
  readonly read: boolean;
  readonly write: boolean;
  readonly delete: boolean;
  readonly sharesRead: boolean;
  readonly sharesWrite: boolean;
  readonly sharesDelete: boolean;
}

export function shareTerms(access: number, share: number): ShareTerms {
  return {
    read: (access & (FILE_READ_DATA | FILE_EXECUTE)) !== 0, write: (access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) !== 0, delete: (access & DELETE) !== 0,
    sharesRead: (share & FILE_SHARE_READ) !== 0, sharesWrite: (share & FILE_SHARE_WRITE) !== 0, sharesDelete: (share & FILE_SHARE_DELETE) !== 0,
  };
}

const takesPart = (terms: ShareTerms): boolean => terms.read || terms.write || terms.delete;

/** SHARE_ACCESS: counts of the opens that take part. */
export class ShareAccess {
  #opens = 0;
  #readers = 0;
  #writers = 0;
  #deleters = 0;
  #sharedRead = 0;
  #sharedWrite = 0;
  #sharedDelete = 0;

  /** False: STATUS_SHARING_VIOLATION. */
  allows(terms: ShareTerms): boolean {
    if (!takesPart(terms)) return true;
    return !(
      (terms.read && this.#sharedRead < this.#opens) || (terms.write && this.#sharedWrite < this.#opens) || (terms.delete && this.#sharedDelete < this.#opens) ||
      (this.#readers > 0 && !terms.sharesRead) || (this.#writers > 0 && !terms.sharesWrite) || (this.#deleters > 0 && !terms.sharesDelete)
    );
  }

  /** SHARE_ACCESS as it stands. */
  get counts(): { readonly OpenCount: number; readonly Readers: number; readonly Writers: number; readonly Deleters: number; readonly SharedRead: number; readonly SharedWrite: number; readonly SharedDelete: number } {
    return {
      OpenCount: this.#opens, Readers: this.#readers, Writers: this.#writers, Deleters: this.#deleters, SharedRead: this.#sharedRead, SharedWrite: this.#sharedWrite, SharedDelete: this.#sharedDelete,
    };
  }

  /** SHARE_ACCESS.Writers is not 0. */
  get hasWriters(): boolean {
    return this.#writers > 0;
  }

  add(terms: ShareTerms): void {
    this.#count(terms, 1);
  }

  remove(terms: ShareTerms): void {
    this.#count(terms, -1);
  }

  #count(terms: ShareTerms, by: 1 | -1): void {
    if (!takesPart(terms)) return;
    this.#opens += by;
    this.#readers += terms.read ? by : 0;
    this.#writers += terms.write ? by : 0;
    this.#deleters += terms.delete ? by : 0;
    this.#sharedRead += terms.sharesRead ? by : 0;
    this.#sharedWrite += terms.sharesWrite ? by : 0;
    this.#sharedDelete += terms.sharesDelete ? by : 0;
  }
}
