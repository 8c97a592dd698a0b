/** Runs of small, made-up traces in a real child process. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesOfDriver } from '../../../src-main/base/driverImports.ts';
import { EngineHostProcess } from '../../../src-main/engine-host/process.ts';
import type { BreakpointData, BreakpointLog, DriverManifest, DriverSource, RunLayer, RunProblem, RunProgress, RunRequest, RunSummary, StopInfo } from '../../../src-main/engine-host/messages.ts';
import { eventKinds, pageText, type EventPage, type ResultPage } from '../../../src-main/replay/eventPage.ts';
import { unpackEventPage, type PackedEventPage } from '../../../src-main/replay/packedEventPage.ts';
import { defaultRunSettings } from '../../../src-main/replay/runSettings.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import type { NTSTATUS } from '../../../src-main/nt/ntStatus.ts';
import type { NumberedOperation, OperationIndex, ProcessIndex, TraceProcess, TraceTime } from '../../../src-main/trace/record.ts';

const drivers = path.resolve(import.meta.dirname, '../../../resources/drivers');

export const testProcesses: readonly TraceProcess[] = [
  { index: 0 as ProcessIndex, pid: 100, parentPid: null, name: 'notes.exe', imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null },
  { index: 1 as ProcessIndex, pid: 4, parentPid: null, name: 'System', imagePath: null, commandLine: null, user: null, integrity: null, is64Bit: null, startTime: null, endTime: null },
];

/** A record with everything a test does not care about filled in. Times are 1 ms apart. */
export function operation(index: number, fields: Partial<Omit<NumberedOperation, 'status'>> & { readonly status?: number | null }): NumberedOperation {
  return {
    index: index as OperationIndex, sourceIndex: index - 1, time: (133_000_000_000_000_000n + BigInt(index) * 10_000n) as TraceTime, duration: 100n, process: 0 as ProcessIndex, tid: 7, operation: 'ReadFile',
    major: 3, minor: 0, kind: 'irp', path: 'C:\\docs\\a.txt', information: null, irpFlags: 0, offset: null, length: null, detail: {}, provenance: {}, ...fields, status: (fields.status ?? 0) as NTSTATUS,
  };
}

export const create = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'CreateFile', major: 0, information: 1, detail: { DesiredAccess: 0x120089, CreateDisposition: 1, CreateOptions: 0x60, ShareAccess: 1 }, ...fields });
export const read = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { offset: 0n, length: 4096, information: 4096, ...fields });
export const oplock = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'FileSystemControl', major: 13, detail: { ControlCode: 0x00090240, OutputBufferLength: 24, InputBufferLength: 12 }, ...fields });

export function bundledDriver(name: string, id = 1): DriverSource {
  const manifest = JSON.parse(readFileSync(path.join(drivers, `${name}.json`), 'utf8')) as DriverManifest;
  return { id, name, altitude: manifest.altitude ?? '', ...driverTexts(path.join(drivers, `${name}.ts`)), manifest };
}

/** A driver's file and what it imports. */
export function driverTexts(file: string): Pick<DriverSource, 'source' | 'files'> {
  const source = readFileSync(file, 'utf8');
  const texts = filesOfDriver({ name: path.basename(file), text: source }, (name) => readFileSync(path.join(path.dirname(file), name), 'utf8'));
  return { source, ...(texts.length > 0 && { files: texts.map(({ name, text }, at) => ({ slot: at + 1, name, text })) }) };
}

export const ownDriver = (name: string, source: string, id = 1, altitude = '320000'): DriverSource => ({ id, name, altitude, source, manifest: null });

