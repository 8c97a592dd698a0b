// The built Electron main entry and preload, driven without Electron: tests/support/electron-double/README.md says what that
// proves and what not.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { resultsDir } from '../../../scripts/lib/project.mjs';
import { launchElectronDouble, type ElectronDouble } from '../../support/electron-double/launch.ts';
import { writeReadTrace } from '../../support/trace/readTrace.ts';
import { breakInStatusCallbacks, importThroughDialog, runToTheStop, untilIdle, workbenchIsUp, type ShellUnderTest } from './workbench.ts';

const screenshots = path.join(resultsDir, 'screenshots');
mkdirSync(screenshots, { recursive: true });

const test = base.extend<{ app: ElectronDouble; shell: ShellUnderTest }>({
  app: async ({}, use, testInfo) => {
    const app = await launchElectronDouble();
    await use(app);
    await testInfo.attach('main process', { body: app.output(), contentType: 'text/plain' });
    await app.quit();
  },
  shell: async ({ app }, use) => {
    await use({
      page: app.page,
      answerDialog: (file) => app.tell({ kind: 'answerDialog', file }),
      chooseMenuItem: (...way) => app.tell({ kind: 'chooseMenuItem', way }),
    });
  },
});

test('open, import, break, inspect', async ({ shell }) => {
  const { page } = shell;
  await workbenchIsUp(page);
  await expect(page.getByTestId('operation-row').first()).toBeVisible();

  await importThroughDialog(shell, writeReadTrace());
  await expect(page.getByTestId('operation-row').filter({ hasText: 'ReadFile' })).toHaveCount(3);

  await breakInStatusCallbacks(shell);
  await runToTheStop(shell);
  const inspector = page.getByTestId('inspector-pane');
  for (const word of ['snapshot', 'sent', 'now', 'ReadBuffer']) await expect(inspector).toContainText(new RegExp(word, 'i'));
  // The buffer was swapped after the request: old and new side by side, and the rule that says why.
  await expect(inspector).toContainText('FV-084');
  await expect(inspector.getByText(/NonPagedPool/).first()).toBeVisible();
  await page.screenshot({ path: path.join(screenshots, 'electron-double-inspect.png') });

  await shell.chooseMenuItem('Run', 'Stop');
  await expect(page.getByTestId('run-state')).not.toContainText(/stopped at a breakpoint/i);
  await untilIdle(page);
});

test('a file on the command line, one handed over by the system and one from a second start are opened', async () => {
  const first = writeReadTrace();
  const app = await launchElectronDouble({ files: [first] });
  try {
    const trace = app.page.getByTestId('trace');
    await expect(trace.filter({ hasText: 'budget' })).toBeVisible({ timeout: 20_000 });
    await app.tell({ kind: 'openFile', file: writeReadTrace() });
    await app.tell({ kind: 'secondInstance', argv: ['electron', '.', path.basename(first)], folder: path.dirname(first) });
    await untilIdle(app.page);
    await expect(trace.filter({ hasText: 'budget' }).first()).toBeVisible();
    await app.tell({ kind: 'openFile', file: path.join(path.dirname(first), 'missing.PML') });
    await expect(app.page.getByTestId('toast').filter({ hasText: 'missing.PML' })).toBeVisible();
  } finally {
    await app.quit();
  }
});

test('the page comes back to the same session after a reload', async ({ shell }) => {
  await workbenchIsUp(shell.page);
  await importThroughDialog(shell, writeReadTrace());
  await shell.page.reload();
  await workbenchIsUp(shell.page);
  await expect(shell.page.getByTestId('session-name')).toContainText('budget');
});

test('what is saved under another name can be opened again', async ({ app, shell }) => {
  await workbenchIsUp(shell.page);
  const file = path.join(app.userData, 'finding.fltreplay');
  await shell.answerDialog(file);
  await shell.chooseMenuItem('File', 'Save Session As…');
  await expect(shell.page.getByTestId('session-name')).toContainText('finding');
});

test('the page is locked in', async ({ app }) => {
  const { page } = app;
  await workbenchIsUp(page);
  expect(await app.tell({ kind: 'webPreferences' })).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
  for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
    expect(await app.tell({ kind: 'askPermission', permission }), permission).toBe(false);
  }

  const address = page.url();
  await page.evaluate(() => { location.href = 'https://example.com/'; });
  await page.evaluate(() => { window.open('https://example.com/'); });
  await expect.poll(() => page.context().pages().length).toBe(1);
  expect(page.url()).toBe(address);

  // The policy, not good manners: an inline script and a remote request are refused by the browser.
  const ran = await page.evaluate(async () => {
    const blocked: string[] = [];
    Object.assign(window, { blocked });
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.wasRun = true';
    document.head.append(script);
    await fetch('https://example.com/').catch(() => undefined);
    return 'wasRun' in window;
  });
  expect(ran).toBe(false);
  await expect.poll(() => page.evaluate(() => (window as unknown as { blocked: string[] }).blocked)).toEqual(expect.arrayContaining(['script-src-elem', 'connect-src']));
  expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis))).toEqual([]);
});

test('quitting closes the host before the process ends', async () => {
  const app = await launchElectronDouble();
  await workbenchIsUp(app.page);
  expect(await app.quit()).toBe(0);
});
