import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { useSession } from './session.ts';

/** Which operations the views count: an expression of docs/command-line.md, narrowed by what is chosen in them. */
export const useViewFilter = defineStore('viewFilter', () => {
  const parts = ref<readonly string[]>([]);
  /** Empty: every operation. */
  const text = computed(() => parts.value.map((part) => (/ or /i.test(part) ? `(${part})` : part)).join(' and '));

  function listen(): void {
    watch(() => useSession().session?.path, () => (parts.value = []));
  }

  /** Only what this expression lets through as well. */
  function narrow(where: string): void {
    if (!parts.value.includes(where)) parts.value = [...parts.value, where];
  }

  /** Takes the latest away. */
  const widen = (): void => void (parts.value = parts.value.slice(0, -1));
  const clear = (): void => void (parts.value = []);

  return { text, parts, listen, narrow, widen, clear };
});
