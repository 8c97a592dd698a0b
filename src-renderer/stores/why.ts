import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { CalledWhy, EventWhy } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';

export type CallbackReasons = { readonly filter: string; readonly altitude: string | null; readonly pre: CalledWhy; readonly post: CalledWhy; readonly status: CalledWhy };

/** Why something happened in the shown run. */
export const useWhy = defineStore('why', () => {
  const selection = useSelection();
  const shown = ref(false);
  const event = shallowRef<EventWhy | null>(null);
  let latest = 0;

  /** Explains an event, as long as the explanation is shown. */
  async function explain(issued: number, sequence: number): Promise<void> {
    const mine = ++latest;
    const { runId } = selection;
    if (runId === null) return;
    try {
      const answer = await host().request('events.why', { runId, issued, sequence });
      if (mine === latest) event.value = answer;
    } catch (error) {
      if (mine === latest) useNotices().report(error);
    }
  }

  function hide(): void {
    latest++;
    shown.value = false;
    event.value = null;
  }

  /** For every filter of the run: was it called for this operation, and why, or why not. */
  async function reasons(operation: number): Promise<readonly CallbackReasons[]> {
    const { runId, run } = selection;
    if (runId === null || run === null) return [];
    const ask = (filter: string, callback: 'pre' | 'post' | 'status'): Promise<CalledWhy> => host().request('events.whyCalled', { runId, operation, filter, callback });
    return Promise.all(run.layers.filter((layer) => layer.kind === 'filter').map(async ({ name, altitude }) => {
      const [pre, post, status] = await Promise.all([ask(name, 'pre'), ask(name, 'post'), ask(name, 'status')]);
      return { filter: name, altitude, pre, post, status };
    }));
  }

  watch(() => selection.runId, hide);
  return { shown, event, explain, hide, reasons };
});
