/**
 * The window from the built program, in Chromium: start, scrolling, filters, counts, import and replay, with what its main thread did.
 *
 * Usage: npm run build, then node tests/bench/ui.ts [OPERATIONS] [--data FOLDER] [--rounds N] [--picture PNG] [--save]   (default 1 million)
 * --data keeps the generated session and log there and uses them again. Tasks are told by the time the thread ran, so a busy machine
 * does not make them longer; times to see something are by the clock. --picture shows the window while it is scrolled.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { testHost } from '../support/testHost.ts';
import { writeLargePml } from './largePml.ts';
import { megabytes } from './processUsage.ts';
import { useStack } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { compareWithSaved, median } from './report.ts';
import { benchFolder } from './traces.ts';

import { idle, openPage, pageMemory, residentBytes, startBrowser, startServer, watched, type Opened, type Seen, type Server } from './uiBrowser.ts';
import type { Task } from './uiTasks.ts';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, rounds: { type: 'string', default: '3' }, picture: { type: 'string' }, save: { type: 'boolean', default: false } } });
const operations = Number(positionals[0] ?? 1_000_000);
const rounds = Number(options.rounds);
if (!(operations >= 100_000)) throw new Error(`${positionals[0] ?? ''} operations are too few to scroll through: give at least 100000, as in node tests/bench/ui.ts 1000000.`);
/** Milliseconds that a person begins to notice, and that no task may take. */
const longTask = 50;
/** Enough to see what a replay and an import do to the window. */
const replayed = Math.min(operations, 100_000);
const imported = Math.min(operations, 300_000);
const filters = { frequent: 'operation = ReadFile', rare: 'path contains "folder 40\\file 99" and offset >= 8192', none: 'path ends with ".docx" or status = error', process: 'process contains program1 and not operation = CreateFile' };
/** What is pressed, and what it brings. The timeline itself is there from the start, by kind of work. */
const views = {
  'timeline by process': { press: 'timeline-by-process', shows: '[data-testid="timeline-series"]:has-text("program")' },
  statistics: { press: 'tab-statistics', shows: '[data-testid="statistics-row"]' },
  processes: { press: 'tab-processes', shows: '[data-testid="process-row"]' },
};

const result: Record<string, number> = {};
const { folder, remove } = benchFolder();
const kept = options.data === undefined ? folder : path.resolve(options.data);
mkdirSync(kept, { recursive: true });
const sessionFile = path.join(kept, `ui-${operations}.fltreplay`);
const replayFile = path.join(folder, 'replay.fltreplay');
const logFile = path.join(kept, `ui-${imported}.PML`);

await prepare();
const browser = await startBrowser();
console.log(`${operations.toLocaleString('en-US')} operations; ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`);
await starts(browser);
await inLargeSession(browser);
await importing(browser);
await replaying(browser);
await browser.close();
remove();
compareWithSaved('ui', result, options.save);

async function prepare(): Promise<void> {
  if (!existsSync(sessionFile)) writeReplaySession(sessionFile, { operations, files: 200_000 });
  if (!existsSync(logFile)) writeLargePml(logFile, imported);
  writeReplaySession(replayFile, { operations: replayed, files: 5000 });
  const { host, api } = await testHost(path.join(folder, 'making'));
  await api.request('session.open', { path: replayFile });
  await useStack(api, ['passThrough']);
  await host.dispose();
}

