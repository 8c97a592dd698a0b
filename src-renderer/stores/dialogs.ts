import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { BreakpointDraft } from '../../src-preload/contract/index.ts';
import type { ChosenFile } from './driverChoice.ts';
import type { FileSlot } from './driverFiles.ts';

export type DialogName = 'palette' | 'goTo' | 'addDriver' | 'breakpoint' | 'import' | 'recent' | 'clockOffset' | 'renameTrace' | 'removeTrace' | 'pair' | 'shrink' | 'runSettings' | 'saveAs' | 'recordKeys' | 'tours' | 'about' | 'notices' | 'columns' | 'highlights' | 'export' | 'versions' | 'layouts' | 'newFile' | 'renameFile' | 'removeFile';

/** Which dialog is open. Dialogs are opened by commands, never by stores. */
export const useDialogs = defineStore('dialogs', () => {
  const open = ref<DialogName | null>(null);
  /** Counts up with every dialog that is opened, also where it is open already. */
  const opened = ref(0);
  const isFindOpen = ref(false);
  /** Trace that a dialog is about. */
  const traceId = ref<number | null>(null);
  /** Breakpoint that the breakpoint dialog edits; null for a new one. */
  const breakpointId = ref<number | null>(null);
  /** What is known of a new one. */
  const breakpointDraft = shallowRef<BreakpointDraft | null>(null);
  /** Which of its texts the user wants to write. */
  const breakpointWish = ref<'condition' | 'logMessage' | null>(null);
  /** Driver that a dialog is about. */
  const driverId = ref<number | null>(null);
  /** And its file; null: a new one. */
  const fileSlot = ref<FileSlot | null>(null);
  /** Files of a driver that is to be added, chosen before its dialog opened. */
  const droppedFiles = shallowRef<readonly File[]>([]);
  /** What has been chosen of it so far: whoever is told what is missing chooses only that. */
  const chosenFiles = shallowRef<readonly ChosenFile[]>([]);
  /** Text that the palette opens with. */
  const paletteText = ref('');
  /** Command whose keys the dialog changes. */
  const keyCommand = ref<string | null>(null);
  /** Counts up with every wish to type in the console or the find bar. */
  const focusWish = ref(0);

  function show(name: DialogName): void {
    open.value = name;
    opened.value++;
  }

  function close(): void {
    open.value = null;
    chosenFiles.value = [];
  }

  return { open, opened, isFindOpen, traceId, driverId, fileSlot, droppedFiles, chosenFiles, paletteText, keyCommand, breakpointId, breakpointDraft, breakpointWish, focusWish, show, close };
});
