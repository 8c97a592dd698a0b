/** Opens an address: in an installed Chromium, Chrome or Edge as a window of its own, else with the system's opener. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How long an opener may take to fail before it counts as started. */
const failMilliseconds = 1500;

/** True where something was started that stays, or that ended well. */
export async function openBrowser(url: string, environment: NodeJS.ProcessEnv = process.env, platform = process.platform): Promise<boolean> {
  if (platform === 'linux' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return false;
  const browser = installedBrowser(environment, platform);
  if (browser !== undefined && (await start(browser, [`--app=${url}`]))) return true;
  const [command, args] = opener(url, platform);
  return start(command, args);
}

function opener(url: string, platform: NodeJS.Platform): [string, string[]] {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

export function installedBrowser(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  return candidates(environment, platform).find((file) => existsSync(file));
}

function candidates(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    return ['Google Chrome', 'Microsoft Edge', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => environment[name] ?? []);
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe', 'Chromium\\Application\\chrome.exe'];
    return folders.flatMap((folder) => programs.map((program) => path.win32.join(folder, program)));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  return (environment['PATH'] ?? '').split(':').flatMap((folder) => names.map((name) => path.posix.join(folder, name)));
}

function start(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => resolve(true), failMilliseconds);
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
    const done = (ok: boolean): void => {
      clearTimeout(timer);
      resolve(ok);
    };
    child.unref();
  });
}
