/** Time travel as a user does it: back from a stop by callbacks and lines, back to a breakpoint, a jump from the call log, and to the present again. */
import { expect, test } from './app.ts';

test('back from a stop, by callback and by line, to a breakpoint, from the call log, and to the present', async ({ workbench, page }) => {
  test.setTimeout(180_000);
  await workbench.runToStop();
  await workbench.runToStop();
  const present = await workbench.get('status-point').textContent();
  const settled = page.locator('[data-testid="status-past"]');

  // Back over the callback: at once from the log, in words, and then with variables.
  await page.keyboard.press('Control+F10');
  await expect(settled).toHaveText('IN THE PAST');
  await expect(workbench.get('to-present')).toBeVisible();
  await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: 60_000 });
  await workbench.get('tab-variables').click();
  await expect(workbench.get('variables')).toContainText('Data');
  await workbench.screenshot('60-in-the-past');
  const callback = await workbench.get('status-past-point').textContent();

  // Lines of the past: forward into the callback, over two lines, back over one.
  await page.keyboard.press('F11');
  await expect(workbench.get('status-past-point')).toHaveText(/\d+:\d+:\d+/, { timeout: 60_000 });
  const first = await workbench.get('status-past-point').textContent();
  await page.keyboard.press('F10');
  await expect(workbench.get('status-past-point')).not.toHaveText(first ?? '', { timeout: 60_000 });
  await expect(page.locator('.line-past')).toBeVisible();
  await page.keyboard.press('Control+F10');
  await expect(workbench.get('status-past-point')).toHaveText(first ?? '', { timeout: 60_000 });
  await workbench.screenshot('61-line-of-the-past');
  await page.keyboard.press('Control+F10');
  await expect(workbench.get('status-past-point')).toHaveText(callback ?? '', { timeout: 60_000 });

  await workbench.get('tab-inspector').click();

  // Back to the breakpoint that was hit before.
  await page.keyboard.press('Control+F5');
  await expect(workbench.get('run-state')).toContainText('in the past · stopped at a breakpoint');
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'status');

  // From the call log.
  await workbench.get('tab-log').click();
  // It goes to where the run is shown first: another row is the first one then.
  await workbench.idle();
  const row = workbench.get('event-row').first();
  const point = await row.getByTestId('event-go').textContent();
  await row.getByTestId('event-go').click();
  await expect(workbench.get('status-past-point')).toHaveText(point ?? '');

  await workbench.get('to-present').click();
  await expect(settled).toBeHidden();
  await expect(workbench.get('status-point')).toHaveText(present ?? '');
});

test('Go to takes a time as the list shows it', async ({ workbench, page }) => {
  const time = await page.locator('[data-testid="operation-row"] .time').nth(2).textContent();
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+g');
  await expect(workbench.get('go-to-dialog')).toContainText(/a time in UTC as the list shows it, such as \d\d:\d\d:\d\d\.\d{7}/);
  await workbench.get('go-to-number').fill('23:59:59.9999999');
  await page.keyboard.press('Enter');
  await expect(workbench.get('go-to-dialog')).toContainText('The trace has no operation then or later');
  await workbench.get('go-to-number').fill(time ?? '');
  await workbench.screenshot('65-go-to-time');
  await page.keyboard.press('Enter');
  await expect(workbench.get('go-to-dialog')).toHaveCount(0);
  await expect(page.locator('[aria-selected="true"] [data-testid="operation-row"] .time')).toHaveText(time ?? '');
});
