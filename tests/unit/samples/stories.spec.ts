/** Every bundled sample comes out of its script, stops at its breakpoint, and shows what its tour tells. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DriverSource, StopInfo } from '../../../src-main/engine-host/messages.ts';
import { BundledSamples } from '../../../src-main/host/bundledSamples.ts';
import { readBreakpointFile } from '../../../src-main/host/breakpointFiles.ts';
import { effects, replayedStates } from '../../../src-main/replay/eventPage.ts';
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import type { NumberedOperation, OperationIndex } from '../../../src-main/trace/record.ts';
import { eventsOf, type LoggedEvent, type RunLog } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { driverSource } from '../../support/scenarios/loadDriver.ts';
import { collectTrace } from '../../support/trace/collectTrace.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = path.join(root, 'resources/samples');
const samples = new BundledSamples(path.join(root, 'resources'));
const generated = samples.list().filter(({ name }) => name !== 'first-light');
const accessDenied = 0xc0000022;
const nameNotFound = 0xc0000034;

interface Outcome {
  readonly operation: NumberedOperation;
  readonly status: number;
  readonly state: string;
  readonly effect: string;
  readonly cause: number;
}

interface Told {
  readonly log: RunLog;
  readonly events: readonly LoggedEvent[];
  readonly operations: readonly NumberedOperation[];
  readonly outcomes: readonly Outcome[];
  readonly stops: readonly StopInfo[];
  readonly violations: readonly string[];
  /** What drivers print, and the operation in which. */
  readonly lines: readonly string[];
  processOf(operation: NumberedOperation): string;
}

/** A sample run as its session runs it: with its drivers, at their altitudes, and its breakpoints. */
function told(name: string, change: (source: string) => string = (source) => source): Told {
  const sample = samples.get(name);
  const trace = collectTrace(bytesSource(readFileSync(samples.traceFile(name)), `${name}.jsonl`));
  const operations = trace.operations.map((one, at): NumberedOperation => ({ ...one, index: (at + 1) as OperationIndex }));
  const drivers = sample.drivers.filter(({ enabled }) => enabled).map((driver, at): DriverSource => ({ ...driverSource(driver.name, change), id: at + 1 }));
  const { breakpoints, left } = readBreakpointFile(sample.breakpoints, sample.drivers.map(({ name: driver }) => ({ name: driver, files: [], id: drivers.find((one) => one.name === driver)?.id ?? 99 })));
  expect(left).toEqual([]);
  const stops: StopInfo[] = [];
  const log = runHere({ drivers, operations, breakpoints: breakpoints.map(({ spec }, at) => ({ id: at + 1, spec })), request: { processes: trace.processes } }, (_run, stop) => {
    stops.push(stop);
  });
  const pages = [...log.results.values()];
  const outcomes = operations.map((operation): Outcome => {
    const page = pages.find(({ firstOperation, statuses }) => operation.index >= firstOperation && operation.index < firstOperation + statuses.length);
    const at = operation.index - (page?.firstOperation ?? 0);
    return { operation, status: page?.statuses[at] ?? 0, state: replayedStates[page?.states[at] ?? 0] ?? '', effect: effects[page?.effects[at] ?? 0] ?? '', cause: page?.causes[at] ?? 0 };
  });
  const events = eventsOf(log);
  const violations = events.filter(({ kind }) => kind === 'violation').map((event) => event.name);
  const lines = events.filter(({ kind }) => kind === 'log').map((event) => String(event.detail['text'] ?? JSON.stringify(event.detail)));
  return { log, events, operations, outcomes, stops, violations, lines, processOf: (operation) => trace.processes[operation.process]?.name ?? '' };
}

const named = (outcomes: readonly Outcome[], operation: string, file: string): Outcome[] => outcomes.filter((one) => one.operation.operation === operation && one.operation.path?.endsWith(`\\${file}`) === true);

