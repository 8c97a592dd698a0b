/** Every main state of the workbench, asked by axe for what WCAG 2.2 AA demands: nothing serious or critical is found in any. */
import AxeBuilder from '@axe-core/playwright';
import { pmlSample } from '../../support/trace/pmlSample.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { expect, testAlone, type Workbench } from './app.ts';

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const grave: readonly unknown[] = ['serious', 'critical'];

/** What is gravely wrong with a part of the screen, a line each. Another theme has other colours; the rest stays as it was. */
async function faults({ page }: Workbench, part: string, only: 'everything' | 'colours'): Promise<readonly string[]> {
  // Legacy: without a second page for frames from elsewhere, which the window has none of. What holds is not told: a pane of hex has thousands of places.
  const builder = new AxeBuilder({ page }).include(part).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await (only === 'colours' ? builder.withRules('color-contrast') : builder.withTags(levels)).analyze();
  return violations.filter(({ impact }) => grave.includes(impact)).flatMap(({ id, nodes }) => nodes.map(({ target, html, any, all }) => [`${id}: ${target.join(' ')}`, html.slice(0, 160), ...[...any, ...all].map(({ message }) => message.slice(0, 200))].join('\n')));
}

const themes = [['dark', 'no-preference'], ['light', 'no-preference'], ['dark', 'more'], ['light', 'more']] as const;

/** A part of the window in dark; the whole window in every theme. What text has which contrast on what is tests/unit/renderer/styles. */
async function expectAccessible(workbench: Workbench, state: string, part = 'body'): Promise<void> {
  await workbench.idle();
  for (const [colorScheme, contrast] of part === 'body' ? themes : themes.slice(0, 1)) {
    await workbench.page.emulateMedia({ colorScheme, contrast });
    await expect(workbench.page.locator('html')).toHaveAttribute('data-theme', contrast === 'more' ? `contrast-${colorScheme}` : colorScheme);
    expect.soft(await faults(workbench, part, colorScheme === 'dark' && contrast !== 'more' ? 'everything' : 'colours'), `${state}, ${colorScheme}, contrast ${contrast}`).toEqual([]);
  }
  await workbench.page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference' });
}

async function command(workbench: Workbench, title: string): Promise<void> {
  await workbench.page.keyboard.press('F1');
  await workbench.get('palette-input').fill(`>${title}`);
  await workbench.page.keyboard.press('Enter');
}

const paneOf = (id: string): string => `[data-testid="${id}-pane"]`;

const dialogs = {
  'Add driver': 'add-driver-dialog', 'Add breakpoint': 'breakpoint-dialog', 'Run settings': 'run-settings-dialog', Tours: 'tours-dialog', 'Choose columns': 'columns-dialog',
  'Highlight rules': 'highlights-dialog', 'Export operations': 'export-dialog', 'Go to operation': 'go-to-dialog', 'Open recent': 'recent-dialog', Notices: 'notices-dialog', 'About FltReplay': 'about-dialog',
};

