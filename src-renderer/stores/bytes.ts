import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { BufferView, RequestParams } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useLayout } from './layout.ts';

export type BufferPlace = RequestParams<'debug.buffer'>['of'];

/** So many bytes are looked at in one piece. */
export const bytesPerPage = 4096;

/** The buffer whose bytes are shown. */
export const useBytes = defineStore('bytes', () => {
  const place = shallowRef<BufferPlace | null>(null);
  const view = shallowRef<BufferView | null>(null);
  const problem = ref<string | null>(null);
  const offset = ref(0);
  /** Null: the operation's own; empty: none. */
  const structure = ref<string | null>(null);
  let asked = 0;

  const title = computed(() => (place.value === null ? '' : place.value.kind === 'field' ? `${place.value.path} (${place.value.column})` : place.value.expression));

  async function load(): Promise<void> {
    const of = place.value;
    const question = ++asked;
    if (of === null || useDebugger().stop === null) return;
    try {
      const answer = await host().request('debug.buffer', { of: of.kind === 'field' ? of : { ...of, frameId: useDebugger().frame?.id ?? null }, offset: offset.value, length: bytesPerPage, structure: structure.value });
      if (question !== asked) return;
      view.value = answer;
      problem.value = null;
    } catch (error) {
      if (question !== asked) return;
      view.value = null;
      problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  async function show(of: BufferPlace): Promise<void> {
    place.value = of;
    offset.value = 0;
    structure.value = null;
    useLayout().show('bytes');
    await load();
  }

  async function goTo(at: number): Promise<void> {
    const length = view.value?.length ?? 0;
    offset.value = Math.max(0, Math.min(at - (at % 16), Math.max(0, length - 1)));
    await load();
  }

  async function lay(name: string | null): Promise<void> {
    structure.value = name;
    await load();
  }

  return { place, view, problem, offset, structure, title, load, show, goTo, lay };
});
