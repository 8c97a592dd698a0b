import path from 'node:path';
import { app, BrowserWindow, nativeTheme, session } from 'electron';
import { appAddress, isAppAddress } from './appScheme.ts';
import { keepWindowState, readWindowState } from './windowState.ts';

/** Closes every way out of the page: other addresses, new windows, web views, permissions. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!isAppAddress(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

// Copying is the one thing the page may ask of the system.
const mayAsk = (permission: string): boolean => permission === 'clipboard-sanitized-write';

export function createAppWindow(preloadFile: string): BrowserWindow {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(mayAsk(permission)));
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => mayAsk(permission));

  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(stateFile);
  const window = new BrowserWindow({
    width: 1600, height: 1000, minWidth: 900, minHeight: 600,
    ...state.bounds,
    show: false,
    title: 'FltReplay',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171c' : '#ffffff',
    webPreferences: { preload: preloadFile, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  });
  if (state.maximized) window.maximize();
  keepWindowState(window, stateFile);
  window.once('ready-to-show', () => window.show());
  // The host lives in this process, so a page that died comes back to the same session.
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') window.webContents.reload();
  });
  void window.loadURL(appAddress);
  return window;
}
