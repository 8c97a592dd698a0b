/**
 * An engine host for runs that nobody looks at, one after the other in one child: starting a process takes longer than most of them.
 *
 * It has no inspector, so it cannot say where a driver loops for ever or runs out of memory: `gone` then tells that there is no answer, and a
 * process that can be looked at has to find out. The child itself says whether a run has left anything behind; if so it takes no other one.
 */
import type { ChildProcess } from 'node:child_process';
import type { ResultPage } from '../replay/eventPage.ts';
import type { PackedEventPage } from '../replay/packedEventPage.ts';
import { launchChild } from './childLauncher.ts';
import { engineHostEntry } from './entry.ts';
import type { HostCommand, HostMessage, RunLayer, RunProblem, RunRequest, RunSummary } from './messages.ts';
import type { OperationsAnswer } from './process.ts';
import { strippedSources } from './stripping.ts';
import { Watchdog } from './watchdog.ts';

/** Called in order; after `ended` or `gone` nothing more comes of the run. */
export interface HeadlessListener {
  loaded(layers: readonly RunLayer[]): void;
  eventPage(page: PackedEventPage): void;
  resultPage(page: ResultPage): void;
  problem(problem: RunProblem): void;
  ended(summary: RunSummary): void;
  /** The child did not live to tell. */
  gone(): void;
}

export interface HeadlessOptions {
  readonly watchdogMilliseconds?: number;
  readonly memoryMegabytes?: number;
}

interface CurrentRun {
  readonly readOperations: (after: number, limit: number) => OperationsAnswer | Promise<OperationsAnswer>;
  readonly listener: HeadlessListener;
}

const defaultWatchdog = 2000;
const defaultMemory = 256;

export class HeadlessProcess {
  readonly #options: HeadlessOptions;
  readonly #watchdog: Watchdog;
  readonly #child: Promise<ChildProcess>;
  #process: ChildProcess | null = null;
  #current: CurrentRun | null = null;
  #isGone = false;
  #isClean = true;

  constructor(options: HeadlessOptions = {}) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.watchdogMilliseconds ?? defaultWatchdog, () => this.dispose());
    this.#child = this.#launch(true).catch((error: unknown) => {
      if (this.#isGone) throw error;
      return this.#launch(false);
    });
    this.#child.catch(() => this.#gone());
  }

  /** It is there, does nothing, and what the next run shares with earlier ones is as it was. */
  get isReady(): boolean {
    return !this.#isGone && this.#isClean && this.#current === null;
  }

  /** One run at a time. */
  run(request: RunRequest, readOperations: CurrentRun['readOperations'], listener: HeadlessListener): void {
    if (this.#isGone) return listener.gone();
    this.#current = { readOperations, listener };
    this.#child.then(() => {
      this.#command({ kind: 'run', request, stripped: strippedSources(request), stays: true });
      this.#watchdog.wake();
    }, () => undefined);
  }

  /** A run that is going on is gone. */
  dispose(): void {
    this.#process?.kill('SIGKILL');
    this.#gone();
  }

  #launch(restricted: boolean): Promise<ChildProcess> {
    return new Promise((resolve, reject) => {
      let isReady = false;
      const options = { restricted, memoryMegabytes: this.#options.memoryMegabytes ?? defaultMemory, inspects: false };
      const child = launchChild(engineHostEntry(import.meta.url), options, (message) => {
        if (message.kind !== 'ready') return this.#heard(message);
        isReady = true;
        if (this.#isGone) child.kill('SIGKILL');
        resolve(child);
      });
      this.#process = child;
      child.stderr?.resume();
      child.on('error', reject);
      child.on('close', () => {
        if (isReady) this.#gone();
        else reject(new Error('The engine host could not be started.'));
      });
    });
  }

  #command(command: HostCommand): void {
    if (this.#process?.connected === true) this.#process.send(command);
  }

  #heard(message: HostMessage): void {
    const current = this.#current;
    if (current === null || this.#isGone) return;
    this.#watchdog.heard();
    const { listener } = current;
    switch (message.kind) {
      case 'loaded': return listener.loaded(message.layers);
      case 'eventPage': return listener.eventPage(message.page);
      case 'resultPage': return listener.resultPage(message.page);
      case 'problem': return listener.problem(message.problem);
      case 'wantOperations': return this.#read(current, message.after, message.limit);
      case 'ended':
        this.#watchdog.sleep();
        this.#current = null;
        this.#isClean = message.isClean === true;
        return listener.ended(message.summary);
      // Nobody looks.
      default:
    }
  }

  #read(current: CurrentRun, after: number, limit: number): void {
    this.#watchdog.sleep();
    const answer = async (): Promise<void> => {
      const { page, last } = await current.readOperations(after, limit);
      // Its run may have ended meanwhile, and another one begun.
      if (this.#current !== current) return;
      this.#command({ kind: 'operations', page, last });
      this.#watchdog.wake();
    };
    answer().catch(() => this.dispose());
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#watchdog.sleep();
    const current = this.#current;
    this.#current = null;
    current?.listener.gone();
  }
}
