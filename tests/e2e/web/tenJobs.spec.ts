/** What people do most with the program, from the first trace to the exported finding, without a pointer: keys alone move anything here. */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, ServedApp, test, Workbench } from './app.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const statusWatch = readFileSync(path.join(root, 'resources/drivers/statusWatch.ts'), 'utf8');

/** Ten fingers. */
class Keys {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Tab until something has the focus, as one does who looks for it. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', most = 60): Promise<void> {
    for (let times = 0; times < most; times++) {
      if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await this.page.keyboard.press(key);
    }
    await expect(target, `reached with ${key}`).toBeFocused({ timeout: 1000 });
  }

  async check(box: Locator, on: boolean, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await this.tabTo(box, key);
    if (await box.isChecked() !== on) await this.press('Space');
    await expect(box).toBeChecked({ checked: on });
  }

  /** A choice of a list that has the focus, by arrow keys. */
  async pick(list: Locator, title: string): Promise<void> {
    await expect(list).toBeFocused();
    const chosen = list.locator('option:checked');
    await this.press('Home');
    for (let times = 0; times < 30 && !(await chosen.textContent())?.startsWith(title); times++) await this.press('ArrowDown');
    await expect(chosen).toContainText(title);
  }

  /** By its title, from the palette. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    await expect(workbench.get('palette-input')).toBeFocused();
    await this.type(title);
    await expect(workbench.get('palette').getByRole('option').first()).toContainText(title);
    await this.press('Enter');
    await expect(workbench.get('palette')).toHaveCount(0);
  }

  /** An entry of the menu that is open, by arrow keys. */
  async choose(entry: string | RegExp): Promise<void> {
    const wanted = workbench.get('menu').getByRole('menuitem').filter({ hasText: entry }).first();
    await expect(wanted).toBeVisible();
    for (let times = 0; times < 60 && !await wanted.evaluate((element) => element === document.activeElement); times++) await this.press('ArrowDown');
    await this.press('Enter');
  }
}

let folder: string;
let served: ServedApp;
let page: Page;
let workbench: Workbench;
let keys: Keys;

const announced = (): Locator => workbench.get('announced');
const point = (): Locator => workbench.get('status-past-point');

