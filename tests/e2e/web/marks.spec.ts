/** What one marks and takes along: columns, highlights, bookmarks with notes, several rows, copies and files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test, testAlone } from './app.ts';

interface Line { readonly process: string; readonly operation: string; readonly path: string | null; readonly duration: number | null; readonly tid: number }
const lines = readFileSync(path.resolve(import.meta.dirname, '../../../resources/samples/first-light.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter((line) => 'operation' in line);
const numbersWhere = (holds: (line: Line) => boolean): readonly number[] => lines.flatMap((line, at) => (holds(line) ? [at + 1] : []));

test('values are highlighted, and the next highlighted operation is a key away', async ({ workbench, page }) => {
  const wanted = lines[4] as Line;
  await workbench.row(5).locator('[data-column="operation"]').click({ button: 'right' });
  await expect(workbench.get('menu-item-filter.highlight')).toContainText(`Highlight '${wanted.operation}'`);
  await workbench.get('menu-item-filter.highlight').click();
  const numbers = numbersWhere(({ operation }) => operation === wanted.operation);
  await expect(workbench.row(5)).toHaveAttribute('data-highlight', `operation = ${wanted.operation}`);
  await workbench.get('operations-list').focus();
  await page.keyboard.press('F4');
  await expect(page.locator('.is-selected [data-testid="operation-row"]')).toHaveAttribute('data-index', String(numbers[numbers.indexOf(5) + 1]));
  await page.keyboard.press('Shift+F4');
  await expect(page.locator('.is-selected [data-testid="operation-row"]')).toHaveAttribute('data-index', '5');
  const shown = await workbench.get('operation-row').evaluateAll((rows) => rows.map((row) => [Number((row as HTMLElement).dataset['index']), (row as HTMLElement).dataset['highlight'] !== undefined] as const));
  expect(shown.length).toBeGreaterThan(5);
  for (const [index, isHighlighted] of shown) expect(isHighlighted).toBe(numbers.includes(index));
  await workbench.screenshot('75-highlights');
});

testAlone('a bookmark with a note is in its list, is found by a key, and is there after a restart', async ({ workbench, page }) => {
  await workbench.goTo(7);
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+b');
  await expect(workbench.row(7).getByTestId('bookmark-mark')).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('F2');
  await expect(page.locator('.is-selected [data-testid="operation-row"]')).toHaveAttribute('data-index', '7');
  await workbench.showPane('notes');
  await workbench.get('note-text').fill('why **here**');
  await workbench.get('note-text').press('Tab');
  await workbench.idle();
  await page.reload();
  await workbench.idle();
  await expect(workbench.row(7).getByTestId('bookmark-mark')).toHaveAttribute('title', 'why **here**');
  await workbench.screenshot('76-notes');
});

testAlone('columns are chosen, moved by keys and kept; their cells are what the trace says', async ({ workbench, page }) => {
  await workbench.get('operations-head').locator('[data-head="process"]').click({ button: 'right' });
  await workbench.get('menu-item-column-tid').click();
  const head = workbench.get('operations-head').getByRole('columnheader');
  await expect(head.last()).toHaveText('TID');
  await expect(workbench.row(3).locator('[data-cell="tid"]')).toHaveText(String(lines[2]?.tid));
  await head.last().focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('Control+ArrowLeft');
  await expect(workbench.get('operations-head').locator('[data-head="tid"]')).toBeFocused();
  const order = await head.evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['head']));
  expect(order.indexOf('tid')).toBe(order.length - 4);
  await expect(workbench.get('operations-list')).toHaveAttribute('aria-colcount', String(order.length));
  await workbench.screenshot('77-columns');
  // The last operation first.
  await workbench.get('operations-head').locator('[data-head="number"]').focus();
  await page.keyboard.press('Enter');
  await expect(workbench.get('operations-head').locator('[data-head="number"]')).toHaveAttribute('aria-sort', 'descending');
  await expect(workbench.row(lines.length)).toBeVisible();
});

testAlone('columns are dragged to another place and made wider by pointer, and are so after a reload', async ({ workbench, page }) => {
  // Wide enough for every column: in a narrow list they give way.
  await page.setViewportSize({ width: 1800, height: 800 });
  await workbench.command('Layout: Browse');
  const head = (id: string): Locator => workbench.get('operations-head').locator(`[data-head="${id}"]`);
  const order = (): Promise<readonly (string | undefined)[]> => workbench.get('operations-head').getByRole('columnheader').evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['head']));
  const widthOf = async (id: string): Promise<number> => (await head(id).boundingBox())?.width ?? 0;
  expect(await order()).toEqual(['number', 'time', 'process', 'ids', 'operation', 'path', 'recorded', 'marks']);

  // A column takes the place of the one it is dropped on; the mark is at the side where it will lie.
  const drag = async (id: string, onto: string, side: 'left' | 'right'): Promise<void> => {
    await head(id).hover({ position: { x: 20, y: 10 } });
    await page.mouse.down();
    for (let moves = 0; moves < 2; moves++) await head(onto).hover({ position: { x: 20 + moves, y: 10 } });
    await expect(head(onto)).toHaveCSS('box-shadow', side === 'left' ? / 2px 0px 0px 0px inset$/ : / -2px 0px 0px 0px inset$/);
    await page.mouse.up();
  };
  await drag('process', 'operation', 'right');
  expect(await order()).toEqual(['number', 'time', 'ids', 'operation', 'process', 'path', 'recorded', 'marks']);
  await drag('recorded', 'time', 'left');
  const moved = ['number', 'recorded', 'time', 'ids', 'operation', 'process', 'path', 'marks'];
  expect(await order()).toEqual(moved);

  const before = await widthOf('process');
  const handle = await workbench.get('resize-process').boundingBox();
  if (handle === null) throw new Error('the edge of the column is not in sight');
  await page.mouse.move(handle.x + 3, handle.y + 5);
  await page.mouse.down();
  await page.mouse.move(handle.x + 63, handle.y + 5, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => widthOf('process')).toBeCloseTo(before + 60, 0);
  // Moved on without a button: it is wide enough now.
  await page.mouse.move(handle.x + 200, handle.y + 5);
  expect(await widthOf('process')).toBeCloseTo(before + 60, 0);
  expect(await order()).toEqual(moved);
  // Cells lie below their heads.
  const cell = await workbench.row(3).locator('[data-column="process"]').boundingBox();
  expect([cell?.x, cell?.width]).toEqual([(await head('process').boundingBox())?.x, await widthOf('process')]);

  await page.reload();
  await workbench.idle();
  expect(await order()).toEqual(moved);
  expect(await widthOf('process')).toBeCloseTo(before + 60, 0);
});

test('several rows are copied and written to a file, and find says how many there are', async ({ workbench, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.goTo(5);
  await workbench.get('operations-list').focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowDown');
  await expect(workbench.get('operations-selected')).toHaveText('4 selected');
  await page.keyboard.press('Control+c');
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(async () => (await copied()).trim().split('\n').length).toBe(5);
  expect((await copied()).split('\n').slice(1, 5).map((line) => line.split('\t')[0])).toEqual(['5', '6', '7', '8']);
  await page.keyboard.press('Control+Alt+e');
  await expect(workbench.get('export-selected')).toBeChecked();
  await workbench.get('export-jsonl').check();
  const download = page.waitForEvent('download');
  await workbench.get('export-save').click();
  const rows = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { index: number; path: string | null });
  expect(rows.map(({ index, path: of }) => [index, of])).toEqual([5, 6, 7, 8].map((number) => [number, lines[number - 1]?.path]));

  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+f');
  await workbench.get('find-text').fill('readfile');
  await page.keyboard.press('Enter');
  const reads = numbersWhere(({ operation, path: of, process }) => [operation, of ?? '', process].some((text) => text.toLowerCase().includes('readfile')));
  const found = async (): Promise<number> => Number(await page.locator('.is-selected [data-testid="operation-row"]').last().getAttribute('data-index'));
  await expect.poll(async () => reads.includes(await found())).toBe(true);
  await expect(workbench.get('find-count')).toHaveText(`${reads.indexOf(await found()) + 1} of ${reads.length}`);
});
