/** A newcomer's first minutes: a sample is chosen, and its tour walked by keyboard alone. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, testAlone } from './app.ts';

testAlone('a tour is walked by keyboard: it opens its sample, follows the run, and stays where it was left', async ({ workbench, page }) => {
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('tours');
  await page.keyboard.press('Enter');
  const dialog = workbench.get('tours-dialog');
  await expect(dialog.getByTestId('sample')).toHaveCount(7);
  await dialog.locator('[data-sample="oplocks"]').getByTestId('sample-tour').focus();
  await page.keyboard.press('Enter');

  const card = workbench.get('tour-card');
  await expect(card).toBeFocused();
  await expect(workbench.get('session-name')).toContainText('oplocks');
  await expect(card).toContainText('Step 1 of 7');
  // Its own driver, and not the one that had its number in the session before.
  await expect(workbench.get('editor').locator('.view-line').nth(1)).toContainText('oplockWatch');
  await workbench.idle();
  expect((await new AxeBuilder({ page }).include('[data-testid="tour-card"]').analyze()).violations).toEqual([]);

  await page.keyboard.press('ArrowRight');
  await expect(card).toHaveAttribute('data-step', '2');
  await page.keyboard.press('ArrowLeft');
  await expect(card).toHaveAttribute('data-step', '1');
  await page.keyboard.press('ArrowRight');
  // The control it points at is not covered, and takes the keyboard; the card can be had back.
  await expect(card).toHaveAttribute('data-pointing', 'true');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(workbench.get('tool-run-continue')).toBeFocused();
  await page.keyboard.press('Control+Shift+H');
  await expect(card).toBeFocused();

  // Using the program is what takes it on.
  await workbench.runToStop();
  await expect(card).toHaveAttribute('data-step', '3');
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'status');
  await page.keyboard.press('ArrowRight');
  await workbench.runToStop();
  await expect(card).toHaveAttribute('data-step', '5');
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'post');
  await workbench.screenshot('tour-oplocks');

  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('tours');
  await page.keyboard.press('Enter');
  await expect(dialog.locator('[data-sample="oplocks"]')).toContainText('step 5 of 7');
  await dialog.locator('[data-sample="oplocks"]').getByTestId('sample-tour').press('Enter');
  await expect(card).toHaveAttribute('data-step', '5');
  for (const step of [6, 7]) {
    await page.keyboard.press('ArrowRight');
    await expect(card).toHaveAttribute('data-step', String(step));
  }
  await page.keyboard.press('ArrowRight');
  await expect(card).toHaveCount(0);
});

test('a wait under a lock stops where nobody can go on, and is told by its wait graph', async ({ workbench, page }) => {
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('tours');
  await page.keyboard.press('Enter');
  await workbench.get('tours-dialog').locator('[data-sample="pended-reads"]').getByTestId('sample-open').click();
  await expect(workbench.get('session-name')).toContainText('pended-reads');
  await workbench.idle();
  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'work');
  await workbench.runToStop();
  await expect(workbench.get('run-state')).toContainText('exception');
  await workbench.runToEnd();
  await workbench.get('tab-violations').click();
  await expect(workbench.get('violation').filter({ hasText: 'OV-002' })).toContainText('Wait graph');
});
