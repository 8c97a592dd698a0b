/** The built program as its user has it: `cli serve` in a process of its own, its page in Chromium, and what can be seen of both. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../scripts/find-chromium.mjs';
import { assertExists } from '../../src-main/base/assert.ts';
import { projectRoot } from '../support/testHost.ts';
import { mainThreadTasks, taskCategories, type Task, type TraceEvent } from './uiTasks.ts';

export interface Server {
  readonly url: string;
  /** Milliseconds from the start of the process to its address, and those it ran itself until then. */
  readonly started: number;
  readonly startedCpu: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the program on a data folder, with files to open. */
export async function startServer(dataFolder: string, files: readonly string[]): Promise<Server> {
  const begun = performance.now();
  const child = spawn(process.execPath, [path.join(projectRoot, 'out/main/cli.js'), 'serve', '--port', '0', '--json', ...files], { env: { ...process.env, FLTREPLAY_DATA: dataFolder }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const exited = once(child, 'exit');
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)), exited.then(() => null)]);
  if (line === null) throw new Error(`serve ended: ${errors}`);
  const pid = assertExists(child.pid, 'the process runs');
  return {
    url: (JSON.parse(line) as { url: string }).url, started: performance.now() - begun, startedCpu: cpuMilliseconds(pid), pid,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

export interface Opened {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Milliseconds after navigation began. */
  readonly firstPaint: number;
  /** Rows of the list, or the start page. */
  readonly usable: number;
  /** Tasks of the main thread until nothing was left to do, the longest first. */
  readonly tasks: readonly Task[];
  close(): Promise<void>;
}

/** With scroll bars: Playwright hides them otherwise, and nothing could be dragged. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ args: [...chromiumArguments, '--enable-precise-memory-info'], ignoreDefaultArgs: ['--hide-scrollbars'], ...(executablePath !== undefined && { executablePath }) });
}

const usableSelector = '[data-testid="operation-row"] [data-column="time"], [data-testid="start-page"]';

/** A window that nobody has opened before: nothing of it is in the browser's cache. */
export async function openPage(browser: Browser, url: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme: 'dark', locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  await browser.startTracing(page, { categories: taskCategories });
  const begun = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector(usableSelector);
  const usable = performance.now() - begun;
  await idle(page);
  const tasks = await endTracing(browser);
  const firstPaint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { page, cdp, firstPaint, usable, tasks, close: () => context.close() };
}

async function endTracing(browser: Browser): Promise<Task[]> {
  return mainThreadTasks((JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents);
}

export async function idle(page: Page, timeout = 600_000): Promise<void> {
  await page.waitForSelector('html[data-idle="true"]', { timeout });
}

export interface Seen {
  /** Milliseconds by the clock. */
  readonly wall: number;
  /** The longest first. */
  readonly tasks: readonly Task[];
  readonly frames: number;
  /** Frames in which at least one row in view had not come yet, and in which there was no row at all where one belongs. */
  readonly waiting: number;
  readonly empty: number;
  /** Milliseconds from the last movement until every row in view was there. */
  readonly settled: number;
  /** The row that was first in view at the beginning, and the farthest that was. */
  readonly start: number;
  readonly last: number;
}

/** Does something in the page and looks at its main thread and at every frame of the list meanwhile. */
export async function watched(browser: Browser, { page }: Opened, work: () => Promise<void>): Promise<Seen> {
  await page.evaluate(watchFrames);
  await browser.startTracing(page, { categories: taskCategories });
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  await page.waitForFunction(() => (globalThis as unknown as { frameWatch: FrameWatch }).frameWatch.isWhole, undefined, { timeout: 60_000 });
  const tasks = await endTracing(browser);
  const { frames, waiting, empty, settled, start, last } = await page.evaluate(() => {
    const { frameWatch } = globalThis as unknown as { frameWatch: FrameWatch };
    frameWatch.isOver = true;
    return { ...frameWatch };
  });
  return { wall, tasks, frames, waiting, empty, settled, start, last };
}

interface FrameWatch {
  frames: number;
  waiting: number;
  empty: number;
  settled: number;
  start: number;
  last: number;
  isWhole: boolean;
  isOver: boolean;
}

/**
 * Runs in the page: looks at the list of operations once a frame, as the eye does.
 *
 * The room for rows is what the list shows below its head; all of it belongs to rows unless the last one is in view.
 */
function watchFrames(): void {
  const watch: FrameWatch = { frames: 0, waiting: 0, empty: 0, settled: 0, start: 0, last: 0, isWhole: false, isOver: false };
  (globalThis as unknown as { frameWatch: FrameWatch }).frameWatch = watch;
  let first = 0;
  let movedAt = performance.now();
  const numberOf = (row: HTMLElement | null | undefined): number => Number(row?.dataset['index'] ?? 0);
  // Now, not in the first frame: that may come after the first key.
  watch.start = numberOf(document.querySelector<HTMLElement>('[data-testid="operation-row"]'));
  const isBlank = (list: HTMLElement | null, rows: readonly HTMLElement[]): boolean => {
    if (list === null) return false;
    const bottom = list.getBoundingClientRect().top + list.clientTop + list.clientHeight;
    let covered = list.querySelector('.head')?.getBoundingClientRect().bottom ?? list.getBoundingClientRect().top;
    // A line of a pixel is a rounding, not a gap.
    for (const row of rows) {
      const { top, bottom: end } = row.getBoundingClientRect();
      if (top > covered + 1) return true;
      covered = Math.max(covered, end);
    }
    const isAtEnd = Number(rows.at(-1)?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')) === Number(list.getAttribute('aria-rowcount'));
    return !isAtEnd && covered < bottom - 1;
  };
  const look = (): void => {
    if (watch.isOver) return;
    watch.frames++;
    const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="operation-row"]')];
    const isWaiting = rows.some((row) => row.querySelector('[data-column="time"]') === null);
    if (isWaiting) watch.waiting++;
    if (isBlank(document.querySelector('[data-testid="operations-list"]'), rows)) watch.empty++;
    const now = numberOf(rows[0]);
    if (now !== first) movedAt = performance.now();
    first = now;
    watch.last = Math.max(watch.last, now);
    if (!isWaiting && !watch.isWhole) watch.settled = performance.now() - movedAt;
    watch.isWhole = !isWaiting;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export interface PageMemory {
  /** JavaScript heap in use after a collection, bytes. */
  readonly heap: number;
  readonly nodes: number;
}

export async function pageMemory({ cdp }: Opened): Promise<PageMemory> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes') };
}

/** Sum of user and system time of a process; 0 where the system does not tell. Ticks of 10 ms, as on every Linux that Node runs on. */
function cpuMilliseconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** Resident bytes of a process and of everything it has started; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  let bytes = 0;
  try {
    bytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    for (const task of readdirSync(`/proc/${pid}/task`)) for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter((one) => one !== '')) bytes += residentBytes(Number(child));
  } catch {
    // It has just ended, or this is no Linux.
  }
  return bytes;
}
