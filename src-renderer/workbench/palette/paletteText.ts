/** What a text in the palette asks for, by its first sign, as in Visual Studio Code. */

export const paletteModes = [
  { sign: '>', mode: 'commands', what: 'commands' },
  { sign: ':', mode: 'goTo', what: 'an operation, a time or a moment' },
  { sign: '@', mode: 'symbols', what: 'drivers and what is in them' },
  { sign: '#', mode: 'operations', what: 'operations by text' },
] as const;
export type PaletteMode = (typeof paletteModes)[number]['mode'] | 'any';

export function parsePaletteText(text: string): { readonly mode: PaletteMode; readonly text: string } {
  const found = paletteModes.find(({ sign }) => text.startsWith(sign));
  return found === undefined ? { mode: 'any', text: text.trim() } : { mode: found.mode, text: text.slice(1).trim() };
}

/** The chosen ones first, the latest before the others; the rest as it was. */
export function recentFirst<T extends { readonly id: string }>(items: readonly T[], recent: readonly string[]): readonly T[] {
  const known = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  return [...known, ...items.filter(({ id }) => !recent.includes(id))];
}
