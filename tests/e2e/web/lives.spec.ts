/** One operation through all layers as a picture, and the life of a file over its handles. */
import { expect, test } from './app.ts';

test('draws a stop in its sequence, and goes to another moment by keyboard', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.get('tab-sequence').click();
  await expect(workbench.get('sequence-here')).toBeVisible();
  await expect(workbench.page.locator('[data-testid="sequence-box"][data-kind="status"]')).toHaveCount(1);
  await expect(workbench.page.locator('[data-testid="sequence-box"][data-kind="pre"]').filter({ hasText: 'FV-084' })).toHaveCount(1);
  await workbench.screenshot('71-sequence');
  await workbench.get('sequence-picture').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(workbench.get('status-past')).toBeVisible({ timeout: 60_000 });
  await workbench.idle();
  // The same without the picture.
  await workbench.get('sequence-as-table').check();
  await expect(workbench.get('sequence-table').locator('[aria-current="step"]')).toContainText('you are here');
});

test('follows a file over its handles and names', async ({ workbench }) => {
  await workbench.goTo(465);
  await workbench.row(465).click({ button: 'right' });
  await workbench.get('menu-item-life.file').click();
  await expect(workbench.get('life-title')).toContainText('File, 2 handles');
  await expect(workbench.get('life-name')).toHaveCount(2);
  await expect(workbench.get('life-name').last()).toContainText('plan.md');
  await workbench.idle();
  await workbench.screenshot('72-life');
  await workbench.page.locator('[data-testid="life-row"][data-index="466"]').click();
  await expect(workbench.row(466)).toBeVisible();
  await expect(workbench.page.locator('#operation-465')).toHaveAttribute('aria-selected', 'true');
});
