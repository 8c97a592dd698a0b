import type { Theme } from '../stores/preferences.ts';
import { monaco } from './monaco.ts';

type Rules = monaco.editor.ITokenThemeRule[];

const darkRules: Rules = [
  { token: 'keyword', foreground: 'c792ea' }, { token: 'string', foreground: 'c3e88d' }, { token: 'number', foreground: 'f78c6c' }, { token: 'comment', foreground: '8d98a8' },
  { token: 'type.identifier', foreground: 'ffcb6b' }, { token: 'identifier', foreground: 'd7dce4' }, { token: 'delimiter', foreground: 'a9b3c1' },
];
const lightRules: Rules = [
  { token: 'keyword', foreground: '7a2fb5' }, { token: 'string', foreground: '2f6b1e' }, { token: 'number', foreground: 'a44a00' }, { token: 'comment', foreground: '586576' },
  { token: 'type.identifier', foreground: '8a5800' }, { token: 'identifier', foreground: '1c232d' },
];

/** What is not used keeps the contrast of the rest: it is underlined instead of faded. */
const unused = { 'editorUnnecessaryCode.opacity': '#000000ff', 'editorUnnecessaryCode.border': '#8d98a8aa' };

// The same roles as styles/tokens.css: Monaco takes colours as values, not as custom properties.
function define(name: string, base: 'vs' | 'vs-dark' | 'hc-light' | 'hc-black', rules: Rules, colors: Record<string, string>): void {
  // Brackets in the colour of text: nesting is shown by indentation, colour is kept for meaning.
  const brackets = Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`editorBracketHighlight.foreground${level}`, colors['editor.foreground'] ?? '']));
  monaco.editor.defineTheme(name, { base, inherit: true, rules, colors: { ...colors, ...brackets, ...unused } });
}

export function defineThemes(): void {
  define('fltreplay-dark', 'vs-dark', darkRules, {
    'editor.background': '#1a1e25', 'editor.foreground': '#d7dce4', 'editorLineNumber.foreground': '#7e899a', 'editorLineNumber.activeForeground': '#d7dce4', 'editorGutter.background': '#1a1e25',
    'editor.lineHighlightBackground': '#ffffff06', 'editor.lineHighlightBorder': '#00000000', 'editor.selectionBackground': '#5aa9ff40', 'editorWidget.background': '#20252e', 'editorWidget.border': '#495264',
    'editorHoverWidget.background': '#20252e', 'editorSuggestWidget.background': '#20252e', focusBorder: '#5aa9ff', 'editorIndentGuide.background1': '#2a303b', 'scrollbarSlider.background': '#49526480',
    'menu.background': '#20252e', 'menu.foreground': '#d7dce4', 'menu.selectionBackground': '#5aa9ff40', 'menu.border': '#495264', 'editorActionList.background': '#20252e', 'editorActionList.foreground': '#d7dce4', 'editorActionList.focusBackground': '#5aa9ff40',
    'input.background': '#14171c', 'list.activeSelectionBackground': '#5aa9ff40', 'list.hoverBackground': '#ffffff0a', 'peekView.border': '#5aa9ff', 'peekViewEditor.background': '#14171c', 'peekViewEditorGutter.background': '#14171c', 'peekViewResult.background': '#20252e', 'peekViewTitle.background': '#20252e',
    'editorBracketMatch.border': '#5aa9ff80', 'editorBracketMatch.background': '#00000000',
  });
  define('fltreplay-light', 'vs', lightRules, {
    'editor.background': '#ffffff', 'editor.foreground': '#1c232d', 'editorLineNumber.foreground': '#667385', 'editor.lineHighlightBackground': '#00000006', 'editor.lineHighlightBorder': '#00000000',
    'editor.selectionBackground': '#0b62c433', 'peekView.border': '#0b62c4', 'peekViewEditor.background': '#eceff3', 'peekViewEditorGutter.background': '#eceff3', 'peekViewResult.background': '#f4f6f9', 'peekViewTitle.background': '#f4f6f9', 'editorWidget.background': '#f4f6f9', 'editorWidget.border': '#a3afbf', focusBorder: '#0b62c4', 'scrollbarSlider.background': '#a3afbf80',
  });
  define('fltreplay-contrast-dark', 'hc-black', [], { 'editor.foreground': '#ffffff' });
  // Monaco's own teal of types is too light on a marked line.
  define('fltreplay-contrast-light', 'hc-light', [{ token: 'type', foreground: '00474a' }, { token: 'type.identifier', foreground: '00474a' }], { 'editor.foreground': '#000000' });
}

/** For high contrast, and where the system forces colours, Monaco's own high-contrast themes are the base. */
export function applyTheme(theme: Theme): void {
  const isForced = window.matchMedia('(forced-colors: active)').matches;
  monaco.editor.setTheme(isForced || theme.startsWith('contrast') ? (theme.endsWith('dark') ? 'fltreplay-contrast-dark' : 'fltreplay-contrast-light') : `fltreplay-${theme}`);
}
