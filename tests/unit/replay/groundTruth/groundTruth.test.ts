/**
 * Callbacks of a run beside those that an ETW trace recorded.
 *
 * Expectations: etw-formats.md 9.5 (what the events say), filter-manager-core.md, R-1.5 (pre from the top down, post from the bottom up). No public
 * trace has such events, so the traces are written here.
 */
import { describe, expect, it } from 'vitest';
import { GroundTruth } from '../../../../src-main/replay/groundTruth/groundTruth.ts';
import type { GroundTruthReport } from '../../../../src-main/replay/groundTruth/groundTruthReport.ts';
import { RecordedCallbacks, type RecordedCallback } from '../../../../src-main/replay/groundTruth/recordedCallbacks.ts';
import { bytesSource } from '../../../../src-main/trace/byteSource.ts';
import type { NumberedOperation, OperationIndex } from '../../../../src-main/trace/record.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { ownDriver } from '../../../support/engine-host/runs.ts';
import { collectTrace } from '../../../support/trace/collectTrace.ts';
import { filterStackTrace, type FilteredOperation } from '../../../support/trace/etl/filterStack.ts';

/** A filter that sees creates and reads; `pre` and `post` are the beginnings of their bodies. */
const filter = (name: string, altitude: string, pre = '', post = '', id = 1): ReturnType<typeof ownDriver> => ownDriver(name, `function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  ${pre}
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}
function Post(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: FLT_POST_OPERATION_FLAGS): FLT_POSTOP_CALLBACK_STATUS {
  ${post}
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, Pre, Post], [IRP_MJ_READ, 0, Pre, Post]] }, filter);
  return FltStartFiltering(filter.value);
}
`, id, altitude);
const deny = 'Data.IoStatus.Status = STATUS_ACCESS_DENIED; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE;';

/** A above B. */
const names = { A: 'alpha.sys', B: 'BETA.SYS' };
const stack = [filter('alpha', '380000'), filter('beta', '180000', '', '', 2)];
const whole = 'A> B> <B <A';

interface Options {
  readonly files?: Readonly<Record<string, string | null>>;
  readonly only?: readonly number[];
  readonly recordedAs?: Readonly<Record<string, readonly string[]>>;
}

function truthOf(operations: readonly FilteredOperation[], drivers: readonly ReturnType<typeof ownDriver>[] = stack, { files = names, only, recordedAs = {} }: Options = {}): GroundTruthReport {
  const trace = collectTrace(bytesSource(filterStackTrace(files, operations, only), 'stack.etl'));
  const numbered: NumberedOperation[] = [...trace.operations].sort((a, b) => Number(a.time - b.time)).map(({ stack: _stack, ...op }, at) => ({ ...op, index: (at + 1) as OperationIndex }));
  const log = runHere({ drivers, operations: numbered, request: { processes: trace.processes } });
  expect(log.problems).toEqual([]);
  const byOperation = new Map<number, RecordedCallbacks>();
  const truth = new GroundTruth(
    log.layers.filter(({ kind }) => kind === 'filter').map(({ layer, name }) => ({ layer, name, recordedAs: recordedAs[name] ?? [] })),
    (operation): readonly RecordedCallback[] => byOperation.get(operation)?.list ?? [],
  );
  for (const event of trace.contextEvents.filter(({ contextClass }) => contextClass === 'minifilter')) {
    truth.recordedEvent(event);
    const number = numbered.find(({ sourceIndex }) => sourceIndex === event.operation)?.index;
    if (number === undefined) continue;
    const callbacks = byOperation.get(number) ?? new RecordedCallbacks();
    byOperation.set(number, callbacks);
    callbacks.add(event);
  }
  truth.begin();
  for (const page of log.pages.values()) truth.replayedPage(page);
  return truth.report;
}

const create = (callbacks: string, status = 0): FilteredOperation => ({ what: 'create', callbacks, status });
const read = (callbacks: string, status = 0): FilteredOperation => ({ what: 'read', callbacks, status });
const cleanup: FilteredOperation = { what: 'cleanup', callbacks: '' };

