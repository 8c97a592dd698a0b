// The double's face: what `import ... from 'electron'` gives. See README.md for what this does not prove.
import { EventEmitter } from 'node:events';
import { installControl } from './control.ts';
import { app } from './doubleApp.ts';
import { dialogAnswers, Menu } from './doubleDialogs.ts';
import { ipcMain, MessageChannelMain } from './doublePorts.ts';
import { protocol } from './doubleScheme.ts';
import { BrowserWindow, session } from './doubleWindow.ts';

export { app, BrowserWindow, ipcMain, Menu, MessageChannelMain, protocol, session };

export const dialog = {
  showOpenDialog: (_window: unknown, options: unknown) => Promise.resolve(dialogAnswers.open(options)),
  showSaveDialog: (_window: unknown, options: unknown) => Promise.resolve(dialogAnswers.save(options)),
  showErrorBox: (title: string, content: string) => void process.stderr.write(`${title}: ${content}\n`),
};

export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: true });

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

installControl();
