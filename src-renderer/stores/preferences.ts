/** What the settings page offers: each with the values it can have, and what it is without a choice. */

export const themeChoices = ['system', 'dark', 'light', 'contrast-dark', 'contrast-light'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = Exclude<ThemeChoice, 'system'>;

/** In per cent, as browsers step them. */
export const zoomSteps = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300] as const;
export const densities = ['compact', 'usual', 'roomy'] as const;
export const timeFormats = ['utc', 'local', 'start'] as const;

/** Height of a row of a long list, in pixels. */
export const rowHeights: Readonly<Record<(typeof densities)[number], number>> = { compact: 20, usual: 22, roomy: 28 };

export interface Preferences {
  theme: ThemeChoice;
  zoom: number;
  density: (typeof densities)[number];
  /** Text of controls, in pixels; that of data is next to it. */
  textSize: number;
  dataSize: number;
  /** How lists write times. */
  timeFormat: (typeof timeFormats)[number];
  editorFontSize: number;
  editorWordWrap: boolean;
  editorLineNumbers: boolean;
  editorMinimap: boolean;
  /** Sources are formatted when they are saved by command. */
  formatOnSave: boolean;
}

export const defaultPreferences: Readonly<Preferences> = {
  theme: 'system', zoom: 100, density: 'usual', textSize: 13, dataSize: 12, timeFormat: 'utc', editorFontSize: 12.5, editorWordWrap: false, editorLineNumbers: true, editorMinimap: false, formatOnSave: false,
};

/** Everything a page remembers, before anybody has chosen anything. */
export const settingsAtFirst = () => ({ ...defaultPreferences, keymap: { preset: 'vscode' as const, keys: {} }, recentCommands: [], layouts: [], namedLayouts: [], welcomeHidden: false, run: {} });

/** Smallest and largest of those that are numbers. */
export const ranges = { zoom: [50, 300], textSize: [11, 20], dataSize: [10, 20], editorFontSize: [9, 30] } as const satisfies Partial<Record<keyof Preferences, readonly [number, number]>>;

const words: Partial<Readonly<Record<keyof Preferences, readonly string[]>>> = { theme: themeChoices, density: densities, timeFormat: timeFormats };

function isPossible(name: keyof Preferences, value: unknown): boolean {
  if (typeof value !== typeof defaultPreferences[name]) return false;
  if (typeof value === 'string') return words[name]?.includes(value) ?? true;
  const [least, most] = (ranges as Partial<Record<keyof Preferences, readonly [number, number]>>)[name] ?? [-Infinity, Infinity];
  return typeof value !== 'number' || (value >= least && value <= most);
}

/** What is kept as far as it can be: another version may have written other values. */
export function knownPreferences(kept: Partial<Record<keyof Preferences, unknown>>): Preferences {
  const names = Object.keys(defaultPreferences) as (keyof Preferences)[];
  return Object.fromEntries(names.map((name) => [name, isPossible(name, kept[name]) ? kept[name] : defaultPreferences[name]])) as unknown as Preferences;
}

export function nextZoom(now: number, step: 1 | -1): number {
  const next = step === 1 ? zoomSteps.find((zoom) => zoom > now) : zoomSteps.findLast((zoom) => zoom < now);
  return next ?? now;
}
