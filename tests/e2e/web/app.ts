/** Starts the browser shell on a data folder and opens the workbench in Chromium. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { expect, test as base, type Browser, type Locator, type Page } from '@playwright/test';
import { settingsAtFirst } from '../../../src-renderer/stores/preferences.ts';

const root = path.resolve(import.meta.dirname, '../../..');
/** What a machine with much else to do may need for a run. A test that waits in vain is ended by its own timeout. */
export const slowest = 60_000;
const sampleSession = 'first-light.fltreplay';
const screenshots = path.join(root, 'test-results', 'screenshots');

export class ServedApp {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(dataFolder: string, files: readonly string[] = []): Promise<ServedApp> {
    const child = spawn(process.execPath, [path.join(root, 'out/main/cli.js'), 'serve', '--port', '0', '--json', ...files], {
      env: { ...process.env, FLTREPLAY_DATA: dataFolder }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), once(child, 'exit').then(() => null)]);
    if (first === null) throw new Error(`serve ended: ${errors}`);
    return new ServedApp(child, (JSON.parse(first) as { url: string }).url);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit').then(() => true);
    this.#child.kill('SIGTERM');
    const stays = new Promise<boolean>((resolve) => void setTimeout(resolve, slowest, false).unref());
    if (await Promise.race([ended, stays])) return;
    this.#child.kill('SIGKILL');
    throw new Error(`serve did not end within ${slowest / 1000} s after SIGTERM`);
  }
}

/** The workbench as a user sees it. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** No request is pending and nothing is loading: the page says so itself. */
  async idle(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-idle', 'true', { timeout: slowest });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByTestId('workbench')).toBeVisible();
    await this.idle();
  }

  /** Chooses a command in the palette. */
  async command(title: string): Promise<void> {
    await this.get('open-palette').click();
    await this.get('palette-input').fill(`>${title}`);
    await this.page.keyboard.press('Enter');
    await expect(this.get('palette')).toHaveCount(0);
    await this.idle();
  }

  get(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  row(index: number): Locator {
    return this.page.locator(`[data-testid="operation-row"][data-index="${index}"]`);
  }

  /** Chooses files, waits until the dialog knows them, and imports them with one key. */
  async importFiles(files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
    await this.chooseFiles(files);
    await this.page.keyboard.press('Enter');
    await expect(this.get('import-dialog')).toHaveCount(0);
  }

  /** Chooses files; the import dialog has looked at all of them afterwards, and its button has the focus. */
  async chooseFiles(files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
    await this.get('file-input').setInputFiles(files);
    await expect(this.get('import-dialog')).toBeVisible();
    await expect(this.get('import-start')).toBeFocused();
    await expect(this.page.locator('[data-testid="import-file"][data-state="looking"]')).toHaveCount(0);
  }

  /** Drops files on the window, as from a folder. */
  async drop(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of list) transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      return transfer;
    }, files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })));
    const target = this.page.locator('body');
    await target.dispatchEvent('dragenter', { dataTransfer });
    await expect(this.get('drop-overlay')).toBeVisible();
    await target.dispatchEvent('drop', { dataTransfer });
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** Runs until the replay stops somewhere. */
  async runToStop(key = 'F5'): Promise<void> {
    const before = (await this.get('status-point').textContent()) ?? '';
    await this.page.keyboard.press(key);
    await expect(this.get('run-state')).toContainText(/stopped/i, { timeout: slowest });
    if (before !== '') await expect(this.get('status-point')).not.toHaveText(before);
    await this.idle();
  }

  async runToEnd(): Promise<void> {
    await this.page.keyboard.press('F5');
    await this.ended();
  }

  async ended(): Promise<void> {
    await expect(this.get('run-state')).toContainText(/ended|ready|completed|done|failed/i, { timeout: slowest });
    await this.idle();
  }

  async goTo(index: number): Promise<void> {
    await this.get('operations-list').focus();
    await this.page.keyboard.press('Control+g');
    await this.get('go-to-number').fill(String(index));
    await this.page.keyboard.press('Enter');
    // The row is chosen behind it before it goes.
    await expect(this.get('go-to-dialog')).toHaveCount(0);
    await expect(this.row(index)).toBeVisible();
    await this.idle();
  }

  /** Brings a pane to the front by the View menu, wherever the layout has it. */
  async showPane(id: string): Promise<void> {
    await this.get('menu-view').click();
    await this.get(`menu-item-view.${id}`).click();
    await expect(this.get(`${id}-pane`)).toBeVisible();
  }

  /** Opens a driver in the editor. */
  async openDriver(name: string): Promise<void> {
    await this.get(`driver-open-${name}`).click();
    await expect(this.get('editor').locator('.view-line').first()).toBeVisible();
    await this.idle();
  }

  /** Replaces the text of the driver in the editor, as typing would, and waits until it is saved. */
  async writeSource(source: string): Promise<void> {
    // Wherever it is scrolled to.
    await this.get('editor').locator('.monaco-editor').first().click({ position: { x: 240, y: 90 } });
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(source);
    await this.page.keyboard.press('Control+s');
    await expect(this.get('unsaved')).toHaveCount(0);
    await this.idle();
  }

  async removeBreakpoints(): Promise<void> {
    while ((await this.get('breakpoint').count()) > 0) {
      const before = await this.get('breakpoint').count();
      await this.get('breakpoint').first().hover();
      await this.get('breakpoint-remove').first().click();
      await expect(this.get('breakpoint')).toHaveCount(before - 1);
    }
    await this.idle();
  }

  async addCallbackBreakpoint(options: { kind: 'pre' | 'post' | 'status'; driver?: string; major?: string; path?: string; status?: string }): Promise<void> {
    const before = await this.get('breakpoint').count();
    await this.get('add-breakpoint').click();
    for (const kind of ['pre', 'post', 'status']) await this.get(`breakpoint-kind-${kind}`).setChecked(kind === options.kind, { force: true });
    if (options.driver !== undefined) await this.get('breakpoint-driver').selectOption({ label: options.driver });
    if (options.major !== undefined) await this.get('breakpoint-major').selectOption({ label: options.major });
    if (options.path !== undefined) await this.get('breakpoint-path').fill(options.path);
    if (options.status !== undefined) await this.get('breakpoint-status').fill(options.status);
    await this.get('breakpoint-save').click();
    await expect(this.get('breakpoint')).toHaveCount(before + 1);
    await this.idle();
  }

  /** A field of the three-way view: its texts in the columns. */
  async iopbField(path: string): Promise<string[]> {
    const row = this.get('iopb-row').filter({ hasText: path }).first();
    return row.locator('td').allInnerTexts();
  }
}

