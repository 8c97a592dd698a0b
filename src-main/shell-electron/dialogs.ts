import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import type { TraceFormatInfo } from '../../src-preload/contract/index.ts';

const wrappings = ['gz', 'zip', 'etlgz'];
const sessions = ['fltreplay'];

/** What a dialog offers: everything at first, then each format by its title. */
export function traceFilters(formats: readonly TraceFormatInfo[]): FileFilter[] {
  const all = new Set([...formats.flatMap((format) => format.extensions), ...wrappings, ...sessions]);
  return [
    { name: 'Traces and sessions', extensions: [...all] },
    ...formats.map(({ title, extensions }) => ({ name: title, extensions: [...extensions] })),
    { name: 'Wrapped traces', extensions: wrappings },
    { name: 'FltReplay session', extensions: sessions },
    { name: 'All files', extensions: ['*'] },
  ];
}

/** Asks for traces or a session; none when the user thought better of it. */
export async function openTraceDialog(window: BrowserWindow, formats: readonly TraceFormatInfo[]): Promise<readonly string[]> {
  const { filePaths } = await dialog.showOpenDialog(window, { title: 'Open traces or a session', properties: ['openFile', 'multiSelections'], filters: traceFilters(formats) });
  return filePaths;
}

export async function saveSessionDialog(window: BrowserWindow, suggestedName: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Save the session as',
    defaultPath: suggestedName.endsWith('.fltreplay') ? suggestedName : `${suggestedName}.fltreplay`,
    filters: [{ name: 'FltReplay session', extensions: ['fltreplay'] }],
  });
  return canceled || filePath === '' ? null : filePath;
}
