/** NTSTATUS values as text and as a class. Names come from the host once (`app.statuses`). */
import type { StatusName } from '../../src-preload/contract/index.ts';

export type StatusClass = 'success' | 'information' | 'warning' | 'error' | 'pending';

const pending = 0x103;

export class StatusNames {
  readonly #names = new Map<number, string>();

  constructor(names: readonly StatusName[]) {
    for (const { value, name } of names) if (!this.#names.has(value)) this.#names.set(value, name);
  }

  /** `STATUS_ACCESS_DENIED`, or `0x` and eight digits. */
  name(status: number): string {
    return this.#names.get(status >>> 0) ?? hexStatus(status);
  }

  /** The status of a name, with or without `STATUS_`; null where there is none. */
  value(name: string): number | null {
    const wanted = name.trim().toUpperCase().replace(/^(?!STATUS_)/, 'STATUS_');
    for (const [value, known] of this.#names) if (known === wanted) return value;
    return null;
  }

  get names(): readonly string[] {
    return [...this.#names.values()];
  }

  /** As table cells write it: without `STATUS_`. */
  shortName(status: number): string {
    return this.name(status).replace(/^STATUS_/, '');
  }
}

export function hexStatus(status: number): string {
  return `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** By the two severity bits; STATUS_PENDING is neither success nor failure to a reader, so it has a class of its own. */
export function statusClass(status: number): StatusClass {
  if (status === pending) return 'pending';
  const severity = (status >>> 30) & 3;
  return severity === 0 ? 'success' : severity === 1 ? 'information' : severity === 2 ? 'warning' : 'error';
}
