import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { generatedFrom } from '../../src-main/base/generatedIo.ts';
import type { BranchChange, RunInfo, RunTree } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { differsText } from '../formatting/runTree.ts';
import { useDebugger } from './debugger.ts';
import { useDrivers } from './drivers.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';

/** What a dialog about an edit is asked for. */
export type EditForm =
  | { readonly kind: 'arguments' | 'answer' | 'insert'; readonly operation: number }
  | { readonly kind: 'return'; readonly step: 'pre' | 'post'; readonly driver: string; readonly operation: number; readonly issued: number; readonly sequence: number }
  | { readonly kind: 'altitude'; readonly driver: number }
  /** An expression at the present stop. */
  | { readonly kind: 'assign'; readonly expression: string };

/** Branches: runs like another one but for some changes; and what can be undone in their tree. */
export const useBranches = defineStore('branches', () => {
  const undoWords = ref<string | null>(null);
  const redoWords = ref<string | null>(null);
  /** The edit that its dialog is open for. */
  const form = shallowRef<EditForm | null>(null);
  /** The run whose name is being typed. */
  const renaming = ref<number | null>(null);

  /** The run that a branch made now comes from: the one that is shown. */
  const base = computed<RunInfo | null>(() => {
    const { runId } = useSelection();
    return useSession().runs.find((run) => run.id === runId) ?? null;
  });

  function listen(): void {
    host().listen('run.tree', show);
  }

  async function load(): Promise<void> {
    show(await host().request('run.tree', {}));
  }

  function show({ runs, undo, redo }: RunTree): void {
    const session = useSession();
    if (session.session !== null) session.session = { ...session.session, runs };
    undoWords.value = undo;
    redoWords.value = redo;
    const selection = useSelection();
    if (!runs.some(({ id }) => id === selection.chosenRunId)) selection.chosenRunId = null;
  }

  /** Makes a branch of the shown run and says what distinguishes it. */
  async function branch(changes: readonly BranchChange[], options: { readonly from?: number; readonly name?: string; readonly parent?: number } = {}): Promise<RunInfo | null> {
    const parent = useSession().runs.find((run) => run.id === (options.parent ?? base.value?.id));
    if (parent === undefined) return null;
    await useDrivers().saveAll();
    useSelection().chosenRunId = null;
    const { from, name } = options;
    const run = await host().request('run.branch', { runId: parent.id, changes, from: from === undefined ? 'start' : { operation: from }, ...(name !== undefined && { name }) });
    useNotices().add('info', `${run.name} is a branch of ${parent.name}: ${differsText(run) || 'nothing is different'}.`);
    return run;
  }

  /** Changes a value where the run stands: a branch that does so there, and stops there. */
  async function assign(expression: string): Promise<RunInfo> {
    const run = await host().request('run.assign', { expression, frameId: useDebugger().frame?.id ?? null });
    useNotices().add('info', `${run.name} is a branch: ${differsText(run)}. It stops at the same moment.`);
    return run;
  }

  async function rename(runId: number, name: string): Promise<void> {
    await host().request('run.rename', { runId, name });
  }

  async function remove(runId: number): Promise<void> {
    show(await host().request('run.remove', { runId }));
  }

  async function undo(): Promise<void> {
    if (undoWords.value !== null) show(await host().request('run.undo', {}));
  }

  async function redo(): Promise<void> {
    if (redoWords.value !== null) show(await host().request('run.redo', {}));
  }

  /** Recorded operation at which the run stands; null where it does not stand at one. */
  const stoppedAt = computed(() => {
    const issued = useDebugger().stop?.point.operation ?? 0;
    return issued > 0 && issued < generatedFrom ? issued : null;
  });

  return { undoWords, redoWords, form, renaming, base, stoppedAt, listen, load, branch, assign, rename, remove, undo, redo };
});