test.describe.serial('the ten jobs by keyboard', () => {
  test.beforeAll(async ({ browser }) => {
    folder = mkdtempSync(path.join(tmpdir(), 'fltreplay-e2e-'));
    served = await ServedApp.start(folder);
    page = await browser.newPage();
    workbench = new Workbench(page);
    keys = new Keys(page);
    await workbench.open(served.url);
  });
  test.afterAll(async () => {
    await page.close();
    await served.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('1: opens a trace and sees its first rows', async () => {
    page.once('filechooser', (chooser) => void chooser.setFiles(path.join(root, 'resources/samples/first-light.jsonl')));
    // A browser that was not yet told to hand its file dialog over shows its own one, and nobody answers that.
    await expect(async () => {
      await keys.press('Control+o');
      await expect(workbench.get('import-start')).toBeFocused({ timeout: 10_000 });
    }).toPass();
    await expect(workbench.get('import-start')).toBeEnabled();
    await keys.press('Enter');
    await expect(workbench.get('operations-count')).toContainText('467 operations');
    await expect(announced()).toContainText('first-light.jsonl is imported: 467 operations.');
    await expect(workbench.row(1)).toBeVisible();
  });

  test('2: narrows it to one process from a cell, and widens it again', async () => {
    await keys.press('Control+1');
    await expect(workbench.get('operations-list')).toBeFocused();
    await keys.press('Home', 'ArrowDown', 'Shift+F10');
    await keys.choose(/^Include/);
    await expect(workbench.get('filter-chip')).toHaveCount(1);
    await expect(workbench.get('operations-list')).toBeFocused();
    await workbench.idle();
    await expect(announced()).toContainText(/\d+ of 467 operations shown\./);
    await keys.tabTo(workbench.get('filter-chip'), 'Shift+Tab');
    await keys.press('Delete');
    await expect(workbench.get('filter-chip')).toHaveCount(0);
    await expect(announced()).toContainText('All 467 operations shown.');
  });

  test('3: follows one file from create to close', async () => {
    await keys.press('Control+1', 'Control+g');
    await keys.type('465');
    await keys.press('Enter');
    // The row is chosen behind the dialog before that goes.
    await expect(workbench.get('go-to-dialog')).toHaveCount(0);
    await expect(workbench.row(465)).toBeVisible();
    await keys.press('Shift+F10');
    await keys.choose('Life of this file');
    await expect(workbench.get('life-title')).toContainText('File, 2 handles');
    const list = workbench.get('life-list');
    await expect(list).toBeFocused();
    await workbench.idle();
    await keys.press('ArrowDown');
    await expect(page.locator('#operation-465')).toHaveAttribute('aria-selected', 'true');
    // From group to group, and back.
    await keys.press('F6');
    await expect(list).not.toBeFocused();
    await keys.press('Shift+F6');
    await expect(list).toBeFocused();
  });

  test('4: adds drivers at altitudes and runs', async () => {
    await keys.command('Add driver');
    await expect(workbench.get('driver-name')).toBeFocused();
    await keys.press('Control+a');
    await keys.type('watcher');
    await keys.press('Tab', 'Control+a');
    await keys.type('385100');
    await keys.press('Enter');
    await expect(workbench.get('driver-open-watcher')).toBeVisible();
    await expect(workbench.get('add-driver-dialog')).toHaveCount(0);
    await keys.command('Add driver');
    await keys.tabTo(workbench.get('template-passThrough'), 'Shift+Tab');
    await expect(workbench.get('template-bundled')).toBeVisible();
    await keys.press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await expect(workbench.get('template-bundled')).toBeChecked();
    await keys.press('Tab');
    await keys.pick(workbench.get('bundled-driver'), 'nullFilter');
    await keys.tabTo(workbench.get('driver-create'));
    await keys.press('Enter');
    await expect(workbench.get('driver-open-nullFilter')).toBeVisible();
    await expect(workbench.get('add-driver-dialog')).toHaveCount(0);
    await keys.press('F5');
    await expect(announced()).toContainText(/Run completed: .*467 operations/, { timeout: 30_000 });
    await workbench.ended();
  });

  test('5: stops in a status callback and compares snapshot, sent and now', async () => {
    await keys.press('Control+F9');
    await keys.pick(workbench.get('breakpoint-driver'), 'statusWatch');
    await keys.check(workbench.get('breakpoint-kind-status'), true, 'Shift+Tab');
    await keys.check(workbench.get('breakpoint-kind-pre'), false, 'Shift+Tab');
    await keys.press('Enter');
    await expect(workbench.get('breakpoint-dialog')).toHaveCount(0);
    await expect(workbench.get('breakpoint')).toHaveCount(1);
    await workbench.runToStop();
    await expect(announced()).toContainText(/Stopped at a breakpoint, #\d+, .*status callback of statusWatch/);
    await keys.press('Control+3');
    await keys.tabTo(workbench.get('iopb'));
    const buffer = page.locator('[data-testid="iopb-row"][data-field="Parameters.Read.ReadBuffer"]');
    for (let times = 0; times < 12 && await buffer.getAttribute('aria-selected') !== 'true'; times++) await keys.press('ArrowDown');
    await expect(buffer).toHaveAttribute('data-changed', 'true');
    const [snapshot, sent, now] = await buffer.locator('td').allInnerTexts();
    expect(snapshot).not.toBe(sent);
    expect(now).toBe('=');
  });

  test('6: asks who changed the field and goes to that moment', async () => {
    const change = workbench.get('change-go').last();
    await expect(workbench.get('field-history').first()).toContainText('statusWatch.ts:');
    await keys.tabTo(change);
    await keys.press('Enter');
    await expect(workbench.get('status-past')).toHaveText('IN THE PAST', { timeout: 30_000 });
    await expect(announced()).toContainText('In the past');
    await keys.command('Back to the present');
    await expect(workbench.get('status-past')).toHaveCount(0);
  });

  test('7: steps backwards from a violation to its cause', async () => {
    await keys.press('Control+Shift+e');
    await keys.check(workbench.get('breakpoint-enabled'), false);
    await keys.press('F5');
    await workbench.ended();
    await keys.command('Violations');
    const violation = page.locator('[data-violation="FV-084"]');
    await keys.tabTo(violation.getByTestId('violation-go').first());
    await keys.press('Enter');
    await expect(point()).toBeVisible({ timeout: 30_000 });
    await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: 30_000 });
    const before = await point().textContent();
    await keys.press('Control+F11');
    await expect(point()).not.toHaveText(before ?? '', { timeout: 30_000 });
    await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: 30_000 });
    await workbench.idle();
  });

  test('8: edits the callback, runs, and reads what changed', async () => {
    await keys.command('Back to the present');
    await keys.press('Control+Shift+e');
    await keys.tabTo(workbench.get('driver-open-statusWatch'));
    await keys.press('Enter', 'Control+2');
    await expect(page.locator('.monaco-editor.focused')).toBeVisible();
    await keys.press('Control+a');
    await page.keyboard.insertText(statusWatch.replace('FltSetCallbackDataDirty(Data);', '// not told\n  Data.IoStatus.Status = STATUS_ACCESS_DENIED;\n  return FLT_PREOP_COMPLETE;'));
    await keys.press('Control+s');
    await expect(workbench.get('unsaved')).toHaveCount(0);
    // The Tab key is the editor's until it is told otherwise; F6 leaves in any case.
    await keys.press('F6');
    await expect(page.locator('.monaco-editor.focused')).toHaveCount(0);
    await keys.press('Shift+F6');
    await expect(page.locator('.monaco-editor.focused')).toBeVisible();
    await keys.press('Control+m', 'Tab');
    await expect(page.locator('.monaco-editor.focused')).toHaveCount(0);
    await keys.press('Control+2', 'Control+m');
    await keys.press('F5');
    await workbench.ended();
    await keys.command('Changes');
    await keys.tabTo(workbench.get('changes-differences'));
    await keys.press('Enter');
    await keys.tabTo(workbench.get('change-list'));
    await keys.press('ArrowDown');
    await expect(workbench.get('change').first()).toContainText('ACCESS_DENIED');
  });

  test('9: finds the first divergence of two runs', async () => {
    await keys.command('Compare runs');
    // The run before the edit, and the one after it.
    const names = await workbench.get('compare-b').locator('option').allTextContents();
    const runs = names.filter((name) => name !== 'recording');
    await keys.tabTo(workbench.get('compare-a'));
    await keys.pick(workbench.get('compare-a'), runs[1] ?? '');
    await keys.press('Tab');
    await keys.pick(workbench.get('compare-b'), runs[0] ?? '');
    await keys.tabTo(workbench.get('compare-start'));
    await keys.press('Enter');
    await expect(workbench.get('compare-first')).toContainText('First divergence', { timeout: 60_000 });
    await keys.tabTo(workbench.get('compare-first').getByRole('button', { name: /^Open in/, disabled: false }).last());
    await keys.press('Enter');
    await expect(point()).toBeVisible({ timeout: 30_000 });
    await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: 30_000 });
  });

  test('10: closes, opens again, and exports the finding', async () => {
    await served.stop();
    served = await ServedApp.start(folder);
    await workbench.open(served.url);
    await expect(workbench.get('run')).not.toHaveCount(0);
    await expect(workbench.get('driver-open-watcher')).toBeVisible();
    await keys.press('Control+1');
    await keys.press('Control+Alt+e');
    await expect(workbench.get('export-save')).toBeFocused();
    const download = page.waitForEvent('download');
    await keys.press('Enter');
    const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(400);
  });

  test('what lies between the panes, menus, the timeline and chords have keys too', async () => {
    await keys.press('Control+1');
    const list = workbench.get('operations-list');
    const splitter = page.getByRole('separator', { name: /^Splitter between Session and / });
    await keys.tabTo(splitter, 'Shift+Tab', 120);
    const value = async (): Promise<number> => Number(await splitter.getAttribute('aria-valuenow'));
    const before = await value();
    const room = await workbench.get('session-pane').boundingBox();
    await keys.press('Shift+ArrowRight');
    await expect.poll(value).toBeGreaterThan(before);
    expect((await workbench.get('session-pane').boundingBox())?.width).toBeGreaterThan((room?.width ?? 0) + 40);
    await keys.press('Home');
    await expect.poll(value).toBe(Number(await splitter.getAttribute('aria-valuemin')));
    await keys.press('Enter');
    await expect.poll(value).toBeGreaterThan(before - 2);
    await expect(splitter).toBeFocused();

    await keys.press('Alt+v');
    await keys.choose('Timeline');
    const chart = workbench.get('timeline-chart');
    await expect(chart).toBeFocused();
    await keys.press('+', '+');
    await workbench.idle();
    await expect(workbench.get('timeline-all')).toBeEnabled();
    await keys.press('0');

    await keys.press('Control+1');
    await expect(list).toBeFocused();
    await keys.press('Control+k');
    await expect(workbench.get('status-chord')).toHaveText('Ctrl+K was pressed. Waiting for the second key…');
    await expect(announced()).toContainText('Ctrl+K was pressed.');
    await keys.press('x');
    await expect(workbench.get('status-chord')).toHaveText('Ctrl+K X is no command.');

    // What is closed gives the focus back to where it was.
    for (const [open, dialog] of [['F1', 'palette'], ['Control+g', 'go-to-dialog'], ['Control+Alt+e', 'export-dialog'], ['Alt+r', 'menu']] as const) {
      await keys.press('Control+1', open);
      await expect(workbench.get(dialog)).toBeVisible();
      await keys.press('Escape');
      await expect(workbench.get(dialog)).toHaveCount(0);
      await expect(list).toBeFocused();
    }
  });
});
