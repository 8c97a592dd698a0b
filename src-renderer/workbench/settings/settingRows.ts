/** The settings as the page shows them: what each is called, what it does, and its values. */
import { densities, ranges, themeChoices, timeFormats, zoomSteps, type Preferences } from '../../stores/preferences.ts';

interface Row {
  readonly name: keyof Preferences;
  readonly title: string;
  readonly help: string;
}
export type SettingRow = Row & (
  | { readonly kind: 'choice'; readonly options: readonly { readonly value: string | number; readonly title: string }[] }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly step: number; readonly unit: string }
  | { readonly kind: 'switch' }
);
export interface SettingSection {
  readonly title: string;
  readonly rows: readonly SettingRow[];
}

const themes: Readonly<Record<(typeof themeChoices)[number], string>> = { system: 'As the system', dark: 'Dark', light: 'Light', 'contrast-dark': 'High contrast, dark', 'contrast-light': 'High contrast, light' };
const heights: Readonly<Record<(typeof densities)[number], string>> = { compact: 'Compact', usual: 'Usual', roomy: 'Roomy' };
const times: Readonly<Record<(typeof timeFormats)[number], string>> = { utc: 'Time of day, UTC', local: 'Time of day, zone of this computer', start: 'Seconds since the start of the trace' };

const pixels = (name: 'textSize' | 'dataSize' | 'editorFontSize', step: number): { kind: 'number'; least: number; most: number; step: number; unit: string } => ({ kind: 'number', least: ranges[name][0], most: ranges[name][1], step, unit: 'px' });

export const settingSections: readonly SettingSection[] = [
  { title: 'Appearance', rows: [
    { name: 'theme', title: 'Theme', help: 'Colours of the window. “As the system” follows the system while the program runs, its wish for more contrast too.', kind: 'choice', options: themeChoices.map((value) => ({ value, title: themes[value] })) },
    { name: 'zoom', title: 'Zoom', help: 'Everything larger or smaller.', kind: 'choice', options: zoomSteps.map((value) => ({ value, title: `${value} %` })) },
    { name: 'textSize', title: 'Size of text', help: 'Menus, buttons, explanations.', ...pixels('textSize', 1) },
    { name: 'dataSize', title: 'Size of data', help: 'Operations, paths, values: what is in the fixed-width font.', ...pixels('dataSize', 1) },
  ] },
  { title: 'Lists', rows: [
    { name: 'density', title: 'Row height', help: 'How many rows long lists show at once.', kind: 'choice', options: densities.map((value) => ({ value, title: heights[value] })) },
    { name: 'timeFormat', title: 'Times', help: 'How the operation list writes times. Go to operation takes them as they are shown.', kind: 'choice', options: timeFormats.map((value) => ({ value, title: times[value] })) },
  ] },
  { title: 'Editor', rows: [
    { name: 'editorFontSize', title: 'Font size', help: 'Size of the text in the driver editor.', ...pixels('editorFontSize', 0.5) },
    { name: 'editorWordWrap', title: 'Wrap long lines', help: 'Long lines go on below instead of to the right.', kind: 'switch' },
    { name: 'editorLineNumbers', title: 'Line numbers', help: 'Numbers beside the lines.', kind: 'switch' },
    { name: 'editorMinimap', title: 'Overview', help: 'A small picture of the whole file at the right edge.', kind: 'switch' },
    { name: 'formatOnSave', title: 'Format on save', help: 'A driver that is saved by command is formatted first. What is saved by itself while you type is left as it is.', kind: 'switch' },
  ] },
];

/** The sections with the rows that have every typed word. */
export function matchingSections(text: string): readonly SettingSection[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const whole = (section: SettingSection, row: SettingRow): string => [section.title, row.title, row.help, ...(row.kind === 'choice' ? row.options.map(({ title }) => title) : [])].join(' ').toLowerCase();
  return settingSections.map((section) => ({ ...section, rows: section.rows.filter((row) => words.every((word) => whole(section, row).includes(word))) })).filter(({ rows }) => rows.length > 0);
}
