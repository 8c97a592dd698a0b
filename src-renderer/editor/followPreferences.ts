import { watchEffect } from 'vue';
import { useBackend } from '../backend/backend.ts';
import { useSettings } from '../stores/settings.ts';
import type { monaco } from './monaco.ts';

/** Keeps an editor as the settings say; gives back what ends that. */
export function followPreferences(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const settings = useSettings();
  return watchEffect(() => {
    const { editorFontSize, editorWordWrap, editorLineNumbers, editorMinimap, zoom } = settings.saved;
    // Where the page itself is zoomed, the editor is not: it would lay its menus elsewhere than where it is.
    const size = editorFontSize * (useBackend().shell.setZoom === undefined ? zoom / 100 : 1);
    editor.updateOptions({ fontSize: size, lineHeight: Math.round(size * 1.52), wordWrap: editorWordWrap ? 'on' : 'off', lineNumbers: editorLineNumbers ? 'on' : 'off', minimap: { enabled: editorMinimap } });
  });
}
