import { ipcMain, MessageChannelMain, type BrowserWindow, type WebFrameMain } from 'electron';
import { shellChannels, type Transport } from '../../../src-preload/contract/index.ts';
import { isAppAddress } from '../appScheme.ts';
import { portTransport } from './portTransport.ts';

export interface ShellServices {
  readonly window: () => BrowserWindow | null;
  readonly attach: (transport: Transport) => void;
  readonly openTraceDialog: () => Promise<readonly string[]>;
  readonly saveSessionDialog: (suggestedName: string) => Promise<string | null>;
  readonly showKeys: (keys: ReadonlyMap<string, string>) => void;
}

/**
 * Answers the preload, and nobody else.
 *
 * Every call checks who knocks: the top frame of our own window, showing our own page.
 */
export function serveShellCalls(services: ShellServices): void {
  const isTrusted = (frame: WebFrameMain | null): frame is WebFrameMain =>
    frame !== null && frame === services.window()?.webContents.mainFrame && isAppAddress(frame.url);

  ipcMain.on(shellChannels.requestPort, (event) => {
    const frame = event.senderFrame;
    if (!isTrusted(frame)) return;
    const { port1, port2 } = new MessageChannelMain();
    services.attach(portTransport(port1));
    frame.postMessage(shellChannels.port, null, [port2]);
  });

  ipcMain.handle(shellChannels.openTraceDialog, (event) => (isTrusted(event.senderFrame) ? services.openTraceDialog() : []));

  ipcMain.handle(shellChannels.saveSessionDialog, (event, suggestedName: unknown) =>
    isTrusted(event.senderFrame) && typeof suggestedName === 'string' ? services.saveSessionDialog(suggestedName) : null);

  ipcMain.on(shellChannels.menuKeys, (event, keys: unknown) => {
    if (!isTrusted(event.senderFrame) || typeof keys !== 'object' || keys === null) return;
    services.showKeys(new Map(Object.entries(keys).filter((entry): entry is [string, string] => typeof entry[1] === 'string')));
  });
}
