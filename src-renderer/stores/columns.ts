import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { OperationColumn } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { defaultColumns, moved, ownColumns, resized, soundColumns, toggled, type ShownColumn } from '../workbench/operations/columns.ts';
import { RowFacts } from './rowFacts.ts';
import { useDebugger } from './debugger.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useSettings } from './settings.ts';

/** Which columns the operation list shows, their order, widths and direction; and the cells of those that rows do not carry. */
export const useColumns = defineStore('columns', () => {
  const settings = useSettings();
  const selection = useSelection();
  const chosen = computed(() => soundColumns(settings.saved.columns));
  /** Nothing was changed: widths follow the pane. */
  const isUsual = computed(() => chosen.value === null);
  const shown = computed<readonly ShownColumn[]>(() => chosen.value ?? defaultColumns.map((id) => ({ id, width: null })));
  /** In the list's order, for what is copied. */
  const ids = computed<readonly OperationColumn[]>(() => shown.value.map(({ id }) => id));
  const asked = computed(() => ids.value.filter((id) => !ownColumns.has(id)));
  /** The last operation comes first. */
  const isDescending = ref(false);

  const cells = new RowFacts<readonly string[]>(async (indexes) => {
    const { traceId, runId } = selection;
    if (traceId === null) return [];
    return (await host().request('operations.cells', { traceId, runId, indexes, columns: asked.value })).rows;
  });

  function put(next: readonly ShownColumn[]): void {
    settings.saved.columns = next;
  }
  const toggle = (id: OperationColumn): void => put(toggled(shown.value, id));
  const move = (id: OperationColumn, to: number): void => put(moved(shown.value, id, to));
  const resize = (id: OperationColumn, width: number | null): void => put(resized(shown.value, id, width));
  function reset(): void {
    delete settings.saved.columns;
  }

  /** Nothing where every column is the row's own. */
  function want(indexes: readonly number[]): void {
    if (asked.value.length > 0) cells.want(indexes);
  }
  function text(index: number, id: OperationColumn): string {
    return cells.of(index)?.[asked.value.indexOf(id)] ?? '';
  }

  function listen(): void {
    watch([() => useSession().session?.path, () => selection.traceId, () => selection.runId, () => selection.trace?.clockOffset, () => asked.value.join(' '), () => useDebugger().state.kind, () => useDebugger().stopCount], () => cells.clear());
    host().listen('import.done', () => cells.clear());
  }

  return { isUsual, shown, ids, isDescending, toggle, move, resize, reset, want, text, listen, version: cells.version };
});
