/**
 * The debugger on a real capture, as one user's afternoon: Procmon's own log of 31,569 operations, and beside it what Procmon says
 * about each of them (its CSV export), which is what the stops are checked against.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { expect, ServedApp, slowest, test, Workbench } from './app.ts';

const folder = path.resolve(import.meta.dirname, '../../../../shared/traces/procmon/eronnen-procmon-parser');
const inflated = (name: string): Buffer => inflateSync(readFileSync(path.join(folder, `CompressedLogFileUTC64Filesystem${name}.zlib`)));

/** One line of Procmon's export, in the order of the log: operation 1 is the first. */
interface Exported { readonly number: number; readonly operation: string; readonly process: string; readonly path: string; readonly result: string; readonly detail: string; readonly tid: string; readonly time: string }

let rows: readonly Exported[] = [];
const row = (number: number): Exported => {
  const found = rows[number - 1];
  if (found === undefined) throw new Error(`the export has no operation ${number}`);
  return found;
};
const numberIn = (detail: string, name: string): number => Number(new RegExp(`${name}: ([\\d,]+)`).exec(detail)?.[1]?.replaceAll(',', '') ?? 0);
/** Writes of a megabyte or more to downloaded cabinets that succeeded. */
const largeWrites = (): readonly Exported[] => rows.filter(({ operation, path: file, result, detail }) => operation === 'WriteFile' && /\\SoftwareDistribution\\.*\.cab$/i.test(file) && result === 'SUCCESS' && numberIn(detail, 'Length') >= 1_048_576);

let served: ServedApp;
let dataFolder = '';
let page: Page;
let workbench: Workbench;
const problems: string[] = [];

const field = (label: string): Locator => page.getByRole('dialog').getByLabel(label, { exact: true });
/** Presses a button of the dialog, which closes. */
async function press(name: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await workbench.idle();
}
const pointText = (): Locator => workbench.get('stop-view').getByTitle('Execution point');
const point = async (): Promise<string> => (await pointText().textContent()) ?? '';

async function palette(words: string): Promise<void> {
  await page.keyboard.press('Control+Shift+P');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(workbench.get('palette-input')).toHaveCount(0);
}

/** The stop is somewhere else, and everything that belongs to it is there. */
async function moved(move: () => Promise<void>, to: string | RegExp): Promise<void> {
  await move();
  await expect(pointText()).toHaveText(to, { timeout: slowest });
  await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: slowest });
}

async function stopsAt(number: number): Promise<void> {
  await expect(page.getByTestId('run-state').filter({ hasText: new RegExp(`stopped.*#${String(number).replace(/\B(?=(\d{3})+$)/g, '\\s')}$`) }).first()).toBeVisible({ timeout: slowest });
  await workbench.idle();
}

