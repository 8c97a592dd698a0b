/** Narrowing the list to what matters: includes and excludes from cells, conditions by keyboard, the same as text, and back to everything. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './app.ts';

interface Line { readonly process: string; readonly operation: string; readonly path: string | null }
const lines = readFileSync(path.resolve(import.meta.dirname, '../../../resources/samples/first-light.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter((line) => 'operation' in line);
const numbersWhere = (holds: (line: Line) => boolean): readonly number[] => lines.flatMap((line, at) => (holds(line) ? [at + 1] : []));

test('includes and excludes from cells, edits, undoes and clears the filter', async ({ workbench, page }) => {
  const first = lines[4] as Line;
  await workbench.row(5).locator('[data-column="process"]').click({ button: 'right' });
  await expect(workbench.get('menu-item-filter.include')).toContainText(`Include '${first.process}'`);
  await workbench.get('menu-item-filter.include').click();
  const ofProcess = numbersWhere(({ process }) => process === first.process);
  await expect(workbench.get('operations-count')).toHaveText(`${ofProcess.length} of ${lines.length}`);
  await expect(workbench.get('filter-chip')).toHaveText([`Process is ${first.process}`]);
  // What was selected stays selected and in view.
  await expect(page.locator('.is-selected [data-testid="operation-row"]')).toHaveAttribute('data-index', '5');

  // Without the mouse: the cell beside it, its menu, its exclude.
  await workbench.get('operations-list').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+Shift+i');
  const without = numbersWhere(({ process, operation }) => process === first.process && operation !== first.operation);
  await expect(workbench.get('operations-count')).toHaveText(`${without.length} of ${lines.length}`);
  await expect(page.locator('.joint')).toHaveText([/Process is/, new RegExp(`^and notOperation is ${first.operation}`)]);
  await workbench.idle();
  const shown = await workbench.get('operation-row').evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset['index'])));
  expect(shown.length).toBeGreaterThan(3);
  for (const [at, index] of shown.entries()) {
    expect(without).toContain(index);
    if (at > 0) expect(without.indexOf(index)).toBe(without.indexOf(shown[at - 1] ?? 0) + 1);
  }
  await workbench.screenshot('70-filter');

  // Inverted by a key, then taken back.
  await workbench.get('filter-chip').last().focus();
  await page.keyboard.press('!');
  const inverted = numbersWhere(({ process, operation }) => process === first.process && operation === first.operation);
  await expect(workbench.get('operations-count')).toHaveText(`${inverted.length} of ${lines.length}`);
  await page.keyboard.press('Control+z');
  await expect(workbench.get('operations-count')).toHaveText(`${without.length} of ${lines.length}`);
  await workbench.get('filter-chip').last().focus();
  await page.keyboard.press('Delete');
  await expect(workbench.get('filter-chip')).toHaveCount(1);
  await expect(workbench.get('operations-count')).toHaveText(`${ofProcess.length} of ${lines.length}`);

  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+r');
  await expect(workbench.get('operations-count')).toContainText(`${lines.length} operations`);
  await expect(workbench.get('filter-chip')).toHaveCount(0);
});

test('counts the rows that are shown: another filter has no number before its own rows are there', async ({ workbench, page }) => {
  const list = workbench.get('operations-list');
  const numbers = page.evaluate(() => new Promise<readonly string[]>((resolve) => {
    const seen: string[] = [];
    const count = document.querySelector('[data-testid="operations-count"]');
    const look = (): void => {
      const text = count?.textContent.replace(/\s+/g, ' ') ?? '';
      const rows = document.querySelector('[data-testid="operations-list"]')?.getAttribute('aria-rowcount') ?? '0';
      if (seen.at(-1) !== `${text}; ${rows} rows`) seen.push(`${text}; ${rows} rows`);
      if (seen.length === 3) resolve(seen);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-rowcount'] });
  }));
  await workbench.row(5).locator('[data-column="operation"]').click();
  await list.focus();
  await page.keyboard.press('Control+i');
  const { length } = numbersWhere(({ operation }) => operation === lines[4]?.operation);
  await expect(workbench.get('operations-count')).toHaveText(`${length} of ${lines.length}`);
  await page.keyboard.press('Control+r');
  expect(await numbers).toEqual([`${lines.length} operations; ${lines.length} rows`, `${length} of ${lines.length}; ${length} rows`, `${lines.length} operations; ${lines.length} rows`]);
});

test('takes conditions from the editor and from text, keeps them by name, and runs only what is shown', async ({ workbench, page }) => {
  await workbench.removeBreakpoints();
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+l');
  await workbench.get('filter-field').selectOption('path');
  await workbench.get('filter-relation').selectOption('contains');
  await workbench.get('filter-value').fill('plan');
  await page.keyboard.press('Enter');
  const plans = numbersWhere(({ path: name }) => (name ?? '').toLowerCase().includes('plan'));
  await expect(workbench.get('operations-count')).toHaveText(`${plans.length} of ${lines.length}`);

  await workbench.get('filter-as-text').click();
  await expect(workbench.get('filter-text')).toHaveValue('path contains plan');
  await workbench.get('filter-text').fill('path contains plan and operaton = ReadFile');
  await page.keyboard.press('Enter');
  await expect(workbench.get('filter-problem')).toContainText('“operaton” is no field');
  await expect(workbench.get('filter-wrong')).toHaveText('operaton');
  await workbench.screenshot('71-filter-mistake');
  await workbench.get('filter-text').fill('path contains plan and operation = Read');
  await expect(workbench.get('filter-suggestion').first()).toHaveText('ReadFile');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await expect(workbench.get('filter-text')).toHaveValue('path contains plan and operation = ReadFile ');
  await page.keyboard.press('Enter');
  const reads = numbersWhere(({ path: name, operation }) => (name ?? '').toLowerCase().includes('plan') && operation === 'ReadFile');
  await expect(workbench.get('operations-count')).toHaveText(`${reads.length} of ${lines.length}`);
  await expect(workbench.get('filter-chip')).toHaveText(['Path contains plan', 'Operation is ReadFile']);

  await workbench.get('filter-list-open').click();
  await workbench.get('filter-name').fill('reads of plans');
  await workbench.get('filter-save').click();
  await expect(workbench.get('filter-saved')).toContainText('reads of plans');
  await workbench.screenshot('72-filter-saved');
  await page.keyboard.press('Escape');

  await workbench.row(reads[0] ?? 0).click({ button: 'right' });
  await workbench.get('menu-item-filter.run').click();
  await workbench.ended();
  await expect(workbench.get('replayed').filter({ hasText: /\w/ }).first()).toBeVisible();

  await workbench.get('filter-clear').click();
  await expect(workbench.get('operations-count')).toContainText(`${lines.length} operations`);
  await workbench.get('filter-list-open').click();
  await workbench.get('filter-saved').click();
  await expect(workbench.get('operations-count')).toHaveText(`${reads.length} of ${lines.length}`);
});
