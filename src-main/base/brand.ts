declare const brand: unique symbol;

/** A type that is told apart from its representation by name only, so that a mix-up fails to compile. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
