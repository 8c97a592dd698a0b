/**
 * IO_STATUS_BLOCK as drivers see it, and what the engine keeps behind it.
 *
 * IoStatus remembers whether it was written at all, because writing SUCCESS over SUCCESS counts.
 */
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import type { CallSite } from '../observer.ts';

/** The values of an IO_STATUS_BLOCK. Those of callback data are in its IopbState. */
export interface IoStatusValues {
  status: NTSTATUS;
  information: number;
  /** A driver has written them since the mark was reset. */
  written: boolean;
  /** Where Status was written since then; null where nobody keeps it. */
  writtenAt: CallSite | null;
  /** The line that is writing; null where nobody keeps it. */
  readonly writer: CallSite | null;
  /** Told of each write; absent where nobody keeps a history. */
  wrote?(field: 'IoStatus.Status' | 'IoStatus.Information', from: number, to: number): void;
}

export class IO_STATUS_BLOCK {
  readonly #state: IoStatusValues;

  /** Drivers make empty ones; `state` is where the engine keeps those of callback data. */
  constructor(state?: IoStatusValues) {
    this.#state = typeof state === 'object' ? state : { status: 0 as NTSTATUS, information: 0, written: false, writtenAt: null, writer: null };
  }

  /** Unsigned; the signed form is accepted. */
  get Status(): NTSTATUS {
    return this.#state.status;
  }

  set Status(value: number) {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError(`IoStatus.Status takes an NTSTATUS; ${String(value)} was given.`);
    const state = this.#state;
    const before = state.status;
    state.status = ntStatus(value);
    state.written = true;
    state.writtenAt = state.writer;
    state.wrote?.('IoStatus.Status', before, state.status);
  }

  get Information(): number {
    return this.#state.information;
  }

  set Information(value: number | bigint) {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw new TypeError(`IoStatus.Information takes an integer from 0 to 2^53-1; ${String(value)} was given.`);
    const before = this.#state.information;
    this.#state.information = number;
    this.#state.written = true;
    this.#state.wrote?.('IoStatus.Information', before, number);
  }
}
