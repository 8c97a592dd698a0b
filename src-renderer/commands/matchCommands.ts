/** Fuzzy search by names: letters in order, words in any order; what begins with the text comes first. */
import UFuzzy from '@leeoniya/ufuzzy';
import type { Command } from './command.ts';

const fuzzy = new UFuzzy({ intraMode: 0, intraIns: 8, interIns: Infinity });
/** Words that are tried in every order. */
const permutedWords = 4;

/** The items whose text has the typed letters, those that begin so in their own order, then the best; all of them as they are for an empty text. */
export function rankByText<T>(items: readonly T[], text: string, textOf: (item: T) => string, titleOf: (item: T) => string = textOf): readonly T[] {
  const needle = text.trim();
  if (needle === '') return items;
  const [found, , order] = fuzzy.search(items.map(textOf), needle, permutedWords, Infinity);
  const ranked = found === null ? [] : (order === null ? found : order.map((at) => found[at] ?? -1)).flatMap((at) => items[at] ?? []);
  const begins = (item: T): boolean => titleOf(item).toLowerCase().startsWith(needle.toLowerCase());
  return [...items.filter(begins), ...ranked.filter((item) => !begins(item))];
}

/** Commands by menu and title. */
export function matchCommands<T extends Pick<Command, 'title' | 'menu'>>(commands: readonly T[], text: string): readonly T[] {
  return rankByText(commands, text, ({ menu, title }) => `${menu} ${title}`, ({ title }) => title);
}
