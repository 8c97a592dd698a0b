/**
 * The Electron shell: one window, one host in this process, and the port between them.
 *
 * Everything else is the host's or the page's. Order matters at the top: the scheme has to be registered, and files handed
 * over by the system caught, before the application is ready.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, type BrowserWindow } from 'electron';
import type { AppInfo } from '../../src-preload/contract/index.ts';
import { createHost, type Host } from '../host/index.ts';
import { createAppWindow, lockDown } from './appWindow.ts';
import { registerAppScheme, serveApp } from './appScheme.ts';
import { openTraceDialog, saveSessionDialog } from './dialogs.ts';
import { filesFromArguments } from './filesFromArguments.ts';
import { installMenu } from './menu.ts';
import { serveShellCalls } from './transports/shellIpc.ts';

const outFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

let host: Host | null = null;
let window: BrowserWindow | null = null;
// Files that arrive before there is a host to open them.
const waitingFiles: string[] = filesFromArguments(process.argv, app.isPackaged, process.cwd());

/** Opens a trace or a session in the running application; what is wrong with it is said in the window. */
async function openFile(file: string): Promise<void> {
  if (host === null) {
    waitingFiles.push(file);
    return;
  }
  try {
    await host.handlers['trace.open']({ sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  } catch (error) {
    host.emit('notice', { severity: 'error', message: error instanceof Error ? error.message : String(error) });
  }
}

function showWindow(): void {
  window = createAppWindow(path.join(outFolder, 'preload', 'preload.cjs'));
  window.on('closed', () => {
    window = null;
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  host = await createHost({ shell: 'electron' });
  const { attach, emit, handlers } = host;
  const formats = async (): Promise<AppInfo['formats']> => (await handlers['app.info']({})).formats;
  serveApp(path.join(outFolder, 'renderer'));
  const send = (id: string): void => emit('command', { id, argument: null });
  const isMac = process.platform === 'darwin';
  serveShellCalls({
    window: () => window,
    attach: (transport) => attach(transport),
    openTraceDialog: async () => (window === null ? [] : openTraceDialog(window, await formats())),
    saveSessionDialog: async (suggestedName) => (window === null ? null : saveSessionDialog(window, suggestedName)),
    showKeys: (keys) => installMenu(send, isMac, keys),
  });
  installMenu(send, isMac);
  showWindow();
  for (const file of waitingFiles.splice(0)) await openFile(file);
}

function focusWindow(): void {
  if (window === null) return showWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}

// Closing the store is worth waiting for; a second request to quit is not held up.
function disposeBeforeQuit(): void {
  app.on('will-quit', (event) => {
    if (host === null) return;
    event.preventDefault();
    const ending = host;
    host = null;
    void Promise.resolve(ending.dispose()).finally(() => app.exit());
  });
}

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.enableSandbox();
  registerAppScheme();
  lockDown();
  disposeBeforeQuit();
  app.on('open-file', (event, file) => {
    event.preventDefault();
    void openFile(file);
  });
  app.on('second-instance', (_event, argv, folder) => {
    for (const file of filesFromArguments(argv, app.isPackaged, folder)) void openFile(file);
    focusWindow();
  });
  app.on('activate', focusWindow);
  app.on('window-all-closed', () => app.quit());
  start().catch((error: unknown) => {
    dialog.showErrorBox('FltReplay cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
}
