/**
 * IO_STATUS_BLOCK as drivers see it, and what the engine keeps behind it.
 *
 * IoStatus remembers whether it was written at all, because writing SUCCESS over SUCCESS counts.
 */
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import type { CallSite } from '../observer.ts';

/** The values of an IO_STATUS_BLOCK. Never given to a driver. */
export class IoStatusState {
  status: NTSTATUS;
  information: number;
  /** A driver has written it since the mark was reset. */
  written = false;
  /** Where Status was written since then; null where nobody keeps it. */
  writtenAt: CallSite | null = null;

  constructor(status: number, information: number) {
    this.status = ntStatus(status);
    this.information = information;
  }

  /** Sets both values without marking them written. */
  assign(status: number, information: number): void {
    this.status = ntStatus(status);
    this.information = information;
  }

  forgetWrites(): void {
    this.written = false;
    this.writtenAt = null;
  }

  /** The line that is writing; null where nobody keeps it. */
  get writer(): CallSite | null {
    return null;
  }
}

/** What is behind an IO_STATUS_BLOCK. */
export let ioStatusOf: (block: IO_STATUS_BLOCK) => IoStatusState;

export class IO_STATUS_BLOCK {
  readonly #state: IoStatusState;

  /** `state`: the values live there, as those of callback data do. */
  constructor(status = 0, information = 0, state = new IoStatusState(status, information)) {
    this.#state = state;
  }

  static {
    ioStatusOf = (block) => block.#state;
  }

  /** Unsigned; the signed form is accepted. */
  get Status(): NTSTATUS {
    return this.#state.status;
  }

  set Status(value: number) {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError(`IoStatus.Status takes an NTSTATUS; ${String(value)} was given.`);
    const state = this.#state;
    state.status = ntStatus(value);
    state.written = true;
    state.writtenAt = state.writer;
  }

  get Information(): number {
    return this.#state.information;
  }

  set Information(value: number | bigint) {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw new TypeError(`IoStatus.Information takes an integer from 0 to 2^53-1; ${String(value)} was given.`);
    this.#state.information = number;
    this.#state.written = true;
  }
}
