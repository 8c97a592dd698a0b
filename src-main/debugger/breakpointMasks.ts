/** The quick answer for "no breakpoint here": which kinds of callbacks any breakpoint wants, by major function. */
import type { ActivationKind } from '../engine/index.ts';
import { callbackBits, type CompiledBreakpoint } from './breakpointMatch.ts';
import { callbackOf } from './callbackKinds.ts';

export const activationBits = Object.fromEntries(Object.entries(callbackOf).map(([kind, callback]) => [kind, callbackBits[callback]])) as Readonly<Record<ActivationKind, number>>;

/** The place of routines without an operation. */
const noOperation = 256;

export class BreakpointMasks {
  readonly #masks = new Int32Array(noOperation + 1);

  set(callbacks: readonly CompiledBreakpoint[]): void {
    this.#masks.fill(0);
    for (const { callbacks: bits, major } of callbacks) {
      const [from, to] = major === null ? [0, noOperation] : [major & 0xff, major & 0xff];
      for (let at = from; at <= to; at++) this.#masks[at] = (this.#masks[at] ?? 0) | bits;
    }
  }

  wants(major: number | null, bit: number): boolean {
    return ((this.#masks[major ?? noOperation] ?? 0) & bit) !== 0;
  }
}