describe('recorded callbacks beside those of a run', () => {
  it('the same filters in the same order are the same, whatever the case of their names', () => {
    expect(truthOf([create(whole), read(whole), cleanup])).toEqual({
      compared: 2, same: 2, different: 0, kinds: [], differences: [], withoutRecording: [],
      filters: [{ name: 'alpha.sys', callbacks: 8, driver: 'alpha' }, { name: 'BETA.SYS', callbacks: 8, driver: 'beta' }],
    });
  });

  it.each([
    ['a filter that did not run for it', 'A> <A', { kind: 'extra-callback', phase: 'pre', driver: 'beta' }],
    ['a post that ran twice', 'A> B> <B <A <A', { kind: 'missing-callback', phase: 'post', driver: 'alpha' }],
    ['a post that did not run', 'A> B> <A', { kind: 'extra-callback', phase: 'post', driver: 'beta' }],
    ['the filters the other way round', 'B> A> <A <B', { kind: 'other-order', phase: 'pre', driver: 'alpha' }],
    ['another status at a post', 'A> B> <B=c0000022 <A', { kind: 'other-status', phase: 'post', driver: 'beta', recorded: 0xc0000022, replayed: 0 }],
    ['a post that made a failure of it', 'A> B> <B <A!c0000022', { kind: 'other-status', phase: 'post', driver: 'alpha', recorded: 0xc0000022, replayed: 0 }],
    ['a pre that failed it', 'A>!c0000022', { kind: 'other-status', phase: 'pre', driver: 'alpha', recorded: 0xc0000022, replayed: null }],
  ])('%s is told', (_what, callbacks, expected) => {
    const report = truthOf([create(whole), read(callbacks)]);
    expect(report).toMatchObject({ compared: 2, same: 1, different: 1, kinds: [{ kind: expected.kind, count: 1, first: 2 }] });
    expect(report.differences).toEqual([{ operation: 2, recorded: null, replayed: null, ...expected }]);
  });

  it('a pre that failed it as recorded is the same: nobody below ran', () => {
    const drivers = [filter('alpha', '380000'), filter('beta', '180000', `if (Data.Iopb.MajorFunction === IRP_MJ_READ) { ${deny} }`, '', 2)];
    expect(truthOf([create(whole), read('A> B>!c0000022 <A=c0000022', 0xc0000022)], drivers)).toMatchObject({ compared: 2, same: 2 });
    expect(truthOf([create(whole), read(whole)], drivers).differences).toEqual([{ operation: 2, kind: 'missing-callback', phase: 'post', driver: 'beta', recorded: null, replayed: null }]);
  });

  it('filters of the recorded machine that are not in the stack are listed, and drivers that were not there; neither counts', () => {
    const report = truthOf([create('A> C> B> <B <C <A')], [stack[1] ?? filter('beta', '180000'), filter('gamma', '200000', '', '', 3)], { files: { ...names, C: 'WdFilter.sys' } });
    expect(report).toMatchObject({ compared: 1, same: 1, withoutRecording: ['gamma'] });
    expect(report.filters.map(({ name, driver }) => [name, driver])).toEqual([['alpha.sys', null], ['WdFilter.sys', null], ['BETA.SYS', 'beta']]);
  });

  it('a driver stands for the filters that its manifest names', () => {
    const report = truthOf([create('A> <A')], [filter('mine', '380000')], { files: { A: 'vendor.sys' }, recordedAs: { mine: ['Vendor.sys'] } });
    expect(report).toMatchObject({ compared: 1, same: 1, filters: [{ name: 'vendor.sys', driver: 'mine' }], withoutRecording: [] });
  });

  it('a routine in no known image is a filter by its address', () => {
    expect(truthOf([create('A> <A')], stack, { files: { A: null } }).filters.map(({ name }) => name)).toEqual(['0xFFFFF80000101000', '0xFFFFF80000102000']);
  });

  it.each([['only that they begin', [96, 97]], ['only that they returned', [98, 99]], ['only failures', [100, 101]], ['only preoperation callbacks', [96, 98]]])('a trace that tells %s is compared as far as it goes', (_what, only) => {
    expect(truthOf([create(whole), read(whole)], stack, { only })).toMatchObject({ different: 0 });
  });

  it('with failures only, one that is not repeated is told all the same', () => {
    const report = truthOf([create(whole), read('A>!c0000022')], stack, { only: [100, 101] });
    expect(report).toMatchObject({ compared: 1, different: 1, kinds: [{ kind: 'other-status' }] });
  });
});