/** A page on an app of its own. */
interface OpenedApp {
  served: ServedApp;
  readonly page: Page;
}

/** The page remembers no choice, but layouts of sessions that no other test has. */
async function settingsAreAsAtFirst(page: Page): Promise<boolean> {
  const kept = await page.evaluate(() => localStorage.getItem('fltreplay.settings'));
  if (kept === null) return true;
  return isDeepStrictEqual({ ...(JSON.parse(kept) as object), recentCommands: [], layouts: [] }, settingsAtFirst());
}

/** Whether dialogs and menus go away when they are told to. */
async function closesWhatIsOpen(page: Page): Promise<boolean> {
  const open = page.locator('[role="dialog"], [role="menu"], dialog[open]');
  for (let tries = 0; tries < 3 && await open.count() > 0; tries++) await page.keyboard.press('Escape');
  return await open.count() === 0;
}

/** One request over a connection of its own: another client of the same host. */
const request = (page: Page, name: string, params: object): Promise<void> => page.evaluate(([text]) => new Promise<void>((resolve, reject) => {
  const socket = new WebSocket(`ws://${location.host}/ws`);
  socket.onopen = () => socket.send(text);
  socket.onerror = () => reject(new Error('no connection'));
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as { kind: string; error?: { message: string } };
    if (answer.kind === 'result') resolve();
    else if (answer.kind === 'failure') reject(new Error(answer.error?.message));
    else return;
    socket.close();
  };
}), [JSON.stringify({ kind: 'request', id: 1, name, params })] as const);

/**
 * One app and one page for the tests of a worker: a test begins with a copy of the first sample's session, opened in the page that is there.
 *
 * Opening another session is what a user does all day; starting program and page anew costs more than most tests do. After a test
 * that failed, changed settings or left something open, the next one gets a new app.
 */
class SharedApp {
  #opened: OpenedApp | null = null;
  #folder = '';
  #copies = 0;

