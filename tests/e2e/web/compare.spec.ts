/** Two runs beside each other: first divergence, everything that differs by its cause, each shown at its moment. */
import { readFileSync } from 'node:fs';
import { expect, test } from './app.ts';

test('compares a run with the recording and with another run, and shows differences where they are', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await page.keyboard.press('F5');
  await workbench.ended();
  await workbench.showPane('compare');
  // The shown run against the recording is what one would compare first.
  await expect(workbench.get('compare-a')).toHaveValue('recording 1');
  await workbench.get('compare-start').click();
  await expect(workbench.get('compare-kind-all')).toBeVisible({ timeout: 60_000 });
  await expect(workbench.get('compare-first')).toContainText('First divergence');
  await expect(workbench.get('compare-group').first()).toContainText('driver statusWatch');
  await workbench.screenshot('51-compare-recording');
  await workbench.get('compare-kind-violation').click();
  await expect(workbench.get('difference').first()).toContainText('FV-084');
  await workbench.get('compare-text').fill('agenda.md');
  await expect(workbench.get('difference').first()).toContainText('agenda.md');
  const row = workbench.get('difference').first();
  const number = await row.getAttribute('data-operation');
  await row.getByRole('button').last().click();
  // At that event of the run, in the past.
  await expect(page.locator('[data-testid="status-past"]')).toBeVisible({ timeout: 60_000 });
  await expect(workbench.get('status-past-point')).toContainText(`${number ?? ''}:`);
  const download = page.waitForEvent('download');
  await workbench.get('compare-export-json').click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { type: string });
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.every(({ type }) => type === 'difference')).toBe(true);

  // The same run once more: nothing differs, and it says so.
  await page.keyboard.press('Control+Shift+F5');
  await expect(workbench.get('run')).toHaveCount(2);
  await workbench.ended();
  await workbench.get('compare-a').selectOption('run 1');
  await workbench.get('compare-b').selectOption('run 2');
  await workbench.get('compare-start').click();
  await expect(workbench.get('compare-same')).toContainText('have no difference', { timeout: 60_000 });
  await workbench.screenshot('52-compare-same');
});

test('reduces a violation to the smallest trace that shows it, and saves that', async ({ workbench, page }, info) => {
  test.setTimeout(120_000);
  await workbench.removeBreakpoints();
  await page.keyboard.press('F5');
  await workbench.ended();
  await workbench.get('tab-violations').click();
  await workbench.get('violation').filter({ hasText: 'FV-084' }).first().getByTestId('violation-reduce').click();
  await expect(workbench.get('shrink-title')).toContainText('FV-084 in statusWatch');
  await expect(workbench.get('shrink-state')).toHaveAttribute('data-state', 'done', { timeout: 120_000 });
  await expect(workbench.get('shrink-operations')).toContainText('2 of 467');
  await workbench.get('shrink-folder').fill(info.outputPath('finding'));
  await workbench.get('shrink-save').click();
  await expect(workbench.get('shrink-saved')).toContainText('fltreplay run trace.jsonl --driver ./statusWatch.ts@328010');
  await workbench.screenshot('53-reduced');
  expect(readFileSync(info.outputPath('finding', 'expected.json'), 'utf8')).toContain('FV-084');
  // The same two operations in this session, as a run whose moments can be looked at.
  await workbench.get('shrink-run').click();
  await expect(workbench.get('run')).toHaveCount(2);
  await workbench.ended();
  await expect(workbench.get('violation').filter({ hasText: 'FV-084' })).toHaveCount(1);
  await workbench.screenshot('55-reduced-run');
});
