/**
 * Upper case as file systems compare names: one UTF-16 unit for one.
 *
 * Stands for the upcase table of a volume; characters whose upper case is longer (sharp s) stay as they are.
 */
export function upcase(name: string): string {
  const upper = name.toUpperCase();
  if (upper.length === name.length) return upper;
  let text = '';
  for (let at = 0; at < name.length; at++) {
    const one = name.charAt(at).toUpperCase();
    text += one.length === 1 ? one : name.charAt(at);
  }
  return text;
}
