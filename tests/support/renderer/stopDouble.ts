/** A stop as the engine would tell it: statusWatch's status callback on a read whose buffer it swapped after asking. Made up. */
import type { EventKind, EventRow, OperationRow, StopInfo, ViolationRow } from '../../../src-preload/contract/index.ts';

const sentence = 'ReadBuffer was changed at statusWatch.ts:73 after the status callback was requested at line 68. The snapshot still names the old buffer; the file system filled the new one.';

export function stopDouble(operation: OperationRow): StopInfo {
  const point = (sequence: number, line: number | null = null): StopInfo['point'] => ({ operation: operation.index, sequence, line });
  const layer = (number: number, name: string, altitude: string | null, step: StopInfo['layers'][number]['step'], result: string, sequence: number, here = false): StopInfo['layers'][number] =>
    ({ layer: number, name, altitude, step, result, here, point: point(sequence) });
  const same = (path: string, text: string, raw: string | null = null): StopInfo['iopb']['fields'][number] =>
    ({ path, values: [text, text, text], raw: [raw, raw, raw], changed: false, changes: [{ point: point(1), by: 'requestor', line: null, from: '', to: text }] });
  return {
    reason: 'breakpoint', moment: { past: false, basis: 'live', rebuilding: false, note: null }, breakpointIds: [1], point: point(11), operation, callback: 'status', driver: 'statusWatch', driverId: 2, altitude: '328010',
    thread: { tid: operation.tid, pid: operation.pid, process: operation.process, kind: 'requestor' }, irql: 'PASSIVE', atLine: false,
    layers: [
      layer(0, 'I/O manager', null, 'issue', '', 1), layer(1, 'minispy', '385100', 'pre', 'FLT_PREOP_SUCCESS_WITH_CALLBACK', 2), layer(2, 'statusWatch', '328010', 'pre', 'FLT_PREOP_SUCCESS_WITH_CALLBACK', 3),
      layer(3, 'file system', null, 'lower', 'STATUS_SUCCESS / 4096', 7), layer(2, 'statusWatch', '328010', 'status', '', 11, true),
    ],
    iopb: {
      columns: [
        { id: 'snapshot', title: 'snapshot', explanation: 'The copy made when FltRequestOperationStatusCallback was called' },
        { id: 'sent', title: 'sent', explanation: 'What IoCallDriver got' },
        { id: 'now', title: 'now', explanation: 'The live parameter block at this moment' },
      ],
      fields: [
        same('MajorFunction', 'IRP_MJ_READ', '3'), same('MinorFunction', 'IRP_MN_NORMAL', '0'), same('IrpFlags', 'IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION', '0x900'), same('OperationFlags', '0'),
        same('Parameters.Read.Length', '4096'), same('Parameters.Read.ByteOffset', '0x1A000', '106496'),
        {
          path: 'Parameters.Read.ReadBuffer', values: ['ubuf#91', "pool#7 'Swap'", "pool#7 'Swap'"], raw: ['91', '7', '7'], changed: true,
          changes: [{ point: point(1), by: 'requestor', line: null, from: '', to: 'ubuf#91' }, { point: point(5), by: 'statusWatch', line: 73, from: 'ubuf#91', to: "pool#7 'Swap'" }],
        },
        { path: 'Parameters.Read.MdlAddress', values: ['NULL', 'mdl#12', 'mdl#12'], raw: ['0', '12', '12'], changed: true, changes: [{ point: point(6), by: 'statusWatch', line: 74, from: 'NULL', to: 'mdl#12' }] },
        same('TargetFileObject', 'fo#3301'), { path: 'TargetInstance', values: ['statusWatch Instance', 'file system', null], raw: [null, null, null], changed: false, changes: [] },
      ],
      ioStatus: { status: 0, information: '4096' }, operationStatus: 0, completionContext: '{ SwappedBuffer, OriginalBuffer, Length }', requesterContext: '{ SwappedBuffer, OriginalBuffer, Length }', callbackDataFlags: 'FLTFL_CALLBACK_DATA_IRP_OPERATION',
    },
    notes: [
      { kind: 'violation', id: 'FV-084', severity: 'V', sentence, rule: 'R-5.9', source: 'FltRequestOperationStatusCallback', driver: 'statusWatch', line: 73 },
      { kind: 'explanation', id: 'R-5.14', severity: 'I', sentence: 'The file system completed the read inline, so the status callback runs after IoCallDriver has returned and before the post callbacks.', rule: 'R-5.14', source: 'filter-manager-core.md 5.4', driver: null, line: null },
    ],
    stackFrames: [{ id: 1, name: 'ReadStatus', driver: 'statusWatch', line: 82, column: 1 }, { id: 2, name: 'Filter Manager: operation status callback', driver: null, line: null, column: null }],
  };
}

export function eventsDouble(operation: OperationRow, first: number): readonly EventRow[] {
  const row = (at: number, kind: EventKind, depth: number, layerName: string, text: string, line: number | null = null, extra: Partial<EventRow> = {}): EventRow => ({
    number: first + at, operation: operation.index, issued: operation.index, sequence: at + 1, kind, depth, layer: depth, layerName, tid: operation.tid, irql: 'PASSIVE', text, line, driver: line === null ? null : 'statusWatch', rule: '', assumption: null, violation: null, severity: null, ...extra,
  });
  return [
    row(0, 'issue', 0, 'I/O manager', `${operation.operation} ${operation.path ?? ''}`),
    row(1, 'pre', 1, 'minispy', 'pre IRP_MJ_READ → FLT_PREOP_SUCCESS_WITH_CALLBACK'),
    row(2, 'pre', 2, 'statusWatch', 'pre IRP_MJ_READ', 53),
    row(3, 'api', 3, 'statusWatch', 'FltRequestOperationStatusCallback(Data, ReadStatus, {…}) = STATUS_SUCCESS', 68),
    row(4, 'change', 3, 'statusWatch', "Parameters.Read.ReadBuffer ubuf#91 → pool#7 'Swap'", 73),
    row(5, 'lower', 3, 'file system', 'IRP_MJ_READ → STATUS_SUCCESS / 4096', null, { rule: 'R-5.12' }),
    row(6, 'violation', 2, 'statusWatch', sentence, 73, { violation: 'FV-084', severity: 'V', rule: 'R-5.9' }),
    row(7, 'status', 2, 'statusWatch', 'status callback, OperationStatus STATUS_SUCCESS', 82, { rule: 'R-5.14' }),
    row(8, 'log', 3, 'statusWatch', 'the snapshot still names the old buffer ubuf#91; the file system got pool#7 (status 00000000)', 85),
    row(9, 'post', 2, 'statusWatch', 'post IRP_MJ_READ → FLT_POSTOP_FINISHED_PROCESSING', 90),
    row(10, 'ret', 0, 'I/O manager', 'completed with STATUS_SUCCESS'),
  ];
}

export function violationDouble(operation: OperationRow): ViolationRow {
  return { id: 'FV-084', hint: false, severity: 'V', sentence, rule: 'R-5.9', source: 'FltRequestOperationStatusCallback', driver: 'statusWatch', line: 73, operation: operation.index, issued: operation.index, sequence: 7 };
}
