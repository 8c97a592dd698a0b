/** Point 2: opening traces from the dialog, by drag and drop and from the command line; report, refusal, cancel. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { operationCount, writeReadTrace } from '../../support/trace/readTrace.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { expect, test, testAlone } from './app.ts';

test('a PML from the file dialog is imported, with a report', async ({ workbench }) => {
  await workbench.importFiles(writeReadTrace());
  await expect(workbench.get('session-name')).toContainText('budget');
  await expect(workbench.get('operations-count')).toContainText(String(operationCount));
  await workbench.idle();
  await expect(workbench.row(2)).toContainText('excel.exe');
  await expect(workbench.row(2)).toContainText('ReadFile');
  await expect(workbench.row(2)).toContainText('budget.xlsx');
  await expect(workbench.row(2)).toContainText('SUCCESS');
  await expect(workbench.row(2)).toContainText('700');
  await workbench.get('trace-report').click();
  await expect(workbench.get('import-report')).toContainText('2021-01-01');
  await workbench.screenshot('04-import-report');
});

test('a dropped file is opened with one key', async ({ workbench, page }) => {
  await workbench.drop([{ name: 'dropped.PML', bytes: readFileSync(writeReadTrace()) }]);
  await expect(workbench.get('import-start')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(workbench.get('session-name')).toContainText('dropped');
  await expect(workbench.get('operations-count')).toContainText(String(operationCount));
});

testAlone.describe('named on the command line', () => {
  testAlone.use({ files: [writeReadTrace()] });
  testAlone('a trace is open when the window comes up', async ({ workbench }) => {
    await expect(workbench.get('session-name')).toContainText('budget');
    await expect(workbench.get('operations-count')).toContainText(String(operationCount));
  });
});

test('a log of a later version is refused in one sentence that names it, and the open session stays', async ({ workbench, page }) => {
  const { bytes } = writePml({ bits: 64, version: 10, processes: [], events: [] });
  await workbench.get('file-input').setInputFiles({ name: 'new.PML', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  // A message where that is known at once, a line of the dialog where it takes a moment.
  await expect(page.getByText(/“new\.PML” .* version 10;/).first()).toBeVisible();
  await expect(workbench.get('session-name')).toContainText('first-light');
  await expect(workbench.row(1)).toBeVisible();
  await workbench.screenshot('05-refused');
});

test('a cut file imports what is whole and reports the rest', async ({ workbench, dataFolder }) => {
  const whole = readFileSync(writeReadTrace());
  const cut = path.join(dataFolder, 'cut.PML');
  writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * 0.6)));
  await workbench.importFiles(cut);
  await expect(workbench.get('session-name')).toContainText('cut');
  await workbench.get('trace-report').click();
  await expect(workbench.get('report-damaged')).toContainText(/offset/i);
  await expect(workbench.get('import-report')).toContainText('was read as far as it is whole');
  await workbench.screenshot('06-damaged');
});

/** A CSV export of many rows, all alike, in a file that is quickly written. */
function writeLongCsv(folder: string, name: string, blocks: number): string {
  const line = '"8:00:01.0000001 AM","sample.exe","4321","ReadFile","C:\\data\\file.bin","SUCCESS","Offset: 4096, Length: 512"\r\n';
  const block = line.repeat(10_000);
  const file = path.join(folder, name);
  writeFileSync(file, '\uFEFF"Time of Day","Process Name","PID","Operation","Path","Result","Detail"\r\n');
  for (let n = 0; n < blocks; n++) appendFileSync(file, block);
  return file;
}

testAlone('a long import shows its rows and progress, is cancelled, and keeps what was read; the one that waits follows', async ({ workbench, app, dataFolder, page }) => {
  const files = [writeLongCsv(dataFolder, 'long.CSV', 200), writeLongCsv(dataFolder, 'next.CSV', 1)];
  await page.goto(await app.restart(files));
  const job = page.locator('[data-testid="import-job"][data-state="running"]').filter({ hasText: 'long.CSV' });
  await expect(job).toContainText(/\d %.*operations/, { timeout: 60_000 });
  await expect(workbench.get('import-waiting')).toContainText('next.CSV');
  await expect(workbench.get('operations-count')).toContainText(/[1-9].* so far/, { timeout: 60_000 });
  await expect(workbench.row(1)).toContainText('sample.exe');
  await workbench.screenshot('07-importing');
  await job.getByTestId('import-cancel').click();
  await expect(job).toHaveCount(0);
  await workbench.idle();
  await expect(workbench.get('import-progress')).toHaveCount(0);
  await expect(workbench.row(1)).toContainText('sample.exe');
  await expect(workbench.get('trace')).toHaveText(['long.CSV', 'next.CSV']);
  await workbench.get('trace-report').first().click();
  await expect(workbench.get('import-report')).toContainText(/cancelled/i);
  await workbench.get('trace').nth(1).click();
  await expect(workbench.get('operations-count')).toHaveText(/^10.000 operations$/);
});

testAlone('all imports are cancelled at once, those that wait too', async ({ workbench, app, dataFolder, page }) => {
  await page.goto(await app.restart([writeLongCsv(dataFolder, 'long.CSV', 200), writeLongCsv(dataFolder, 'next.CSV', 1)]));
  await expect(workbench.get('import-waiting')).toContainText('next.CSV', { timeout: 60_000 });
  await workbench.screenshot('08-queue');
  await workbench.get('import-cancel-all').click();
  await expect(workbench.get('import-progress')).toHaveCount(0);
  await workbench.idle();
  await expect(workbench.get('trace').filter({ hasText: 'next.CSV' })).toHaveCount(0);
});
