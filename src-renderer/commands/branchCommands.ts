/** Commands that make a branch of the shown run with one change of the selected operation. */
import type { BranchChange } from '../../src-preload/contract/index.ts';
import { useBranches, type EditForm } from '../stores/branches.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useNotices } from '../stores/notices.ts';
import { useSelection } from '../stores/selection.ts';
import { useSession } from '../stores/session.ts';
import type { Command, CommandId } from './command.ts';

function whenBranchable(): string | null {
  if (useSelection().operation === null) return 'Select an operation first.';
  if (useBranches().base === null) return 'A branch comes from a run: run the trace first.';
  return useSession().session?.trusted === false ? 'The drivers of this session are not trusted yet: read them, then trust the session.' : null;
}

const entry = (id: CommandId, title: string, run: () => Promise<void> | void, unavailable: () => string | null = whenBranchable): Command => ({ id, menu: 'Run', title, keys: [], keyScope: 'everywhere', unavailable, run });

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    useNotices().report(error);
  }
}

function onOperation(make: (operation: number) => BranchChange): () => Promise<void> {
  return async () => {
    const { operation } = useSelection();
    if (operation !== null) await attempt(() => useBranches().branch([make(operation)]));
  };
}

function asking(kind: Extract<EditForm, { readonly operation: number }>['kind'] & ('arguments' | 'answer' | 'insert')): () => void {
  return () => {
    const { operation } = useSelection();
    if (operation !== null) useBranches().form = { kind, operation };
  };
}

export function branchCommands(): readonly Command[] {
  return [
    entry('branch.skip', 'Skip this operation, as a branch', onOperation((operation) => ({ kind: 'overlay', overlay: { kind: 'skip', operation } }))),
    entry('branch.duplicate', 'Issue this operation twice, as a branch', onOperation((operation) => ({ kind: 'overlay', overlay: { kind: 'duplicate', operation } }))),
    entry('branch.insert', 'Insert a changed copy behind it…', asking('insert')),
    entry('branch.arguments', 'Change its arguments…', asking('arguments')),
    entry('branch.answer', 'Answer it with another status…', asking('answer')),
    entry('branch.assign', 'Change a value here, as a branch…', () => {
      useBranches().form = { kind: 'assign', expression: '' };
    }, () => (useDebugger().stop === null ? 'Only at a stop: set a breakpoint and run.' : null)),
    entry('branch.undo', 'Undo in the runs', () => attempt(() => useBranches().undo()), () => (useBranches().undoWords === null ? 'There is nothing to undo in the runs.' : null)),
    entry('branch.redo', 'Redo in the runs', () => attempt(() => useBranches().redo()), () => (useBranches().redoWords === null ? 'Nothing was undone.' : null)),
  ];
}
