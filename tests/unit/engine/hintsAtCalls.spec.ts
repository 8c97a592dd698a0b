/** Hints about what a driver asks for and gets: each bug is told of, and the corrected driver is quiet. */
import { describe, expect, it } from 'vitest';
import { createThread, FILE_OBJECT, type FLT_REGISTRATION, type FLT_RELATED_OBJECTS, type FLT_CALLBACK_DATA } from '../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_STREAM_CONTEXT, FLT_STREAMHANDLE_CONTEXT, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_WRITE,
  IRP_PAGING_IO, STATUS_REPARSE,
} from '../../../src-main/nt/values.generated.ts';
import { contextRig, KEEP, REPLACE, type ContextRig } from '../../support/engine/contextRig.ts';
import { makeRig, type Rig } from '../../support/engine/rig.ts';

const idsOf = (rig: Rig): string[] => [...new Set(rig.events.flatMap((event) => (event.kind === 'hint' ? [event.id] : [])))];

function files(operations: NonNullable<FLT_REGISTRATION['OperationRegistration']>, contexts: readonly (readonly [number, number])[] = []): ContextRig {
  return contextRig({ A: { altitude: '1', contexts, registration: { OperationRegistration: operations } } });
}

/** A second handle opens the stream, whose context is set again. */
function openTwice(how: number): ContextRig {
  const rig: ContextRig = files([[IRP_MJ_CREATE, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, (_data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
    const fresh = { value: null as object | null };
    const old = { value: null as object | null };
    rig.call('FltAllocateContext', objects.Filter, FLT_STREAM_CONTEXT, 8, 1, fresh);
    rig.call('FltSetStreamContext', objects.Instance, objects.FileObject, how, fresh.value, old);
    if (old.value !== null) rig.call('FltReleaseContext', old.value);
    rig.call('FltReleaseContext', fresh.value);
    return FLT_POSTOP_FINISHED_PROCESSING;
  }]], [[FLT_STREAM_CONTEXT, 8]]);
  rig.open('\\f');
  rig.open('\\f');
  return rig;
}

/** Paging I/O comes on another file object than the handle's. */
function pagingRead(routine: 'FltGetStreamHandleContext' | 'FltGetStreamContext'): ContextRig {
  const rig: ContextRig = files([[IRP_MJ_READ, 0, (_data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
    const context = { value: null as object | null };
    if (rig.call(routine, objects.Instance, objects.FileObject, context) === 0) rig.call('FltReleaseContext', context.value);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]], [[FLT_STREAM_CONTEXT, 8], [FLT_STREAMHANDLE_CONTEXT, 8]]);
  const fileObject = rig.open('\\f');
  rig.io(IRP_MJ_READ, fileObject, { irpFlags: IRP_PAGING_IO });
  return rig;
}

function ownRead(length: number): ContextRig {
  const rig: ContextRig = files([[IRP_MJ_CREATE, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, (_data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
    rig.call('FltReadFile', objects.Instance, objects.FileObject, 0n, length, new Uint8Array(1024), 1, { value: 0 }, null, null);
    return FLT_POSTOP_FINISHED_PROCESSING;
  }]]);
  rig.open('\\f');
  return rig;
}

function flushing(inPagingWrite: boolean): ContextRig {
  const rig: ContextRig = files([[IRP_MJ_WRITE, 0, (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
    if (inPagingWrite || (data.Iopb.IrpFlags & IRP_PAGING_IO) === 0) rig.call('FltFlushBuffers', objects.Instance, objects.FileObject);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]]);
  const fileObject = rig.open('\\f');
  rig.io(IRP_MJ_WRITE, fileObject, { member: 'Write', values: { Length: 512, ByteOffset: 0n, WriteBuffer: 'b' }, irpFlags: IRP_PAGING_IO });
  return rig;
}

/** Redirects `\old` to `\new`; the mistaken one redirects whatever comes. */
function redirecting(excludesTarget: boolean): Rig {
  const rig: Rig = makeRig([{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_CREATE, 0, (data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
    const isTarget = targets.has(objects.FileObject);
    if (objects.FileObject !== null) targets.add(objects.FileObject);
    if (isTarget && excludesTarget) return FLT_PREOP_SUCCESS_NO_CALLBACK;
    data.IoStatus.Status = STATUS_REPARSE;
    data.IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
  }]] } }], undefined, { reparse: 'filters' });
  rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: {}, fileObject: new FILE_OBJECT({ id: 'fo', volume: 'V1', name: '\\old' }) });
  return rig;
}
const targets = new WeakSet<object | FILE_OBJECT>() as { has(value: unknown): boolean; add(value: object): unknown };

/** The file system pends the read; another thread completes it. */
function touchesInPost(when: (data: FLT_CALLBACK_DATA) => boolean): Rig {
  const buffer = {};
  const rig: Rig = makeRig([{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, (data: FLT_CALLBACK_DATA) => {
    if (when(data)) rig.engine.bufferTouched(buffer, 'read', 1, 'user');
    return FLT_POSTOP_FINISHED_PROCESSING;
  }]] } }], () => ({ kind: 'pend' }));
  const operation = rig.issue({ values: { Length: 16, ByteOffset: 0n, ReadBuffer: buffer } });
  rig.engine.completeLower(operation, createThread({ tid: 8, pid: 4, process: 'System', kind: 'arbitrary' }), 0, 0, 16);
  return rig;
}

describe('a hint at a call', () => {
  it.each([
    ['F-06', () => openTwice(REPLACE), () => openTwice(KEEP)],
    ['F-12', () => pagingRead('FltGetStreamHandleContext'), () => pagingRead('FltGetStreamContext')],
    ['D-07', () => ownRead(100), () => ownRead(512)],
    ['H-21', () => flushing(true), () => flushing(false)],
    ['B-05', () => touchesInPost(() => true), () => touchesInPost(({ Iopb }) => Iopb.Parameters.Read['MdlAddress'] !== null)],
    ['C-18', () => redirecting(false), () => redirecting(true)],
  ] as const)('%s tells of the bug, and not of the corrected driver', (id, bad, good) => {
    expect(idsOf(bad())).toEqual([id]);
    expect(idsOf(good())).toEqual([]);
  });
});
