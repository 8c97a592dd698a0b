/** Importing: what the dialog tells and asks, several traces on one clock, what stands beside the operations. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pmlSample } from '../../support/trace/pmlSample.ts';
import { operationCount, writeReadTrace } from '../../support/trace/readTrace.ts';
import { outOfMemory, writeMinispy } from '../../support/trace/writeMinispy.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { expect, test, testAlone, type Workbench } from './app.ts';

const readTrace = (): Uint8Array => readFileSync(writeReadTrace());
/** Of pmlSample: fifteen records, two of them of other classes. */
const sampleOperations = 13;

async function inBothThemes(workbench: Workbench, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await workbench.page.emulateMedia({ colorScheme: theme });
    await workbench.screenshot(`${name}-${theme}`);
  }
  await workbench.page.emulateMedia({ colorScheme: 'dark' });
}

test('two dropped files become two traces of one session, and the rows shown stay those of the first', async ({ workbench, page }) => {
  await workbench.drop([{ name: 'first.PML', bytes: readTrace() }, { name: 'second.PML', bytes: writePml(pmlSample(64)).bytes }]);
  await expect(workbench.get('import-file')).toHaveCount(2);
  await expect(workbench.get('import-preview-row').first()).toContainText('CreateFile');
  await expect(workbench.get('import-start')).toHaveText('Import 2 traces');
  await inBothThemes(workbench, '20-import-dialog');
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['first.PML', 'second.PML']);
  await workbench.idle();
  await expect(workbench.get('operations-count')).toContainText(`${operationCount} operations`);
  await workbench.get('trace').nth(1).click();
  await expect(workbench.get('operations-count')).toContainText(`${sampleOperations} operations`);
  await inBothThemes(workbench, '21-two-traces');
});

test('a file that cannot be read is named with its reason and left out; the others are imported', async ({ workbench, page }) => {
  await workbench.chooseFiles([{ name: 'notes.docx', mimeType: '', buffer: Buffer.from('no trace at all, just text\n') }, { name: 'good.PML', mimeType: '', buffer: Buffer.from(readTrace()) }]);
  await expect(workbench.get('import-file').first()).toHaveAttribute('data-state', 'refused');
  await expect(workbench.get('import-file').first()).toContainText('notes.docx');
  await expect(workbench.get('import-hint')).toContainText('1 file will be left out');
  await inBothThemes(workbench, '22-import-refused');
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['good.PML']);
});

test('a compressed trace says how it is wrapped, and is imported', async ({ workbench, page }) => {
  await workbench.chooseFiles({ name: 'capture.PML.gz', mimeType: '', buffer: gzipSync(readTrace()) });
  await expect(workbench.get('import-file')).toContainText('gzip');
  await workbench.screenshot('23-import-wrapped');
  await page.keyboard.press('Enter');
  await expect(workbench.get('operations-count')).toContainText(`${operationCount} operations`);
});

test('Escape and Cancel import nothing and give the focus back', async ({ workbench, page }) => {
  await workbench.get('open-trace').focus();
  await workbench.chooseFiles(writeReadTrace());
  await page.keyboard.press('Escape');
  await expect(workbench.get('import-dialog')).toHaveCount(0);
  await expect(workbench.get('open-trace')).toBeFocused();
  await workbench.chooseFiles(writeReadTrace());
  await workbench.get('import-dismiss').click();
  await expect(workbench.get('import-dialog')).toHaveCount(0);
  await expect(workbench.get('open-trace')).toBeFocused();
  await expect(workbench.get('session-name')).toContainText('first-light');
});

