/**
 * The driver editor as a code editor: definitions, references, a name changed everywhere, fixes from the menu, formatting on save,
 * names offered while writing, and the context menu.
 */
import { expect, testAlone, type Workbench } from './app.ts';

// The editor closes the last brace itself.
const source = `function Answer(Status: NTSTATUS): NTSTATUS {
return Status;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
return Answer(STATUS_ACCES_DENIED);
`;

/** A name in the editor; the last time it stands there. */
const nameIn = (workbench: Workbench, name: string): ReturnType<Workbench['page']['locator']> => workbench.page.locator('.editor .view-line span span').filter({ hasText: name }).last();

async function begin(workbench: Workbench): Promise<void> {
  await workbench.removeBreakpoints();
  await workbench.openDriver('statusWatch');
  await workbench.writeSource(source);
  await expect(workbench.page.locator('.editor .squiggly-error').first()).toBeVisible({ timeout: 30_000 });
}

testAlone('F12 goes to a definition in the driver and in the driver API; references and definitions open in place', async ({ workbench, page }) => {
  await begin(workbench);
  await nameIn(workbench, 'Answer').click();
  await page.keyboard.press('F12');
  await expect(page.locator('.editor .line-numbers.active-line-number')).toHaveText('1');
  await nameIn(workbench, 'PDRIVER_OBJECT').click();
  await page.keyboard.press('Alt+F12');
  await expect(page.locator('.peekview-widget')).toContainText('fltkernel.d.ts');
  await workbench.screenshot('editor-peek');
  await expect(page.locator('.peekview-widget :focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.locator('.peekview-widget')).toHaveCount(0);
  await nameIn(workbench, 'Answer').click();
  await page.keyboard.press('Shift+F12');
  await expect(page.locator('.peekview-widget')).toContainText('References (2)');
  await expect(page.locator('.peekview-widget :focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await nameIn(workbench, 'PDRIVER_OBJECT').click({ modifiers: ['Control'] });
  await expect(workbench.get('source-tab-declarations')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.editor .view-line').filter({ hasText: 'type PDRIVER_OBJECT' })).toBeVisible();
});

testAlone('the menu of fixes opens where the caret is, zoomed too; F2 changes a name of the driver and none of the driver API; saving formats', async ({ workbench, page }) => {
  await begin(workbench);
  for (const zoom of ['as it is', 'larger']) {
    if (zoom === 'larger') for (let step = 0; step < 3; step++) await page.keyboard.press('Control+=');
    await nameIn(workbench, 'STATUS_ACCES_DENIED').click();
    const menu = page.locator('.action-widget').filter({ hasText: 'Change STATUS_ACCES_DENIED to STATUS_ACCESS_DENIED' });
    // What is wrong is found out in the background.
    await expect(async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+.');
      await expect(menu).toBeVisible({ timeout: 5000 });
    }).toPass({ timeout: 60_000 });
    const [caret, place] = [await nameIn(workbench, 'STATUS_ACCES_DENIED').boundingBox(), await menu.boundingBox()];
    if (caret === null || place === null) throw new Error('The menu is not in sight.');
    // On the line before or after, and beginning at the name or left of it.
    expect(Math.min(Math.abs(place.y - caret.y - caret.height), Math.abs(place.y + place.height - caret.y))).toBeLessThan(2 * caret.height);
    expect(place.x).toBeLessThan(caret.x + caret.width);
    await workbench.screenshot(`editor-fixes-${zoom === 'larger' ? 'zoomed' : 'plain'}`);
    if (zoom === 'larger') await menu.getByText('Change STATUS_ACCES_DENIED to STATUS_ACCESS_DENIED').click();
    else await page.keyboard.press('Escape');
  }
  await expect(workbench.get('editor')).toContainText('STATUS_ACCESS_DENIED');
  await page.keyboard.press('Control+0');

  // The message goes by itself, and a question is given up when the text or the size of the editor has just changed.
  await expect(async () => {
    await nameIn(workbench, 'PDRIVER_OBJECT').click();
    await page.keyboard.press('F2');
    await expect(page.locator('.editor .monaco-editor-overlaymessage')).toContainText('PDRIVER_OBJECT is not declared in the driver', { timeout: 2500 });
  }).toPass({ timeout: 60_000 });
  await nameIn(workbench, 'Answer').click();
  await page.keyboard.press('F2');
  await page.locator('.rename-input').fill('Reply');
  await page.keyboard.press('Enter');
  await expect(nameIn(workbench, 'Reply')).toBeVisible();
  await expect(workbench.get('editor')).not.toContainText('Answer');

  await page.keyboard.press('Control+Shift+P');
  await workbench.get('palette-input').fill('Format on save');
  await page.keyboard.press('Enter');
  await nameIn(workbench, 'Reply').click();
  await page.keyboard.press('Control+s');
  await workbench.idle();
  const text = await page.locator('.editor .view-line').allTextContents();
  expect(text.map((line) => line.replaceAll('\u00a0', ' ')).filter((line) => line.includes('return'))).toEqual(['  return Status;', '  return Reply(STATUS_ACCESS_DENIED);']);
});

testAlone('names of the driver API are offered while one writes; the context menu has the commands of the text', async ({ workbench, page }) => {
  await begin(workbench);
  await nameIn(workbench, 'STATUS_ACCES_DENIED').dblclick();
  await page.keyboard.type('FltGetFileN', { delay: 50 });
  const offered = page.locator('.suggest-widget.visible .monaco-list-row');
  await expect(offered.filter({ hasText: 'FltGetFileNameInformationUnsafe' })).toBeVisible({ timeout: 30_000 });
  await workbench.screenshot('editor-suggestions');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(nameIn(workbench, 'FltGetFileNameInformation')).toHaveText('FltGetFileNameInformation');

  await nameIn(workbench, 'Answer').click({ button: 'right' });
  await expect(workbench.get('menu')).toContainText('Run to this line');
  await workbench.screenshot('editor-context-menu');
  await workbench.get('menu-item-source.definition').click();
  await expect(page.locator('.editor .line-numbers.active-line-number')).toHaveText('1');
  await page.keyboard.press('Shift+F10');
  await expect(workbench.get('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(workbench.get('menu')).toHaveCount(0);
  await expect(page.locator('.editor .monaco-editor.focused')).toHaveCount(1);
});
