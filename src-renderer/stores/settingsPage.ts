import { defineStore } from 'pinia';
import { ref } from 'vue';

/** What the settings pane shows: its page, and what is searched for on it. */
export const useSettingsPage = defineStore('settingsPage', () => {
  const page = ref<'settings' | 'keys'>('settings');
  const text = ref('');
  return { page, text };
});
