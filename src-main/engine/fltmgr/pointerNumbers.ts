/**
 * The numbers that stand for pointers when driver code looks at a pointer as an integer.
 *
 * They are opaque: 48 bits wide, multiples of 16, given out in the order in which they are asked for, and the same for one object
 * as long as it lives. Who gives them out is the engine, so that a run gives the same numbers each time.
 */

/** Gives the number of an object that a pointer leads to. */
export interface PointerNumbering {
  numberOf(object: object): number;
}

let numbers = new WeakMap<object, number>();

/** Before another run in the same process: nobody has looked at the objects that all runs share. */
export function forgetPointerNumbers(): void {
  numbers = new WeakMap();
}

/** Low halves differ too: a ULONG view of a pointer shows which pointer it was. */
const firstNumber = 0xe000_1000_0000;
const lastNumber = 0xefff_ffff_fff0;
const step = 16;

export class PointerNumbers implements PointerNumbering {
  #next = firstNumber;

  /** The object's number, given out now if it has none. */
  numberOf(object: object): number {
    const known = numbers.get(object);
    if (known !== undefined) return known;
    const number = this.#next;
    this.#next += step;
    numbers.set(object, number);
    return number;
  }
}

/** Only numbers that have been given out already: 0 for an object that nobody has looked at so. */
export const knownPointers: PointerNumbering = { numberOf: (object) => numbers.get(object) ?? 0 };

/** Whether a number may be one of these. */
export const mayBePointerNumber = (value: number): boolean => value >= firstNumber && value <= lastNumber && value % step === 0;
