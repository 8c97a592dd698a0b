/**
 * Upper case as file systems compare names: one UTF-16 unit for one.
 *
 * Stands for the upcase table of a volume; characters whose upper case is longer (sharp s) stay as they are.
 */

/** Names come again and again: each is put into upper case once in a while only, and its hash is kept with it. */
const known = new Map<string, string>();
const mostKnown = 65_536;

export function upcase(name: string): string {
  let upper = known.get(name);
  if (upper !== undefined) return upper;
  if (known.size >= mostKnown) known.clear();
  known.set(name, (upper = upperOf(name)));
  return upper;
}

function upperOf(name: string): string {
  const upper = name.toUpperCase();
  if (upper.length === name.length) return upper;
  let text = '';
  for (let at = 0; at < name.length; at++) {
    const one = name.charAt(at).toUpperCase();
    text += one.length === 1 ? one : name.charAt(at);
  }
  return text;
}
