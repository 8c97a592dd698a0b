/** Which expression the pointer is on. */

/**
 * The expression that ends with the word at `column`: `Data.Iopb.Parameters` where the pointer is on Parameters.
 *
 * Only names and members are taken, so that pointing at something never calls it.
 */
export function expressionAt(line: string, column: number): { readonly text: string; readonly start: number; readonly end: number } | null {
  const path = /[A-Za-z_$][\w$]*(?:\s*(?:\.|\?\.)\s*[A-Za-z_$][\w$]*|\[\d+\])*/g;
  const at = column - 1;
  for (const match of line.matchAll(path)) {
    const start = match.index;
    if (at < start || at > start + match[0].length) continue;
    const rest = match[0].slice(at - start);
    const wordEnd = /^[\w$]*/.exec(rest)?.[0].length ?? 0;
    const end = at + wordEnd;
    const text = line.slice(start, end).replace(/(?:\.|\?\.)\s*$/, '');
    return isWord(text) && !isInText(line, start) && line[start - 1] !== '.' ? { text, start: start + 1, end: end + 1 } : null;
  }
  return null;
}

const keywords = new Set(['await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'default', 'delete', 'do', 'else', 'export', 'extends', 'finally', 'for', 'function', 'if', 'import', 'in', 'instanceof', 'let', 'new', 'return', 'static', 'super', 'switch', 'throw', 'try', 'typeof', 'var', 'void', 'while', 'yield', 'true', 'false', 'null']);
const isWord = (text: string): boolean => text !== '' && !keywords.has(text);

/** Inside a text or behind the start of a comment. */
function isInText(line: string, at: number): boolean {
  const before = line.slice(0, at);
  if (before.includes('//') || /^\s*\/?\*/.test(line)) return true;
  return ['"', '\''].some((quote) => (before.split(quote).length - 1) % 2 === 1);
}
