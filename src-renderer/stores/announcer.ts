import { defineStore } from 'pinia';
import { ref } from 'vue';

export type Urgency = 'polite' | 'assertive';

export interface Announcement {
  /** New at each time, so that the same sentence is said again. */
  readonly id: number;
  readonly text: string;
}

/** Enough that sentences which come at once are all said; the older ones are not in the page when somebody reads through it. */
const kept = 3;

/** What is said aloud to those who do not see the window: one place for all of it. */
export const useAnnouncer = defineStore('announcer', () => {
  const polite = ref<readonly Announcement[]>([]);
  const assertive = ref<readonly Announcement[]>([]);
  let nextId = 1;

  /** `assertive` interrupts what is being read: for errors only. */
  function say(text: string, urgency: Urgency = 'polite'): void {
    if (text === '') return;
    const list = urgency === 'polite' ? polite : assertive;
    list.value = [...list.value, { id: nextId++, text }].slice(-kept);
  }

  return { polite, assertive, say };
});
