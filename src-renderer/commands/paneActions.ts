/** What only a mounted pane can do; each pane puts its own in. Keeps elements and editors out of the stores. */
export const paneActions: {
  chooseFile?: () => void;
  findNext?: (backwards: boolean) => void;
  toggleBreakpoint?: () => void;
  /** Line of the editor's caret. */
  caretLine?: () => number | null;
} = {};

export type PaneName = 'explorer' | 'operations' | 'source' | 'inspector' | 'bottom';

const focusTargets: Readonly<Record<PaneName, string>> = {
  explorer: '[data-testid="explorer-pane"] [tabindex="0"], [data-testid="explorer-pane"] button',
  operations: '[data-testid="operations-list"]',
  source: '[data-testid="source-pane"] .monaco-editor textarea, [data-testid="source-pane"] .monaco-editor [role="textbox"]',
  inspector: '[data-testid="inspector-pane"] [role="tab"][aria-selected="true"]',
  bottom: '[data-testid="bottom-pane"] [role="tab"][aria-selected="true"]',
};

export function focusPane(name: PaneName): void {
  document.querySelector<HTMLElement>(focusTargets[name])?.focus();
}
