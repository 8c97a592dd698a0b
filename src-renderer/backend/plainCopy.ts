/**
 * A copy without the proxies that a store or a form puts around its objects: a port cannot clone those, a socket does not mind.
 *
 * Plain objects, arrays, bigint and typed arrays, as messages are made of.
 */
export function plainCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => plainCopy(item)) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainCopy<unknown>(member)])) as T;
}
