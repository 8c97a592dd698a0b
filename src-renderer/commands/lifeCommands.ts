/** The life of the selected operation's handle or file, and the panes that show lives and sequences. */
import { useLayout } from '../stores/layout.ts';
import { useLife } from '../stores/life.ts';
import { useOperations } from '../stores/operations.ts';
import { useSelection } from '../stores/selection.ts';
import type { Command, CommandId } from './command.ts';
import { focusPane } from './paneActions.ts';

const whenSelected = (): string | null => (useSelection().operation === null ? 'Select an operation first.' : null);
const whenNamed = (): string | null => {
  const { operation } = useSelection();
  if (operation === null) return 'Select an operation first.';
  return useOperations().row(operation - 1)?.path === null ? 'This operation has no path.' : null;
};

function command(id: CommandId, title: string, run: () => void | Promise<void>, unavailable: () => string | null = () => null): Command {
  return { id, menu: 'View', title, run: () => run(), keys: [], keyScope: 'everywhere', unavailable };
}

async function showLife(of: 'handle' | 'file'): Promise<void> {
  const { operation } = useSelection();
  if (operation === null) return;
  useLayout().show('life');
  await useLife().open(of, operation);
  focusPane('life');
}

export function lifeCommands(): readonly Command[] {
  return [
    command('view.sequence', 'Sequence', () => focusPane('sequence')),
    command('view.life', 'Life', () => focusPane('life')),
    command('life.handle', 'Life of this handle', () => showLife('handle'), whenSelected),
    command('life.file', 'Life of this file', () => showLife('file'), whenNamed),
  ];
}
