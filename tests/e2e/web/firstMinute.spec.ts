/** Point 1: the first start shows a sample that is ready to run, and a way to open a trace. */
import { expect, test, testAlone } from './app.ts';

testAlone('the first start has the labelled sample open, ready to run', async ({ workbench }) => {
  await expect(workbench.get('session-name')).toContainText('first-light');
  await expect(workbench.get('session-name')).toContainText('synthetic');
  await expect(workbench.get('welcome-run')).toBeEnabled();
  await expect(workbench.get('welcome-open')).toBeEnabled();
  await expect(workbench.get('operations-count')).toContainText(/^\s*[1-9]\d* operations/);
  await expect(workbench.row(1)).toBeVisible();
  for (const driver of ['minispy', 'passThrough', 'statusWatch']) await expect(workbench.get(`driver-open-${driver}`)).toBeVisible();
  await expect(workbench.get('editor')).toContainText('FltRequestOperationStatusCallback');
  await workbench.screenshot('01-first-start');
});

test('F5 stops in the status callback of the first read within the first minute', async ({ workbench }) => {
  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'status');
  await expect(workbench.get('stop-view')).toHaveAttribute('data-driver', 'statusWatch');
  await workbench.screenshot('02-first-stop');
});

test('keys, declarations and the command palette are at hand', async ({ workbench, page }) => {
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('declarations fltkernel');
  await workbench.screenshot('03-palette');
  await page.keyboard.press('Escape');
  await workbench.get('source-tab-declarations').click();
  await expect(workbench.get('editor')).toContainText('declare');
});
