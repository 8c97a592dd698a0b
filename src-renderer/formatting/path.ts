/** Splits a path so that its end stays readable when the middle has to give way: head shrinks, tail does not. */
export function splitPath(path: string, tailLength = 36): { readonly head: string; readonly tail: string } {
  if (path.length <= tailLength) return { head: '', tail: path };
  const from = path.length - tailLength;
  const separator = path.indexOf('\\', from);
  // A name longer than the tail is cut inside: its end (the extension) says more than its beginning.
  const at = separator === -1 ? from : separator;
  return { head: path.slice(0, at), tail: path.slice(at) };
}
