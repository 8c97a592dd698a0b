/** The same trace under other schedules: what a driver does only when Windows goes another way is found, and seen again at a stop. */
import { readFileSync } from 'node:fs';
import { expect, test } from './app.ts';

test('exploring finds an outcome that the plain run does not show, and runs it again', async ({ workbench, page }) => {
  test.setTimeout(180_000);
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
  // 60 places with four other ways each: 240, and 60 x 59 / 2 pairs of places with 16 ways each.
  await expect(workbench.get('explore-bound')).toHaveText(/^All schedules with up to 2 deviations among 60 choices: 28\s560; 0 run, 0 %\.$/);
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

  // The moment of the finding, in another run of it.
  await workbench.showPane('explore');
  await workbench.get('explore-outcome').nth(1).getByTestId('explore-finding-show').click();
  await expect(workbench.get('status-past-point')).toBeVisible({ timeout: 60_000 });
  await workbench.showPane('explore');
  const download = page.waitForEvent('download');
  await workbench.get('explore-export').click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { type: string });
  expect(lines.map(({ type }) => type)).toEqual(['outcome', 'outcome', 'summary']);

  // Chance finds what a list of deviations shows as well.
  await workbench.get('explore-runs').fill('6');
  await workbench.get('explore-seeds').fill('5');
  await workbench.get('explore-start').click();
  await expect(workbench.get('explore-reduced').first()).toContainText('It takes just', { timeout: 120_000 });
  await workbench.screenshot('54-explore-reduced');
});
