/**
 * The host's side of the engine host: starts the child process, feeds it, listens to it, debugs it, ends it.
 *
 * One `EngineHostProcess` is one run. It is created, started once and disposed; whatever happens to the child, `ended` is
 * reported exactly once, after everything that was recorded.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultPage } from '../replay/eventPage.ts';
import type { OperationPage } from '../replay/operationPage.ts';
import type { PackedEventPage } from '../replay/packedEventPage.ts';
import type { BufferView, EngineObjects } from '../debugger/objectsData.ts';
import type { BufferWish } from './bufferView.ts';
import { launchChild } from './childLauncher.ts';
import { DebugSession, type BufferOf } from './debugSession.ts';
import type { NotedLines, Tape, TapePlace } from './tapeRunner.ts';
import { engineHostEntry } from './entry.ts';
import { driverIn, hostErrors, placeText, runProblem } from './errors.ts';
import type { Finding, Fix } from './fixes/fix.ts';
import type { ScopeData, VariableData } from './inspection.ts';
import { InspectorClient } from './inspectorClient.ts';
import type { BreakpointData, BreakpointLog, DriverSource, EventPlace, FollowGoal, HostCommand, HostMessage, PageStart, RecordOrder, RunLayer, RunProblem, RunProgress, RunRequest, RunSummary, StackFrame, StopInfo, SurveyNote } from './messages.ts';
import type { Whereabouts } from './control.ts';
import { beginCoverage, takeCoverage, type DriverCoverage } from './coverage.ts';
import { layoutsOf } from './runDrivers.ts';
import { lookForLoop, loopProblem, unreachableProblem } from './loopWatch.ts';
import { strippedSources } from './stripping.ts';
import { Watchdog } from './watchdog.ts';

export type { ScopeData, VariableData } from './inspection.ts';
export type { DriverCoverage } from './coverage.ts';
export type { Finding, Fix } from './fixes/fix.ts';
export { HeadlessProcess } from './headlessProcess.ts';
export { expressionProblem } from './editConditions.ts';
export type { NotedLines, Tape, TapePlace } from './tapeRunner.ts';

export interface EngineHostOptions {
  /** Operations with numbers above `after`, at most `limit`, in order; `last` when nothing follows. Called when the child asks. */
  readonly readOperations: (after: number, limit: number) => OperationsAnswer | Promise<OperationsAnswer>;
  readonly listener: EngineHostListener;
  /** A child that says nothing for so long while it runs is ended. Default 2000. */
  readonly watchdogMilliseconds?: number;
  /** Heap limit of the child. Default 256. */
  readonly memoryMegabytes?: number;
  /** Counts how often the lines of drivers run, and tells it at the end; such a run is slower. */
  readonly coverage?: boolean;
}

export interface OperationsAnswer {
  readonly page: OperationPage;
  readonly last: boolean;
}

/** Called on the host's own thread, in order. */
export interface EngineHostListener {
  /** Once, before anything else. `note`: why it is reduced, one sentence. */
  sandbox(state: 'full' | 'reduced', note: string | null): void;
  loaded(layers: readonly RunLayer[]): void;
  /** `final` false: a look while stopped; a page with the same `first` comes again and replaces it. */
  eventPage(page: PackedEventPage, final: boolean): void;
  /** A page with the same `firstOperation` replaces an earlier one. */
  resultPage(page: ResultPage): void;
  /** A few times a second while running. */
  progress(progress: RunProgress): void;
  stopped(stop: StopInfo): void;
  continued(): void;
  /** A line breakpoint was placed: `line` is where, null with the reason where it cannot be. */
  breakpointVerified(id: number, line: number | null, message: string | null): void;
  /** Breakpoints with a log message have written something. */
  breakpointLog?(logs: readonly BreakpointLog[]): void;
  /** The condition of a breakpoint could not be evaluated; the run stops there. */
  breakpointThrew?(id: number, message: string): void;
  problem(problem: RunProblem): void;
  /** Of a follower: a page of the log was passed. */
  chain?(first: number, count: number, chain: string): void;
  /** Of a follower that stops: the page that is open so far, by `prefixHash`. */
  prefix?(first: number, count: number, hash: string): void;
  /** Of a follower: it waits before operation `next`; `page` is the one that is open. */
  parked?(at: EventPlace, next: number, missed: boolean, goal: number, page: PageStart): void;
  /** How often the lines of drivers ran, just before the end. */
  coverage?(drivers: readonly DriverCoverage[]): void;
  /** The last call. `summary` is null where the child did not live to tell. */
  ended(summary: RunSummary | null): void;
}