test.describe.serial('the debugger on a real capture', () => {
  test.skip(!existsSync(folder), '../shared/traces/procmon is not here');
  test.setTimeout(120_000);

  test.beforeAll(async ({ browser }) => {
    rows = (parse(inflated('CSV'), { columns: true, bom: true }) as readonly Record<string, string>[]).map((line, at) => ({
      number: at + 1, operation: line['Operation'] ?? '', process: line['Process Name'] ?? '', path: line['Path'] ?? '', result: line['Result'] ?? '', detail: line['Detail'] ?? '', tid: line['TID'] ?? '', time: line['Time of Day'] ?? '',
    }));
    dataFolder = mkdtempSync(path.join(tmpdir(), 'fltreplay-e2e-'));
    writeFileSync(path.join(dataFolder, 'UTC64.PML'), inflated('PML'));
    served = await ServedApp.start(dataFolder);
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en-US', timezoneId: 'UTC', colorScheme: 'dark' });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    workbench = new Workbench(page);
    await workbench.open(served.url);
  });

  test.afterAll(async () => {
    if (dataFolder === '') return;
    await page.context().close();
    await served.stop();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    expect(problems).toEqual([]);
  });

  test('is opened, and lists what Procmon lists', async () => {
    page.once('filechooser', (chooser) => void chooser.setFiles(path.join(dataFolder, 'UTC64.PML')));
    // A browser that was not yet told to hand its file dialog over shows its own one, and nobody answers that.
    await expect(async () => {
      await page.keyboard.press('Control+o');
      await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeFocused({ timeout: 10_000 });
    }).toPass({ timeout: slowest });
    await expect(page.locator('[data-testid="import-file"][data-state="looking"]')).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(workbench.get('operations-count')).toHaveText(/31\s569 operations/, { timeout: slowest });
    await workbench.idle();
    for (const number of [1, 273, 1165]) {
      await workbench.goTo(number);
      const cells = workbench.row(number);
      await expect(cells).toContainText(row(number).time.slice(0, 8).replace(/^(\d):/, '0$1:'));
      await expect(cells.getByTitle(row(number).path, { exact: true }).first()).toBeVisible();
      await expect(cells.getByTitle(row(number).process, { exact: true })).toBeVisible();
      await expect(cells).toContainText(row(number).operation);
    }
    await expect(workbench.row(1165)).toContainText('BUFFER_OVERFLOW');

    // The stack: one that only looks, one that swaps the buffers of writes.
    await workbench.get('driver-switch-statusWatch').click();
    await workbench.get('driver-switch-passThrough').click();
    await workbench.get('add-driver').click();
    await page.getByLabel('Bundled driver').selectOption('swapBuffers');
    await press('Add');
    await expect(workbench.get('driver-open-swapBuffers')).toBeVisible();
  });

  test('stops where path, status class, condition and hit count say, at the operation that Procmon shows there', async () => {
    await workbench.get('add-breakpoint').click();
    await workbench.get('breakpoint-kind-status').uncheck({ force: true });
    await workbench.get('breakpoint-kind-post').check({ force: true });
    await field('Driver').selectOption({ label: 'passThrough' });
    await field('Major function').selectOption({ label: 'IRP_MJ_WRITE' });
    await field('Path').fill('*\\SoftwareDistribution\\*.cab');
    await field('Status').fill('success');
    await field('Condition').fill('Data.Iopb.Parameters.Write.Length >= 1048576');
    await page.getByText('How often, and what then').click();
    await field('Hit condition').fill('>=2');
    await field('Group').fill('large writes');
    await press('Add');
    await expect(workbench.get('breakpoint')).toHaveCount(1);
    // Says what it sees, and stops nowhere.
    await workbench.get('add-breakpoint').click();
    await field('Stop at').selectOption('Operation');
    await field('When it').selectOption('is issued');
    await field('Path').fill('*\\SoftwareDistribution\\*.cab');
    await page.getByText('How often, and what then').click();
    await field('Log message').fill('{Operation.path}: {Data.Iopb.Parameters.Write.Length} bytes');
    await press('Add');
    await expect(workbench.get('breakpoint')).toHaveCount(2);

    const [, second] = largeWrites();
    const expected = second ?? row(0);
    await page.keyboard.press('F5');
    await stopsAt(expected.number);
    const stop = workbench.get('stop-view');
    await expect(stop).toHaveAttribute('data-callback', 'post');
    await expect(stop).toContainText(`thread ${expected.tid}`);
    await expect(stop).toContainText(expected.path);
    await expect(stop).toContainText('STATUS_SUCCESS');
    expect((await workbench.iopbField('Write.Length'))[0]).toBe(String(numberIn(expected.detail, 'Length')));
    expect((await workbench.iopbField('Write.ByteOffset'))[0]).toBe(String(numberIn(expected.detail, 'Offset')));
    await expect(workbench.row(expected.number).getByTitle(expected.process, { exact: true })).toBeVisible();
    await page.getByRole('tab', { name: 'Console' }).click();
    const logged = rows.filter(({ number, path: file }) => number <= expected.number && /\\SoftwareDistribution\\.*\.cab$/i.test(file));
    await expect(workbench.get('breakpoint-log-line')).toHaveCount(logged.length);
    await expect(workbench.get('breakpoint-log-line').last()).toContainText(`${numberIn(expected.detail, 'Length')} bytes`);
    await workbench.screenshot('70-real-stop');
  });

  test('steps by line, callback, layer and operation, forward, and back to where it was', async () => {
    const stop = await point();
    const forward: string[] = [];
    for (const key of ['F11', 'F10']) {
      const before = await point();
      await page.keyboard.press(key);
      await expect(pointText()).not.toHaveText(before, { timeout: slowest });
      await workbench.idle();
      forward.push(await point());
    }
    // Back over the callback, into its line again, and back to its entry.
    await moved(() => page.keyboard.press('Control+F10'), stop);
    await expect(workbench.get('status-past')).toHaveText('IN THE PAST');
    await moved(() => page.keyboard.press('F11'), forward[0] ?? '');
    await moved(() => page.keyboard.press('Control+F10'), stop);
    await moved(() => palette('Go to the first event of the run'), '0:1');
    await page.keyboard.press('Control+g');
    await workbench.get('go-to-number').fill(stop);
    await moved(() => page.keyboard.press('Enter'), stop);
    for (const unit of ['layer', 'callback', 'operation']) {
      await palette(`Step to the next ${unit}`);
      await expect(pointText()).not.toHaveText(stop);
      const there = await point();
      await palette(`Step back to the previous ${unit}`);
      await expect(pointText()).not.toHaveText(there);
      const back = await point();
      await palette(`Step to the next ${unit}`);
      await expect(pointText()).toHaveText(there);
      await palette(`Step back to the previous ${unit}`);
      await expect(pointText()).toHaveText(back);
      await page.keyboard.press('Control+g');
      await workbench.get('go-to-number').fill(stop);
      await moved(() => page.keyboard.press('Enter'), stop);
    }
    await workbench.get('to-present').click();
    await expect(workbench.get('status-past')).toBeHidden();
    expect(await point()).toBe(forward[1]);
  });

  test('goes to numbers, to what happened before and after on the same file and thread, and to who set a value', async () => {
    const [, , third] = largeWrites();
    const target = third ?? row(0);
    const number = target.number;
    await page.keyboard.press('Control+g');
    await workbench.get('go-to-number').fill(String(number));
    await page.keyboard.press('Enter');
    await expect(workbench.row(number)).toBeVisible();
    // Beyond what has run: the run has not been there.
    await page.keyboard.press('F5');
    await stopsAt(number);
    await moved(() => palette('Go to the previous operation of this file object'), /^\d+:1$/);
    const earlier = Number(((await workbench.get('stop-view').locator('.header .mono').first().textContent()) ?? '').replace(/\s/g, '').match(/#(\d+)/)?.[1]);
    expect(row(earlier).path).toBe(target.path);
    expect(row(earlier).process).toBe(target.process);
    await moved(() => palette('Go to the next operation of this thread'), /^\d+:1$/);
    const later = rows.find((candidate) => candidate.number > earlier && candidate.tid === row(earlier).tid && candidate.process === row(earlier).process);
    await expect(workbench.get('stop-view')).toContainText(new RegExp(`#${later?.number ?? 0}\\b`));
    await workbench.get('to-present').click();
    await stopsAt(number);
    const history = workbench.get('io-status-history').getByTestId('change-go').last();
    const set = (await history.textContent()) ?? '';
    await moved(() => history.click(), set.trim());
    await workbench.screenshot('71-real-who-set-it');
    await workbench.get('to-present').click();
    await stopsAt(number);
  });

  test('goes on to hits and back to them; a group is switched off and on; all breakpoints go through a file', async () => {
    const [, second, third] = largeWrites();
    await page.keyboard.press('Control+F5');
    await expect(workbench.get('stop-view')).toContainText(`#${second?.number ?? 0} `, { timeout: slowest });
    await expect(workbench.get('cancel-travel')).toBeHidden({ timeout: slowest });
    await page.keyboard.press('F5');
    await expect(workbench.get('status-past')).toBeHidden({ timeout: slowest });
    await stopsAt(third?.number ?? 0);
    await page.getByRole('checkbox', { name: 'Group large writes' }).uncheck();
    await page.getByRole('button', { name: 'More about breakpoints' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export to a file…' }).click();
    const file = await (await downloading).path();
    await workbench.removeBreakpoints();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'More about breakpoints' }).click();
    await page.getByRole('menuitem', { name: 'Import from a file…' }).click();
    await (await choosing).setFiles(file);
    await expect(workbench.get('breakpoint')).toHaveCount(2);
    await expect(page.getByRole('checkbox', { name: 'Group large writes' })).not.toBeChecked();
    await page.keyboard.press('F5');
    await workbench.ended();
    await expect(workbench.get('run').last()).toContainText('100 %');
  });

  test('stops where a driver changes a field, and where it breaks a rule', async () => {
    await workbench.removeBreakpoints();
    await workbench.get('add-breakpoint').click();
    await field('Stop at').selectOption('Field change');
    await field('Field').fill('Parameters.Write.WriteBuffer');
    await press('Add');
    await page.keyboard.press('F5');
    await expect(workbench.get('note').filter({ hasText: 'changes' }).first()).toContainText(/swapBuffers changes Parameters\.Write\.WriteBuffer from .* to .*\(line \d+\)/, { timeout: slowest });
    const first = rows.find(({ operation, result }) => operation === 'WriteFile' && result === 'SUCCESS');
    await expect(workbench.get('stop-view')).toContainText(`#${first?.number ?? 0} `);
    await expect(page.locator('.glyph-current')).toBeVisible();
    await workbench.screenshot('72-real-field-change');
    await workbench.removeBreakpoints();
    await page.keyboard.press('Shift+F5');
    await workbench.ended();
  });

  test('another value at a stop, a skipped and an inserted operation are branches; what they changed is compared with parent and recording', async () => {
    const [write] = largeWrites();
    const { number } = write ?? row(0);
    await workbench.get('driver-switch-swapBuffers').click();
    await workbench.get('add-breakpoint').click();
    await workbench.get('breakpoint-kind-status').uncheck({ force: true });
    await workbench.get('breakpoint-kind-post').check({ force: true });
    await field('Driver').selectOption({ label: 'passThrough' });
    await field('Path').fill('*\\SoftwareDistribution\\*.cab');
    await field('Status').fill('success');
    await press('Add');
    await page.keyboard.press('F5');
    await expect(workbench.get('stop-view')).toContainText('.cab', { timeout: slowest });
    await workbench.idle();
    const at = await point();
    const runs = await workbench.get('run').count();
    await palette('Change a value here');
    await field('Expression').fill('Data.IoStatus.Status = STATUS_DISK_FULL');
    await press('Run the branch');
    await expect(workbench.get('run')).toHaveCount(runs + 1);
    await expect(workbench.get('run').last()).toHaveAttribute('data-state', 'stopped', { timeout: slowest });
    expect(await point()).toBe(at);
    await expect(workbench.get('stop-view')).toContainText('STATUS_DISK_FULL');
    await workbench.screenshot('73-real-value');
    await workbench.removeBreakpoints();
    await page.keyboard.press('F5');
    await workbench.ended();

    await workbench.get('run').last().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Compare with the recording' }).click();
    await expect(workbench.get('compare-first')).toContainText('DISK_FULL', { timeout: 60_000 });
    await workbench.screenshot('74-real-compare');

    await workbench.goTo(number);
    await workbench.row(number).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Skip this operation, as a branch' }).click();
    await expect(workbench.get('run')).toHaveCount(runs + 2);
    await workbench.ended();
    await workbench.goTo(number);
    await expect(workbench.row(number).getByTestId('replayed')).toHaveText('left out');
    await workbench.row(number).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Insert a changed copy behind it…' }).click();
    await press('Run the branch');
    await expect(workbench.get('run')).toHaveCount(runs + 3);
    await workbench.ended();
    await workbench.get('run').last().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Compare with its parent' }).click();
    await expect(workbench.get('compare-first')).toBeVisible({ timeout: 60_000 });
    await workbench.get('compare-first-open-b').click();
    await expect(workbench.get('status-past')).toBeVisible({ timeout: slowest });
    await workbench.screenshot('75-real-branches');
  });

  test('an edited driver takes over where the run stands; a rule that it breaks stops the run, and a long movement is cancelled', async () => {
    const first = rows.find(({ path: file }) => /\\SoftwareDistribution\\.*\.cab$/i.test(file));
    await workbench.openDriver('passThrough');
    await workbench.get('add-breakpoint').click();
    await field('Stop at').selectOption('Operation');
    await field('When it').selectOption('is issued');
    await field('Path').fill('*\\SoftwareDistribution\\*.cab');
    await press('Add');
    await page.keyboard.press('Control+Shift+F5');
    await stopsAt(first?.number ?? 0);
    await workbench.removeBreakpoints();
    await workbench.writeSource(shortening());
    const runs = await workbench.get('run').count();
    await page.getByRole('button', { name: 'More about breakpoints' }).click();
    await page.getByRole('menuitem', { name: 'Stop at violations' }).click();
    await expect(workbench.get('breakpoint')).toHaveCount(1);
    await workbench.get('edited-here').click();
    await expect(workbench.get('run')).toHaveCount(runs + 1);
    await expect(workbench.get('run').last()).toHaveAttribute('data-state', 'stopped', { timeout: slowest });
    await expect(workbench.get('note').first()).toContainText('passThrough', { timeout: slowest });
    await expect(workbench.get('stop-view')).toContainText('WriteFile');
    // This branch runs with the edited code: there is nothing to go on with.
    await expect(workbench.get('edited-strip')).toHaveCount(0);
    await workbench.screenshot('76-real-violation');
    await workbench.removeBreakpoints();
    await page.keyboard.press('F5');
    await workbench.ended();

    // Nothing holds: the whole run is looked through, until Escape. The place is kept.
    await page.keyboard.press('Control+g');
    await workbench.get('go-to-number').fill('20000:1');
    await moved(() => page.keyboard.press('Enter'), '20000:1');
    await workbench.get('add-breakpoint').click();
    await workbench.get('breakpoint-kind-status').uncheck({ force: true });
    await workbench.get('breakpoint-kind-pre').check({ force: true });
    await field('Driver').selectOption({ label: 'passThrough' });
    await field('Condition').fill('Data.Iopb.Parameters.Write.Length === 12345678');
    await press('Add');
    await page.keyboard.press('Control+F5');
    await expect(workbench.get('status-travelling')).toContainText('Looking for the previous hit');
    await page.keyboard.press('Escape');
    await expect(workbench.get('status-travelling')).toBeHidden();
    expect(await point()).toBe('20000:1');
  });

  test('a broken rule is reduced to a few operations and seen again there; other schedules of the capture are explored', async () => {
    test.setTimeout(180_000);
    await workbench.removeBreakpoints();
    await page.keyboard.press('Control+Shift+F5');
    await workbench.ended();
    await workbench.get('tab-violations').click();
    await workbench.get('violation').first().getByTestId('violation-reduce').click();
    await expect(workbench.get('shrink-state')).toHaveAttribute('data-state', 'done', { timeout: 120_000 });
    // One such write is enough to break the rule; what it needs to be issued comes with it.
    await expect(workbench.get('shrink-operations')).toContainText(/^[1-4] of 31.569/);
    await workbench.screenshot('77-real-reduced');
    const before = await workbench.get('run').count();
    await workbench.get('shrink-run').click();
    await expect(workbench.get('run')).toHaveCount(before + 1);
    await workbench.ended();
    await expect(workbench.get('violation').first()).toContainText('passThrough');

    await page.keyboard.press('Control+Shift+P');
    await workbench.get('palette-input').fill('Explore schedules');
    await page.keyboard.press('Enter');
    await workbench.get('explore-runs').fill('3');
    await workbench.get('explore-seeds').fill('0');
    await workbench.get('explore-start').click();
    await expect(workbench.get('explore-verdict')).toContainText('3 runs', { timeout: 60_000 });
    await workbench.screenshot('78-real-explored');
  });
});

/** passThrough, but writes are shorter than they were asked for, and nobody is told. */
const shortening = (): string => readFileSync(path.resolve(import.meta.dirname, '../../../resources/drivers/passThrough.ts'), 'utf8')
  .replace(/(function PtPreOperationPassThrough\([^{]*\{)/, '$1\n  if (Data.Iopb.MajorFunction === IRP_MJ_WRITE && Data.Iopb.Parameters.Write.Length >= 1048576) Data.Iopb.Parameters.Write.Length = 4096;');
