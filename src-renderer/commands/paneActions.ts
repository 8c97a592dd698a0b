import { useLayout, type PaneId } from '../stores/layout.ts';

/** What only a mounted pane can do; each pane puts its own in. Keeps elements and editors out of the stores. */
export const paneActions: {
  chooseFile?: () => void;
  findNext?: (backwards: boolean) => void;
  toggleBreakpoint?: () => void;
  /** Opens the list of saved and recent filters. */
  showFilters?: () => void;
  chooseFilterFile?: () => void;
  /** Of the editor's caret, in the file. */
  caret?: () => { readonly line: number; readonly column: number } | null;
  /** Does one of the editor's own actions. */
  editorAction?: (name: string) => Promise<void>;
  /** Formats the driver in the editor. */
  formatSource?: () => Promise<void> | undefined;
  /** Offers the snippets at the caret. */
  insertSnippet?: () => void;
} = {};

/** What takes the focus in a pane, where it is not simply the first thing that can. */
const focusTargets: Partial<Readonly<Record<PaneId, string>>> = {
  operations: '[data-testid="operations-list"]',
  source: '.monaco-editor textarea, .monaco-editor [role="textbox"]',
  console: 'textarea, input',
  settings: 'input[type="search"]',
  log: '[data-testid="log-list"]',
  life: '[data-testid="life-list"]',
  timeline: '[data-testid="timeline-chart"], [data-testid="timeline-table"]',
  statistics: '[data-testid="statistics-list"]',
  processes: '[data-testid="process-list"]',
};
const focusable = '[tabindex="0"]:not(.pane-body), button:not([tabindex="-1"]), input, select, textarea, a[href]';

/** Puts the focus into a pane that is in sight. */
export function focusInPane(id: PaneId): void {
  const pane = document.querySelector<HTMLElement>(`[data-testid="${id}-pane"]`);
  (pane?.querySelector<HTMLElement>(focusTargets[id] ?? focusable) ?? pane?.querySelector<HTMLElement>(focusable) ?? pane?.querySelector<HTMLElement>('.pane-body[tabindex]') ?? pane)?.focus();
}

/** Brings a pane to the front, and the focus into it. */
export function focusPane(id: PaneId): void {
  useLayout().show(id, true);
}
