/**
 * The record of an operation out of its start, its notes and its end.
 *
 * Source: etw-formats.md 9.4, 11.2 and 11.5. What no event says is left out or marked as derived or assumed.
 */
import { ntStatus } from '../../nt/ntStatus.ts';
import type { OperationKind, OperationRecord, Provenance } from '../record.ts';
import { desiredAccess } from './access.ts';
import { fileStartTypes } from './kernelEvent.ts';
import type { EtwFileStart } from './kernelEvent.ts';
import { irpFlagsOf, openResult, operationNameOf, operationTypeOf, opensById, parameterDetail } from './operationTypes.ts';
import type { Detail } from './operationTypes.ts';
import { unsignedPointer } from './pointer.ts';
import type { EtwPointer } from './pointer.ts';
import { isFastIo, isRefused } from './running.ts';
import type { RunningOperation } from './running.ts';
import type { Volumes } from './volumes.ts';

const statusPending = 0x103;
const statusReparse = 0x104;

/** One bit for each field that may not be recorded. */
const bits = { path: 1, process: 2, tid: 4, status: 8, duration: 16, kindDerived: 32, kindAssumed: 64, irpFlags: 128, accessDerived: 256, accessAssumed: 512 } as const;
const provenances: readonly (readonly [number, string, Provenance])[] = [
  [bits.path, 'path', 'derived'], [bits.process, 'process', 'derived'], [bits.tid, 'tid', 'assumed'], [bits.status, 'status', 'derived'],
  [bits.duration, 'duration', 'derived'], [bits.kindDerived, 'kind', 'derived'], [bits.kindAssumed, 'kind', 'assumed'], [bits.irpFlags, 'irpFlags', 'assumed'],
  [bits.accessDerived, 'detail.DesiredAccess', 'derived'], [bits.accessAssumed, 'detail.DesiredAccess', 'assumed'],
];
const combinations: ({ readonly [field: string]: Provenance } | undefined)[] = [];

/** One object for equal provenances: those who store them count on it. */
function provenanceOf(mask: number): { readonly [field: string]: Provenance } {
  return (combinations[mask] ??= Object.freeze(Object.fromEntries(provenances.filter(([bit]) => (mask & bit) !== 0).map(([, field, value]) => [field, value]))));
}

export function operationRecord(operation: RunningOperation, volumes: Volumes): OperationRecord {
  const { start, state, stack } = operation;
  const { parameters } = start;
  const type = operationTypeOf(start.type);
  const ended = state === 'ended';
  const status = ended ? ntStatus(operation.status) : state === 'pending' ? ntStatus(statusPending) : null;
  const information = ended ? countOf(operation.information) : null;
  const detail = parameterDetail(start);
  if (parameters.class === 'create') detail['DesiredAccess'] = desiredAccess(operation.usedAccess, parameters.createOptions);
  const recordedPath = pathOf(operation);
  const path = recordedPath === null ? null : volumes.dosPath(recordedPath);
  if (path !== recordedPath) detail['NtPath'] = recordedPath;
  addResult(detail, operation, information, volumes);
  addAddresses(detail, operation);
  const readWrite = parameters.class === 'readWrite';
  return {
    sourceIndex: start.sourceIndex,
    time: start.time,
    // An end before its start, of another processor's clock or out of damage, says nothing of how long it took.
    duration: ended && operation.endTime >= start.time ? operation.endTime - start.time : null,
    process: operation.process,
    tid: operation.tid ?? 0,
    operation: operationNameOf(start),
    major: type.major,
    minor: type.minor,
    kind: kindOf(operation),
    path,
    status,
    information,
    irpFlags: readWrite ? irpFlagsOf(parameters.ioFlags) : 0,
    offset: readWrite ? parameters.offset : null,
    length: readWrite ? parameters.ioSize : parameters.class === 'dir' ? parameters.length : null,
    detail,
    stack,
    provenance: provenanceOf(maskOf(operation, path !== null && start.path === null)),
  };
}

