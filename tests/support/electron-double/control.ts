// The test's hand inside the process: lays dialog answers ready, chooses menu items, hands files over, looks at options.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { app } from './doubleApp.ts';
import { chooseMenuItem, dialogAnswers } from './doubleDialogs.ts';
import { askPermission, BrowserWindow, userDataFolder } from './doubleWindow.ts';

export type Command =
  | { readonly kind: 'answerDialog'; readonly file: string }
  | { readonly kind: 'chooseMenuItem'; readonly way: readonly string[] }
  | { readonly kind: 'openFile'; readonly file: string }
  | { readonly kind: 'secondInstance'; readonly argv: readonly string[]; readonly folder: string }
  | { readonly kind: 'askPermission'; readonly permission: string }
  | { readonly kind: 'webPreferences' }
  | { readonly kind: 'debuggingPort' }
  | { readonly kind: 'quit' };

// Chromium writes the port it chose into its profile.
function debuggingPort(): number | null {
  const file = path.join(userDataFolder, 'DevToolsActivePort');
  if (!existsSync(file)) return null;
  const port = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return port > 0 && BrowserWindow.getAllWindows()[0]?.webContents.page ? port : null;
}

function obey(command: Command): unknown {
  switch (command.kind) {
    case 'answerDialog': return dialogAnswers.ready.push(command.file);
    case 'chooseMenuItem': return chooseMenuItem(command.way);
    case 'openFile': return app.emit('open-file', { preventDefault: () => undefined }, command.file);
    case 'secondInstance': return app.emit('second-instance', {}, command.argv, command.folder);
    case 'askPermission': return askPermission(command.permission);
    case 'webPreferences': return BrowserWindow.getAllWindows()[0]?.options.webPreferences ?? null;
    case 'debuggingPort': return debuggingPort();
    case 'quit': return app.quit();
  }
}

/** Listens to the process that started this one. */
export function installControl(): void {
  process.on('message', (message: { id: number; command: Command }) => {
    try {
      process.send?.({ id: message.id, result: obey(message.command) ?? null });
    } catch (error) {
      process.send?.({ id: message.id, error: String(error) });
    }
  });
  // Nobody is left to look at the window.
  process.on('disconnect', () => app.exit());
}
