/** Keys are changed and kept, the palette finds by its first sign, the theme is chosen and follows the system, menus by keyboard. */
import { expect, test, testAlone, type Workbench } from './app.ts';

async function keysOf(workbench: Workbench, title: string): Promise<void> {
  await workbench.get('open-palette').click();
  await workbench.get('palette-input').fill('>Keys');
  await workbench.page.keyboard.press('Enter');
  await workbench.get('keys-search').fill(title);
}

testAlone('a key is given to another command, works, and is still there after a reload', async ({ workbench, page }) => {
  await keysOf(workbench, 'violations');
  await expect(workbench.get('keys-search')).toBeFocused();
  await workbench.get('keys-change-view.violations').click();
  await page.keyboard.press('F10');
  await expect(workbench.get('key-hint')).toContainText('Step over');
  await page.keyboard.press('Escape');
  await expect(workbench.get('key-recorder')).toHaveCount(0);

  // Two strokes after one another.
  await workbench.get('keys-change-view.violations').click();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('v');
  await expect(workbench.get('key-pressed')).toHaveValue('Ctrl+K V');
  await workbench.get('key-add').click();
  await expect(workbench.get('keys-view.violations')).toContainText('Ctrl+K V');
  await expect(workbench.get('keys-view.violations')).toContainText('yours');

  await page.reload();
  await workbench.idle();
  await expect(workbench.get('violations-pane')).toHaveCount(0);
  await workbench.get('operations-list').click({ position: { x: 40, y: 60 } });
  await page.keyboard.press('Control+k');
  await page.keyboard.press('v');
  await expect(workbench.get('violations-pane')).toBeVisible();

  // The menu shows it, and pressing it finds the command.
  await page.keyboard.press('Alt+v');
  await expect(workbench.get('menu-item-view.violations')).toContainText('Ctrl+K V');
  await page.keyboard.press('Escape');
  await keysOf(workbench, '');
  await workbench.get('keys-record').click();
  await page.keyboard.press('F9');
  await expect(workbench.get('keys-source.toggleBreakpoint')).toBeVisible();
  await expect(workbench.get('keys-view.violations')).toHaveCount(0);
  await workbench.get('keys-preset').selectOption({ label: 'WinDbg' });
  await page.keyboard.press('Escape');
  await workbench.get('keys-record').click();
  await workbench.get('keys-search').fill('step into');
  await expect(workbench.get('keys-run.stepIn')).toContainText('F8');
});

test('a key that follows Escape at once finds the dialog closed', async ({ workbench, page }) => {
  await page.keyboard.press('F1');
  await expect(workbench.get('palette-input')).toBeFocused();
  // Both before the page does anything else, as from a keyboard that is ahead of it.
  await workbench.get('palette').evaluate(async (element: HTMLDialogElement) => {
    element.requestClose();
    await Promise.resolve();
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key: 'F1', code: 'F1', bubbles: true, cancelable: true }));
  });
  // What the first one still has to say of its end is said by now.
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); }));
  await expect(workbench.get('palette-input')).toBeFocused();
});

test('the palette goes to places, sources and operations', async ({ workbench, page }) => {
  const input = workbench.get('palette-input');
  const options = workbench.get('palette').getByRole('option');
  await page.keyboard.press('Control+p');
  await input.fill(':42');
  await expect(workbench.get('palette-go-to')).toContainText('#42');
  await page.keyboard.press('Enter');
  await expect(workbench.row(42)).toBeVisible();

  await page.keyboard.press('Control+p');
  await input.fill('#settings.json');
  await expect(options.first()).toContainText('settings.json');
  await expect(workbench.get('palette-operation-6')).toBeVisible();
  await page.keyboard.press('Escape');

  await workbench.openDriver('statusWatch');
  await page.keyboard.press('Control+p');
  await input.fill('@DriverEntry');
  await options.filter({ hasText: 'DriverEntry' }).first().click();
  await expect(page.locator('.monaco-editor').first()).toHaveClass(/focused/);

  // What was chosen is on top the next time; what cannot be used says why.
  await page.keyboard.press('Control+Shift+p');
  await expect(input).toHaveValue('>');
  await input.fill('>call log');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('palette')).toHaveCount(0);
  await page.keyboard.press('F1');
  await expect(options.first()).toContainText('Call log');
  await input.fill('>step out');
  await expect(options.filter({ hasText: 'Step out' }).first()).toContainText('Only at a stop');
});

testAlone('theme: chosen, kept, following the system; zoom by keys', async ({ workbench, page }) => {
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
  await expect(html).toHaveAttribute('data-theme', 'contrast-dark');
  await page.keyboard.press('Control+,');
  await workbench.get('settings-search').fill('theme');
  await expect(workbench.get('preference-density')).toHaveCount(0);
  await page.getByLabel('Theme', { exact: true }).selectOption({ label: 'High contrast, light' });
  await expect(html).toHaveAttribute('data-theme', 'contrast-light');
  await workbench.screenshot('64-settings-contrast-light');
  await page.reload();
  await workbench.idle();
  await expect(html).toHaveAttribute('data-theme', 'contrast-light');

  const logo = page.locator('.logo');
  const before = await logo.boundingBox();
  await page.keyboard.press('Control+=');
  await page.keyboard.press('Control+=');
  await expect.poll(async () => (await logo.boundingBox())?.height ?? 0).toBeGreaterThan((before?.height ?? 0) * 1.2);
  // A menu opens below its name, at any zoom.
  await workbench.get('menu-run').click();
  const name = await workbench.get('menu-run').boundingBox();
  const menu = await workbench.get('menu').boundingBox();
  expect(Math.abs((menu?.x ?? 0) - (name?.x ?? 0))).toBeLessThan(3);
  await workbench.screenshot('65-zoomed');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+0');
  await expect.poll(async () => (await logo.boundingBox())?.height).toBe(before?.height);
});
