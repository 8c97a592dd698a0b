import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useFilter } from './filter.ts';
import { useNotices } from './notices.ts';

/** The filter of the list as the views narrow it: what is chosen in them is joined to it by "and". */
export const useViewFilter = defineStore('viewFilter', () => {
  const filter = useFilter();
  /** Empty: every operation. */
  const text = computed(() => filter.text);

  /** Only what this expression lets through as well. */
  async function narrow(where: string): Promise<void> {
    try {
      const before = / or /i.test(text.value) ? `(${text.value})` : text.value;
      const problem = await filter.set(before === '' ? where : `${before} and ${where}`);
      if (problem !== null) useNotices().add('warning', problem.message);
    } catch (error) {
      useNotices().report(error);
    }
  }

  return { text, narrow, widen: filter.undo, clear: filter.clear };
});
