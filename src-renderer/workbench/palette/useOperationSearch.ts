/** Operations that have a text, the first ones of the trace, as they are found; the latest text counts. */
import { onScopeDispose, ref, shallowRef, type Ref } from 'vue';
import type { OperationRow } from '../../../src-preload/contract/index.ts';
import { host } from '../../backend/backend.ts';
import { useOperations } from '../../stores/operations.ts';
import { useSelection } from '../../stores/selection.ts';

const shownMatches = 60;
const patienceMilliseconds = 150;

export function useOperationSearch(): { readonly rows: Ref<readonly OperationRow[]>; readonly state: Ref<'idle' | 'searching' | 'done'>; search(text: string): void } {
  const rows = shallowRef<readonly OperationRow[]>([]);
  const state = ref<'idle' | 'searching' | 'done'>('idle');
  let latest = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  async function collect(text: string, mine: number): Promise<void> {
    const { traceId } = useSelection();
    const operations = useOperations();
    let from = 1;
    while (traceId !== null && rows.value.length < shownMatches && from <= operations.total) {
      const index = await operations.find(text, from, false);
      if (mine !== latest || index === null) break;
      const page = await host().request('operations.page', { traceId, offset: index - 1, limit: 1, runId: null });
      if (mine !== latest) return;
      rows.value = [...rows.value, ...page.rows];
      from = index + 1;
    }
    if (mine === latest) state.value = 'done';
  }

  function search(text: string): void {
    clearTimeout(waiting);
    const mine = ++latest;
    rows.value = [];
    state.value = text === '' ? 'idle' : 'searching';
    if (text !== '') waiting = setTimeout(() => void collect(text, mine).catch(() => (state.value = 'done')), patienceMilliseconds);
  }

  onScopeDispose(() => {
    clearTimeout(waiting);
    latest++;
  });
  return { rows, state, search };
}
