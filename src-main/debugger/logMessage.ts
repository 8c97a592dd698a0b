/** Log messages: text with expressions in braces, `{Data.Iopb.Parameters.Read.Length} bytes`. A brace of the text is written twice. */

export type LogPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly text: string; /** Where it begins in the message, from 0. */ readonly at: number };

/** Null where a brace is left open. */
export function parseLogMessage(message: string): readonly LogPart[] | null {
  const parts: LogPart[] = [];
  let text = '';
  for (let at = 0; at < message.length;) {
    const char = message[at] ?? '';
    if ((char === '{' || char === '}') && message[at + 1] === char) {
      text += char;
      at += 2;
    } else if (char === '{') {
      const end = closingBrace(message, at + 1);
      if (end < 0) return null;
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'expression', text: message.slice(at + 1, end), at: at + 1 });
      at = end + 1;
    } else if (char === '}') return null;
    else {
      text += char;
      at++;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

/** Of the brace before `from`; braces and quotes within the expression are its own. */
function closingBrace(message: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < message.length; at++) {
    const char = message[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '\'' || char === '`') quote = char;
    else if (char === '{') depth++;
    else if (char === '}' && depth-- === 0) return at;
  }
  return -1;
}

export function logMessageProblem(message: string): string | null {
  const parts = parseLogMessage(message);
  if (parts === null) return 'The log message has a brace without its partner: write {expression}, and {{ or }} for a brace of the text.';
  return parts.some((part) => part.kind === 'expression' && part.text.trim() === '') ? 'The log message has braces with nothing in them: write {expression}.' : null;
}
