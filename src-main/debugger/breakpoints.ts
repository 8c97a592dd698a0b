/**
 * Callback breakpoints: which callbacks the run stops at.
 *
 * Asked before every callback of a run, so the answer for "none here" is one lookup by driver, kind and major function.
 * Conditions on path and status are looked at only behind it.
 */
import type { Activation } from '../engine/index.ts';
import { ntError, ntStatusFromName, ntSuccess, ntWarning } from '../nt/ntStatus.ts';
import { replayTagOf } from '../replay/replayTag.ts';
import type { CallbackKind } from './stop.ts';

export interface CallbackBreakpoint {
  readonly id: number;
  /** Service name of the driver; null: any. */
  readonly driver: string | null;
  readonly callback: CallbackKind;
  readonly major: number | null;
  /** Pattern with * and ?, compared without case; empty: any. */
  readonly path: string;
  /** `STATUS_X`, `0x...`, `success`, `error`, `warning`; empty: any. */
  readonly status: string;
}

/** pre 1, post 2, status 4: bits of a mask. A draining post is a post. */
const kindBits: Readonly<Partial<Record<Activation['kind'], number>>> = { pre: 1, post: 2, drain: 2, status: 4 };
const bitOf: Readonly<Record<CallbackKind, number>> = { pre: 1, post: 2, status: 4 };

interface Compiled {
  readonly id: number;
  readonly driver: string | null;
  readonly bit: number;
  readonly major: number | null;
  readonly path: RegExp | null;
  readonly status: ((status: number) => boolean) | null;
}

export class CallbackBreakpoints {
  #compiled: readonly Compiled[] = [];
  /** By major function, the kinds any breakpoint wants. */
  #masks = new Uint8Array(256);
  readonly hits: Record<number, number> = {};

  set(breakpoints: readonly CallbackBreakpoint[]): void {
    this.#compiled = breakpoints.map((one) => ({
      id: one.id, driver: one.driver, bit: bitOf[one.callback], major: one.major, path: one.path === '' ? null : pathPattern(one.path), status: one.status === '' ? null : statusCondition(one.status),
    }));
    this.#masks = new Uint8Array(256);
    for (const { bit, major } of this.#compiled) {
      if (major === null) for (let at = 0; at < 256; at++) this.#masks[at] = (this.#masks[at] ?? 0) | bit;
      else this.#masks[major & 0xff] = (this.#masks[major & 0xff] ?? 0) | bit;
    }
  }

  /** Ids of the breakpoints this callback hits, counted; null for none. */
  hitBy(activation: Activation): readonly number[] | null {
    if (this.#compiled.length === 0) return null;
    const bit = kindBits[activation.kind] ?? 0;
    const major = activation.operation?.major ?? -1;
    if (major < 0 || ((this.#masks[major] ?? 0) & bit) === 0) return null;
    const ids = this.#compiled.filter((one) => one.bit === bit && matches(one, activation, major)).map((one) => one.id);
    for (const id of ids) this.hits[id] = (this.hits[id] ?? 0) + 1;
    return ids.length === 0 ? null : ids;
  }

  countHit(id: number): void {
    this.hits[id] = (this.hits[id] ?? 0) + 1;
  }
}

function matches(one: Compiled, activation: Activation, major: number): boolean {
  if (one.major !== null && one.major !== major) return false;
  if (one.driver !== null && one.driver !== activation.filter.name) return false;
  const tag = activation.operation === null ? null : replayTagOf(activation.operation);
  if (one.path !== null && !one.path.test(tag?.record.path ?? '')) return false;
  if (one.status === null) return true;
  const status = knownStatus(activation, tag?.recorded.status ?? null);
  return status !== null && one.status(status);
}

/** post: IoStatus; status: OperationStatus; pre: what was recorded. */
function knownStatus(activation: Activation, recorded: number | null): number | null {
  if (activation.kind === 'status') return activation.operationStatus;
  return activation.kind === 'pre' ? recorded : (activation.data?.IoStatus.Status ?? null);
}

function pathPattern(pattern: string): RegExp {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${text}$`, 'is');
}

/** A condition on a status in words or numbers. One that cannot be understood never holds. */
function statusCondition(text: string): (status: number) => boolean {
  const word = text.trim();
  switch (word.toLowerCase()) {
    case 'success': return ntSuccess;
    case 'error': return ntError;
    case 'warning': return ntWarning;
    default: {
      const named = ntStatusFromName(word.toUpperCase());
      const value = named ?? (/^0x[0-9a-f]{1,8}$/i.test(word) ? Number(word) >>> 0 : null);
      return (status) => value !== null && status === value;
    }
  }
}