function maskOf(operation: RunningOperation, pathDerived: boolean): number {
  const { state, start } = operation;
  const readWrite = start.parameters.class === 'readWrite';
  const access = start.parameters.class !== 'create' ? 0 : operation.usedAccess === 0 ? bits.accessAssumed : bits.accessDerived;
  return access | (pathDerived ? bits.path : 0) | (operation.processRecorded ? 0 : bits.process) | (operation.tid === null ? bits.tid : 0)
    | (state === 'pending' ? bits.status : 0) | (state === 'ended' ? bits.duration : 0) | (readWrite ? bits.kindDerived : isRefused(operation) ? bits.kindDerived | bits.irpFlags : bits.kindAssumed | bits.irpFlags);
}

/** Reads and writes without IRP flags are fast I/O, and so is what was refused as such; of the others the events do not say which way they came in. */
const kindOf = (operation: RunningOperation): OperationKind => (isFastIo(operation.start) || isRefused(operation) ? 'fastio' : 'irp');

/** IoStatus.Information as a number; null for what can be no count. */
function countOf(information: EtwPointer): number | null {
  return typeof information === 'number' && information >= 0 ? information : null;
}

/** The path as recorded: of the event, else of the file it works on. An open by file id carries the id's bytes as if they were text. */
function pathOf({ start, name }: RunningOperation): string | null {
  if (start.path === null || start.path === '') return name?.path ?? null;
  return opensById(start.parameters) ? withFileId(start.path) : start.path;
}

/** Of `\Device\HarddiskVolume3\` and 8 or 16 bytes of an id: the id in hex, as the number it is. */
function withFileId(path: string): string {
  const volume = /^\\Device\\[^\\]+\\/i.exec(path)?.[0] ?? (path.startsWith('\\') ? '\\' : '');
  const id = path.slice(volume.length);
  if (id.length !== 4 && id.length !== 8) return path;
  let hex = '';
  for (let i = id.length - 1; i >= 0; i--) hex += id.charCodeAt(i).toString(16).padStart(4, '0');
  return `${volume}0x${hex.toUpperCase()}`;
}

function addResult(detail: Detail, operation: RunningOperation, information: number | null, volumes: Volumes): void {
  const { start, state, status, notePath } = operation;
  if (state === 'ended' && information === null) detail['Information'] = unsignedPointer(operation.information);
  if (start.type === fileStartTypes.create && state === 'ended') {
    const result = openResult(status, information);
    if (status === statusReparse) detail['ReparseTag'] = information;
    else if (result !== null) detail['OpenResult'] = result;
  }
  if (operation.created) detail['CreatedNewFile'] = true;
  if (notePath !== null) addNotePath(detail, start, notePath, volumes);
  if (state === 'unfinished') detail['EndLost'] = true;
  if (operation.name?.stale === true && start.path === null) detail['RenamedSince'] = true;
  if (operation.retryOf !== null) detail['RetryOf'] = operation.retryOf;
  if (operation.retriedAs !== null) detail['RetriedAs'] = operation.retriedAs;
}

/** Where a rename or link leads to; a deletion repeats the name of its file. */
function addNotePath(detail: Detail, start: EtwFileStart, notePath: string, volumes: Volumes): void {
  if (start.type === fileStartTypes.delete) {
    detail['DeletedPath'] = volumes.dosPath(notePath);
    return;
  }
  detail['TargetName'] = notePath;
  detail['FileName'] = volumes.dosPath(notePath);
}

function addAddresses(detail: Detail, { start }: RunningOperation): void {
  detail['Irp'] = unsignedPointer(start.irp);
  if (start.fileObject !== 0) detail['FileObject'] = unsignedPointer(start.fileObject);
  if (start.fileKey !== 0) detail['FileKey'] = unsignedPointer(start.fileKey);
  if (start.processor !== null) detail['Processor'] = start.processor;
}
