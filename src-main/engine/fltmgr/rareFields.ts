/**
 * Fields that few objects of a class ever use.
 *
 * Every operation allocates and clears its own objects, so each field costs time even where nobody looks at it. The rare ones
 * live in a second object, made when the first of them gets another value than it starts with.
 */

interface Holder {
  rare: object | null;
}

/** Gives the class one accessor for each field of `Rare`. The class has a field `rare`, null at first, and declares the others. */
export function installRareFields(holder: { readonly prototype: object }, Rare: new () => object): void {
  for (const [key, initial] of Object.entries(new Rare())) {
    Object.defineProperty(holder.prototype, key, {
      enumerable: true,
      get(this: Holder): unknown {
        return this.rare === null ? initial : Reflect.get(this.rare, key);
      },
      set(this: Holder, value: unknown) {
        if (this.rare === null) {
          if (value === initial) return;
          this.rare = new Rare();
        }
        Reflect.set(this.rare, key, value);
      },
    });
  }
}
