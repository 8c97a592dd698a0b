// The same way through the window on the real runtime. Skipped, with the reason, where it cannot be had.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron as electron, expect, test, type ElectronApplication } from '@playwright/test';
import { findElectron } from '../../../scripts/lib/electron.mjs';
import { projectRoot, resultsDir } from '../../../scripts/lib/project.mjs';
import { writeReadTrace } from '../../support/trace/readTrace.ts';
import { breakInStatusCallbacks, importThroughDialog, runToTheStop, workbenchIsUp, type ShellUnderTest } from './workbench.ts';

const executablePath = findElectron();
const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;

test.skip(executablePath === undefined, 'Electron\'s runtime is not installed here and could not be downloaded (ELECTRON_MIRROR or ELECTRON_OVERRIDE_DIST_PATH would give it)');
test.skip(!hasDisplay, 'there is no display for an Electron window');

async function launch(files: readonly string[] = []): Promise<ElectronApplication> {
  const data = mkdtempSync(path.join(tmpdir(), 'fltreplay-electron-'));
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return electron.launch({
    args: [...(isRoot ? ['--no-sandbox'] : []), projectRoot, `--user-data-dir=${data}`, ...files],
    env: { ...(process.env as Record<string, string>), FLTREPLAY_DATA: data },
    ...(executablePath !== undefined && { executablePath }),
  });
}

async function shellOf(app: ElectronApplication): Promise<ShellUnderTest> {
  return {
    page: await app.firstWindow(),
    answerDialog: (file) => app.evaluate(({ dialog }, answer) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [answer] });
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: answer });
    }, file),
    chooseMenuItem: (...way) => app.evaluate(({ Menu }, labels) => {
      let menu = Menu.getApplicationMenu();
      labels.forEach((label, position) => {
        const item = menu?.items.find((candidate) => candidate.label.replace('&', '') === label);
        if (item === undefined) throw new Error(`the menu has no ${label}`);
        if (position === labels.length - 1) item.click();
        else menu = item.submenu ?? null;
      });
    }, way),
  };
}

test('open, import, break, inspect', async () => {
  const app = await launch();
  try {
    const shell = await shellOf(app);
    await workbenchIsUp(shell.page);
    await importThroughDialog(shell, writeReadTrace());
    await breakInStatusCallbacks(shell);
    await runToTheStop(shell);
    await expect(shell.page.getByTestId('inspector-pane')).toContainText('ReadBuffer');
    await shell.page.screenshot({ path: path.join(resultsDir, 'screenshots', 'electron-inspect.png') });
  } finally {
    await app.close();
  }
});

test('the page has neither Node nor Electron', async () => {
  const app = await launch();
  try {
    const page = await app.firstWindow();
    await workbenchIsUp(page);
    expect(page.url()).toBe('fltreplay://app/index.html');
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis))).toEqual([]);
  } finally {
    await app.close();
  }
});

test('the engine host runs on Electron\'s own Node', async () => {
  const app = await launch([writeReadTrace()]);
  try {
    const shell = await shellOf(app);
    await workbenchIsUp(shell.page);
    await shell.chooseMenuItem('Run', 'Run / Continue');
    await expect(shell.page.getByTestId('run-state')).toContainText(/finished|completed|done/i, { timeout: 60_000 });
    await expect(shell.page.getByTestId('status-sandbox')).toContainText(/sandbox/i);
  } finally {
    await app.close();
  }
});
