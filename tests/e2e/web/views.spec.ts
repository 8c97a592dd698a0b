/** Timeline, statistics and processes: what happened when, how much of what, and by whom. */
import { readFileSync } from 'node:fs';
import { expect, test } from './app.ts';

test('counts operations by time, by what they are and by process, and narrows what is counted', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await page.keyboard.press('F5');
  await workbench.ended();
  await workbench.get('tab-timeline').click();
  const series = workbench.get('timeline-series');
  await expect(series.filter({ hasText: 'Read' })).toContainText('120');
  await workbench.get('timeline-by-process').click();
  await expect(series.first()).toContainText('backup.exe 200');

  // By keys alone: a part is chosen, looked at closer, and made a filter.
  const chart = workbench.get('timeline-chart');
  await chart.focus();
  await page.keyboard.press('Home');
  await expect(workbench.get('timeline-readout')).toContainText('09:15:00.003');
  for (let step = 0; step < 30; step++) await page.keyboard.press('Shift+ArrowRight');
  await expect(workbench.get('timeline-zoom-chosen')).toBeEnabled();
  await page.keyboard.press('z');
  await workbench.idle();
  await expect(workbench.get('timeline-all')).toBeEnabled();
  await workbench.screenshot('60-timeline-part');
  await page.keyboard.press('f');
  await expect(workbench.get('view-filter')).toContainText('time >= 2026-03-02T09:15:00.0030000Z and time <');
  await workbench.get('timeline-table-toggle').click();
  await workbench.idle();
  await expect(workbench.get('timeline-row').first()).toContainText('09:15:00.003');
  const totals = await series.locator('.mono').allTextContents();
  const sum = totals.reduce((all, text) => all + Number(text.replace(/\D/g, '')), 0);
  expect(sum).toBeGreaterThan(10);

  // The other views count the same operations.
  await workbench.get('tab-statistics').click();
  await expect(workbench.get('statistics-total')).toContainText(`${sum} operations`);
  await workbench.get('view-filter-clear').click();
  await expect(workbench.get('statistics-total')).toContainText('467 operations');
  await workbench.get('statistics-by-operation').click();
  await workbench.get('statistics-sort-name').click();
  await expect(workbench.get('statistics-list').getByRole('columnheader').first()).toHaveAttribute('aria-sort', 'ascending');
  const download = page.waitForEvent('download');
  await workbench.get('statistics-csv').click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\r\n').slice(1);
  expect(lines.reduce((all, line) => all + Number(line.split(',')[1]), 0)).toBe(467);
  await workbench.screenshot('61-statistics');
  await workbench.get('statistics-row').first().dblclick();
  await expect(workbench.get('view-filter')).toContainText('operation =');
  await workbench.get('view-filter-back').click();

  await workbench.get('tab-processes').click();
  const row = workbench.get('process-row').filter({ hasText: 'indexer.exe' });
  await expect(row).toContainText('120');
  await row.click();
  await workbench.get('process-first').click();
  await workbench.idle();
  await expect(page.locator('.slot.is-selected [data-testid="operation-row"], .slot.is-selected').filter({ hasText: 'indexer.exe' }).first()).toBeVisible();
  await workbench.get('process-list').focus();
  await page.keyboard.press('Enter');
  await expect(workbench.get('view-filter')).toContainText("process = indexer.exe and pid = 2288");
  await workbench.screenshot('62-processes');
});
