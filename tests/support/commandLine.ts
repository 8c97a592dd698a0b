import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { bundleFolderVariable } from '../../src-main/base/bundleFolder.ts';
import { projectRoot } from './testHost.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = (): string => {
  const bundle = process.env[bundleFolderVariable];
  return bundle === undefined ? path.join(projectRoot, 'src-main', 'cli', 'main.ts') : path.join(bundle, 'cli.js');
};

/** Starts `fltreplay` with a data folder of its own: from the bundle of this run of the tests, or from the sources. */
export function startFltreplay(dataFolder: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [entry(), ...args], {
    cwd: dataFolder, env: { ...process.env, FLTREPLAY_DATA: path.join(dataFolder, 'data'), NODE_OPTIONS: '' },
  });
}

/** Runs it to its end. */
export function fltreplay(dataFolder: string, ...args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = startFltreplay(dataFolder, ...args);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Standard output as JSON Lines. */
export const jsonLines = (result: CommandResult): Record<string, unknown>[] =>
  result.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
