/** What can be undone in the tree of runs. Kept in the session, so that it is there after closing and opening again. */

export type BranchAction =
  | { readonly kind: 'create'; readonly run: number; readonly name: string }
  | { readonly kind: 'rename'; readonly run: number; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly runs: readonly number[]; readonly name: string };

export interface BranchHistory {
  /** The last one was the last that was done, or undone. */
  readonly undo: readonly BranchAction[];
  readonly redo: readonly BranchAction[];
}

/** How far back. */
const most = 200;

export const historyProperty = 'branch-history';
const none: BranchHistory = { undo: [], redo: [] };

/** Whoever does something new cannot redo what was undone before. */
export const done = ({ undo }: BranchHistory, action: BranchAction): BranchHistory => ({ undo: [...undo, action].slice(-most), redo: [] });

/** In words, for a menu: `Undo renaming "a" to "b"` without its first word. */
export function actionWords(action: BranchAction | undefined): string | null {
  switch (action?.kind) {
    case undefined: return null;
    case 'create': return `making ${action.name}`;
    case 'rename': return `renaming ${action.from} to ${action.to}`;
    case 'remove': return `deleting ${action.name}`;
  }
}

/** The file may be a stranger's: what is no history is none. */
export function historyFromText(text: unknown): BranchHistory {
  if (typeof text !== 'string') return none;
  try {
    const value = JSON.parse(text) as Partial<BranchHistory> | null;
    const listed = (list: unknown): BranchAction[] => (Array.isArray(list) ? list.filter(isAction) : []);
    return { undo: listed(value?.undo), redo: listed(value?.redo) };
  } catch {
    return none;
  }
}

function isAction(value: unknown): value is BranchAction {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, run, name, from, to, runs } = value as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'create': return typeof run === 'number' && typeof name === 'string';
    case 'rename': return typeof run === 'number' && typeof from === 'string' && typeof to === 'string';
    case 'remove': return Array.isArray(runs) && runs.every((one) => typeof one === 'number') && typeof name === 'string';
    default: return false;
  }
}