/** How long a run may take to end by itself when it is told to stop. */
const stopMilliseconds = 1500;
/** A routine that is still the same after so many looks is in a loop, as far as somebody who waits is concerned. */
const looksForLoop = 3;
const lookMilliseconds = 20;
/** A child that does not answer for so long is busy in code that cannot be interrupted. */
const answerMilliseconds = 500;
const defaultWatchdog = 2000;
const defaultMemory = 256;
const reducedNote = 'This runtime does not offer Node\'s permission model, so drivers run in a child process with the rights of this user; run only drivers you trust.';

/** What is wrong with drivers before they run. */
export async function checkDrivers(drivers: readonly DriverSource[]): Promise<readonly RunProblem[]> {
  const { problemsOf } = await import('./driverCheck.ts');
  return problemsOf(drivers);
}

/** What can be done about what is wrong with a driver: each with the number of the finding that it is for. */
export async function fixesFor(source: string, findings: readonly Finding[]): Promise<readonly (Fix & { readonly finding: number })[]> {
  const [{ driverFixes }, { providedNames }] = await Promise.all([import('./fixes/driverFixes.ts'), import('./driverCheck.ts')]);
  return driverFixes(source, findings, providedNames());
}

/** What is wrong with the code of a breakpoint; `atLine`: it sees the driver's variables. Null where nothing is. */
export async function checkBreakpointCode(condition: string, logMessage: string, atLine: boolean): Promise<{ readonly message: string; readonly column: number | null } | null> {
  const { breakpointCodeProblem } = await import('./expressionCheck.ts');
  return breakpointCodeProblem(condition, logMessage, atLine);
}

/** Those of these names that no routine of the driver API has. Patterns are left alone. */
export async function unknownRoutines(names: string): Promise<readonly string[]> {
  const { routineByName } = await import('../driver-api/routineTable.ts');
  return names.split(',').map((name) => name.trim()).filter((name) => name !== '' && !/[*?]/.test(name) && !routineByName.has(name));
}