/** A driver with one pre-read callback whose body is given; it starts on line 2. */
export function preReadDriver(body: string, name = 'probe'): DriverSource {
  return ownDriver(name, `function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
${body}
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
}

export interface RunLog {
  readonly layers: RunLayer[];
  readonly problems: RunProblem[];
  readonly progress: RunProgress[];
  readonly stops: StopInfo[];
  readonly verified: { readonly id: number; readonly line: number | null; readonly message: string | null }[];
  readonly logs: BreakpointLog[];
  readonly threw: { readonly id: number; readonly message: string }[];
  readonly pages: Map<number, EventPage>;
  readonly results: Map<number, ResultPage>;
  /** Of stored pages and of those that a follower passed: hash of the log up to their end, by first row. */
  readonly chain: Map<number, string>;
  /** Of a follower: where it waited. */
  readonly parked: { readonly issued: number; readonly sequence: number; readonly next: number; readonly missed: boolean }[];
  sandbox: string;
  summary: RunSummary | null | undefined;
}

export interface TestRun {
  readonly host: EngineHostProcess;
  readonly log: RunLog;
  /** The next stop that has not been waited for. */
  nextStop(): Promise<StopInfo>;
  /** Of a follower: the next time that it waits. */
  parked(): Promise<void>;
  ended(): Promise<RunLog>;
}

export interface RunOptions {
  readonly drivers: readonly DriverSource[];
  readonly operations: readonly NumberedOperation[];
  readonly breakpoints?: readonly BreakpointData[];
  readonly watchdogMilliseconds?: number;
  readonly request?: Partial<RunRequest>;
}

export const unpacked = ({ columns, first, count, texts }: PackedEventPage): EventPage => unpackEventPage(columns, first, count, JSON.parse(texts) as string[]);

export async function startRun(options: RunOptions): Promise<TestRun> {
  const log: RunLog = { layers: [], problems: [], progress: [], stops: [], verified: [], logs: [], threw: [], pages: new Map(), results: new Map(), chain: new Map(), parked: [], sandbox: '', summary: undefined };
  const waiting: ((stop: StopInfo) => void)[] = [];
  const unseen: StopInfo[] = [];
  const parkWaiters: (() => void)[] = [];
  let finish: (log: RunLog) => void = () => undefined;
  const ended = new Promise<RunLog>((resolve) => (finish = resolve));
  const host = new EngineHostProcess({
    ...(options.watchdogMilliseconds === undefined ? {} : { watchdogMilliseconds: options.watchdogMilliseconds }),
    readOperations: (after, limit) => {
      const rest = options.operations.filter((one) => one.index > after);
      return { page: packOperations(rest.slice(0, limit)), last: rest.length <= limit };
    },
    listener: {
      sandbox: (state) => void (log.sandbox = state),
      loaded: (layers) => void log.layers.push(...layers),
      eventPage: (page) => {
        log.pages.set(page.first, unpacked(page));
        if (page.chain !== undefined) log.chain.set(page.first, page.chain);
      },
      chain: (first, _count, chain) => void log.chain.set(first, chain),
      parked: (at, next, missed) => {
        log.parked.push({ ...at, next, missed });
        parkWaiters.shift()?.();
      },
      resultPage: (page) => void log.results.set(page.firstOperation, page),
      progress: (progress) => void log.progress.push(progress),
      stopped: (stop) => {
        log.stops.push(stop);
        const next = waiting.shift();
        if (next === undefined) unseen.push(stop);
        else next(stop);
      },
      continued: () => undefined,
      breakpointVerified: (id, line, message) => void log.verified.push({ id, line, message }),
      breakpointLog: (lines) => void log.logs.push(...lines),
      breakpointThrew: (id, message) => void log.threw.push({ id, message }),
      problem: (problem) => void log.problems.push(problem),
      ended: (summary) => {
        log.summary = summary;
        finish(log);
      },
    },
  });
  await host.start({
    drivers: options.drivers, processes: testProcesses, firstOperation: options.operations[0]?.index ?? 1, lastOperation: options.operations.at(-1)?.index ?? 0, total: options.operations.length, seed: 1, settings: defaultRunSettings, assumptions: {},
    breakpoints: options.breakpoints ?? [], recordEvents: true, stopOnEntry: false, ...options.request,
  });
  return {
    host, log,
    nextStop: () => {
      const stop = unseen.shift();
      return stop === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(stop);
    },
    parked: () => new Promise((resolve) => parkWaiters.push(resolve)),
    ended: () => ended,
  };
}

export async function runToEnd(options: RunOptions): Promise<RunLog> {
  const run = await startRun(options);
  const log = await run.ended();
  run.host.dispose();
  return log;
}

export interface LoggedEvent {
  readonly issued: number;
  readonly sequence: number;
  readonly operation: number;
  readonly kind: string;
  readonly layer: number;
  readonly status: number;
  /** Low 32 bits. */
  readonly information: number;
  readonly result: number;
  readonly line: number;
  readonly name: string;
  readonly detail: Record<string, unknown>;
}

export function eventsOf(log: RunLog): LoggedEvent[] {
  return [...log.pages.values()].sort((a, b) => a.first - b.first).flatMap((page) => Array.from({ length: page.count }, (_, row) => {
    const c = page.columns;
    const detail = pageText(page, c.detail[row] ?? 0);
    return {
      operation: c.operation[row] ?? 0, issued: c.issued[row] ?? 0, sequence: c.sequence[row] ?? 0, kind: eventKinds[c.kind[row] ?? 0] ?? '', layer: c.layer[row] ?? 0, status: c.status[row] ?? 0, information: c.information[row] ?? 0, result: c.result[row] ?? 0, line: c.line[row] ?? 0,
      name: pageText(page, c.name[row] ?? 0), detail: detail === '' ? {} : (JSON.parse(detail) as Record<string, unknown>),
    };
  }));
}
