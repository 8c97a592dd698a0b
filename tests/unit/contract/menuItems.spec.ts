import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { menus, separator, type CommandItem } from '../../../src-preload/contract/menuItems.ts';

const items = Object.values(menus).flat().filter((item): item is CommandItem => item !== separator);

// The page's ids are a union of literals; contract and page may not import each other, so the test reads them as text.
function pageCommands(): string[] {
  const source = readFileSync(new URL('../../../src-renderer/commands/command.ts', import.meta.url), 'utf8');
  const union = /export type CommandId =([^;]+);/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('the native menu', () => {
  it('offers every command of the page, and no other', () => {
    expect(items.map((item) => item.command).sort()).toEqual(pageCommands().sort());
  });

  it('gives no words twice', () => {
    expect(new Set(items.map((item) => item.label)).size).toBe(items.length);
  });
});
