/** The same trace under other schedules: what a driver does only when Windows goes another way is found, and seen again at a stop. */
import { expect, test } from './app.ts';

test('exploring finds an outcome that the plain run does not show, and runs it again', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Explore schedules');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Would another order have broken it?')).toBeVisible();
  await workbench.get('explore-runs').fill('4');
  await workbench.get('explore-seeds').fill('0');
  await workbench.get('explore-start').click();
  await expect(workbench.get('explore-verdict')).toHaveText('4 runs, 2 distinct outcomes.', { timeout: 60_000 });
  await workbench.screenshot('50-explore');
  // In an arbitrary thread the post of statusWatch touches the caller's buffer in another address space.
  const pended = workbench.get('explore-outcome').nth(1);
  await expect(pended).toContainText('--completion always-pended');
  await expect(pended.getByTestId('explore-finding')).toHaveAttribute('data-finding', 'B-05');
  await pended.getByTestId('explore-show').click();
  await workbench.ended();
  await expect(workbench.get('status-settings')).toHaveText('completion: always pended');
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Violations');
  await page.keyboard.press('Enter');
  await expect(workbench.get('violations-pane')).toContainText('B-05');
});