export class EngineHostProcess {
  readonly #options: EngineHostOptions;
  readonly #watchdog: Watchdog;
  #listener: EngineHostListener;
  #child: ChildProcess | null = null;
  #client: InspectorClient | null = null;
  #debug: DebugSession | null = null;
  #summary: RunSummary | null = null;
  #ended = false;
  #told = false;
  #disposed = false;
  #stopping = false;
  #errorOutput = '';
  #request: RunRequest | null = null;
  #loaded = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#listener = options.listener;
    this.#watchdog = new Watchdog(options.watchdogMilliseconds ?? defaultWatchdog, () => void this.#lookForLoop().catch(() => this.#kill()));
  }

  /** Resolves when the run is under way. What goes wrong from then on comes through the listener. */
  async start(request: RunRequest): Promise<void> {
    this.#request = request;
    const launched = this.#launch(true).catch((error: unknown) => {
      // It was ended while it started: that is no reason to start it in another way.
      if (this.#disposed) throw error;
      return this.#launch(false);
    });
    // The child starts meanwhile.
    const stripped = strippedSources(request);
    const ready = await launched;
    if (this.#disposed) {
      this.#kill();
      throw new Error('The engine host was ended while it started.');
    }
    this.#listener.sandbox(ready.restricted ? 'full' : 'reduced', ready.restricted ? null : reducedNote);
    if (ready.inspectorUrl === null) throw new Error('The engine host has no inspector, so that drivers could not be stopped; start it with a runtime that has one.');
    this.#client = await InspectorClient.connect(ready.inspectorUrl);
    this.#debug = new DebugSession(this.#client, request, {
      stopped: (stop) => {
        this.#watchdog.sleep();
        this.#listener.stopped(stop);
      },
      continued: () => {
        this.#watchdog.wake();
        this.#listener.continued();
      },
      breakpointVerified: (id, line, message) => this.#listener.breakpointVerified(id, line, message),
      outOfMemory: (frame) => void this.#outOfMemory(frame).catch(() => this.#kill()),
    });
    await this.#debug.start(request.breakpoints, request.plan?.overlays, request.stopsWhenBroken);
    if (this.#options.coverage === true) await beginCoverage(this.#client);
    this.#command({ kind: 'run', request, stripped });
    this.#watchdog.wake();
  }

  /** Replaces all breakpoints; works while running and while stopped. */
  async setBreakpoints(breakpoints: readonly BreakpointData[]): Promise<void> {
    await this.#session().setBreakpoints(breakpoints, this.#loaded);
  }

  /** Whether the run stops where it breaks off; works while running and while stopped. */
  stopWhenBroken(on: boolean): Promise<void> {
    return this.#session().stopWhenBroken(on);
  }

  continue(): Promise<void> {
    return this.#session().continue();
  }

  next(): Promise<void> {
    return this.#session().next();
  }

  stepIn(): Promise<void> {
    return this.#session().stepIn();
  }

  stepOut(): Promise<void> {
    return this.#session().stepOut();
  }

  stepTo(unit: 'callback' | 'layer' | 'operation', how: 'over' | 'in' | 'out'): Promise<void> {
    return this.#session().stepTo(unit, how);
  }

  /** Of a follower: goes on to an event, or to the boundary before an operation. */
  follow(goal: FollowGoal): Promise<void> {
    this.#watchdog.wake();
    return this.#session().follow(goal);
  }

  /** Somebody else hears of it from here on; its patience is that of a run that is recorded. */
  handOver(listener: EngineHostListener): void {
    this.#listener = listener;
    this.#watchdog.sleep();
    this.#watchdog.milliseconds = defaultWatchdog;
  }

  /** Of a follower that waits: it goes on as a branch, with breakpoints, and is recorded. */
  async record(order: RecordOrder, breakpoints: readonly BreakpointData[], stopsWhenBroken = false): Promise<void> {
    await this.#session().edit(order.overlays);
    await this.setBreakpoints(breakpoints);
    await this.stopWhenBroken(stopsWhenBroken);
    this.#command({ kind: 'record', order });
    this.#watchdog.wake();
  }

  /** Of a follower: hits of breakpoints are noted from here on, or no longer; answers what was noted before. */
  survey(mode: 'first' | 'last' | null, after: EventPlace | null = null): Promise<SurveyNote | null> {
    return this.#session().survey(mode, after);
  }

  /** Of a follower that stands at the entry of a routine: runs it to its end and gives the lines it came to. */
  tape(driver: string): Promise<Tape> {
    return this.#session().tape(driver);
  }

  /** Of a follower that waits: from here on the lines of all routines of these drivers are noted, so many at most. Slower by far. */
  beginNotes(drivers: readonly string[], most: number): Promise<void> {
    return this.#session().beginNotes(drivers, most);
  }

  /** Ends that, also in the middle of a routine; gives those that have returned. */
  endNotes(): Promise<NotedLines> {
    return this.#session().endNotes();
  }

  /** Of a follower that stands at an event: goes on to the `visits`-th time from here that a place is come to. */
  runToPlace(driver: string, place: TapePlace, visits: number): Promise<void> {
    return this.#session().runToPlace(driver, place, visits);
  }

  /** Asks a running child to stop at the next callback; in a routine that goes on and on, at its line. */
  async pause(): Promise<void> {
    const debug = this.#session();
    await debug.control('pause');
    const stays = await this.#staysInRoutine(debug, false, () => debug.isStopped || this.#ended);
    if (stays) await debug.pauseAtLine();
  }

  /** Whether the child stays in one routine, or with `loading` in its start, over some looks. False when it has become pointless to ask. */
  async #staysInRoutine(debug: DebugSession, loading: boolean, isOver: () => boolean): Promise<boolean> {
    let before: Whereabouts | null = null;
    for (let look = 0; look < looksForLoop; look++) {
      await sleep(lookMilliseconds);
      if (isOver()) return false;
      const now = await within(answerMilliseconds, debug.whereabouts()).catch(() => null);
      if (isOver() || (now?.driver === null && (this.#loaded || !loading))) return false;
      if (before !== null && now !== null && now.routines !== before.routines) return false;
      before = now ?? before;
    }
    return true;
  }

  /** Ends the run: the running operation is finished where that is possible, everything recorded is delivered. */
  async stop(): Promise<void> {
    if (this.#told || this.#stopping) return;
    this.#stopping = true;
    this.#watchdog.sleep();
    const ended = this.#whenEnded();
    const released = this.#debug?.release() ?? Promise.resolve();
    const debug = this.#debug;
    const stuck = released.then(async () => {
      if (debug === null || !(await this.#staysInRoutine(debug, true, () => this.#told))) await ended;
    });
    await within(stopMilliseconds, Promise.race([ended, stuck])).catch(() => undefined);
    if (this.#told) return;
    await this.#deliverAndKill();
    await ended;
  }

  scopes(frameId: number): Promise<readonly ScopeData[]> {
    return this.#session().scopes(frameId);
  }

  variables(variablesReference: number): Promise<readonly VariableData[]> {
    return this.#session().variables(variablesReference);
  }

  /** What the simulated system holds at the present stop. */
  objects(): Promise<EngineObjects> {
    return this.#session().objects();
  }

  /** Bytes of a buffer: of a field in a column of the view, or of a variable. */
  buffer(of: BufferOf, wish: BufferWish): Promise<BufferView> {
    return this.#session().buffer(of, wish);
  }

  /** Rejects with a UserError that carries the expression's error. */
  evaluate(expression: string, frameId: number | null): Promise<VariableData> {
    return this.#session().evaluate(expression, frameId);
  }

  dispose(): void {
    this.#disposed = true;
    this.#watchdog.sleep();
    this.#client?.close();
    this.#kill();
  }

  #session(): DebugSession {
    if (this.#debug === null || this.#ended) throw hostErrors.notRunning();
    return this.#debug;
  }

  // ---- the child

  #launch(restricted: boolean): Promise<{ restricted: boolean; inspectorUrl: string | null }> {
    return new Promise((resolve, reject) => {
      let ready = false;
      const options = { restricted, memoryMegabytes: this.#options.memoryMegabytes ?? defaultMemory, inspects: true };
      const child = launchChild(engineHostEntry(import.meta.url), options, (message) => {
        if (message.kind === 'ready') {
          ready = true;
          resolve({ restricted, inspectorUrl: message.inspectorUrl });
        } else this.#receive(message);
      });
      this.#child = child;
      child.stderr?.on('data', (chunk: Buffer) => (this.#errorOutput = (this.#errorOutput + chunk.toString()).slice(-8192)));
      child.on('error', reject);
      // `close` comes after the last byte of every pipe.
      child.on('close', (code, signal) => {
        if (ready) this.#gone(code, signal);
        else reject(new Error(`The engine host could not be started: ${this.#errorOutput.trim().split('\n')[0] ?? ''}`));
      });
    });
  }

  #command(command: HostCommand): void {
    if (this.#child?.connected === true) this.#child.send(command);
  }

  #receive(message: HostMessage): void {
    if (this.#ended || this.#disposed) return;
    this.#watchdog.heard();
    const listener = this.#listener;
    switch (message.kind) {
      case 'ready': break;
      case 'loaded': return listener.loaded(message.layers);
      case 'wantOperations': return this.#read(message.after, message.limit);
      case 'eventPage': return listener.eventPage(message.page, message.final);
      case 'resultPage': return listener.resultPage(message.page);
      case 'progress':
        this.#placed();
        return listener.progress(message.progress);
      case 'chain': return listener.chain?.(message.first, message.count, message.chain);
      case 'prefix': return listener.prefix?.(message.first, message.count, message.hash);
      case 'parked':
        this.#watchdog.sleep();
        return listener.parked?.(message.at, message.next, message.missed, message.goal, message.page);
      case 'stopping':
        this.#placed();
        this.#watchdog.sleep();
        return this.#debug?.announce(message.number, message.stop);
      case 'breakpointLog': return listener.breakpointLog?.(message.logs);
      case 'breakpointThrew': return listener.breakpointThrew?.(message.id, message.message);
      case 'problem': return listener.problem(message.problem);
      case 'ended':
        this.#summary = message.summary;
        this.#ended = true;
        this.#watchdog.sleep();
        if (this.#options.coverage === true) return void this.#tellCoverage();
        // A child whose debugger stays attached would not exit.
        this.#client?.close();
        return this.#tellEnd();
    }
  }

  /** The drivers are there: line breakpoints without a place will find none. */
  #placed(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    this.#debug?.reportUnplaced();
  }

  #read(after: number, limit: number): void {
    this.#watchdog.sleep();
    const answer = async (): Promise<void> => {
      const { page, last } = await this.#options.readOperations(after, limit);
      this.#command({ kind: 'operations', page, last });
      if (this.#debug?.isStopped !== true) this.#watchdog.wake();
    };
    answer().catch((error: unknown) => {
      this.#listener.problem(runProblem('host-died', `The operations behind ${after} could not be read: ${(error as Error).message}`, { operation: after }));
      this.#kill();
    });
  }

  #gone(code: number | null, signal: string | null): void {
    this.#watchdog.sleep();
    if (!this.#ended && !this.#disposed && !this.#stopping && !this.#told) this.#listener.problem(deathOf(code, signal, this.#errorOutput, this.#options.memoryMegabytes ?? defaultMemory));
    this.#ended = true;
    this.#tellEnd();
  }

  /** The child waits for its debugger to leave. */
  async #tellCoverage(): Promise<void> {
    const client = this.#client;
    const request = this.#request;
    if (client !== null && request !== null) await takeCoverage(client, layoutsOf(request)).then((drivers) => this.#listener.coverage?.(drivers), () => undefined);
    client?.close();
    this.#tellEnd();
  }

  #endWaiters: (() => void)[] = [];

  #tellEnd(): void {
    if (this.#told) return;
    this.#told = true;
    if (!this.#disposed) this.#listener.ended(this.#summary);
    for (const resolve of this.#endWaiters) resolve();
  }

  #whenEnded(): Promise<void> {
    return this.#told ? Promise.resolve() : new Promise((resolve) => this.#endWaiters.push(resolve));
  }

  #kill(): void {
    this.#child?.kill('SIGKILL');
  }

  // ---- a child that does not answer

  async #lookForLoop(): Promise<void> {
    const debug = this.#debug;
    if (debug === null || this.#ended || debug.isStopped) return this.#watchdog.wake();
    const found = await lookForLoop(debug, this.#watchdog.milliseconds, () => this.#ended);
    if (found === 'ended') return;
    if (found === 'goes-on') return this.#watchdog.wake();
    this.#stopping = true;
    if (found === 'unreachable') this.#listener.problem(unreachableProblem(this.#watchdog.milliseconds));
    else {
      await this.#deliver();
      this.#listener.problem(loopProblem(found, this.#watchdog.milliseconds, this.#request?.drivers ?? []));
    }
    this.#kill();
  }

  async #outOfMemory(frame: StackFrame | null): Promise<void> {
    this.#watchdog.sleep();
    if (this.#ended || this.#stopping) return;
    this.#stopping = true;
    const { operation } = (await within(stopMilliseconds, this.#debug?.whereabouts() ?? Promise.resolve(null))) ?? { operation: null };
    await this.#deliver();
    const where = frame?.driver === undefined || frame.driver === null ? '' : `${placeText(driverIn(this.#request?.drivers ?? [], frame.driver), { line: frame.line, column: null })}: ${frame.name}: `;
    this.#listener.problem(runProblem('memory', `${where}${memorySentence(this.#options.memoryMegabytes ?? defaultMemory)}`, { driver: frame?.driver ?? null, line: frame?.line ?? null, column: frame?.column ?? null, operation, stack: frame === null ? [] : [frame] }));
    this.#kill();
  }

  #deliver(): Promise<void> {
    return within(stopMilliseconds, this.#debug?.control('deliver') ?? Promise.resolve()).then(() => undefined, () => undefined);
  }

  async #deliverAndKill(): Promise<void> {
    await this.#deliver();
    this.#kill();
  }
}

const memorySentence = (memory: number): string =>
  `the drivers used more than the ${memory} MB they may have, and the engine host was ended. Look for a list that only grows. Everything recorded before is kept.`;

function deathOf(code: number | null, signal: string | null, output: string, memory: number): RunProblem {
  if (/heap out of memory|Allocation failed/.test(output)) {
    return runProblem('memory', memorySentence(memory), {});
  }
  const how = signal === null ? `with code ${code ?? 0}` : `by ${signal}`;
  const said = output.split('\n').find((line) => /error|fatal/i.test(line))?.trim() ?? '';
  return runProblem('host-died', `The engine host ended unexpectedly ${how}${said === '' ? '' : ` (${said})`}. Everything recorded before is kept; run again, and report it if it happens twice.`, {});
}

/** What `work` gives, null where it takes longer. Clears its timer: one that is still waited for keeps the program from ending. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
