/** What a stop shows beside its operation: contexts, what waits, threads, bytes, watches, values under the pointer. */
import { expect, test } from './app.ts';

test('at a stop contexts, waiting operations and objects are listed, buffers shown in hex, expressions watched', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.get('tab-pending').click();
  await expect(workbench.get('objects-pending')).toContainText('Operations that wait');
  // The cached read whose paging read the stop is in: its thread is inside the file system.
  await expect(workbench.get('objects-section-pended').getByTestId('object-row')).toContainText('file system');
  await workbench.screenshot('40-pending');
  await workbench.get('tab-objects').click();
  await expect(workbench.get('objects-section-threads')).toContainText('running');
  await expect(workbench.get('objects-section-fileObjects').getByTestId('object-row').first()).toBeVisible();
  await workbench.get('objects-filter').fill('statusWatch');
  await expect(workbench.get('objects-section-threads').getByTestId('object-row').first()).toContainText('statusWatch');
  await workbench.screenshot('41-objects');
  await workbench.get('tab-contexts').click();
  await expect(workbench.get('objects-contexts')).toBeVisible();

  await workbench.get('tab-inspector').click();
  await workbench.get('iopb-row').filter({ hasText: 'ReadBuffer' }).first().locator('td.buffer').first().dblclick();
  await expect(workbench.get('bytes-hex')).toContainText('000010');
  await expect(workbench.get('bytes')).toContainText('unknown');
  await workbench.get('bytes-structure').selectOption('FILE_BASIC_INFORMATION');
  await expect(workbench.get('bytes-overlay')).toContainText('LastWriteTime');
  await workbench.get('bytes-member').filter({ hasText: 'LastWriteTime' }).click();
  await workbench.screenshot('42-bytes');

  await workbench.get('tab-variables').click();
  await workbench.get('watch-input').fill('IopbSnapshot.Parameters.Read.Length');
  await page.keyboard.press('Enter');
  await expect(workbench.get('watch').first()).toContainText(/\d+/);
  await workbench.get('watch-input').fill('FltSetCallbackDataDirty(IopbSnapshot)');
  await page.keyboard.press('Enter');
  await expect(workbench.get('watch').nth(1)).toContainText('could change the run');
  await workbench.screenshot('43-watch');

  await workbench.get('tab-console').click();
  await workbench.get('console-input').fill('IopbSnapshot.Para');
  await page.keyboard.press('Tab');
  await expect(workbench.get('console-input')).toHaveValue('IopbSnapshot.Parameters');
  await page.keyboard.press('Enter');
  await expect(workbench.get('console')).toContainText('Parameters');
  await page.keyboard.press('ArrowUp');
  await expect(workbench.get('console-input')).toHaveValue('IopbSnapshot.Parameters');
});

test('pointing at a name in the driver shows its value at the stop', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.runToStop('F11');
  const name = page.locator('.view-line').filter({ hasText: 'function ReadStatus' }).getByText('OperationStatus', { exact: false }).first();
  await name.hover();
  await expect(page.locator('.monaco-hover').filter({ hasText: 'OperationStatus =' })).toBeVisible({ timeout: 60_000 });
  await workbench.screenshot('44-hover');
});

test('another value for a variable makes a branch that stops at the same moment; the recorded run stays', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.runToStop('F11');
  const point = await workbench.get('status-point').textContent();
  // It would stop the branch on its way, at the entry of this callback.
  await workbench.get('breakpoint-enabled').first().click();
  await workbench.get('tab-variables').click();
  await page.locator('[data-testid="variable"][data-name="OperationStatus"]').dblclick();
  await workbench.get('variable-change').fill('STATUS_ACCESS_DENIED');
  await page.keyboard.press('Enter');
  await expect(workbench.get('run')).toHaveCount(2);
  await expect(page.locator('[data-testid="variable"][data-name="OperationStatus"]')).toContainText('STATUS_ACCESS_DENIED');
  expect(await workbench.get('status-point').textContent()).toBe(point);
  await workbench.screenshot('45-changed-value');
});

test('a field of the Iopb and what a callback returns are given another value in place, also in the past', async ({ workbench, page }) => {
  await workbench.runToStop();
  // It would stop the branches on their way.
  await workbench.get('breakpoint-enabled').first().click();
  // The pre callback of the same operation has long returned.
  await page.locator('[data-testid="layer"][data-step="pre"]').last().getByTestId('layer-go').click();
  const now = (field: string) => page.locator(`[data-testid="iopb-row"][data-field="${field}"] td[data-column="now"]`);
  await expect(now('IrpFlags')).toHaveAttribute('data-settable', '', { timeout: 60_000 });
  await workbench.screenshot('46-recorded-pre');
  await now('IrpFlags').dblclick();
  await workbench.get('field-change').fill('IRP_NOCACHE | pag');
  await expect(workbench.get('field-suggestions')).toContainText('IRP_PAGING_IO');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(workbench.get('field-problem')).toBeVisible();
  await expect(workbench.get('field-problem')).toContainText('“pag” is no value of IrpFlags');
  await workbench.screenshot('47-field-problem');
  await workbench.get('field-change').fill('IRP_NOCACHE | pag');
  await page.keyboard.press('Tab');
  await expect(workbench.get('field-change')).toHaveValue('IRP_NOCACHE | IRP_PAGING_IO');
  await page.keyboard.press('Enter');
  await expect(workbench.get('run').filter({ hasText: 'Data.Iopb.IrpFlags = IRP_NOCACHE | IRP_PAGING_IO' })).toBeVisible({ timeout: 60_000 });
  await expect(now('IrpFlags')).toContainText('IRP_NOCACHE | IRP_PAGING_IO', { timeout: 60_000 });
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'pre');
  await workbench.screenshot('48-field-changed');

  await workbench.get('set-return').click();
  await workbench.get('field-change').fill('COMPLETE STATUS_ACCESS_DENIED');
  await page.keyboard.press('Enter');
  await expect(workbench.get('run').filter({ hasText: 'returns FLT_PREOP_COMPLETE with STATUS_ACCESS_DENIED' })).toBeVisible({ timeout: 60_000 });
  await workbench.screenshot('49-return-changed');
});
