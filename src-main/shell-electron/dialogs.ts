import { dialog, type BrowserWindow } from 'electron';

const traceFilters = [
  { name: 'Traces and sessions', extensions: ['pml', 'csv', 'jsonl', 'fltreplay'] },
  { name: 'Process Monitor log', extensions: ['pml'] },
  { name: 'Process Monitor CSV export', extensions: ['csv'] },
  { name: 'FltReplay session', extensions: ['fltreplay'] },
  { name: 'All files', extensions: ['*'] },
];

/** Asks for a trace or a session; null when the user thought better of it. */
export async function openTraceDialog(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, { title: 'Open a trace or a session', properties: ['openFile'], filters: traceFilters });
  return filePaths[0] ?? null;
}

export async function saveSessionDialog(window: BrowserWindow, suggestedName: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Save the session as',
    defaultPath: suggestedName.endsWith('.fltreplay') ? suggestedName : `${suggestedName}.fltreplay`,
    filters: [{ name: 'FltReplay session', extensions: ['fltreplay'] }],
  });
  return canceled || filePath === '' ? null : filePath;
}
