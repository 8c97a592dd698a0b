/** Breakpoints from wherever the user is: the dialog with what is known there, a run to a place, files. */
import type { BreakpointDraft } from '../../src-preload/contract/index.ts';
import { useBreakpoints } from '../stores/breakpoints.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useDialogs } from '../stores/dialogs.ts';

/** Opens the dialog for a new breakpoint, filled in. `wish`: the field that is to be written. */
export function breakOn(draft: BreakpointDraft | null, wish: 'condition' | 'logMessage' | null = null): void {
  const dialogs = useDialogs();
  dialogs.breakpointId = null;
  dialogs.breakpointDraft = draft;
  dialogs.breakpointWish = wish;
  dialogs.show('breakpoint');
}

export function editBreakpoint(id: number, wish: 'condition' | 'logMessage' | null = null): void {
  const dialogs = useDialogs();
  dialogs.breakpointId = id;
  dialogs.breakpointWish = wish;
  dialogs.show('breakpoint');
}

/** A one-shot breakpoint, and the run goes on to it. */
export async function runTo(draft: BreakpointDraft): Promise<void> {
  await useBreakpoints().add({ ...draft, once: true });
  const debug = useDebugger();
  if (debug.state.kind === 'stopped') await debug.step('run.continue');
  else if (debug.state.kind !== 'running' && debug.state.kind !== 'starting') await debug.start();
}

/** Hands the user a file with all breakpoints. */
export async function saveBreakpoints(): Promise<void> {
  const { fileName, text } = await useBreakpoints().exportFile();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Asks for a file and adds its breakpoints. */
export function loadBreakpoints(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) void file.text().then((text) => useBreakpoints().importFile(text));
  });
  input.click();
}
