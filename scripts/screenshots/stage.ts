/** One served program on a data folder of its own, with a page in Chromium: what the pictures are taken of. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Locator, Page } from '@playwright/test';
import { projectRoot } from '../lib/project.mjs';

/** How the window looks. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: 'dark' | 'light' | 'contrast-dark' | 'contrast-light';
  /** In per cent. */
  readonly zoom: number;
  /** The system's own colours, as of a high contrast theme of Windows. */
  readonly forced: boolean;
}

export class Stage {
  readonly page: Page;
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #take: (name: string) => Promise<void>;

  private constructor(page: Page, folder: string, child: ChildProcess, take: (page: Page, name: string) => Promise<void>) {
    this.page = page;
    this.folder = folder;
    this.#child = child;
    this.#take = (name) => take(page, name);
  }

  static async open(browser: Browser, look: Look, take: (page: Page, name: string) => Promise<void>): Promise<Stage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-pictures-'));
    const child = spawn(process.execPath, [path.join(projectRoot, 'out/main/cli.js'), 'serve', '--port', '0', '--json'], { env: { ...process.env, FLTREPLAY_DATA: folder, TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string];
    const page = await browser.newPage({
      viewport: { width: look.width, height: look.height }, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce', forcedColors: look.forced ? 'active' : 'none',
      colorScheme: look.theme.endsWith('light') ? 'light' : 'dark',
    });
    await page.addInitScript(([theme, zoom]) => {
      if (localStorage.getItem('fltreplay.settings') === null) localStorage.setItem('fltreplay.settings', JSON.stringify({ theme, zoom }));
    }, [look.theme, look.zoom] as const);
    // A busy machine takes its time; nothing here waits for the clock.
    page.setDefaultTimeout(120_000);
    const stage = new Stage(page, folder, child, take);
    await page.goto((JSON.parse(line) as { url: string }).url);
    await stage.idle();
    return stage;
  }

  async close(): Promise<void> {
    await this.page.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** No request is under way; the page says so itself. */
  async idle(): Promise<void> {
    await this.page.locator('html[data-idle="true"]').waitFor({ state: 'attached', timeout: 120_000 });
    // What is drawn over: highlighted source, charts, lists that measure themselves.
    await this.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 250)))');
  }

  get(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** Writes the picture of that name. */
  async take(name: string): Promise<void> {
    await this.idle();
    await this.#take(name);
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    await this.idle();
  }

  /** Runs the command that has this title. */
  async choose(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.get('palette-input').fill(title);
    await this.page.keyboard.press('Enter');
    await this.idle();
  }

  /** To an operation by its number: it is in the list then, however low that is. */
  async goTo(number: number): Promise<void> {
    await this.get('operations-list').focus();
    await this.press('Control+g');
    await this.get('go-to-number').fill(String(number));
    await this.press('Enter');
  }

  async show(pane: string): Promise<void> {
    await this.get('menu-view').click();
    await this.get(`menu-item-view.${pane}`).click();
    await this.idle();
  }

  async openSample(name: string): Promise<void> {
    await this.choose('Tours');
    await this.page.locator(`[data-sample="${name}"]`).getByTestId('sample-open').click();
    await this.page.getByTestId('session-name').filter({ hasText: name }).waitFor();
    await this.idle();
    if (await this.get('welcome-hide').isVisible()) await this.get('welcome-hide').click();
  }

  /** Runs, or runs on, until it stands somewhere. */
  async run(key = 'F5', until: 'stopped' | 'ended' = 'stopped'): Promise<void> {
    const before = await this.get('status-bar').textContent();
    await this.page.keyboard.press(key);
    for (let tries = 0; tries < 1200 && (await this.get('status-bar').textContent()) === before; tries++) await this.page.waitForTimeout(100);
    await this.page.locator(`html[data-run-state="${until}"]`).waitFor({ state: 'attached', timeout: 120_000 });
    await this.idle();
  }

  /** To the end of the run, past all breakpoints; one that is `already` on its way, or a new one. */
  async runToEnd(which: 'new' | 'already' = 'new'): Promise<void> {
    for (let stops = 0; stops < 50; stops++) {
      if (stops > 0 || which === 'new') await this.page.keyboard.press('F5');
      await this.page.locator('html:is([data-run-state="stopped"], [data-run-state="ended"])').waitFor({ state: 'attached', timeout: 120_000 });
      await this.idle();
      if (await this.page.locator('html[data-run-state="ended"]').count() > 0) return;
    }
  }
}
