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

testAlone('panes that nobody arranged are as the session needs them: the list without a driver, the source with one', async ({ workbench, page }) => {
  for (let left = await workbench.get('driver').count(); left > 0; left--) {
    await workbench.get('driver').first().click({ button: 'right' });
    await workbench.get('menu-item-remove').click();
    await expect(workbench.get('driver')).toHaveCount(left - 1);
  }
  // As in a window that has never shown it.
  await page.addInitScript(() => {
    if (sessionStorage.getItem('seen') === null) localStorage.clear();
    sessionStorage.setItem('seen', 'yes');
  });
  await page.reload();
  await workbench.idle();
  await expect(workbench.get('timeline-pane')).toBeVisible();
  await expect(workbench.get('source-pane')).toHaveCount(0);
  await expect(workbench.get('log-pane')).toHaveCount(0);
  await workbench.screenshot('62-first-layout');

  await workbench.get('add-driver').click();
  await workbench.get('template-denyCreate').check({ force: true });
  await workbench.get('driver-name').fill('gate');
  await workbench.get('driver-altitude').fill('320500');
  await workbench.get('driver-create').click();
  await expect(workbench.get('log-pane')).toBeVisible();
  await expect(workbench.get('editor')).toContainText('refuses to open');
  await workbench.screenshot('62-first-driver');

  // What the user arranges stays, whatever comes to the session.
  await choose(workbench, 'Layout: Browse');
  await workbench.get('tab-statistics').click();
  await choose(workbench, 'Close the pane');
  await expect(workbench.get('tab-statistics')).toHaveCount(0);
  await workbench.get('add-driver').click();
  await workbench.get('template-bundled').check({ force: true });
  await workbench.get('bundled-driver').selectOption('scanner');
  await workbench.get('driver-create').click();
  await expect(workbench.get('driver-open-scanner')).toBeVisible();
  await workbench.idle();
  await expect(workbench.get('log-pane')).toHaveCount(0);
  await expect(workbench.get('tab-statistics')).toHaveCount(0);
  // Kept a moment after the last change.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('fltreplay.settings')?.includes('"id":"statistics"'))).toBe(false);
  await page.reload();
  await workbench.idle();
  await expect(workbench.get('tab-timeline')).toBeVisible();
  await expect(workbench.get('tab-statistics')).toHaveCount(0);
});

testAlone('settings have room to be read, and give it back', async ({ workbench, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(workbench.get('log-pane')).toBeVisible();
  await choose(workbench, 'Settings');
  await expect.poll(async () => (await workbench.get('settings-pane').boundingBox())?.height).toBeGreaterThan(600);
  await workbench.screenshot('63-settings');
  await workbench.get('tab-source').click();
  await expect(workbench.get('log-pane')).toBeVisible();
  await workbench.get('tab-settings').click();
  await expect.poll(async () => (await workbench.get('settings-pane').boundingBox())?.height).toBeLessThan(400);
  // Asked for by its command it is to be read again; closed, it leaves the room.
  await choose(workbench, 'Settings');
  await expect.poll(async () => (await workbench.get('settings-pane').boundingBox())?.height).toBeGreaterThan(600);
  await choose(workbench, 'Close the pane');
  await expect(workbench.get('settings-pane')).toHaveCount(0);
  await expect(workbench.get('log-pane')).toBeVisible();
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

testAlone('list and source lie in their groups also where a run begins while the panes get more room', async ({ workbench, page }) => {
  const isInPlace = () => page.evaluate(() => {
    const box = (element: Element | null) => ['top', 'left', 'bottom', 'right'].map((side) => Math.round(element?.getBoundingClientRect()[side as 'top'] ?? -1));
    const layer = (id: string) => box(document.querySelector(`[data-testid="${id}-pane"]`)?.closest('.dv-render-overlay') ?? null);
    const groups = [...document.querySelectorAll('.dv-content-container')].map((group) => box(group).join());
    return ['operations', 'source'].map((id) => groups.includes(layer(id).join()));
  });
  await workbench.get('welcome-hide').click();
  await page.keyboard.press('F5');
  await expect(workbench.get('run-state')).toContainText(/stopped/i);
  await workbench.idle();
  await expect.poll(isInPlace).toEqual([true, true]);
});
