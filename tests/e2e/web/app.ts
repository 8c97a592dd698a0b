/** Starts the browser shell on a data folder of its own and opens the workbench in Chromium. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test as base, type Locator, type Page } from '@playwright/test';

const root = path.resolve(import.meta.dirname, '../../..');
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
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
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
    await expect(this.page.locator('html')).toHaveAttribute('data-idle', 'true', { timeout: 30_000 });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByTestId('workbench')).toBeVisible();
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
    await expect(this.get('run-state')).toContainText(/stopped/i, { timeout: 30_000 });
    if (before !== '') await expect(this.get('status-point')).not.toHaveText(before);
    await this.idle();
  }

  async runToEnd(): Promise<void> {
    await this.page.keyboard.press('F5');
    await this.ended();
  }

  async ended(): Promise<void> {
    await expect(this.get('run-state')).toContainText(/ended|ready|completed|done|failed/i, { timeout: 30_000 });
    await this.idle();
  }

  async goTo(index: number): Promise<void> {
    await this.get('operations-list').focus();
    await this.page.keyboard.press('Control+g');
    await this.get('go-to-number').fill(String(index));
    await this.page.keyboard.press('Enter');
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

interface Fixtures {
  readonly dataFolder: string;
  readonly app: { readonly url: string; restart(files?: readonly string[]): Promise<string> };
  readonly workbench: Workbench;
}

export const test = base.extend<Fixtures & { files: readonly string[] }>({
  /** Traces named on the command line. */
  files: [[], { option: true }],
  dataFolder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  app: async ({ dataFolder, files }, use) => {
    let served = await ServedApp.start(dataFolder, files);
    await use({
      url: served.url,
      restart: async (more = []) => {
        await served.stop();
        served = await ServedApp.start(dataFolder, more);
        return served.url;
      },
    });
    await served.stop();
  },
  workbench: async ({ page, app }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    const workbench = new Workbench(page);
    await workbench.open(app.url);
    await use(workbench);
    expect(problems).toEqual([]);
  },
});

export { expect };
