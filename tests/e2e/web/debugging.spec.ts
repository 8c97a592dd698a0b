/** Points 4 and 5: breakpoints by callback and by line, the three-way view, steps, evaluation. */
import { expect, test } from './app.ts';

test('at the status callback of a read, old and new buffer stand side by side with the reason', async ({ workbench }) => {
  await workbench.runToStop();
  const buffer = await workbench.iopbField('ReadBuffer');
  const [snapshot, sent] = buffer;
  expect(snapshot).not.toBe(sent);
  const length = await workbench.iopbField('Read.Length');
  expect(length[1]).toMatch(/=|^\s*$/);
  const violation = workbench.get('note').filter({ hasText: 'FV-084' });
  await expect(violation).toContainText('R-5.9');
  await expect(violation).toContainText('ReadBuffer');
  await expect(workbench.get('layers')).toContainText('statusWatch');
  // The paging read that the file system makes while the cached read of another thread is under way ends first, at its own IRQL.
  await expect(workbench.get('stop-view')).toContainText('APC');
  await expect(workbench.get('status-point')).toContainText(/\d+:\d+/);
  await workbench.get('iopb-row').filter({ hasText: 'ReadBuffer' }).first().click();
  await expect(workbench.get('field-history')).toContainText('statusWatch');
  await workbench.screenshot('10-three-way');
});

test('continue goes on to the next hit and at last to the end', async ({ workbench }) => {
  await workbench.runToStop();
  const first = await workbench.get('status-point').textContent();
  await workbench.runToStop();
  expect(await workbench.get('status-point').textContent()).not.toBe(first);
  await workbench.get('breakpoint-enabled').first().click();
  await workbench.runToEnd();
  await expect(workbench.get('run').first()).toHaveAttribute('data-state', 'ended');
});

test('pre and post breakpoints hold their conditions', async ({ workbench }) => {
  await workbench.removeBreakpoints();
  await workbench.get('driver-switch-minispy').click();
  await workbench.addCallbackBreakpoint({ kind: 'post', driver: 'minispy', major: 'IRP_MJ_CREATE', status: 'STATUS_ACCESS_DENIED' });
  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'post');
  await expect(workbench.get('stop-view')).toContainText('ACCESS_DENIED');
  // The driver's file was not open: the stop opens it at the callback.
  await expect(workbench.page.locator('.glyph-current')).toBeVisible();
  await workbench.screenshot('11-post-create-denied');
  await workbench.runToEnd();

  await workbench.removeBreakpoints();
  await workbench.addCallbackBreakpoint({ kind: 'pre', driver: 'minispy', path: '*.json' });
  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'pre');
  await expect(workbench.get('stop-view')).toContainText('.json');
});

test('steps go into the callback, over its lines and out of it', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.runToStop('F11');
  await expect(workbench.get('status-point')).toContainText(/\d+:\d+:\d+/);
  await workbench.runToStop('F10');
  await workbench.get('tab-variables').click();
  await expect(workbench.get('variables')).toContainText('OperationStatus');
  await expect(workbench.get('stack-frame').first()).toBeVisible();
  await workbench.screenshot('12-stepping');
  await workbench.runToStop('Shift+F11');
  await page.keyboard.press('Shift+F5');
  await workbench.ended();
});

test('a line breakpoint set in the gutter stops there; locals and expressions are evaluated', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await page.keyboard.press('Control+2');
  const line = page.locator('.view-line').filter({ hasText: 'ExAllocatePool2' });
  await page.getByTestId('editor').locator('.monaco-editor').first().click();
  await page.keyboard.press('Control+g');
  await page.keyboard.type('70');
  await page.keyboard.press('Enter');
  await expect(line).toBeVisible();
  const box = await line.boundingBox();
  const editor = await workbench.get('editor').boundingBox();
  if (box === null || editor === null) throw new Error('the line is not on screen');
  await page.mouse.click(editor.x + 10, box.y + box.height / 2);
  await expect(workbench.get('breakpoint')).toHaveCount(1);
  await workbench.idle();
  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-driver', 'statusWatch');
  await page.getByTestId('tab-console').click();
  await workbench.get('console-input').fill('size + 1');
  await page.keyboard.press('Enter');
  await expect(workbench.get('console-result').last()).toHaveText(/\d+/);
  await workbench.get('console-input').fill('Data.Iopb.Parameters.Read.Length');
  await page.keyboard.press('Enter');
  await expect(workbench.get('console-result').last()).toHaveText(/^\s*\d+\s*$/);
  await workbench.get('console-input').fill('nonsense.here');
  await page.keyboard.press('Enter');
  await expect(workbench.get('console-problem').last()).toContainText('nonsense');
  await workbench.screenshot('13-line-breakpoint');
});