testAlone('before a run: window, find, filter, palette, menu, dialogs, settings, keys, import, start page', async ({ workbench, page }) => {
  testAlone.setTimeout(480_000);
  await expectAccessible(workbench, 'first start');
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+f');
  await workbench.get('find-text').fill('agenda');
  await page.keyboard.press('Enter');
  await expectAccessible(workbench, 'find', paneOf('operations'));
  await page.keyboard.press('Escape');
  await workbench.get('operations-list').focus();
  await page.keyboard.press('Control+l');
  await expect(workbench.get('filter-editor')).toBeVisible();
  await expectAccessible(workbench, 'filter editor', paneOf('operations'));
  await page.keyboard.press('Escape');
  await workbench.get('filter-list-open').click();
  await expectAccessible(workbench, 'saved filters', paneOf('operations'));
  await page.keyboard.press('Escape');
  await workbench.get('filter-as-text').click();
  await workbench.get('filter-text').fill('process =');
  await expectAccessible(workbench, 'filter as text', paneOf('operations'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+p');
  await expectAccessible(workbench, 'palette', 'dialog');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+v');
  await expectAccessible(workbench, 'menu', '[data-testid="menu"]');
  await page.keyboard.press('Escape');
  for (const [title, testid] of Object.entries(dialogs)) {
    await command(workbench, title);
    await expect(workbench.get(testid)).toBeVisible();
    await expectAccessible(workbench, title, 'dialog');
    await page.keyboard.press('Escape');
    await expect(workbench.get(testid)).toHaveCount(0);
  }
  await page.keyboard.press('Control+,');
  await expectAccessible(workbench, 'settings', paneOf('settings'));
  await workbench.get('settings-tab-keys').click();
  await expectAccessible(workbench, 'keys', paneOf('settings'));
  await workbench.chooseFiles([{ name: 'capture.PML', mimeType: '', buffer: Buffer.from(writePml(pmlSample(64)).bytes) }, { name: 'notes.docx', mimeType: '', buffer: Buffer.from('no trace at all, just text\n') }]);
  await expectAccessible(workbench, 'import', 'dialog');
  await page.keyboard.press('Enter');
  await expect(workbench.get('import-dialog')).toHaveCount(0);
  await expectAccessible(workbench, 'after an import', paneOf('operations'));
  await command(workbench, 'Remove trace');
  await workbench.get('remove-trace').click();
  await expect(workbench.get('start-page')).toBeVisible();
  await expectAccessible(workbench, 'start page', paneOf('operations'));
});

testAlone('at a stop, in the past and after a run: every pane', async ({ workbench, page }) => {
  testAlone.setTimeout(480_000);
  await workbench.openDriver('statusWatch');
  await workbench.runToStop();
  await expectAccessible(workbench, 'stop');
  for (const id of ['variables', 'contexts', 'pending', 'objects']) {
    await workbench.showPane(id);
    await expectAccessible(workbench, id, paneOf(id));
  }
  await workbench.showPane('inspector');
  await workbench.get('iopb-row').filter({ hasText: 'ReadBuffer' }).first().locator('td.buffer').first().dblclick();
  await expect(workbench.get('bytes-hex')).toContainText('000010');
  await expectAccessible(workbench, 'bytes', paneOf('bytes'));
  await workbench.showPane('console');
  await workbench.get('console-input').fill('IopbSnapshot.Parameters');
  await page.keyboard.press('Enter');
  await expectAccessible(workbench, 'console', paneOf('console'));
  await workbench.showPane('sequence');
  await expectAccessible(workbench, 'sequence', paneOf('sequence'));
  await workbench.get('sequence-as-table').check();
  await expectAccessible(workbench, 'sequence as a table', paneOf('sequence'));
  await page.keyboard.press('Control+F10');
  await expect(workbench.get('status-past')).toBeVisible();
  await expectAccessible(workbench, 'in the past', paneOf('inspector'));
  await expectAccessible(workbench, 'status bar in the past', '[data-testid="status-bar"]');
  await workbench.get('to-present').click();
  await workbench.removeBreakpoints();
  await workbench.runToEnd();
  await workbench.goTo(465);
  await command(workbench, 'Life of this file');
  await expect(workbench.get('life-title')).toBeVisible();
  for (const id of ['life', 'log', 'violations', 'changes', 'fidelity', 'explore', 'problems', 'context', 'notes', 'timeline', 'statistics', 'processes', 'report']) {
    await workbench.showPane(id);
    await expectAccessible(workbench, id, paneOf(id));
  }
  await workbench.showPane('timeline');
  await workbench.get('timeline-table-toggle').click();
  await expectAccessible(workbench, 'timeline as a table', paneOf('timeline'));
  await workbench.showPane('compare');
  await workbench.get('compare-start').click();
  await expect(workbench.get('compare-kind-all')).toBeVisible({ timeout: 60_000 });
  await expectAccessible(workbench, 'compare', paneOf('compare'));
  await workbench.showPane('source');
  await workbench.writeSource('export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {\n  return STATUS_ACCES_DENIED;\n');
  await workbench.showPane('problems');
  await expect(workbench.get('problem').first()).toBeVisible({ timeout: 30_000 });
  await expectAccessible(workbench, 'problems', paneOf('problems'));
  await expectAccessible(workbench, 'editor with problems', paneOf('source'));
});

testAlone('is read in its order: landmarks, headings, panes behind their tabs, lists with heads; a pane that has the whole room is alone', async ({ workbench, page }) => {
  testAlone.setTimeout(180_000);
  await workbench.openDriver('statusWatch');
  await workbench.runToStop();
  await workbench.idle();
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('FltReplay');
  // The list and the editor are laid over the panes and stand elsewhere in the page.
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - region "Operations":
        - tabpanel "Operations":
          - group "Operations":
            - grid "Operations"
      - region "Source":
        - tabpanel "Source":
          - group "Source"
  `);
  expect(await page.evaluate(() => {
    const wordsOf = (selector: string, isWrong: (element: Element) => boolean): string[] => [...document.querySelectorAll(selector)].filter(isWrong).map((element) => `${selector}: ${element.outerHTML.slice(0, 120)}`);
    return [
      ...wordsOf('h1, h2, h3, h4', (heading) => heading.querySelector('button:not([aria-expanded])') !== null),
      ...wordsOf('[role="grid"], [role="treegrid"]', (grid) => grid.querySelector('[role="columnheader"], th') === null),
      ...wordsOf('[role="tree"]', (tree) => tree.querySelector('[role="treeitem"]') === null),
    ];
  })).toEqual([]);
  await workbench.showPane('inspector');
  await workbench.command('Maximise or restore the pane');
  await expect(page.getByRole('tab', { name: 'Inspector' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Operations' })).toHaveCount(0);
  await expect(page.getByRole('grid', { name: 'Operations' })).toHaveCount(0);
});

testAlone('nothing moves for whoever wants no motion', async ({ workbench, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await workbench.showPane('source');
  await page.keyboard.press('Control+p');
  await expect(workbench.get('palette')).toBeVisible();
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => ['', '::before', '::after'].flatMap((part) => {
    const { transitionDuration, animationName, animationDuration, scrollBehavior } = getComputedStyle(element, part === '' ? null : part);
    const longest = Math.max(...[transitionDuration, ...(animationName === 'none' ? [] : [animationDuration])].flatMap((times) => times.split(',')).map(parseFloat));
    return longest > 0.001 || scrollBehavior === 'smooth' ? [`${element.tagName}.${element.className}${part}: ${transitionDuration} ${animationName} ${animationDuration} ${scrollBehavior}`] : [];
  })));
  expect(moving).toEqual([]);
});
