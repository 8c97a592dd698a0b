/** What is being typed as the value of a field: the word at its end, and what completes it. */

/** Names are joined by `|`, of create options also by `;`, and behind a return value stand a status and Information. */
const separators = /[|;,\s]/;

export function wordAtEnd(text: string): string {
  let at = text.length;
  while (at > 0 && !separators.test(text[at - 1] ?? '')) at--;
  return text.slice(at);
}

const mostSuggestions = 8;

/** Names with the word in them; those that begin with it, also without their prefix, come first. */
export function suggestionsFor(text: string, names: readonly string[]): readonly string[] {
  const word = wordAtEnd(text).toUpperCase();
  if (word === '' || /^[\d-]/.test(word)) return [];
  const rank = (name: string): number => (name.startsWith(word) ? 0 : name.includes(`_${word}`) ? 1 : 2);
  const found = names.filter((name) => name.toUpperCase().includes(word));
  // A whole name is meant as it stands, also where longer ones begin with it.
  if (found.includes(wordAtEnd(text))) return [];
  return found.map((name, at) => ({ name, at, rank: rank(name.toUpperCase()) })).sort((a, b) => a.rank - b.rank || a.at - b.at).slice(0, mostSuggestions).map(({ name }) => name);
}

export const withWord = (text: string, name: string): string => text.slice(0, text.length - wordAtEnd(text).length) + name;
