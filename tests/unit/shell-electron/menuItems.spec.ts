import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editItems, fileItems, helpItems, runItems, separator, viewItems, type CommandItem } from '../../../src-main/shell-electron/menuItems.ts';

const items = [fileItems, editItems, viewItems, runItems, helpItems].flat().filter((item): item is CommandItem => item !== separator);

// The page's ids are a union of literals; shell and page may not import each other, so the test reads them as text.
function pageCommands(): string[] {
  const source = readFileSync(new URL('../../../src-renderer/commands/command.ts', import.meta.url), 'utf8');
  const union = /export type CommandId =([^;]+);/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('the native menu', () => {
  it('offers every command of the page, and no other', () => {
    expect(items.map((item) => item.command).sort()).toEqual(pageCommands().sort());
  });

  it('gives no key and no words twice', () => {
    const keys = items.flatMap((item) => item.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(items.map((item) => item.label)).size).toBe(items.length);
  });
});