/** With a data folder of its own: nothing of an earlier start is there. */
async function served<T>(name: string, files: readonly string[], use: (server: Server) => Promise<T>, data = name): Promise<T> {
  const server = await startServer(path.join(folder, data), files);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function starts(browser: Browser): Promise<void> {
  const measure = async (what: string, files: readonly string[], data: (round: number) => string): Promise<void> => {
    const times: { readonly server: number; readonly serverCpu: number; readonly paint: number; readonly usable: number; readonly tasks: readonly Task[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await served(what, files, async (server) => {
        const opened = await openPage(browser, server.url);
        await opened.close();
        return { server: server.started, serverCpu: server.startedCpu, paint: opened.firstPaint, usable: opened.usable, tasks: opened.tasks };
      }, data(round)));
    }
    tell(`${what}: process to address`, median(times.map(({ server }) => server)), 'ms');
    tell(`${what}: navigation to first paint`, median(times.map(({ paint }) => paint)), 'ms');
    tell(`${what}: navigation to rows`, median(times.map(({ usable }) => usable)), 'ms');
    tell(`${what}: start to usable window`, median(times.map(({ server, usable }) => server + usable)), 'ms');
    tell(`${what}: process to address, CPU`, median(times.map(({ serverCpu }) => serverCpu)), 'ms');
    tell(`${what}: main thread of the page, CPU`, median(times.map(({ tasks }) => busy(tasks))), 'ms');
    tasksTold(what, times.at(-1)?.tasks ?? []);
  };
  await measure('first start', [], (round) => `first${round}`);
  await measure('later start', [], () => 'first0');
  await measure('start with the session', [sessionFile], () => 'first0');
}

async function inLargeSession(browser: Browser): Promise<void> {
  await served('large', [sessionFile], async (server) => {
    const opened = await openPage(browser, server.url);
    await memory('before scrolling', opened, server);
    await scrolling(browser, opened);
    await memory('after scrolling', opened, server);
    await filtering(browser, opened);
    await counting(browser, opened);
    await memory('at the end', opened, server);
    await opened.close();
  });
}

async function scrolling(browser: Browser, opened: Opened): Promise<void> {
  const { page } = opened;
  const box = await page.getByTestId('operations-list').boundingBox();
  if (box === null) throw new Error('the list is not in sight');
  const [middle, right] = [box.x + box.width / 2, box.x + box.width - 6];
  const wheel = (turns: number, by: number) => async (): Promise<void> => {
    await page.mouse.move(middle, box.y + box.height / 2);
    for (let turn = 0; turn < turns; turn++) await page.mouse.wheel(0, by);
  };
  const keys = (key: string, times: number) => async (): Promise<void> => {
    for (let time = 0; time < times; time++) await page.keyboard.press(key);
  };
  // Rows of the usual height; half of what the hand moved is left for moves that the browser joins.
  const rowsOf = (pixels: number): number => Math.min(operations, pixels / 22) / 2;
  scrolled('scroll by wheel', await watched(browser, opened, wheel(120, 100)), rowsOf(120 * 100));
  if (options.picture !== undefined) await page.screenshot({ path: options.picture });
  scrolled('scroll by fast wheel', await watched(browser, opened, wheel(120, 4000)), rowsOf(120 * 4000));
  await page.mouse.click(middle, box.y + box.height / 2);
  scrolled('scroll by Page Down', await watched(browser, opened, keys('PageDown', 100)), rowsOf(100 * box.height));
  scrolled('End and Home', await watched(browser, opened, async () => {
    for (let turn = 0; turn < 5; turn++) {
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
    }
  }), operations / 2);
  scrolled('drag of the scroll bar', await watched(browser, opened, async () => {
    // The thumb lies at the top.
    await page.mouse.move(right, box.y + 6);
    await page.mouse.down();
    for (let step = 0; step <= 150; step++) await page.mouse.move(right, box.y + 6 + (step / 150) * (box.height - 30));
    for (let step = 0; step <= 40; step++) await page.mouse.move(right, box.y + box.height / 2 + 40 * Math.sin(step));
    await page.mouse.up();
  }), operations / 2);
}

async function filtering(browser: Browser, opened: Opened): Promise<void> {
  const { page } = opened;
  for (const [name, where] of Object.entries(filters)) {
    let [first, counted] = [0, 0];
    const seen = await watched(browser, opened, async () => {
      await page.keyboard.press('Control+Shift+L');
      await page.getByTestId('filter-text').fill(where);
      const before = await page.getByTestId('operations-count').textContent();
      const begun = performance.now();
      await page.keyboard.press('Enter');
      // The old rows and their number stay until the first of the new ones have come.
      await page.waitForFunction((old) => {
        const numberOf = (text: string | null | undefined): string | undefined => /^[\d\s]+/.exec(text ?? '')?.[0].trim();
        const now = numberOf(document.querySelector('[data-testid="operations-count"]')?.textContent);
        return document.querySelector('[data-testid="filter-text"]') === null && now !== undefined && now !== numberOf(old);
      }, before, { polling: 'raf' });
      first = performance.now() - begun;
      await page.waitForFunction(() => !/so far/.test(document.querySelector('[data-testid="operations-count"]')?.textContent ?? ''), undefined, { polling: 'raf', timeout: 600_000 });
      counted = performance.now() - begun;
    });
    tell(`filter ${name}: first page`, first, 'ms');
    tell(`filter ${name}: counted`, counted, 'ms');
    tasksTold(`filter ${name}`, seen.tasks);
  }
  await page.getByTestId('filter-clear').click();
  await idle(page);
}

async function counting(browser: Browser, opened: Opened): Promise<void> {
  const { page } = opened;
  for (const [name, { press, shows }] of Object.entries(views)) {
    let shown = 0;
    let complete = 0;
    const seen = await watched(browser, opened, async () => {
      const begun = performance.now();
      await page.getByTestId(press).click();
      await page.waitForSelector(shows, { timeout: 600_000 });
      shown = performance.now() - begun;
      await idle(page);
      complete = performance.now() - begun;
    });
    tell(`${name}: first shown`, shown, 'ms');
    tell(`${name}: complete`, complete, 'ms');
    tasksTold(name, seen.tasks);
  }
}

async function importing(browser: Browser): Promise<void> {
  await served('importing', [], async (server) => {
    const opened = await openPage(browser, server.url);
    const { page } = opened;
    const seen = await watched(browser, opened, async () => {
      await page.getByTestId('file-input').setInputFiles(logFile);
      await page.waitForSelector('[data-testid="import-start"]:focus');
      await page.waitForFunction(() => document.querySelector('[data-testid="import-file"][data-state="looking"]') === null, undefined, { timeout: 60_000 });
      await page.keyboard.press('Enter');
      await idle(page);
    });
    tasksTold(`import of ${imported.toLocaleString('en-US')} events`, seen.tasks);
    await opened.close();
  });
}

async function replaying(browser: Browser): Promise<void> {
  await served('replaying', [replayFile], async (server) => {
    const opened = await openPage(browser, server.url);
    const { page } = opened;
    const seen = await watched(browser, opened, async () => {
      await page.keyboard.press('F5');
      await page.waitForFunction(() => document.documentElement.dataset['runState'] === 'ended', undefined, { timeout: 600_000 });
      await idle(page);
    });
    tasksTold(`replay of ${replayed.toLocaleString('en-US')} operations`, seen.tasks);
    await memory('after the replay', opened, server);
    await opened.close();
  });
}

async function memory(what: string, opened: Opened, server: Server): Promise<void> {
  const { heap, nodes } = await pageMemory(opened);
  result[`heap ${what}, MB`] = Math.round(heap / 2 ** 20);
  console.log(`memory ${what}: heap of the page ${megabytes(heap)}, ${nodes} nodes; processes of the program ${megabytes(residentBytes(server.pid))}`);
}

function tell(what: string, value: number, unit: string): void {
  result[`${what}, ${unit}`] = Math.round(value);
  console.log(`${what}: ${value.toFixed(0)} ${unit}`);
}

/** A list that stood still would have the best figures of all. */
function scrolled(what: string, seen: Seen, least: number): void {
  if (seen.last - seen.start < least) throw new Error(`${what} did not move the list: from row ${seen.start} to row ${seen.last}, where at least ${Math.floor(least)} rows were meant to pass. Has the layout of the window changed?`);
  console.log(`${what}: from row ${seen.start.toLocaleString('en-US')} to ${seen.last.toLocaleString('en-US')}; ${seen.frames} frames, ${seen.waiting} with rows that had not come, ${seen.empty} with room without rows; whole after ${seen.settled.toFixed(0)} ms`);
  result[`${what}: share of frames with rows that had not come, %`] = Math.round((seen.waiting / seen.frames) * 100);
  result[`${what}: frames without all rows`] = seen.empty;
  tasksTold(what, seen.tasks);
}

function busy(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { cpu }) => sum + cpu, 0);
}

function tasksTold(what: string, tasks: readonly Task[]): void {
  const long = tasks.filter(({ cpu }) => cpu > longTask).length;
  result[`${what}: longest task, ms`] = Math.round(tasks[0]?.cpu ?? 0);
  console.log(`${what}: main thread ${busy(tasks).toFixed(0)} ms; ${long} tasks over ${longTask} ms`);
  for (const task of tasks.slice(0, Math.max(1, Math.min(long, 4)))) console.log(`  ${task.cpu.toFixed(0)} ms (by the clock ${task.wall.toFixed(0)}): ${task.parts.map(({ what: part, cpu }) => `${part} ${cpu.toFixed(0)}`).join(', ')}`);
}
