/** Which JavaScript a driver may use, and what to use instead of the rest. Source: driver-api-usage.md 5.7. */

/** Built-ins that depend on nothing but their arguments, or are replaced by deterministic ones (Date, Math). */
export const allowedBuiltIns: ReadonlySet<string> = new Set([
  'undefined', 'NaN', 'Infinity', 'Object', 'Function', 'Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Math', 'JSON', 'Number', 'String', 'Boolean', 'BigInt', 'Symbol',
  'RegExp', 'Date', 'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Int8Array',
  'Int16Array', 'Int32Array', 'BigInt64Array', 'BigUint64Array', 'Uint8ClampedArray', 'Float32Array', 'Float64Array', 'ArrayBuffer', 'DataView', 'parseInt', 'parseFloat',
  'isNaN', 'isFinite', 'Reflect', 'Proxy', 'console', 'arguments',
]);
// Allowed as a type name in a check like `x instanceof Function`; calling it throws, because code generation is off.

const timers = 'has no place in a driver; queue a work item (FltQueueDeferredIoWorkItem, FltQueueGenericWorkItem) instead';
const promises = 'is not available: callbacks are plain functions here, as in C; split the work into callbacks and work items';
const outside = 'is not available: a driver sees the WDK and nothing else';
const memory = 'is not available, because a run must be the same every time';

/** Names people may reach for, with the reason why not. */
export const refusedNames: ReadonlyMap<string, string> = new Map([
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'requestAnimationFrame', 'queueMicrotask'].map((name) => [name, timers] as const),
  ['Promise', promises] as const,
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'process', 'require', 'module', 'exports', 'Worker', 'navigator', 'document', 'window', 'localStorage', 'Buffer', '__dirname', '__filename', 'global', 'globalThis']
    .map((name) => [name, outside] as const),
  ...['SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'Intl', 'Temporal', 'performance', 'crypto'].map((name) => [name, memory] as const),
  ['eval', 'is not available in a driver'] as const,
  ['WebAssembly', outside] as const,
]);

/** What to use instead in a service script. */
export const refusedInService: ReadonlyMap<string, string> = new Map([
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'].map((name) => [name, 'is not available: a thread waits with "yield* Sleep(milliseconds)"'] as const),
  ['Promise', 'is not available: a thread is a generator function here, and waits with yield*'] as const,
]);

/** Globals removed from a driver's realm. */
export const removedGlobals: readonly string[] = ['Promise', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'Intl', 'Temporal', 'WebAssembly', 'eval', 'escape', 'unescape', 'AsyncDisposableStack'];

/** The provided name closest to an unknown one, when it is close enough to be a slip. */
export function similarName(name: string, provided: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(name.length / 6));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of provided) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    if (Math.min(...row) > limit) return limit + 1;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
