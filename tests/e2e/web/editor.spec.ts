/** The driver editor: values at a stop, lines that ran, a violation fixed from its card, problems by key, definitions, undo after closing. */
import { expect, test, type Workbench } from './app.ts';

async function command(workbench: Workbench, title: string): Promise<void> {
  await workbench.page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill(title);
  await workbench.page.keyboard.press('Enter');
}

test('values stand at the ends of lines at a stop; a violation is fixed and gone with the next run; undo is there after closing', async ({ workbench, page }) => {
  await workbench.openDriver('statusWatch');
  await workbench.runToStop();
  await expect(page.locator('.editor .glyph-callback').first()).toBeVisible();
  await workbench.runToStop('F10');
  await workbench.runToStop('F10');
  await expect(page.locator('.inline-values').filter({ hasText: 'context = ' }).first()).toBeVisible();
  await workbench.screenshot('editor-inline-values');
  await workbench.removeBreakpoints();
  await workbench.runToEnd();
  await page.getByTestId('tab-violations').click();
  await expect(page.locator('[data-violation="FV-084"]')).toHaveCount(1);
  await page.locator('[data-violation="FV-084"]').getByTestId('violation-fix').click();
  await expect(workbench.get('editor')).toContainText('FltSetCallbackDataDirty');
  await workbench.idle();
  await workbench.runToEnd();
  await expect(page.locator('[data-violation="FV-084"]')).toHaveCount(0);
  await workbench.idle();

  await workbench.get('source-close-statusWatch').click();
  await workbench.openDriver('statusWatch');
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+z');
  await workbench.idle();
  await workbench.runToEnd();
  await expect(page.locator('[data-violation="FV-084"]')).toHaveCount(1);
});

test('lines that ran are marked in the shown run; F8 goes to the next problem, and the light bulb is there', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await workbench.runToEnd();
  await command(workbench, 'Lines that ran');
  // They are counted in a run of their own.
  await workbench.idle();
  await expect(page.locator('.editor .covered').first()).toBeVisible();
  await workbench.screenshot('editor-coverage');
  await command(workbench, 'Lines that ran');
  await expect(page.locator('.editor .covered')).toHaveCount(0);

  await workbench.writeSource('export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {\n  return STATUS_ACCES_DENIED;\n');
  await page.getByTestId('tab-problems').click();
  await expect(workbench.get('problem').first()).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('F8');
  await expect(page.locator('.lightBulbWidget').first()).toBeVisible();
});