  async take(browser: Browser): Promise<Page> {
    const { page } = (this.#opened ??= await this.#start(browser));
    const copy = path.join(this.#folder, `copy-${++this.#copies}`);
    mkdirSync(copy);
    const file = path.join(copy, sampleSession);
    copyFileSync(path.join(this.#folder, 'sample', sampleSession), file);
    await this.#show(page, file);
    // A session that was never open begins with the panes as they are.
    if (this.#copies > 1) {
      await new Workbench(page).command('Layout: Debug');
      await page.getByTestId('log-filter').selectOption('all');
    }
    return page;
  }

  /** After a test: what it left behind decides whether the next one may go on here. */
  async giveBack(held: boolean): Promise<void> {
    if (this.#opened === null) return;
    const { page } = this.#opened;
    const clean = held && !page.isClosed() && await closesWhatIsOpen(page) && await settingsAreAsAtFirst(page) && !existsSync(path.join(this.#folder, 'debugger.json'));
    if (!clean) await this.stop();
  }

  async stop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened === null) return;
    await opened.page.context().close();
    await opened.served.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(browser: Browser): Promise<OpenedApp> {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-e2e-'));
    const served = await ServedApp.start(this.#folder);
    const page = await (await browser.newContext()).newPage();
    await new Workbench(page).open(served.url);
    // Under another name and back: the file is whole and nobody has it open.
    const sample = path.join(this.#folder, 'sample', sampleSession);
    mkdirSync(path.dirname(sample));
    await request(page, 'session.saveAs', { path: sample });
    await this.#show(page, path.join(this.#folder, 'sessions', sampleSession));
    return { served, page };
  }

  async #show(page: Page, file: string): Promise<void> {
    await request(page, 'session.open', { path: file });
    await expect(page.getByTestId('session-name')).toHaveAttribute('title', file);
    await new Workbench(page).idle();
  }
}

interface Fixtures {
  /** A folder of the test's own; the app's data folder where the app is its own too. */
  readonly dataFolder: string;
  readonly opened: OpenedApp | null;
  readonly app: { readonly url: string; restart(files?: readonly string[]): Promise<string> };
  readonly workbench: Workbench;
}

interface Options {
  /** Traces named on the command line, of an app that is the test's own. */
  readonly files: readonly string[];
  /** The test has program, data folder and page to itself, as on the first start. */
  readonly alone: boolean;
}

/** For tests that begin with the first sample, and change nothing but their session. */
export const test = base.extend<Fixtures & Options, { shared: SharedApp }>({
  files: [[], { option: true }],
  alone: [false, { option: true }],
  shared: [async ({}, use) => {
    const shared = new SharedApp();
    await use(shared);
    await shared.stop();
  }, { scope: 'worker' }],
  dataFolder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  opened: async ({ browser, alone, dataFolder, files }, use) => {
    if (!alone) return use(null);
    const served = await ServedApp.start(dataFolder, files);
    const context = await browser.newContext();
    const opened: OpenedApp = { served, page: await context.newPage() };
    await use(opened);
    await context.close();
    await opened.served.stop();
  },
  page: async ({ browser, opened, shared }, use, info) => {
    if (opened !== null) return use(opened.page);
    await use(await shared.take(browser));
    await shared.giveBack(info.status === info.expectedStatus);
  },
  context: async ({ page }, use) => use(page.context()),
  app: async ({ dataFolder, opened }, use) => {
    if (opened === null) throw new Error('Only a test that is alone has an app that it may stop: use testAlone.');
    await use({
      url: opened.served.url,
      restart: async (more = []) => {
        // A page whose server goes away says so, each of its workers too.
        await opened.page.goto('about:blank');
        await opened.served.stop();
        opened.served = await ServedApp.start(dataFolder, more);
        return opened.served.url;
      },
    });
  },
  workbench: async ({ page, opened }, use) => {
    const problems: string[] = [];
    const hear = (error: Error): void => void problems.push(error.message);
    page.on('pageerror', hear);
    const workbench = new Workbench(page);
    if (opened !== null) await workbench.open(opened.served.url);
    await use(workbench);
    page.off('pageerror', hear);
    expect(problems).toEqual([]);
  },
});

/** For tests of the first start, of settings, and of what outlives a reload or the program. */
export const testAlone = test.extend({ alone: true });

export { expect };
