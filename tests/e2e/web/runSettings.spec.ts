/** What a run is told: chosen in one dialog, remembered, and shown with the run. */
import { expect, testAlone } from './app.ts';

testAlone.beforeEach(async ({ workbench }) => {
  await workbench.removeBreakpoints();
});

testAlone('settings are chosen with the keyboard, used by the next run, shown with it, and still chosen after a reload', async ({ workbench, page }) => {
  await expect(workbench.get('file-system')).toContainText('recorded unless changed');
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Run settings');
  await page.keyboard.press('Enter');
  await expect(workbench.get('setting-answers')).toBeFocused();
  await workbench.get('setting-answers').selectOption('model');
  await workbench.get('setting-completion').selectOption('seeded');
  await workbench.get('setting-seed').fill('seven');
  await expect(workbench.get('run-settings-save')).toBeDisabled();
  await workbench.get('setting-seed').fill('7');
  await workbench.screenshot('40-run-settings');
  await workbench.get('run-settings-run').click();
  await expect(workbench.get('run-settings-dialog')).toHaveCount(0);
  await workbench.ended();
  await expect(workbench.get('status-settings')).toHaveText('answers: model · completion: seeded');
  await expect(workbench.get('run-told').first()).toHaveText('answers: model · completion: seeded · seed 7');
  await expect(workbench.get('file-system')).toContainText('model');
  await page.reload();
  await workbench.idle();
  await expect(workbench.get('run-settings-chosen')).toContainText('answers: model · completion: seeded · seed 7');
  // A folder that there is not is refused when the run starts, in one sentence.
  await workbench.get('file-system').click();
  await workbench.get('setting-folder').fill('/no/such/folder');
  await workbench.get('run-settings-run').click();
  await expect(workbench.get('toast')).toContainText('There is no folder “/no/such/folder”');
  await workbench.get('file-system').click();
  await workbench.get('run-settings-reset').click();
  await workbench.get('run-settings-run').click();
  await workbench.ended();
  await expect(workbench.get('status-settings')).toHaveCount(0);
  await expect(workbench.get('run-told')).toHaveCount(1);
});
