/** Switches about I/O of a filter's own, fast I/O and simulated threads (filter-manager-objects.md 0.2, 6, 9). */
import { FILE_OBJECT, type FLT_REGISTRATION, type LowerAnswer, type Ref } from '../../../../../src-main/engine/index.ts';
import {
  FLT_PREOP_SUCCESS_NO_CALLBACK, FLTFL_IO_OPERATION_NON_CACHED, FO_CLEANUP_COMPLETE, IRP_MJ_CREATE, IRP_MJ_READ, STATUS_FILE_CLOSED, STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER,
  STATUS_OBJECT_NAME_NOT_FOUND, STATUS_REPARSE, STATUS_STACK_OVERFLOW, STATUS_SUCCESS,
} from '../../../../../src-main/nt/values.generated.ts';
import { makeRig, success, type Rig } from '../../../../support/engine/rig.ts';
import { caseOf, ownVector, vector, type Settings, type SwitchTable } from './switchCase.ts';

const passOn = (): number => FLT_PREOP_SUCCESS_NO_CALLBACK;
const reads: FLT_REGISTRATION = { OperationRegistration: [[IRP_MJ_READ, 0, passOn, null]], InstanceQueryTeardownCallback: () => STATUS_SUCCESS };

/** Filters above each other that see reads, and what their calls are afterwards. */
const stack = (settings: Settings, names: readonly string[]): Rig =>
  makeRig(names.map((name, at) => ({ name, altitude: String(100 - at), registration: reads })), undefined, { assumptions: settings });

/** Runs code of a filter outside any operation. */
function as<T>(rig: Rig, filter: string, body: () => T): T {
  const result: { value?: T } = {};
  rig.engine.runRoutine(rig.filter(filter), 'Test', rig.thread, 0, null, () => void (result.value = body()));
  rig.calls.length = 0;
  return result.value as T;
}

const attributes = { ObjectName: 'V1\\f', Attributes: 0x240 };

/** FltCreateFileEx: the file object, or the status. */
function open(rig: Rig, filter: string, instance: object | null): FILE_OBJECT | number {
  const fileObject: Ref<FILE_OBJECT | null> = { value: null };
  const status = Number(rig.call('FltCreateFileEx', rig.filter(filter).handle, instance, { value: null }, fileObject, 0x10_0081, attributes, { Status: 0, Information: 0 }, null, 0, 7, 1, 0x20, null, 0, 0));
  return fileObject.value ?? status >>> 0;
}

/** A read by the filter; the calls it caused, its status first. */
function readThrough(rig: Rig, filter: string, fileObject: unknown, offset: bigint | null = 0n, flags = 0, length = 512): readonly unknown[] {
  let status: unknown = null;
  rig.calls.length = 0;
  rig.engine.runRoutine(rig.filter(filter), 'Test', rig.thread, 0, null, () => {
    status = rig.call('FltReadFile', rig.instance(filter).handle, fileObject, offset === null ? null : { QuadPart: offset }, length, new Uint8Array(length), flags, { value: 0 }, null, null);
  });
  return [status, ...rig.calls.filter((call) => call.startsWith('pre ') || call === 'lower')];
}

/** How many creates reach the file system when it answers each with STATUS_REPARSE, and what the opener gets. */
function reparsing(settings: Settings): readonly unknown[] {
  let creates = 0;
  const again: LowerAnswer = { kind: 'complete', status: STATUS_REPARSE, information: 0 };
  const rig = makeRig([{ name: 'A', altitude: '1', registration: reads }], () => (creates++, again), { assumptions: settings });
  return [as(rig, 'A', () => open(rig, 'A', null)), creates];
}

/** A filter whose pre-create opens the file again from the top of the stack, for ever. */
function entering(settings: Settings): readonly unknown[] {
  const statuses: unknown[] = [];
  const rig: Rig = makeRig((one) => [{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_CREATE, 0, () => {
    statuses.push(open(one, 'A', null));
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }, null]] } }], undefined, { assumptions: settings });
  rig.issue({ major: IRP_MJ_CREATE, member: null, values: {} });
  return [statuses[0], rig.calls.filter((call) => call === 'pre A').length];
}

const closed = new FILE_OBJECT({ id: 'closed', volume: 'V1', flags: FO_CLEANUP_COMPLETE });
const asynchronous = new FILE_OBJECT({ id: 'file', volume: 'V1' });

