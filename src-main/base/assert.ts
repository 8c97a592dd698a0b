/** Thrown when one of our own beliefs is broken. Never used for user errors or simulated failures. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message = 'assertion failed'): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Narrows away null and undefined where we know better than the compiler. */
export function assertExists<T>(value: T | null | undefined, message = 'value is missing'): T {
  if (value === null || value === undefined) throw new AssertionError(message);
  return value;
}

/** Ends a switch over a union: fails to compile when a variant is forgotten. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected variant: ${String(value)}`);
}
