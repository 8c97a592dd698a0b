/** Makes the page look as the settings say: theme, sizes of text and rows, zoom. */
import { computed, provide, watchEffect } from 'vue';
import { useBackend } from '../../backend/backend.ts';
import { rowHeightKey } from '../../components/density.ts';
import { rowHeights } from '../../stores/preferences.ts';
import { useSettings } from '../../stores/settings.ts';

export function applyAppearance(): void {
  const settings = useSettings();
  const root = document.documentElement;
  const rowHeight = computed(() => Math.max(rowHeights[settings.saved.density], Math.ceil(settings.saved.dataSize * 1.6)));
  provide(rowHeightKey, rowHeight);
  watchEffect(() => {
    root.dataset['theme'] = settings.theme;
  });
  watchEffect(() => {
    const { textSize, dataSize } = settings.saved;
    root.style.setProperty('--size-ui', `${textSize}px`);
    root.style.setProperty('--size-data', `${dataSize}px`);
    root.style.setProperty('--size-small', `${Math.min(textSize, dataSize) - 1}px`);
    root.style.setProperty('--row', `${rowHeight.value}px`);
  });
  watchEffect(() => {
    const factor = settings.saved.zoom / 100;
    const { shell } = useBackend();
    // The window of a browser is the browser's: there the page itself is made larger.
    if (shell.setZoom === undefined) {
      root.style.setProperty('zoom', String(factor));
      root.style.setProperty('--zoom', String(factor));
    } else shell.setZoom(factor);
  });
}
