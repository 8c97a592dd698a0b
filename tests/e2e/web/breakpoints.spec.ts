/** Breakpoints of several kinds as a user makes them: from the dialog, the gutter, a field, the list's menu. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './app.ts';

test('a condition is checked when it is saved, stops where it holds, and a message is written instead of stopping', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.get('add-breakpoint').click();
  await workbench.get('breakpoint-kind-status').uncheck({ force: true });
  await workbench.get('breakpoint-kind-pre').check({ force: true });
  await workbench.get('breakpoint-condition').fill('Data.Iopb.MajorFunction = IRP_MJ_READ');
  await workbench.get('breakpoint-save').click();
  await expect(workbench.get('breakpoint-condition-hint')).toContainText('column 1: ');
  await expect(workbench.get('breakpoint-condition-hint')).toContainText('cannot assign');
  await workbench.screenshot('30-breakpoint-dialog');
  await workbench.get('breakpoint-condition').fill('Data.Iopb.MajorFunction === IRP_MJ_READ && Data.Iopb.Parameters.Read.Length > 1000');
  await page.getByText('How often, and what then').click();
  await workbench.get('breakpoint-hits').fill('2');
  await workbench.get('breakpoint-group').fill('reads');
  await workbench.get('breakpoint-save').click();
  await expect(workbench.get('breakpoint')).toHaveCount(1);

  await workbench.get('add-breakpoint').click();
  await workbench.get('breakpoint-at').selectOption('operation');
  await workbench.get('breakpoint-step').selectOption('issue');
  await workbench.get('breakpoint-major').selectOption({ label: 'IRP_MJ_READ' });
  await page.getByText('How often, and what then').click();
  await workbench.get('breakpoint-log').fill('{Operation.path}: {Data.Iopb.Parameters.Read.Length} bytes');
  await workbench.get('breakpoint-group').fill('reads');
  await workbench.get('breakpoint-save').click();
  await expect(workbench.get('breakpoint')).toHaveCount(2);
  await workbench.idle();

  await workbench.runToStop();
  await expect(workbench.get('stop-view')).toHaveAttribute('data-callback', 'pre');
  await expect(workbench.get('breakpoint-hit-count').first()).toHaveText('2');
  await workbench.get('tab-console').click();
  await expect(workbench.get('breakpoint-log-line').first()).toContainText(/\d+ bytes/);
  await workbench.screenshot('31-breakpoint-groups-and-messages');

  // The group is switched off as a whole, and the run goes to its end.
  await workbench.get('breakpoint-group-reads').click();
  await expect(workbench.get('breakpoint-enabled').first()).not.toBeChecked();
  await workbench.runToEnd();
});

test('a field is watched from the three-way view: the stop says who changed it, and where', async ({ workbench, page }) => {
  await workbench.runToStop();
  await workbench.get('iopb-row').filter({ hasText: 'ReadBuffer' }).first().click();
  await workbench.get('break-on-change').click();
  await expect(workbench.get('breakpoint-field')).toHaveValue(/ReadBuffer/);
  await workbench.get('breakpoint-save').click();
  await expect(workbench.get('breakpoint')).toHaveCount(2);
  await workbench.get('breakpoint-enabled').first().click();
  await workbench.idle();
  await workbench.runToStop();
  await expect(workbench.get('note').filter({ hasText: 'changes' }).first()).toContainText(/statusWatch changes Parameters\.Read\.ReadBuffer from .* to .*\(line \d+\)/);
  await expect(page.locator('.glyph-current')).toBeVisible();
  await workbench.screenshot('32-field-change');
});

test('violations stop from the list\'s menu, until one is left out; all of it goes through a file', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.get('breakpoints-menu').click();
  await page.getByRole('menuitem', { name: 'Stop at violations' }).click();
  await expect(workbench.get('breakpoint')).toHaveCount(1);
  await workbench.idle();
  await workbench.runToStop();
  const note = workbench.get('note').filter({ has: page.getByTestId('violation-answers') });
  await expect(note).toHaveCount(1);
  const id = (await note.getAttribute('data-note')) ?? '';
  await note.getByTestId('answer-ignore').click();
  await expect(note).toContainText(/Runs stop for .* no more\./);
  const exception = workbench.get('breakpoint-exception');
  await expect(exception).toContainText(`not ${id} of `);
  // Undone in the list, and left out again by the keyboard.
  await exception.hover();
  await exception.getByTestId('breakpoint-exception-remove').click();
  await expect(exception).toHaveCount(0);
  await page.keyboard.press('Control+Alt+I');
  await expect(exception).toContainText(`not ${id} of `);
  await workbench.screenshot('33-violation');
  await workbench.get('breakpoints-menu').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export to a file…' }).click();
  const file = await (await downloading).path();
  await workbench.removeBreakpoints();
  await workbench.get('breakpoints-menu').click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Import from a file…' }).click();
  await (await choosing).setFiles(file);
  await expect(workbench.get('breakpoint')).toContainText(`not ${id}`);
  await page.keyboard.press('Shift+F5');
  await workbench.ended();
});

test('the gutter offers conditions, messages and running to a line', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await page.keyboard.press('Control+2');
  await page.getByTestId('editor').locator('.monaco-editor').first().click();
  await page.keyboard.press('Control+g');
  await page.keyboard.type('70');
  await page.keyboard.press('Enter');
  const line = page.locator('.view-line').filter({ hasText: 'ExAllocatePool2' });
  await expect(line).toBeVisible();
  const box = await line.boundingBox();
  const editor = await workbench.get('editor').boundingBox();
  if (box === null || editor === null) throw new Error('the line is not on screen');
  const gutter = { x: editor.x + 10, y: box.y + box.height / 2 };
  await page.mouse.click(gutter.x, gutter.y, { button: 'right' });
  await page.getByRole('menuitem', { name: 'Log message…' }).click();
  await workbench.get('breakpoint-log').fill('{size} bytes');
  await workbench.get('breakpoint-save').click();
  await expect(page.locator('.glyph-log')).toBeVisible();
  await page.mouse.click(gutter.x, gutter.y, { button: 'right' });
  await workbench.screenshot('34-gutter-menu');
  await page.getByRole('menuitem', { name: 'Run to here' }).click();
  await expect(workbench.get('run-state')).toContainText(/stopped/i, { timeout: 60_000 });
  await workbench.idle();
  await expect(workbench.get('breakpoint')).toHaveCount(1);
  await workbench.get('tab-console').click();
  await expect(workbench.get('breakpoint-log-line').first()).toContainText(/\d+ bytes/);
});

test('a condition offers the names of its place: members of Data, locals of a line; the keyboard is enough', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await expect(workbench.get('stop-when-broken')).toBeChecked();
  await workbench.get('add-breakpoint').click();
  const condition = workbench.get('breakpoint-condition');
  const names = workbench.get('breakpoint-condition-names');
  await condition.focus();
  await page.keyboard.type('Data.Iopb.Parameters.Read.Le');
  await expect(names.getByRole('option', { name: /^Length/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(condition).toHaveValue('Data.Iopb.Parameters.Read.Length');
  await page.keyboard.type(' > 0 && Op');
  await expect(names.getByRole('option').first()).toContainText('Operation');
  await expect(names.getByRole('option', { name: /^OperationStatus/ })).toBeVisible();
  await workbench.screenshot('35-breakpoint-condition-names');
  await page.keyboard.press('Escape');
  await expect(names).toHaveCount(0);
  await expect(workbench.get('breakpoint-dialog')).toBeVisible();
  await page.keyboard.type('eration.pid > 0');
  await page.keyboard.press('Enter');
  await expect(workbench.get('breakpoint')).toHaveCount(1);

  const lines = readFileSync(path.join(import.meta.dirname, '../../../resources/drivers/statusWatch.ts'), 'utf8').split('\n');
  await workbench.get('add-breakpoint').click();
  await workbench.get('breakpoint-at').selectOption('line');
  await workbench.get('breakpoint-driver').selectOption({ label: 'statusWatch' });
  await page.locator('#bp-line').fill(String(lines.findIndex((line) => line.includes('FltRequestOperationStatusCallback(Data, ReadStatus')) + 1));
  await condition.focus();
  await page.keyboard.type('siz');
  await expect(names.getByRole('option').first()).toContainText('size');
  await page.keyboard.press('Tab');
  await expect(condition).not.toBeFocused();
  await expect(names).toHaveCount(0);
});

test('the driver that was chosen stays when another kind is chosen', async ({ workbench }) => {
  await workbench.removeBreakpoints();
  await workbench.get('add-breakpoint').click();
  await workbench.get('breakpoint-driver').selectOption({ label: 'minispy' });
  await workbench.get('breakpoint-at').selectOption('violation');
  await expect(workbench.get('breakpoint-driver').locator('option:checked')).toHaveText('minispy');
  await workbench.get('breakpoint-save').click();
  await expect(workbench.get('breakpoint')).toContainText('minispy');
});

test('breakpoints on lines go along with what is typed above them, while it is not saved too, and back with the driver as shipped', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  const toggle = async (line: number): Promise<void> => {
    await workbench.get('editor').locator('.monaco-editor').first().click({ position: { x: 240, y: 90 } });
    await page.keyboard.press('Control+g');
    await page.keyboard.type(String(line));
    await page.keyboard.press('Enter');
    await page.keyboard.press('F9');
  };
  const lines = workbench.get('breakpoint-open');
  await toggle(70);
  await expect(lines).toContainText(['statusWatch.ts:70']);
  await workbench.get('editor').locator('.monaco-editor').first().click({ position: { x: 240, y: 90 } });
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// one\n// two\n');
  // At once: the line is that of what was typed.
  await toggle(90);
  await expect(lines).toContainText(['statusWatch.ts:72', 'statusWatch.ts:90']);
  await workbench.idle();
  await expect(lines).toContainText(['statusWatch.ts:72', 'statusWatch.ts:90']);
  await workbench.get('driver').filter({ hasText: 'statusWatch' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Put back as shipped' }).click();
  await expect(lines).toContainText(['statusWatch.ts:70', 'statusWatch.ts:88']);
  await workbench.idle();
  // The mark stands beside the text that it was set on.
  const glyph = await page.locator('.glyph-breakpoint').last().boundingBox();
  const text = await page.locator('.view-line').filter({ hasText: 'IopbSnapshot.Parameters.Read.ReadBuffer, context' }).boundingBox();
  expect(Math.abs((glyph?.y ?? 0) - (text?.y ?? 1000))).toBeLessThan(4);
});
