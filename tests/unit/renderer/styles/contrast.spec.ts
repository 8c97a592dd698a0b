/** Text colours against every background they can stand on, by the formulas of WCAG 2.2 ("contrast ratio", "relative luminance"). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];
const css = readFileSync(path.resolve(import.meta.dirname, '../../../../src-renderer/styles/tokens.css'), 'utf8');

/** What is set for the root in any theme, and for that theme. */
function tokensOf(theme: string): ReadonlyMap<string, string> {
  const rules = [...css.matchAll(/^(:root[^{]*) \{([^}]*)\}/gm)].filter(([, selectors = '']) => selectors.split(', ').some((selector) => selector === ':root' || selector === `:root[data-theme="${theme}"]`));
  return new Map(rules.flatMap(([, , block = '']) => [...block.matchAll(/--([\w-]+): (#[0-9a-f]+);/g)].map(([, name, value]) => [name ?? '', value ?? ''])));
}

const channels = (hex: string): readonly number[] => [1, 3, 5, 7].filter((at) => at < hex.length).map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A colour that lets some of what is below it through. */
function laid(hex: string, below: Rgb): Rgb {
  const [r = 0, g = 0, b = 0, alpha = 255] = channels(hex);
  const mix = (over: number, under: number): number => under + ((over - under) * alpha) / 255;
  return [mix(r, below[0]), mix(g, below[1]), mix(b, below[2])];
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

// Pills and pressed buttons have the strongest background and no selection over it.
const plain = ['bg0', 'bg1', 'bg2', 'bg3'];
const selectable = ['bg1', 'bg2'];
const words = ['text', 'dim', 'faint'];
const meanings = ['accent', 'pre', 'post', 'status', 'fs', 'ok', 'bad', 'warn'];

describe.each([['dark', 4.5], ['light', 4.5], ['contrast-dark', 7], ['contrast-light', 7]] as const)('%s', (theme, least) => {
  const tokens = tokensOf(theme);
  const opaque = (name: string): Rgb => laid(tokens.get(name) ?? '', [0, 0, 0]);
  const worst = (names: readonly string[], backgrounds: readonly (readonly [string, Rgb])[]): string[] =>
    names.flatMap((name) => backgrounds.filter(([, colour]) => ratio(opaque(name), colour) < least).map(([below, colour]) => `${name} on ${below}: ${ratio(opaque(name), colour).toFixed(2)}`));

  it(`has text of at least ${least}:1 on every background`, () => {
    expect(tokens.size).toBeGreaterThan(20);
    expect(worst([...words, ...meanings], plain.map((name) => [name, opaque(name)]))).toEqual([]);
  });

  it('has text that can be read in a selected row, and in what is marked', () => {
    const selected = selectable.map((name): [string, Rgb] => [`${name}, selected`, laid(tokens.get('accent-soft') ?? '', opaque(name))]);
    // In high contrast a selection is as strong as its line; 4.5 is what is asked there.
    const enough = worst(words, selected).filter((line) => Number(line.split(': ')[1]) < 4.5);
    expect(enough).toEqual([]);
    const marked = ['pre', 'post', 'status', 'fs', 'bad', 'warn'].filter((name) => ratio(opaque(name), laid(tokens.get(`${name}-soft`) ?? '', opaque('bg1'))) < 4.5);
    expect(marked).toEqual([]);
  });

  it('has parts of charts at 3:1, and signs of highlighted rows that can be read', () => {
    const faint = [1, 2, 3, 4, 5, 6].map((at) => `series-${at}`).filter((name) => ratio(opaque(name), opaque('bg1')) < 3);
    expect(faint).toEqual([]);
    const unreadable = [1, 2, 3, 4, 5, 6].map((at) => `mark-${at}`).filter((name) => ratio(opaque(name), laid(tokens.get(`${name}-soft`) ?? '', opaque('bg1'))) < 4.5);
    expect(unreadable).toEqual([]);
  });

  it('has words on the accent that can be read', () => {
    expect(ratio(opaque('accent-text'), opaque('accent'))).toBeGreaterThanOrEqual(4.5);
  });
});
