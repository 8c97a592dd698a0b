/** Traces that come in several files, and two that belong together: parts, archives, captures above and below a filter. */
import { readFileSync } from 'node:fs';
import { generateFileIo } from '../../support/trace/etl/generatedFileIo.ts';
import { pmlSample } from '../../support/trace/pmlSample.ts';
import { operationCount, writeReadTrace } from '../../support/trace/readTrace.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { sampleFile } from '../../support/testHost.ts';
import { writeZip } from '../../support/writeZip.ts';
import { expect, test, type Workbench } from './app.ts';

const [header = '', ...rows] = readFileSync(sampleFile, 'utf8').trim().split('\n');
const jsonLines = (lines: readonly string[]): Buffer => Buffer.from(`${[header, ...lines].join('\n')}\n`);

async function inBothThemes(workbench: Workbench, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await workbench.page.emulateMedia({ colorScheme: theme });
    await workbench.screenshot(`${name}-${theme}`);
  }
  await workbench.page.emulateMedia({ colorScheme: 'dark' });
}

test('the parts of a log that are dropped together, in any order, are one trace', async ({ workbench, page }) => {
  const bytes = readFileSync(writeReadTrace());
  await workbench.drop([{ name: 'big-1.PML', bytes }, { name: 'big.PML', bytes }]);
  await expect(workbench.get('import-file')).toHaveCount(1);
  await expect(workbench.get('import-file')).toContainText('2 parts');
  await expect(workbench.get('import-facts')).toContainText('big.PML, big-1.PML');
  await workbench.screenshot('30-parts');
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['big.PML']);
  await expect(workbench.get('operations-count')).toContainText(`${2 * operationCount} operations`);
});

test('of several traces in an archive one is chosen', async ({ workbench }) => {
  const archive = writeZip([
    { name: 'case/notes.txt', bytes: Buffer.from('nothing here') },
    { name: 'case/above.jsonl', bytes: jsonLines(rows) },
    { name: 'case/host.PML', bytes: readFileSync(writeReadTrace()) },
  ]);
  await workbench.chooseFiles({ name: 'case.zip', mimeType: '', buffer: archive });
  await expect(workbench.get('import-file')).toContainText('one of 2 traces in it');
  await expect(workbench.get('import-member')).toHaveValue('case/above.jsonl');
  await workbench.get('import-member').selectOption('case/host.PML');
  await expect(workbench.get('import-file')).toContainText('Process Monitor log');
  await expect(workbench.get('import-preview-row').first()).toContainText('excel.exe');
  await inBothThemes(workbench, '31-archive');
  await workbench.get('import-start').click();
  await expect(workbench.get('operations-count')).toContainText(`${operationCount} operations`);
  await workbench.idle();
  await workbench.get('trace-report').click();
  await expect(workbench.get('import-report')).toContainText('case.zip › host.PML was read completely');
  await expect(workbench.get('import-report')).toContainText(/Wrapped.*zip/);
});

test('what a filter swallowed, added and changed is listed, and leads to both captures', async ({ workbench, page }) => {
  const lines = rows.map((row) => JSON.parse(row) as Record<string, unknown>);
  const reads = lines.flatMap((line, at) => (line['operation'] === 'ReadFile' && line['status'] === 0 ? [at] : []));
  const [swallowed = 0, changed = 0] = [reads[1], reads[4]];
  const denied = { ...lines[changed], status: 0xc0000022, statusName: 'STATUS_ACCESS_DENIED' };
  const added = { ...lines.at(-1), operation: 'WriteFile', major: 'IRP_MJ_WRITE', path: 'C:\\ProgramData\\Filter\\log.txt' };
  const below = [...lines.flatMap((line, at) => (at === swallowed ? [] : [at === changed ? denied : line])), added].map((line) => JSON.stringify(line));
  await workbench.chooseFiles([{ name: 'above.jsonl', mimeType: '', buffer: jsonLines(rows) }, { name: 'below.jsonl', mimeType: '', buffer: jsonLines(below) }]);
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['above.jsonl', 'below.jsonl']);
  await workbench.idle();
  await workbench.get('trace').first().click({ button: 'right' });
  await workbench.get('menu-item-trace.pair').click();
  await expect(workbench.get('pair-above').locator('option:checked')).toContainText('above.jsonl');
  await expect(workbench.get('pair-below').locator('option:checked')).toContainText('below.jsonl');
  await inBothThemes(workbench, '32-pair-dialog');
  await workbench.get('pair-start').click();
  await expect(workbench.get('pair-row')).toHaveCount(3, { timeout: 60_000 });
  await expect(workbench.get('pair-summary')).toContainText(/operations in both · changed: status 1$/);
  await inBothThemes(workbench, '33-pairs');
  await page.getByTestId(/^pair-kind-/).filter({ hasText: /added/i }).click();
  await expect(workbench.get('pair-row')).toHaveCount(1);
  await expect(workbench.get('pair-row')).toContainText('log.txt');
  await page.getByTestId(/^pair-kind-/).filter({ hasText: /changed/i }).click();
  await expect(workbench.get('pair-row')).toContainText('ACCESS_DENIED');
  await workbench.get('pair-show-below').click();
  // Below, one operation before it is missing.
  await expect(workbench.row(changed)).toBeVisible();
  await expect(workbench.row(changed)).toContainText('ACCESS_DENIED');
  await workbench.get('pair-show-above').click();
  await expect(workbench.row(changed + 1)).toBeVisible();
  await expect(workbench.row(changed + 1)).not.toContainText('ACCESS_DENIED');
  await workbench.idle();
});

test('a dialog and a report say in words where a trace was recorded and what it lacks', async ({ workbench, page }) => {
  await workbench.chooseFiles([
    { name: 'files.etl', mimeType: '', buffer: Buffer.from(generateFileIo({ pointerSize: 8, version: 3, without: [9500] })) },
    { name: 'host.PML', mimeType: '', buffer: Buffer.from(writePml(pmlSample(64)).bytes) },
  ]);
  await expect(workbench.get('import-facts')).toContainText('64-bit');
  await expect(workbench.get('import-facts')).not.toContainText('pointerSize');
  await inBothThemes(workbench, '34-facts');
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['files.etl', 'host.PML']);
  await workbench.idle();
  await workbench.get('trace-report').first().click();
  await expect(workbench.get('report-notes')).toContainText('2 operations have no path');
  await expect(workbench.get('import-report')).not.toContainText('pointerSize');
  await inBothThemes(workbench, '35-report-of-etl');
});
