import { defineConfig } from '@playwright/test';
import { chromiumArguments, findChromium } from './scripts/find-chromium.mjs';

const executablePath = findChromium();

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  // Generous: nobody waits for it but on a machine that does something else beside.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // Two cores are enough for three: a test mostly waits for its server, its engine host or its browser page.
  workers: 3,
  fullyParallel: false,
  // One that holds only the second time is named in the report of npm test: it is a fault to be found, not one of the change at hand.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    viewport: { width: 1600, height: 1000 },
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    screenshot: 'only-on-failure',
    // Recording costs a third of the whole time; a test that failed is repeated with --trace on.
    trace: 'off',
    launchOptions: { args: [...chromiumArguments], ...(executablePath !== undefined && { executablePath }) },
  },
  projects: [
    { name: 'web', testDir: 'tests/e2e/web' },
    { name: 'electron', testDir: 'tests/e2e/electron' },
  ],
});
