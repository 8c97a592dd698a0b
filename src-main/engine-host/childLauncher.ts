/** Starts the child with as few rights as the runtime allows. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { EngineHostEntry } from './entry.ts';
import { FrameReader, patientPipe, urgentPipe } from './frames.ts';
import type { HostMessage } from './messages.ts';

/** What an operation leaves behind dies young: with room for the young, little of it is taken for old and kept. V8 needs three times as much. */
const youngMegabytes = 16;
/** What the model file system knows stays. By itself V8 would look through all of it whenever it has grown by a third. */
const growingPercent = 100;

/** What a child process needs to start on Windows, and nothing of the user's. */
function smallEnvironment(): NodeJS.ProcessEnv {
  const kept = ['SystemRoot', 'SYSTEMROOT', 'WINDIR', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH'];
  // A run must be the same in every time zone (driver-api-usage.md 5.7).
  return { ...Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))), TZ: 'UTC' };
}

export interface LaunchOptions {
  /** False: a runtime that does not know the permission model. */
  readonly restricted: boolean;
  readonly memoryMegabytes: number;
  /** With an inspector, so that it can be debugged. */
  readonly inspects: boolean;
}

/** `heard`: each message of the child, in order. */
export function launchChild(entry: EngineHostEntry, { restricted, memoryMegabytes, inspects }: LaunchOptions, heard: (message: HostMessage) => void): ChildProcess {
  const rights = restricted ? ['--permission', `--allow-fs-read=${entry.readable}`, ...(inspects ? ['--allow-inspector'] : [])] : [];
  const child = fork(entry.file, [], {
    execArgv: [...rights, '--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning', '--disallow-code-generation-from-strings', `--max-old-space-size=${memoryMegabytes}`, `--max-semi-space-size=${youngMegabytes}`, `--heap-growing-percent=${growingPercent}`, ...(inspects ? ['--inspect=127.0.0.1:0'] : [])],
    env: smallEnvironment(),
    serialization: 'advanced',
    // Behind stderr the urgent and the patient pipe.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
  });
  const reader = new FrameReader(heard);
  for (const fd of [urgentPipe, patientPipe]) {
    const pipe = child.stdio[fd] as Readable;
    pipe.on('data', reader.pipe());
    pipe.on('error', () => undefined);
  }
  return child;
}
