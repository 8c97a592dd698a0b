import { describe, expect, it } from 'vitest';
import { compareRecording } from '../../../src-main/compare/compareRecording.ts';
import { Differences, type Difference } from '../../../src-main/compare/difference.ts';
import { runSide } from '../../support/compare/runSides.ts';
import { create, eventsOf, ownDriver, preReadDriver, read, type RunLog } from '../../support/engine-host/runs.ts';
import { runHere } from '../../support/engine-host/runHere.ts';

const trace = [create(1), read(2), read(3, { offset: 4096n, information: 100 }), read(4, { offset: 8192n, status: 0xc0000011, information: 0 })];

function againstRecording(log: RunLog, swapped = false): Difference[] {
  const found = new Differences();
  const pages = [...log.pages.values()];
  const { layers, causeOf } = runSide(log);
  const recordedOf = (index: number): { status: number | null; information: number | null } | null => trace.find((op) => op.index === index) ?? null;
  for (const _ of compareRecording({ results: [], pages, recordedOf, layers, causeOf, swapped }, found));
  found.sort();
  return Array.from({ length: found.kept }, (_, at) => found.at(at));
}

/** Says that reads gave so many bytes. */
const liar = ownDriver('liar', `
function PreRead(): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_WITH_CALLBACK; }
function PostRead(Data: PFLT_CALLBACK_DATA): FLT_POSTOP_CALLBACK_STATUS {
  if (NT_SUCCESS(Data.IoStatus.Status)) Data.IoStatus.Information = 100;
  return FLT_POSTOP_FINISHED_PROCESSING;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]] }, filter);
  return FltStartFiltering(filter.value);
}
`);

describe('a run and the recording', () => {
  it('differ in the number of bytes where a driver says another one, and only there', () => {
    const information = againstRecording(runHere({ drivers: [liar], operations: trace })).filter(({ kind }) => kind === 'information');
    // #3 has had 100 bytes before, #4 has failed.
    expect(information).toMatchObject([{ what: 'IoStatus.Information', operationA: 2, operationB: 2, a: '4096', b: '100', pointA: { issued: 2, sequence: 0 } }]);
    expect(againstRecording(runHere({ drivers: [liar], operations: trace }), true).filter(({ kind }) => kind === 'information')).toMatchObject([{ kind: 'information', a: '100', b: '4096', pointB: { issued: 2, sequence: 0 } }]);
  });

  it('are told by their statuses where those differ already', () => {
    const denied = runHere({ drivers: [preReadDriver('Data.IoStatus.Status = STATUS_ACCESS_DENIED; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE;')], operations: trace });
    expect(againstRecording(denied).filter(({ kind }) => kind === 'information')).toEqual([]);
  });

  it('do not differ by information: a create that is synchronized is one anyway (FV-015, informational)', () => {
    const driver = ownDriver('sync', `
function PreCreate(): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SYNCHRONIZE; }
function PostCreate(): FLT_POSTOP_CALLBACK_STATUS { return FLT_POSTOP_FINISHED_PROCESSING; }
export function DriverEntry(DriverObject: PDRIVER_OBJECT): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, PostCreate]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
    const log = runHere({ drivers: [driver], operations: trace });
    expect(eventsOf(log).some(({ name }) => name === 'FV-015')).toBe(true);
    expect(againstRecording(log)).toEqual([]);
  });

  it('do not differ in it where nothing changes it', () => {
    expect(againstRecording(runHere({ drivers: [], operations: trace }))).toEqual([]);
  });
});
