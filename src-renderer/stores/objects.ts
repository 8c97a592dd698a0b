import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { EngineObjects } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';

/** What the simulated system holds at the present stop. */
export const useObjects = defineStore('objects', () => {
  const objects = shallowRef<EngineObjects | null>(null);
  const problem = ref<string | null>(null);
  /** Only the answer to the last question counts. */
  let asked = 0;

  const pendedCount = computed(() => objects.value?.pended.count ?? 0);

  /** Asks anew; a moment that is only known from the event log has none. */
  async function load(): Promise<void> {
    const { stop } = useDebugger();
    const question = ++asked;
    problem.value = null;
    if (stop === null || stop.moment.basis === 'recorded') {
      objects.value = null;
      return;
    }
    try {
      const answer = await host().request('debug.objects', {});
      if (question === asked) objects.value = answer;
    } catch (error) {
      if (question !== asked) return;
      objects.value = null;
      problem.value = useDebugger().stop === null ? null : error instanceof Error ? error.message : String(error);
    }
  }

  return { objects, problem, pendedCount, load };
});
