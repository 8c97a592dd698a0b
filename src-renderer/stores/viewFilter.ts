import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useFilter } from './filter.ts';
import { useNotices } from './notices.ts';

/** Which operations the views count: those that the filter of the list lets through, narrowed by what is chosen in the views. */
export const useViewFilter = defineStore('viewFilter', () => {
  /** Empty: every operation. */
  const text = computed((): string => useFilter().text);

  /** Only what this expression lets through as well. */
  function narrow(where: string): void {
    const wrapped = (part: string): string => (/\bor\b/i.test(part) ? `(${part})` : part);
    useFilter().set(text.value === '' ? where : `${wrapped(text.value)} and ${wrapped(where)}`).catch((error: unknown) => useNotices().report(error));
  }

  /** Takes the latest change of the filter back. */
  const widen = (): void => useFilter().undo();
  const clear = (): void => useFilter().clear();

  return { text, narrow, widen, clear };
});
