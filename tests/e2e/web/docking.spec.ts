/** Panes are moved, closed, maximised and brought back, with the keyboard too, and lie where they were after a reload. */
import { expect, testAlone, type Workbench } from './app.ts';

async function choose(workbench: Workbench, title: string): Promise<void> {
  await workbench.page.keyboard.press('F1');
  await workbench.get('palette-input').fill(title);
  await workbench.page.keyboard.press('Enter');
}

testAlone('layouts: presets, maximise, split, close, reopen, kept over a reload', async ({ workbench, page }) => {
  const log = workbench.get('log-pane');
  const operations = workbench.get('operations-pane');
  await expect(log).toBeVisible();

  await choose(workbench, 'Layout: Compare');
  await expect(workbench.get('compare-pane').first()).toBeVisible();
  await choose(workbench, 'Layout: Browse');
  await expect(workbench.get('timeline-pane').first()).toBeVisible();
  await expect(workbench.row(1)).toBeVisible();
  const browsing = await operations.boundingBox();
  await choose(workbench, 'Layout: Debug');
  await expect(log).toBeVisible();
  expect((await operations.boundingBox())?.height).toBeLessThan(browsing?.height ?? 0);

  // The pane that has the focus takes the whole room, and gives it back.
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+Shift+M');
  await expect(log).toBeHidden();
  await expect(operations).toBeVisible();
  await page.keyboard.press('Control+Shift+M');
  await expect(log).toBeVisible();

  await workbench.get('tab-violations').click();
  await choose(workbench, 'Split: the pane to the right');
  await workbench.get('tab-log').click();
  await expect(workbench.get('violations-pane')).toBeVisible();
  await expect(log).toBeVisible();
  await workbench.get('tab-violations').click();
  const before = await workbench.get('violations-pane').boundingBox();
  await choose(workbench, 'Make the pane wider');
  await expect.poll(async () => (await workbench.get('violations-pane').boundingBox())?.width).toBeGreaterThan(before?.width ?? 0);
  await workbench.screenshot('60-docking');

  await choose(workbench, 'Problems');
  await choose(workbench, 'Close the pane');
  await expect(workbench.get('tab-problems')).toHaveCount(0);
  // Kept a moment after the last change.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('fltreplay.settings')?.includes('"id":"problems"'))).toBe(false);
  await page.reload();
  await workbench.idle();
  await expect(workbench.get('violations-pane')).toBeVisible();
  await expect(log).toBeVisible();
  await expect(workbench.get('tab-problems')).toHaveCount(0);
  await choose(workbench, 'Problems');
  await expect(workbench.get('problems-pane')).toBeVisible();
});

testAlone('a layout that the user names is kept over a reload, used from the menu, and deleted', async ({ workbench, page }) => {
  await choose(workbench, 'Layout: Browse');
  await choose(workbench, 'Other events');
  await choose(workbench, 'Close the pane');
  await choose(workbench, 'Layouts: save');
  await workbench.get('layout-name').fill('two up');
  await page.keyboard.press('Enter');
  await expect(workbench.get('layouts-dialog')).toHaveCount(0);

  await choose(workbench, 'Layout: Debug');
  await expect(workbench.get('log-pane')).toBeVisible();
  await page.reload();
  await workbench.idle();
  await workbench.get('menu-view').click();
  await workbench.get('menu-item-layout-two up').click();
  await expect(workbench.get('tab-timeline')).toBeVisible();
  await expect(workbench.get('log-pane')).toHaveCount(0);
  await expect(workbench.get('tab-context')).toHaveCount(0);

  // A driver opens beside the list where the layout has no place for sources.
  await workbench.openDriver('statusWatch');
  await expect(workbench.row(1)).toBeVisible();

  await choose(workbench, 'Layout: Debug');
  await choose(workbench, 'Layout: two');
  await expect(workbench.get('log-pane')).toHaveCount(0);
  await choose(workbench, 'Layouts: save');
  await workbench.get('layout-delete').click();
  await expect(workbench.get('layout-use')).toHaveCount(0);
  await workbench.screenshot('61-layouts');
});