describe('the bundled samples', () => {
  it('are at least six, each small, and come out of their script byte for byte', () => {
    expect(samples.list().length).toBeGreaterThanOrEqual(7);
    const made = mkdtempSync(path.join(tmpdir(), 'fltreplay-samples-'));
    try {
      execFileSync(process.execPath, [path.join(root, 'scripts/make-samples.ts'), made]);
      expect(readdirSync(made).sort()).toEqual(generated.map(({ name }) => `${name}.jsonl`).sort());
      for (const { name } of generated) {
        expect(readFileSync(path.join(made, `${name}.jsonl`)).equals(readFileSync(samples.traceFile(name))), name).toBe(true);
        expect(statSync(samples.traceFile(name)).size, name).toBeLessThan(150_000);
      }
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });

  it('say what they are in their files, and have nothing beside them that belongs to none', () => {
    for (const { name, title, shows } of samples.list()) {
      expect(title, name).toMatch(/^[A-Z].*[^.]$/);
      expect(shows, name).toMatch(/^[A-Z].*\.$/);
      expect(JSON.parse(readFileSync(samples.traceFile(name), 'utf8').split('\n')[0] ?? '')).toMatchObject({ synthetic: true });
    }
    expect(readdirSync(folder).sort()).toEqual(samples.list().flatMap(({ name }) => [`${name}.json`, `${name}.jsonl`]).sort());
  });

  it.each(samples.list().map(({ name }) => name))('%s stops at its breakpoint, and runs the same twice', (name) => {
    const first = told(name);
    const again = told(name);
    expect(first.stops.length).toBeGreaterThan(0);
    expect(again.log.summary?.eventHash).toBe(first.log.summary?.eventHash);
  });
});

describe('first-light', () => {
  it('tells of the swapped buffer that the snapshot does not have (FV-084)', () => {
    expect(new Set(told('first-light').violations)).toContain('FV-084');
  });

  it('is mended by moving the request behind the swap', () => {
    const request = /  const status = FltRequestOperationStatusCallback\(Data, ReadStatus, context\);\n.*\n/;
    const mended = told('first-light', (source) => source.replace(request, '').replace('  CompletionContext.value = context;\n', `${request.exec(source)?.[0] ?? ''}  CompletionContext.value = context;\n`));
    expect(mended.log.problems).toEqual([]);
    expect(mended.violations).not.toContain('FV-084');
  });
});

describe('pended-reads', () => {
  it('ends in a deadlock, told by its wait graph (OV-002)', () => {
    const { violations, log, events } = told('pended-reads');
    expect(violations).toEqual(['OV-002']);
    expect(log.problems).toHaveLength(1);
    expect(log.problems[0]?.message).toContain('Wait graph');
    expect(events.filter(({ kind }) => kind === 'hint').map(({ name }) => name)).toEqual(['H-01']);
  });

  it('with the line changed that the tour names, each read below \\pend\\ is pended until its work item, 20 ms later, and nothing is wrong', () => {
    const { violations, log, events, outcomes, operations } = told('pended-reads', (source) => source.replace('const WAIT_UNDER_LOCK = true;', 'const WAIT_UNDER_LOCK = false;'));
    expect(violations).toEqual([]);
    expect(log.problems).toEqual([]);
    const expected = operations.filter(({ operation, kind, path: file }) => operation === 'ReadFile' && kind === 'irp' && file?.startsWith('C:\\pend\\') === true);
    expect(events.filter(({ kind }) => kind === 'work').length).toBeGreaterThanOrEqual(expected.length);
    for (const { operation, status, state } of outcomes) expect([state, status], `#${operation.index}`).toEqual(['completed', operation.status]);
  });
});

describe('ransomware', () => {
  const { outcomes, lines, processOf } = told('ransomware');

  it('stops both programs at their fifth file, and the editor never', () => {
    expect(lines.filter((line) => line.includes('flagged')).length).toBe(2);
    const refused = outcomes.filter(({ status, state, operation }) => state === 'completed' && status === accessDenied && operation.status !== accessDenied);
    expect([...new Set(refused.map(({ operation }) => processOf(operation)))].sort()).toEqual(['invoice.exe', 'photosync.exe']);
  });

  it('saves the second half of the documents and all copies', () => {
    for (const name of ['offer.pdf', 'plan.pptx', 'recipes.docx', 'tax.xlsx', 'thesis.docx', 'Backup\\accounts.xlsx', 'Backup\\contract.docx', 'Backup\\family.jpg', 'Backup\\letter.docx']) {
      expect(named(outcomes, 'CreateFile', name).map(({ status }) => status), name).toEqual([accessDenied]);
    }
    for (const name of ['accounts.xlsx', 'contract.docx', 'family.jpg', 'letter.docx', 'minutes.docx']) expect(named(outcomes, 'SetRenameInformationFile', `Documents\\${name}`).map(({ status }) => status), name).toEqual([0]);
  });

  it('breaks the last three downloads: what they would have been is not there later', () => {
    for (const name of ['mountain', 'river', 'sunset']) {
      expect(named(outcomes, 'CreateFile', `${name}.part`).map(({ status }) => status)).toEqual([accessDenied]);
      expect(named(outcomes, 'CreateFile', `${name}.jpg`)).toMatchObject([{ status: nameNotFound, effect: 'consequence' }]);
    }
    expect(named(outcomes, 'CreateFile', 'meadow.jpg')).toMatchObject([{ status: 0 }]);
  });
});

describe('delete-guard', () => {
  it('refuses every way, after which the file is still there', () => {
    const { outcomes } = told('delete-guard');
    const [old] = named(outcomes, 'SetDispositionInformationFile', 'guard\\old.txt');
    const [posix] = named(outcomes, 'SetDispositionInformationEx', 'guard\\posix.txt');
    const [onClose] = named(outcomes, 'CreateFile', 'guard\\temporary.txt');
    const [moved] = named(outcomes, 'SetRenameInformationFile', 'guard\\moved.txt');
    const [replacing] = named(outcomes, 'SetRenameInformationFile', 'else\\empty.txt');
    for (const way of [old, posix, onClose, moved, replacing]) expect(way).toMatchObject({ status: accessDenied, effect: 'changed' });
    for (const [way, name] of [[old, 'old'], [posix, 'posix'], [onClose, 'temporary'], [moved, 'moved']] as const) {
      expect(named(outcomes, 'CreateFile', `guard\\${name}.txt`).at(-1)).toMatchObject({ operation: { status: nameNotFound }, status: 0, effect: 'consequence', cause: way?.operation.index });
    }
  });

  it('leaves emptying a file and everything elsewhere alone', () => {
    const { outcomes } = told('delete-guard');
    for (const one of [...named(outcomes, 'CreateFile', 'emptied.txt'), ...named(outcomes, 'SetDispositionInformationFile', 'else\\old.txt')]) expect(one.status).toBe(0);
  });
});

describe('redirected', () => {
  it('moves every operation on the handle to the other file, and the file is found where it was not', () => {
    const { outcomes } = told('redirected');
    const handles = outcomes.filter(({ operation }) => operation.path?.startsWith('C:\\out\\') === true && operation.operation !== 'CreateFile' && operation.operation !== 'SetRenameInformationFile');
    expect(handles.filter(({ operation }) => operation.operation === 'WriteFile')).toHaveLength(3);
    for (const one of handles.filter(({ operation }) => ['WriteFile', 'ReadFile'].includes(operation.operation))) expect(one, `#${one.operation.index}`).toMatchObject({ effect: 'redirected', state: 'completed', status: 0 });
    expect(named(outcomes, 'CreateFile', 'in\\march-final.csv')).toMatchObject([{ operation: { status: nameNotFound }, status: 0, effect: 'consequence' }]);
  });
});

describe('encrypted', () => {
  const { events, operations, outcomes, stops } = told('encrypted');
  const swapped = new Set(events.filter(({ kind, name }) => kind === 'change' && /Parameters\.(?:Read|Write)\.(?:Read|Write)Buffer/.test(name)).map(({ operation }) => operation));

  it('swaps the buffers of what is not cached and nothing else', () => {
    const transfers = operations.filter(({ operation }) => operation === 'ReadFile' || operation === 'WriteFile').filter(({ path: file }) => file === 'C:\\enc\\diary.txt');
    // IRP_NOCACHE 0x1, IRP_PAGING_IO 0x2
    expect([...swapped].sort((a, b) => a - b)).toEqual(transfers.filter(({ irpFlags }) => (irpFlags & 3) !== 0).map(({ index }) => index));
    expect(transfers.some(({ kind }) => kind === 'fastio')).toBe(true);
  });

  it('stops where the lazy writer\'s buffer is swapped', () => {
    expect(stops.map(({ operation }) => operation)).toEqual(operations.filter(({ operation, irpFlags }) => operation === 'WriteFile' && (irpFlags & 2) !== 0).map(({ index }) => expect.objectContaining({ index }) as unknown));
  });

  it('lets no file out of the folder', () => {
    expect(named(outcomes, 'SetRenameInformationFile', 'enc\\diary.txt')).toMatchObject([{ status: accessDenied }]);
    expect(named(outcomes, 'CreateFile', 'mail\\diary.txt')).toMatchObject([{ status: nameNotFound, effect: 'consequence' }]);
  });
});

describe('oplocks', () => {
  it('are told by the status callback when granted and by the post callback when broken', () => {
    const { lines, events, operations } = told('oplocks');
    expect(lines.map((line) => line.trim())).toEqual(['watch: granted', 'watch: broken to none', 'watch: not granted', 'watch: granted']);
    const [request] = operations.filter(({ operation, path: file }) => operation === 'FileSystemControl' && file?.endsWith('plan.docx') === true);
    const at = (kind: string): number => events.findIndex((event) => event.kind === kind && event.operation === request?.index);
    const breaker = operations.find(({ index, operation }) => operation === 'CreateFile' && index > (request?.index ?? 0));
    // The post callback belongs to an operation that was issued before, and comes after the open that breaks the oplock was issued.
    expect(at('status')).toBeLessThan(events.findIndex((event) => event.operation === breaker?.index));
    expect(at('post')).toBeGreaterThan(events.findIndex((event) => event.operation === breaker?.index));
  });
});
