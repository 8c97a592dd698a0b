// What a test calls: starts the built main entry on the double and hands out the page.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { node24, outDir, projectRoot } from '../../../scripts/lib/project.mjs';
import type { Command } from './control.ts';

const here = path.dirname(fileURLToPath(import.meta.url));

export interface ElectronDouble {
  readonly page: Page;
  readonly userData: string;
  /** What the main process wrote, for a message when a test fails. */
  readonly output: () => string;
  tell(command: Command): Promise<unknown>;
  /** Quits as a user does; resolves with the exit code. */
  quit(): Promise<number | null>;
}

function commander(child: ChildProcess): (command: Command) => Promise<unknown> {
  let nextId = 1;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  child.on('message', (message) => {
    const { id, result, error } = message as { id: number; result?: unknown; error?: string };
    const entry = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) entry?.resolve(result);
    else entry?.reject(new Error(error));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the main process ended'));
  });
  return (command) => new Promise((resolve, reject) => {
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    child.send({ id, command });
  });
}

async function until<T>(ask: () => Promise<T | null>, what: string, milliseconds = 30_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come within ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts FltReplay on the double, with the given files as command-line arguments. */
export async function launchElectronDouble(options: { readonly files?: readonly string[]; readonly userData?: string } = {}): Promise<ElectronDouble> {
  const userData = options.userData ?? mkdtempSync(path.join(tmpdir(), 'fltreplay-user-data-'));
  const child = fork(path.join(outDir, 'main', 'electronMain.js'), [...(options.files ?? [])], {
    execPath: node24(),
    execArgv: ['--import', path.join(here, 'register.ts')],
    cwd: projectRoot,
    env: { ...process.env, ELECTRON_DOUBLE_USER_DATA: userData, FLTREPLAY_DATA: userData },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const tell = commander(child);
  const ended = new Promise<number | null>((resolve) => { child.on('exit', (code) => resolve(code)); });
  try {
    const port = await until(async () => (await tell({ kind: 'debuggingPort' })) as number | null, 'the window');
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const page = await until(() => Promise.resolve(browser.contexts()[0]?.pages().find((candidate) => candidate.url().startsWith('http')) ?? null), 'the page');
    return {
      page, userData, tell,
      output: () => output,
      quit: async () => {
        // The process may end before it has answered.
        await tell({ kind: 'quit' }).catch(() => undefined);
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
        const code = await ended;
        clearTimeout(timer);
        return code;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the Electron double did not start: ${String(error)}\n${output}`);
  }
}
