/**
 * The host's side of the engine host: starts the child process, feeds it, listens to it, debugs it, ends it.
 *
 * One `EngineHostProcess` is one run. It is created, started once and disposed; whatever happens to the child, `ended` is
 * reported exactly once, after everything that was recorded.
 */
import type { EventPage, ResultPage } from '../replay/eventPage.ts';
import type { OperationPage } from '../replay/operationPage.ts';
import type { BreakpointData, DriverSource, RunLayer, RunProblem, RunProgress, RunRequest, RunSummary, StopInfo } from './messages.ts';

export interface EngineHostOptions {
  /** Operations with numbers above `after`, at most `limit`, in order; `last` when nothing follows. Called when the child asks. */
  readonly readOperations: (after: number, limit: number) => OperationsAnswer | Promise<OperationsAnswer>;
  readonly listener: EngineHostListener;
  /** A child that says nothing for so long while it runs is ended. */
  readonly watchdogMilliseconds?: number;
  /** Heap limit of the child. */
  readonly memoryMegabytes?: number;
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
  eventPage(page: EventPage, final: boolean): void;
  resultPage(page: ResultPage): void;
  /** A few times a second while running. */
  progress(progress: RunProgress): void;
  stopped(stop: StopInfo): void;
  continued(): void;
  /** A line breakpoint was placed: `line` is where, null with the reason where it cannot be. */
  breakpointVerified(id: number, line: number | null, message: string | null): void;
  problem(problem: RunProblem): void;
  /** The last call. `summary` is null where the child did not live to tell. */
  ended(summary: RunSummary | null): void;
}

export interface ScopeData {
  readonly name: string;
  readonly variablesReference: number;
}

export interface VariableData {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** 0: no children. */
  readonly variablesReference: number;
}

export interface EngineHostSurface {
  start(request: RunRequest): Promise<void>;
  /** Replaces all breakpoints; works while running and while stopped. */
  setBreakpoints(breakpoints: readonly BreakpointData[]): Promise<void>;
  continue(): Promise<void>;
  next(): Promise<void>;
  stepIn(): Promise<void>;
  stepOut(): Promise<void>;
  /** Asks a running child to stop at the next callback. */
  pause(): Promise<void>;
  /** Ends the run: the running operation is finished where that is possible, everything recorded is delivered. */
  stop(): Promise<void>;
  scopes(frameId: number): Promise<readonly ScopeData[]>;
  variables(variablesReference: number): Promise<readonly VariableData[]>;
  /** Rejects with a UserError that carries the expression's error. */
  evaluate(expression: string, frameId: number | null): Promise<VariableData>;
  dispose(): void;
}

/** Loads drivers in a child and returns what is wrong with them; nothing of theirs is run beyond their top level. */
export type CheckDrivers = (drivers: readonly DriverSource[]) => Promise<readonly RunProblem[]>;

/** A run in a child process. */
export declare class EngineHostProcess implements EngineHostSurface {
  constructor(options: EngineHostOptions);
  start(request: RunRequest): Promise<void>;
  setBreakpoints(breakpoints: readonly BreakpointData[]): Promise<void>;
  continue(): Promise<void>;
  next(): Promise<void>;
  stepIn(): Promise<void>;
  stepOut(): Promise<void>;
  pause(): Promise<void>;
  stop(): Promise<void>;
  scopes(frameId: number): Promise<readonly ScopeData[]>;
  variables(variablesReference: number): Promise<readonly VariableData[]>;
  evaluate(expression: string, frameId: number | null): Promise<VariableData>;
  dispose(): void;
}
