import { ref, type Ref } from 'vue';
import { useDialogs } from './dialogs.ts';

/** What the buttons of a dialog do: it closes when the work is done, and says why where it was refused. */
export function useAnswer(): { readonly refusal: Ref<string | null>; readonly answer: (work: () => unknown) => Promise<void> } {
  const dialogs = useDialogs();
  const refusal = ref<string | null>(null);
  async function answer(work: () => unknown): Promise<void> {
    try {
      await work();
      dialogs.close();
    } catch (error) {
      refusal.value = error instanceof Error ? error.message : String(error);
    }
  }
  return { refusal, answer };
}
