/** What-if by branches: edit while stopped and run on from there, skip an operation, name and undo in the tree of runs. */
import { expect, test } from './app.ts';

const source = (word: string): string => `let reads = 0;
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  DbgPrint('${word} %d', ++reads);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  if (!NT_SUCCESS(status)) return status;
  return FltStartFiltering(filter.value);
}
`;

test('edit while stopped, run on from here, name the branch and undo it', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(source('old'));
  // The third line is the callback's first.
  await page.getByTestId('editor').locator('.view-line').nth(2).click();
  await page.keyboard.press('F9');
  await workbench.runToStop();
  await workbench.runToStop();
  await workbench.runToStop();
  await expect(workbench.get('edited-strip')).toHaveCount(0);
  await workbench.removeBreakpoints();
  await workbench.writeSource(source('new'));
  await expect(workbench.get('edited-strip')).toContainText('statusWatch.ts was edited');
  await workbench.screenshot('60-edited-strip');
  await workbench.get('edited-here').click();
  await workbench.ended();
  const runs = workbench.get('run');
  await expect(runs).toHaveCount(2);
  await expect(runs.nth(1)).toHaveAttribute('data-depth', '1');
  await expect(runs.nth(1).getByTestId('run-told')).toContainText('statusWatch version 3 from #');
  await workbench.get('tab-log').click();
  await workbench.get('log-filter').selectOption('log');
  await expect(workbench.get('log-list')).toContainText('old 2');
  await expect(workbench.get('log-list')).toContainText(/new [34]/);
  await expect(workbench.get('log-list')).not.toContainText('new 1');
  await workbench.screenshot('61-run-on-from-here');

  await runs.nth(1).click();
  await page.keyboard.press('F2');
  await workbench.get('run-name').fill('new reads');
  await page.keyboard.press('Enter');
  await expect(runs.nth(1)).toContainText('new reads');
  await expect(runs.nth(1)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(runs).toHaveCount(1);
  await workbench.get('runs-undo').click();
  await expect(runs).toHaveCount(2);
  await runs.nth(1).focus();
  await page.keyboard.press('Control+z');
  await expect(runs.nth(1)).toContainText('What-if 1');

  await workbench.get('driver-open-statusWatch').click({ button: 'right' });
  await workbench.get('menu-item-versions').click();
  await expect(workbench.get('version').first()).toContainText('Version 3');
  await expect(workbench.get('version-diff')).toContainText('new %d');
  // What changed is marked: the word on the third line.
  await expect(workbench.get('version-diff').locator('.char-insert, .line-insert').first()).toBeVisible();
  await workbench.screenshot('62-versions');
});

test('skip an operation, and change its arguments, as branches', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.runToEnd();
  await workbench.goTo(1);
  await workbench.row(1).click({ button: 'right' });
  await workbench.get('menu-item-branch.skip').click();
  await workbench.ended();
  await expect(workbench.get('run')).toHaveCount(2);
  await expect(workbench.row(1).getByTestId('replayed')).toHaveText('left out');
  await expect(workbench.get('run').nth(1).getByTestId('run-told')).toHaveText('#1 is skipped · from #1 on');
  await workbench.screenshot('63-skipped');

  await workbench.get('run').first().click();
  await workbench.row(1).click({ button: 'right' });
  await workbench.get('menu-item-branch.answer').click();
  await workbench.get('edit-status').fill('ACCESS_DENIED');
  await workbench.get('edit-name').fill('denied');
  await workbench.screenshot('64-answer');
  await workbench.get('edit-run').click();
  await workbench.ended();
  await expect(workbench.row(1).getByTestId('replayed')).toHaveText('ACCESS_DENIED');
  await expect(workbench.get('run')).toHaveCount(3);
  await workbench.row(1).click({ button: 'right' });
  await workbench.get('menu-item-branch.arguments').click();
  await workbench.get('argument-ShareAccess').fill('many');
  await page.getByTestId('edit-run').click();
  await expect(workbench.get('edit-problem')).toContainText('ShareAccess of #1 cannot be "many"');
  await workbench.screenshot('65-arguments');
});

test('change a value at a stop: a branch stops at the same moment with it', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(source('read'));
  await page.getByTestId('editor').locator('.view-line').nth(2).click();
  await page.keyboard.press('F9');
  await workbench.runToStop();
  const point = (await workbench.get('status-point').textContent()) ?? '';
  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Change a value here');
  await page.keyboard.press('Enter');
  await workbench.get('edit-expression').fill('reads = 40');
  await workbench.get('edit-run').click();
  await expect(workbench.get('run')).toHaveCount(2);
  await expect(workbench.get('run').nth(1)).toHaveAttribute('data-state', 'stopped', { timeout: 60_000 });
  await expect(workbench.get('status-point')).toHaveText(point);
  await workbench.screenshot('66-value-changed');
  await workbench.removeBreakpoints();
  await workbench.runToEnd();
  await workbench.get('tab-log').click();
  await workbench.get('log-filter').selectOption('log');
  await expect(workbench.get('log-list')).toContainText('read 41');
});
