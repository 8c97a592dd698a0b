/**
 * How the page gets its port in Electron.
 *
 * A port cannot pass the context bridge, but a window message can carry it. The page listens first and then asks, so that
 * a reload asks again:
 *
 *   page     window.addEventListener('message', ...); window.fltreplayShell.requestPort()
 *   preload  asks the main process, which makes a fresh pair of ports and attaches one end to the host
 *   preload  window.postMessage(portMessage, location.origin, [port])
 *   page     takes event.ports[0] when event.source === window and event.data === portMessage
 */
import type { ShellApi } from './requests.ts';

/** The window message that carries the port. */
export const portMessage = 'fltreplay:port';

/** What the preload puts on the page's window as `fltreplayShell`. */
export interface ElectronShell extends ShellApi {
  readonly kind: 'electron';
  requestPort(): void;
  readonly openTraceDialog: () => Promise<readonly string[]>;
  readonly saveSessionDialog: (suggestedName: string) => Promise<string | null>;
  readonly pathForFile: (file: unknown) => string;
  readonly setZoom: (factor: number) => void;
  readonly setMenuKeys: (keys: Readonly<Record<string, string>>) => void;
}

/** Electron's IPC channels between preload and main process, and nowhere else. */
export const shellChannels = {
  requestPort: 'fltreplay:request-port',
  port: 'fltreplay:port',
  openTraceDialog: 'fltreplay:open-trace-dialog',
  saveSessionDialog: 'fltreplay:save-session-dialog',
  menuKeys: 'fltreplay:menu-keys',
} as const;
