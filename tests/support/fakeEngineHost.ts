/**
 * Stands in for the engine host's child process: the test says what it tells, and sees what it was asked.
 *
 * It proves the host's bookkeeping only; what a real child does is tested with engine-host.
 */
import { emptyObjects } from '../../src-main/debugger/objects.ts';
import type { BufferView, EngineObjects } from '../../src-main/debugger/objectsData.ts';
import type { EngineHostOptions } from '../../src-main/engine-host/process.ts';
import type { EngineHostSurface } from '../../src-main/host/hostOptions.ts';
import type { BreakpointData, RunRequest, RunSummary, StopInfo } from '../../src-main/engine-host/messages.ts';
import { eventKindCode, EventPageBuilder, noResult } from '../../src-main/replay/eventPage.ts';
import { packEventPage } from '../../src-main/replay/packedEventPage.ts';
import { RunReportBuilder } from '../../src-main/replay/runReportBuilder.ts';

export class FakeEngineHost implements EngineHostSurface {
  readonly options: EngineHostOptions;
  readonly calls: string[] = [];
  readonly builder = new EventPageBuilder();
  request: RunRequest | null = null;
  breakpoints: readonly BreakpointData[] = [];

  constructor(options: EngineHostOptions) {
    this.options = options;
  }

  get listener(): EngineHostOptions['listener'] {
    return this.options.listener;
  }

  start(request: RunRequest): Promise<void> {
    this.request = request;
    this.breakpoints = request.breakpoints;
    this.listener.sandbox('full', null);
    this.listener.loaded([
      { layer: 0, kind: 'ioManager', name: 'I/O manager', altitude: null, driverId: null },
      { layer: 1, kind: 'filter', name: 'statusWatch', altitude: '328010', driverId: request.drivers[0]?.id ?? 0 },
      { layer: 2, kind: 'fileSystem', name: 'File system', altitude: null, driverId: null },
    ]);
    return Promise.resolve();
  }

  /** Adds one event row to the open page. */
  event(operation: number, sequence: number, kind: keyof typeof eventKindCode, fields: { layer?: number; status?: number; result?: number; line?: number; name?: string; rule?: string; detail?: object } = {}): void {
    const { builder } = this;
    builder.add(
      operation, operation, sequence, eventKindCode[kind], 0, fields.layer ?? 1, 4124, 0, fields.status ?? 0, 0, fields.result ?? noResult, fields.line ?? 0,
      builder.text(fields.name ?? ''), builder.text(fields.rule ?? ''), fields.detail === undefined ? 0 : builder.text(JSON.stringify(fields.detail)),
    );
  }

  end(summary: Partial<RunSummary> | null): void {
    this.listener.eventPage(packEventPage(this.builder.take()), true);
    this.listener.ended(summary === null ? null : { outcome: 'completed', operations: 3, events: this.builder.next, violations: 0, notices: 0, differences: 0, eventHash: '00112233aabbccdd', report: new RunReportBuilder().report, choices: null, ...summary });
  }

  stopWhenBroken(): Promise<void> {
    return this.#called('stopWhenBroken');
  }

  setBreakpoints(breakpoints: readonly BreakpointData[]): Promise<void> {
    this.breakpoints = breakpoints;
    return this.#called('setBreakpoints');
  }

  continue = (): Promise<void> => this.#called('continue');
  next = (): Promise<void> => this.#called('next');
  stepIn = (): Promise<void> => this.#called('stepIn');
  stepOut = (): Promise<void> => this.#called('stepOut');
  stepTo = (): Promise<void> => this.#called('stepTo');
  pause = (): Promise<void> => this.#called('pause');

  stop(): Promise<void> {
    this.end({ outcome: 'stopped' });
    return this.#called('stop');
  }

  scopes = (): Promise<readonly []> => Promise.resolve([]);
  variables = (): Promise<readonly []> => Promise.resolve([]);
  evaluate = (expression: string): Promise<{ name: string; value: string; type: string; variablesReference: number }> =>
    Promise.resolve({ name: expression, value: '42', type: 'number', variablesReference: 0 });

  buffer = (): Promise<BufferView> => Promise.reject(new Error('there is no buffer'));
  objects = (): Promise<EngineObjects> => Promise.resolve(emptyObjects);

  dispose(): void {
    this.calls.push('dispose');
  }

  #called(name: string): Promise<void> {
    this.calls.push(name);
    return Promise.resolve();
  }
}

/** A stop at the status callback of a read. */
export function stopAt(operation: number, sequence: number): StopInfo {
  return {
    reason: 'breakpoint', moment: { past: false, basis: 'live', rebuilding: false, note: null }, breakpointIds: [1], point: { operation, sequence, line: null },
    operation: {
      index: operation, time: 0n, duration: null, process: 'notes.exe', pid: 4120, tid: 4124, operation: 'ReadFile', major: 3, minor: 0, kind: 'irp', path: 'C:\\a', status: 0,
      replayed: 'none', replayedStatus: null, answer: null, effect: 'none', cause: null, violations: 0, offset: 0n, length: 10,
    },
    callback: 'status', driver: 'statusWatch', driverId: 1, altitude: '328010', thread: { tid: 4124, pid: 4120, process: 'notes.exe', kind: 'requestor' }, irql: 'PASSIVE', layers: [],
    iopb: { columns: [], fields: [], ioStatus: { status: null, information: '' }, operationStatus: 0, completionContext: null, requesterContext: null, callbackDataFlags: '' },
    notes: [], stackFrames: [], atLine: false,
  };
}
