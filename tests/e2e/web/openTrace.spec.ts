/** Point 2: opening traces from the dialog, by drag and drop and from the command line; report, refusal, cancel. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { operationCount, writeReadTrace } from '../../support/trace/readTrace.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { expect, test } from './app.ts';

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

test.describe('named on the command line', () => {
  test.use({ files: [writeReadTrace()] });
  test('a trace is open when the window comes up', async ({ workbench }) => {
    await expect(workbench.get('session-name')).toContainText('budget');
    await expect(workbench.get('operations-count')).toContainText(String(operationCount));
  });
});

test('another log version is refused in one sentence that names it, and the open session stays', async ({ workbench }) => {
  const { bytes } = writePml({ bits: 64, version: 8, processes: [], events: [] });
  await workbench.get('file-input').setInputFiles({ name: 'old.PML', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  await expect(workbench.get('toast')).toContainText('version 8');
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

test('a long import shows progress, is cancelled, and keeps what was read', async ({ workbench, dataFolder }) => {
  const line = (n: number): string =>
    `"${8 + Math.floor(n / 3600 / 10_000) % 4}:00:${String(Math.floor(n / 10_000) % 60).padStart(2, '0')}.${String(n % 10_000).padStart(7, '0')} AM","sample.exe","4321","ReadFile","C:\\data\\file${n % 97}.bin","SUCCESS","Offset: ${n}, Length: 512"\r\n`;
  const chunks = ['\uFEFF"Time of Day","Process Name","PID","Operation","Path","Result","Detail"\r\n'];
  for (let n = 0; n < 600_000; n++) chunks.push(line(n));
  const file = path.join(dataFolder, 'long.CSV');
  writeFileSync(file, chunks.join(''));
  await workbench.importFiles(file);
  await expect(workbench.get('import-progress')).toBeVisible({ timeout: 30_000 });
  await expect(workbench.get('operations-count')).toContainText(/[1-9].* so far/, { timeout: 30_000 });
  await workbench.screenshot('07-importing');
  await workbench.get('import-cancel').click();
  await expect(workbench.get('import-progress')).toHaveCount(0);
  await workbench.idle();
  await expect(workbench.row(1)).toContainText('sample.exe');
  await workbench.get('trace-report').click();
  await expect(workbench.get('import-report')).toContainText(/cancelled/i);
});
