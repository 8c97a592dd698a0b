import type { Command } from './command.ts';

/** Commands whose title has every typed word, those that begin with the text first; all of them for an empty text. */
export function matchCommands<T extends Pick<Command, 'title' | 'menu'>>(commands: readonly T[], text: string): readonly T[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const named = commands.map((entry) => ({ entry, title: entry.title.toLowerCase(), whole: `${entry.menu} ${entry.title}`.toLowerCase() }));
  return named
    .filter(({ whole }) => words.every((word) => whole.includes(word)))
    .sort((a, b) => Number(b.title.startsWith(words[0] ?? '')) - Number(a.title.startsWith(words[0] ?? '')))
    .map(({ entry }) => entry);
}
