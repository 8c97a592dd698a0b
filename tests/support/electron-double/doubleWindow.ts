// Windows are pages of one real Chromium; the built preload runs in each before the page's own scripts.
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../../scripts/find-chromium.mjs';
import { ipcMain, type MessagePortMain } from './doublePorts.ts';
import { openAddress, realAddress } from './doubleScheme.ts';
import { pageScript } from './pageSide.ts';

/** What the page sends: an IPC message, a call to answer, or a message on a port that it holds. */
type FromPage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'invoke'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'portClosed'; readonly port: number };

type ToPage =
  | { readonly kind: 'message'; readonly channel: string; readonly message: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown };

let browser: BrowserContext | null = null;
let appEvents: EventEmitter | null = null;
export const userDataFolder = mkdtempSync(path.join(tmpdir(), 'fltreplay-electron-double-'));

/** Starts Chromium with a debugging port, through which the test sees the same page. */
export async function launchBrowser(app: EventEmitter): Promise<void> {
  appEvents = app;
  const executablePath = findChromium();
  browser = await chromium.launchPersistentContext(userDataFolder, {
    args: [...chromiumArguments, '--remote-debugging-port=0'],
    viewport: { width: 1600, height: 1000 },
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    ...(executablePath !== undefined && { executablePath }),
  });
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
}

/** The frame as the main process sees it. */
class WebFrameMain {
  private readonly contents: WebContents;

  constructor(contents: WebContents) {
    this.contents = contents;
  }

  get url(): string {
    return realAddress(this.contents.page?.url() ?? '');
  }

  postMessage(channel: string, message: unknown, ports: readonly MessagePortMain[] = []): void {
    const numbers = ports.map((port) => this.contents.adopt(port));
    this.contents.deliver({ kind: 'message', channel, message: structuredClone(message), ports: numbers });
  }
}

type WindowOpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

class WebContents extends EventEmitter {
  page: Page | null = null;
  readonly mainFrame = new WebFrameMain(this);
  windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' });
  private readonly ports = new Map<number, MessagePortMain>();
  private nextPort = 1;

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.windowOpenHandler = handler;
  }

  reload(): void {
    void this.page?.reload();
  }

  /** Keeps an end whose owner is now the page. */
  adopt(port: MessagePortMain): number {
    const number = this.nextPort++;
    this.ports.set(number, port);
    port.on('message', (event: { data: unknown }) => this.deliver({ kind: 'port', port: number, data: event.data }));
    port.start();
    return number;
  }

  deliver(message: ToPage): void {
    // A page that is going away hears nothing more; that is not the sender's failure.
    this.page?.evaluate((value) => {
      (globalThis as unknown as { __electronDoubleHear: (heard: unknown) => void }).__electronDoubleHear(value);
    }, message as never).catch(() => undefined);
  }

  hear(message: FromPage): unknown {
    switch (message.kind) {
      case 'send':
        ipcMain.emit(message.channel, { senderFrame: this.mainFrame }, ...message.args);
        return undefined;
      case 'invoke':
        return ipcMain.answer(message.channel, this.mainFrame, message.args);
      case 'port':
        this.ports.get(message.port)?.postMessage(message.data);
        return undefined;
      case 'portClosed':
        this.ports.get(message.port)?.close();
        this.ports.delete(message.port);
        return undefined;
    }
  }

  /** A document that goes takes its ends of all ports with it. */
  forgetPorts(): void {
    for (const port of this.ports.values()) port.close();
    this.ports.clear();
  }
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly webPreferences?: { readonly preload?: string; readonly [key: string]: unknown };
}

const windows = new Set<BrowserWindow>();

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly options: WindowOptions;
  private maximized = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    windows.add(this);
    appEvents?.emit('web-contents-created', {}, this.webContents);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  async loadURL(address: string): Promise<void> {
    if (browser === null) throw new Error('the application is not ready');
    const shown = await openAddress(address);
    const page = browser.pages()[0] ?? (await browser.newPage());
    this.webContents.page = page;
    await page.exposeBinding('__electronDoubleSay', (_source, message: FromPage) => this.webContents.hear(message));
    const preload = this.options.webPreferences?.preload;
    await page.addInitScript({ content: pageScript(preload === undefined ? '' : readFileSync(preload, 'utf8')) });
    await this.guard(page, new URL(shown).origin);
    page.on('domcontentloaded', () => this.emit('ready-to-show'));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.webContents.forgetPorts();
    });
    page.on('close', () => this.closed());
    await page.goto(shown);
  }

  // Ways out of the page are asked about exactly as Electron asks.
  private async guard(page: Page, origin: string): Promise<void> {
    await page.route((url) => url.origin !== origin && url.protocol.startsWith('http'), async (route) => {
      if (!route.request().isNavigationRequest()) return route.continue();
      let prevented = false;
      this.webContents.emit('will-navigate', { url: route.request().url(), preventDefault: () => { prevented = true; } });
      // An answer without content leaves the page where it is; an aborted navigation would show an error page.
      return prevented ? route.fulfill({ status: 204 }) : route.continue();
    });
    page.on('popup', (popup) => {
      if (this.webContents.windowOpenHandler({ url: popup.url() }).action === 'deny') void popup.close();
    });
  }

  close(): void {
    this.emit('close', {});
    void this.webContents.page?.close().catch(() => undefined);
    this.closed();
  }

  private closed(): void {
    if (!windows.delete(this)) return;
    this.webContents.forgetPorts();
    this.emit('closed');
    if (windows.size === 0) appEvents?.emit('window-all-closed');
  }

  show(): void {}
  focus(): void {}
  restore(): void {}
  isMinimized(): boolean { return false; }
  maximize(): void { this.maximized = true; }
  isMaximized(): boolean { return this.maximized; }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: this.options.width ?? 800, height: this.options.height ?? 600 };
  }
}

type PermissionRequestHandler = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

let permissionRequest: PermissionRequestHandler = (_contents, _permission, answer) => answer(true);

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: PermissionRequestHandler) => {
      permissionRequest = handler;
    },
    setPermissionCheckHandler: () => undefined,
  },
};

/** What the application would answer to a page that asks for a permission. */
export function askPermission(permission: string): boolean {
  let granted = false;
  permissionRequest(null, permission, (answer) => { granted = answer; });
  return granted;
}