const generated: SwitchTable = {
  'GEN-003': caseOf((settings) => {
    // B opened the file below itself, then A, which is above B, reads it.
    const rig = stack(settings, ['A', 'B', 'C']);
    const file = as(rig, 'B', () => open(rig, 'B', rig.instance('B').handle));
    return readThrough(rig, 'A', file);
  }, [STATUS_SUCCESS, 'pre C', 'lower'], [STATUS_SUCCESS, 'pre B', 'pre C', 'lower']),
  'GEN-004': caseOf((settings) => {
    const rig = stack(settings, ['A', 'B', 'C']);
    const file = as(rig, 'B', () => open(rig, 'B', rig.instance('B').handle));
    const handle: Ref<unknown> = { value: null };
    as(rig, 'B', () => rig.call('FltCreateFile', rig.filter('B').handle, rig.instance('B').handle, handle, 0x10_0081, attributes, { Status: 0, Information: 0 }, null, 0, 7, 1, 0x20, null, 0, 0));
    rig.engine.teardown(rig.instance('B'), rig.thread, 1);
    as(rig, 'A', () => undefined);
    // The kernel's own routine goes by the file object alone.
    rig.engine.runRoutine(rig.filter('A'), 'Test', rig.thread, 0, null, () => rig.call('ZwReadFile', handle.value, null, null, null, { Status: 0, Information: 0 }, new Uint8Array(512), 512, { QuadPart: 0n }, null));
    return [file instanceof FILE_OBJECT, ...rig.calls.filter((call) => call.startsWith('pre '))];
  }, [true, 'pre C'], [true, 'pre A', 'pre C']),
  'GEN-012': caseOf(reparsing, [STATUS_OBJECT_NAME_NOT_FOUND, 64], [STATUS_OBJECT_NAME_NOT_FOUND, 32]),
  'GEN-017': caseOf(entering, [STATUS_STACK_OVERFLOW, 16], [STATUS_STACK_OVERFLOW, 8]),
  'GEN-021': caseOf((settings) => readThrough(stack(settings, ['A']), 'A', asynchronous, null), [STATUS_INVALID_PARAMETER], [STATUS_SUCCESS, 'lower']),
  'GEN-023': caseOf((settings) => readThrough(stack(settings, ['A', 'B']), 'A', asynchronous, 1n, FLTFL_IO_OPERATION_NON_CACHED), [STATUS_SUCCESS, 'pre B', 'lower'], [STATUS_INVALID_PARAMETER]),
  'GEN-026': caseOf((settings) => readThrough(stack(settings, ['A']), 'A', closed)[0], STATUS_INVALID_PARAMETER, STATUS_FILE_CLOSED),
  'GEN-032': vector('OB-095', ['cb A.io status=STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST'], ['cb A.io status=STATUS_SUCCESS']),
  'R-3.31': vector('CV-083', ['api B FltCancelFileOpen = void', '#2 fsd T1 P', 'post A T1 P st=ACCESS_DENIED/0 cc=NULL => FINISHED'], ['api B FltCancelFileOpen = void', 'post A T1 P st=ACCESS_DENIED/0 cc=NULL => FINISHED', '#2 fsd T1 P']),
  'R-6.30': vector('CV-199', ['viol FV-113 A'], ['viol FV-110 A']),
};

const fastIo: SwitchTable = {
  'FIO-011': vector('CV-046', ['reissue IRP CREATE', '#2 done T1 P SUCCESS/1'], []),
  'FIO-023': ownVector(`
    stack: A@1
    do: A.pre = io ACCESS_DENIED/0; => COMPLETE
    op: FSF RELEASE_FOR_MOD_WRITE T1 P
  `, ['viol OV-104 A', 'final: SUCCESS/0'], ['viol OV-104 A', 'final: ACCESS_DENIED/0']),
  'FIO-028': caseOf((settings) => {
    const rig = makeRig([{ name: 'A', altitude: '1', registration: reads }], undefined, { assumptions: settings, lowerDevice: { dispatch: () => success, offersFastIo: () => false } });
    rig.issue({ kind: 'fastio' });
    return rig.calls[0];
  }, undefined, 'pre A'),
};

const simulation: SwitchTable = {
  'SIM-004': caseOf((settings) => {
    const rig = stack(settings, ['A', 'B']);
    const { handle } = rig.instance('B');
    rig.engine.teardown(rig.instance('B'), rig.thread, 1);
    return [as(rig, 'A', () => rig.call('FltGetVolumeFromInstance', handle, { value: null })), rig.violationIds()];
  }, [STATUS_INVALID_PARAMETER, ['OV-003']], [STATUS_FLT_DELETING_OBJECT, ['OV-003']]),
};

export const ownIoSwitches: SwitchTable = { ...generated, ...fastIo, ...simulation };
