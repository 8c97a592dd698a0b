// Electron's `app`: readiness, paths, and the order of events when it quits.
import { EventEmitter } from 'node:events';
import { BrowserWindow, closeBrowser, launchBrowser } from './doubleWindow.ts';
import { schemesAreReady, stopServing } from './doubleScheme.ts';

class App extends EventEmitter {
  readonly isPackaged = false;
  private readonly ready: Promise<void>;
  private quitting = false;

  constructor() {
    super();
    // Ready comes after the main module has run, as in Electron.
    this.ready = new Promise((resolve, reject) => {
      setImmediate(() => {
        schemesAreReady();
        launchBrowser(this).then(() => {
          this.emit('ready');
          resolve();
        }, reject);
      });
    });
    this.ready.catch((error: unknown) => {
      process.stderr.write(`the double could not start Chromium: ${String(error)}\n`);
      process.exit(1);
    });
  }

  whenReady(): Promise<void> {
    return this.ready;
  }

  getPath(name: string): string {
    const folder = process.env['ELECTRON_DOUBLE_USER_DATA'];
    if (name !== 'userData' || folder === undefined) throw new Error(`the double knows no path named ${name}`);
    return folder;
  }

  requestSingleInstanceLock(): boolean {
    return true;
  }

  enableSandbox(): void {}

  quit(): void {
    if (this.quitting) return;
    this.quitting = true;
    this.emit('before-quit', {});
    for (const window of BrowserWindow.getAllWindows()) window.close();
    this.finish();
  }

  private finish(): void {
    let prevented = false;
    this.emit('will-quit', { preventDefault: () => { prevented = true; } });
    if (prevented) this.quitting = false;
    else this.exit();
  }

  exit(code = 0): void {
    stopServing();
    void closeBrowser().finally(() => process.exit(code));
  }
}

export const app = new App();
