import { watchEffect } from 'vue';
import { useSettings } from '../stores/settings.ts';
import type { monaco } from './monaco.ts';

/** Keeps an editor as the settings say; gives back what ends that. */
export function followPreferences(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const settings = useSettings();
  return watchEffect(() => {
    const { editorFontSize, editorWordWrap, editorLineNumbers, editorMinimap } = settings.saved;
    editor.updateOptions({ fontSize: editorFontSize, lineHeight: Math.round(editorFontSize * 1.52), wordWrap: editorWordWrap ? 'on' : 'off', lineNumbers: editorLineNumbers ? 'on' : 'off', minimap: { enabled: editorMinimap } });
  });
}
