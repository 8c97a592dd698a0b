// The way through the window that both Electron tests take: on the double, and on the real runtime where there is one.
import { expect, type Page } from '@playwright/test';
import { operationCount } from '../../support/trace/readTrace.ts';

/** What a test can do from outside the page, whichever Electron is underneath. */
export interface ShellUnderTest {
  readonly page: Page;
  /** The next open or save dialog answers with this file. */
  answerDialog(file: string): Promise<unknown>;
  chooseMenuItem(...way: readonly string[]): Promise<unknown>;
}

/** The page says itself when nothing is pending; no test sleeps. */
export async function untilIdle(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-idle', 'true', { timeout: 30_000 });
}

export async function workbenchIsUp(page: Page): Promise<void> {
  await expect(page.getByTestId('workbench')).toBeVisible();
  await untilIdle(page);
}

export async function importThroughDialog(shell: ShellUnderTest, file: string): Promise<void> {
  await shell.answerDialog(file);
  await shell.chooseMenuItem('File', 'Open Trace or Session…');
  await expect(shell.page.getByTestId('import-start')).toBeFocused();
  await shell.page.keyboard.press('Enter');
  await expect(shell.page.getByTestId('session-name')).toContainText('budget');
  await expect(shell.page.getByTestId('operations-count')).toContainText(String(operationCount));
  await untilIdle(shell.page);
}

/** Asks for a stop in every status callback, through the form that the native menu opens. */
export async function breakInStatusCallbacks(shell: ShellUnderTest): Promise<void> {
  const { page } = shell;
  await shell.chooseMenuItem('Run', 'Add Breakpoint…');
  // The radio itself is visually hidden under its words.
  await page.getByTestId('breakpoint-kind-status').check({ force: true });
  await page.getByTestId('breakpoint-save').click();
  await expect(page.getByTestId('breakpoint')).toHaveCount(1);
  await untilIdle(page);
}

export async function runToTheStop(shell: ShellUnderTest): Promise<void> {
  await shell.chooseMenuItem('Run', 'Run / Continue');
  await expect(shell.page.getByTestId('run-state')).toContainText(/stopped|breakpoint/i, { timeout: 30_000 });
  await untilIdle(shell.page);
}
