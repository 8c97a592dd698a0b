import { defineStore } from 'pinia';
import { computed, ref } from 'vue';

export type Severity = 'info' | 'warning' | 'error';

export interface Notice {
  readonly id: number;
  readonly severity: Severity;
  readonly message: string;
  /** How often the same sentence came in a row. */
  readonly times: number;
  readonly showsToast: boolean;
}

const kept = 100;
const infoToastMilliseconds = 6000;

/** Sentences for the user: shown as toasts, kept in a list. Errors stay until dismissed. */
export const useNotices = defineStore('notices', () => {
  const list = ref<readonly Notice[]>([]);
  const toasts = computed(() => list.value.filter((notice) => notice.showsToast).slice(-4));
  let nextId = 1;

  function add(severity: Severity, message: string): void {
    const last = list.value.at(-1);
    if (last?.message === message && last.severity === severity) {
      list.value = [...list.value.slice(0, -1), { ...last, times: last.times + 1, showsToast: true }];
      return;
    }
    const notice: Notice = { id: nextId++, severity, message, times: 1, showsToast: true };
    list.value = [...list.value, notice].slice(-kept);
    if (severity === 'info') setTimeout(() => dismiss(notice.id), infoToastMilliseconds);
  }

  function dismiss(id: number): void {
    list.value = list.value.map((notice) => (notice.id === id ? { ...notice, showsToast: false } : notice));
  }

  function clear(): void {
    list.value = [];
  }

  /** Says what went wrong with something the user asked for. A lost connection has its own place in the status bar, and nobody waits for what a closed session was asked. */
  function report(error: unknown): void {
    if (error instanceof Error && 'code' in error && (error.code === 'closed' || error.code === 'other-session')) return;
    add('error', error instanceof Error ? error.message : String(error));
  }

  return { list, toasts, add, dismiss, clear, report };
});