test('beside a trace that is there: offset on import, changed in the list, shown in times; a trace is removed after a question', async ({ workbench, page }) => {
  await workbench.importFiles(writeReadTrace());
  await workbench.idle();
  await workbench.chooseFiles({ name: 'below.PML', mimeType: '', buffer: Buffer.from(readTrace()) });
  await workbench.get('import-into-current').check();
  await workbench.get('import-clock-offset').fill('3 weeks');
  await expect(workbench.get('import-details')).toContainText('for example +1.25 ms');
  await workbench.get('import-clock-offset').fill('+1.5 s');
  await page.keyboard.press('Enter');
  await expect(workbench.get('trace')).toHaveText(['budget.PML', 'below.PML']);
  await workbench.idle();
  await expect(workbench.row(1)).toContainText('00:00:01.5');
  const offset = workbench.get('trace-clock-offset').nth(1);
  await expect(offset).toHaveText('+1.500 s');
  await offset.click();
  await workbench.get('trace-clock-offset-input').fill('-250 ms');
  await page.keyboard.press('Enter');
  await expect(offset).toHaveText('-250.000 ms');
  await expect(workbench.row(1)).toContainText('23:59:59.75');
  await inBothThemes(workbench, '24-clock-offset');
  await workbench.get('trace').nth(1).click({ button: 'right' });
  await workbench.get('menu-item-trace.remove').click();
  await expect(workbench.get('remove-trace-dialog')).toContainText('below.PML');
  await workbench.get('remove-trace').click();
  await expect(workbench.get('trace')).toHaveText(['budget.PML']);
  await expect(workbench.row(1)).toContainText('00:00:00.000');
});

test('other events are listed by class and text, and lead to the operations; a recorded stack is shown and copied', async ({ workbench, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.importFiles({ name: 'sample.PML', mimeType: '', buffer: Buffer.from(writePml(pmlSample(64)).bytes) });
  await workbench.idle();
  await expect(workbench.get('total-sum')).toContainText('15');
  await workbench.get('report-other-events').click();
  await expect(workbench.get('context-row')).toHaveCount(2);
  await workbench.get('context-class-registry').click();
  await expect(workbench.get('context-row')).toHaveCount(1);
  await expect(workbench.get('context-count')).toContainText('1 of 2');
  await workbench.get('context-all').click();
  await workbench.get('context-text').fill('nothing has this');
  await expect(workbench.get('context-pane')).toContainText('No event fits');
  await workbench.get('context-text').fill('');
  await expect(workbench.get('context-row')).toHaveCount(2);
  await workbench.row(1).click();
  await expect(workbench.get('recorded-frame')).toHaveCount(3);
  await expect(workbench.get('recorded-frame').first()).toContainText('0xFFFFF80012345678');
  await workbench.get('stack-copy').click();
  await expect(workbench.get('stack-copy')).toHaveText('copied');
  expect((await page.evaluate(() => navigator.clipboard.readText())).split('\n')).toHaveLength(3);
  await workbench.get('context-row').first().click();
  await expect(workbench.get('context-strip')).toBeVisible();
  await workbench.get('recorded-stack').scrollIntoViewIfNeeded();
  await inBothThemes(workbench, '25-other-events');
});

test('lost events are rows among the others and a mark where they are missing', async ({ workbench, dataFolder }) => {
  const file = path.join(dataFolder, 'minispy.log');
  const row = (sequence: number, second: number): Parameters<typeof writeMinispy>[0][number] => ({ sequence, preOp: `10:00:0${second}:000`, name: '\\Device\\HarddiskVolume2\\a.txt' });
  writeFileSync(file, writeMinispy([row(1, 1), row(2, 2), outOfMemory(3), row(4, 4), row(5, 5)]));
  await workbench.importFiles(file);
  await workbench.idle();
  await expect(workbench.get('tab-context')).toContainText('lost');
  await expect(workbench.row(3).getByTestId('lost-mark')).toHaveAttribute('title', /lost here, before this operation/);
  await expect(workbench.row(2).getByTestId('lost-mark')).toHaveCount(0);
  await workbench.showPane('context');
  await expect(workbench.get('context-class-lost')).toBeVisible();
  await workbench.get('context-row').first().dblclick();
  await expect(workbench.get('inspector-pane')).toContainText('#3');
  await inBothThemes(workbench, '26-lost-events');
});

testAlone.describe('after another start', () => {
  testAlone.use({ files: [writeReadTrace()] });
  testAlone('a trace that was open before is found among the recent ones', async ({ workbench, page, app }) => {
    await expect(workbench.get('session-name')).toContainText('budget');
    await workbench.openDriver('statusWatch');
    await workbench.open(await app.restart());
    await page.keyboard.press('Control+Shift+O');
    await expect(workbench.get('recent-file').first()).toBeVisible();
    await workbench.get('recent-text').fill('budget.PML');
    await inBothThemes(workbench, '27-recent');
    await page.keyboard.press('Enter');
    await expect(workbench.get('import-start')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(workbench.get('operations-count')).toContainText(`${operationCount} operations`);
  });
});
