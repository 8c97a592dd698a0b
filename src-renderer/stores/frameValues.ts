import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { useDebugger } from './debugger.ts';

export interface FrameValue {
  readonly name: string;
  readonly value: string;
}

/** Scopes that are looked at: those of the routine, not of the whole module. */
const mostScopes = 3;
const ofModule = /^(?:module|global|script)/i;

/** What the variables of the frame that is looked at hold, by name; inner ones hide outer ones. */
export const useFrameValues = defineStore('frameValues', () => {
  const values = shallowRef<readonly FrameValue[]>([]);
  const debug = useDebugger();
  let asked = 0;

  watch([() => debug.stopCount, () => debug.frame?.id, () => debug.stop], async () => {
    const own = ++asked;
    const { frame, stop } = debug;
    if (stop === null || frame === null || frame.driver === null || stop.moment.basis === 'recorded') {
      values.value = [];
      return;
    }
    try {
      const scopes = (await debug.scopes(frame.id)).filter(({ name }) => !ofModule.test(name)).slice(0, mostScopes);
      const lists = await Promise.all(scopes.map(({ variablesReference }) => debug.variables(variablesReference)));
      if (own !== asked) return;
      const found = new Map<string, FrameValue>();
      for (const { name, value, type } of lists.flat()) if (!found.has(name) && type !== 'function') found.set(name, { name, value });
      values.value = [...found.values()];
    } catch {
      // The run has gone on meanwhile: there is nothing to show.
      if (own === asked) values.value = [];
    }
  }, { immediate: true });

  return { values };
});
