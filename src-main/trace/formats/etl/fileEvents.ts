/**
 * Decodes file I/O and minifilter events: group 4 of the kernel, and the same payloads of Microsoft-Windows-Kernel-File.
 *
 * Source: etw-formats.md 9.2 to 9.5 and 10.5. The two versions differ in where the thread stands: version 2 holds it as a pointer behind the IRP.
 */
import { decodeUtf16, TextCache } from '../../byteText.ts';
import type { EtwEvent, EtwFileName, EtwFileNote, EtwMinifilter, FileParameters, FileStartType } from '../../etw/kernelEvent.ts';
import { fileStartTypes } from '../../etw/kernelEvent.ts';
import type { TraceTime } from '../../record.ts';
import type { EtlRecord } from './container/etlRecord.ts';
import type { EventHead } from './eventHead.ts';
import { endOfText, layout, pointerAt } from './layout.ts';
import type { Layout, PlacedLayout } from './layout.ts';

type Addresses = 'Irp' | 'TTID' | 'FileObject';
type Keyed = Addresses | 'FileKey';

/** Version 2, version 3. */
type Versions<Field extends string> = readonly [Layout<Field>, Layout<Field>];

const create: Versions<Addresses | 'CreateOptions' | 'FileAttributes' | 'ShareAccess'> = [
  layout('P Irp; P TTID; P FileObject; u32 CreateOptions; u32 FileAttributes; u32 ShareAccess'),
  layout('P Irp; P FileObject; u32 TTID; u32 CreateOptions; u32 FileAttributes; u32 ShareAccess'),
];
const simple: Versions<Keyed> = [layout('P Irp; P TTID; P FileObject; P FileKey'), layout('P Irp; P FileObject; P FileKey; u32 TTID')];
const readWrite: Versions<Keyed | 'Offset' | 'IoSize' | 'IoFlags' | 'ExtraFlags'> = [
  layout('u64 Offset; P Irp; P TTID; P FileObject; P FileKey; u32 IoSize; u32 IoFlags'),
  layout('u64 Offset; P Irp; P FileObject; P FileKey; u32 TTID; u32 IoSize; u32 IoFlags; u32 ExtraFlags'),
];
const info: Versions<Keyed | 'ExtraInfo' | 'InfoClass'> = [
  layout('P Irp; P TTID; P FileObject; P FileKey; P ExtraInfo; u32 InfoClass'), layout('P Irp; P FileObject; P FileKey; P ExtraInfo; u32 TTID; u32 InfoClass'),
];
const dir: Versions<Keyed | 'Length' | 'InfoClass' | 'FileIndex'> = [
  layout('P Irp; P TTID; P FileObject; P FileKey; u32 Length; u32 InfoClass; u32 FileIndex'),
  layout('P Irp; P FileObject; P FileKey; u32 TTID; u32 Length; u32 InfoClass; u32 FileIndex'),
];
const operationEnd: Layout<'Irp' | 'ExtraInfo' | 'NtStatus'> = layout('P Irp; P ExtraInfo; u32 NtStatus');
const fileName: Layout<'FileKey'> = layout('P FileKey');
const callback: Layout<'RoutineAddr' | 'FileObject' | 'FileContext' | 'IrpPtr' | 'CallbackDataPtr' | 'MajorFunction'> =
  layout('P RoutineAddr; P FileObject; P FileContext; P IrpPtr; P CallbackDataPtr; u32 MajorFunction');

const t = fileStartTypes;
const simpleTypes: ReadonlySet<number> = new Set([t.cleanup, t.close, t.flush]);
const readWriteTypes: ReadonlySet<number> = new Set([t.read, t.write]);
const infoTypes: ReadonlySet<number> = new Set([
  t.setInfo, t.delete, t.rename, t.queryInfo, t.fsControl, t.setLink, t.setSecurity, t.querySecurity, t.setEa, t.queryEa,
]);
const dirTypes: ReadonlySet<number> = new Set([t.dirEnum, t.dirNotify]);
const nameIs: { readonly [type: number]: EtwFileName['nameIs'] } = { 0: 'alive', 32: 'born', 35: 'dies', 36: 'alive' };

/** Type of the FileIo class for an id of Kernel-File. */
const typeOfId: { readonly [id: number]: number } = {
  10: 32, 11: 35, 12: 64, 13: 65, 14: 66, 15: 67, 16: 68, 17: 69, 18: 70, 19: 71, 20: 72, 21: 73, 22: 74, 23: 75, 24: 76, 25: 77, 26: 79, 27: 80, 28: 81, 29: 71, 30: 78,
  31: t.setSecurity, 32: t.querySecurity, 33: t.setEa, 34: t.queryEa,
};

const fileOpenByFileId = 0x2000;
const simpleParameters: FileParameters = { class: 'simple' };

/** `undefined`: not an event of these; `'short'`: the payload ends too early. */
export type Decoded = EtwEvent | undefined | 'short';

export class FileEvents {
  readonly #paths = new TextCache(decodeUtf16, 4096);

  /** An event of Kernel-File. */
  manifest(record: EtlRecord, head: EventHead): Decoded {
    const type = typeOfId[record.id];
    return type === undefined ? undefined : this.#decode(record, head, type, record.version === 0 ? 0 : 1, 'Kernel-File');
  }

  /** An event of group 4. */
  kernel(record: EtlRecord, head: EventHead, type: number): Decoded {
    return this.#decode(record, head, type, record.version >= 3 ? 1 : 0, 'FileIo');
  }

  #decode(record: EtlRecord, head: EventHead, type: number, version: 0 | 1, provider: 'FileIo' | 'Kernel-File'): Decoded {
    if (type === 76) return this.#end(record, head, provider);
    if (type >= 78 && type <= 81) return this.#note(record, head, type as EtwFileNote['type'], version, provider);
    if (type >= 96 && type <= 101) return this.#callback(record, head, type as EtwMinifilter['type']);
    if (nameIs[type] !== undefined) return this.#name(record, head, nameIs[type]);
    return this.#start(record, head, type as FileStartType, version, provider);
  }

  #start(record: EtlRecord, head: EventHead, type: FileStartType, version: 0 | 1, provider: 'FileIo' | 'Kernel-File'): Decoded {
    const { pointerSize, view, payloadStart: start, payloadSize } = record;
    if (type === t.create) return this.#create(record, head, version, provider);
    const placed: PlacedLayout<Keyed> | undefined = simpleTypes.has(type) ? simple[version][pointerSize] : readWriteTypes.has(type) ? readWrite[version][pointerSize]
      : infoTypes.has(type) ? info[version][pointerSize] : dirTypes.has(type) ? dir[version][pointerSize] : undefined;
    if (placed === undefined) return undefined;
    if (payloadSize < placed.size) return 'short';
    const { at } = placed;
    return {
      ...head, kind: 'fileStart', provider, type, irp: pointerAt(view, start + at.Irp, pointerSize), fileObject: pointerAt(view, start + at.FileObject, pointerSize),
      fileKey: pointerAt(view, start + at.FileKey, pointerSize), issuingTid: threadAt(view, start + at.TTID), path: null,
      parameters: this.#parameters(record, type, version),
    };
  }

  #create(record: EtlRecord, head: EventHead, version: 0 | 1, provider: 'FileIo' | 'Kernel-File'): Decoded {
    const { pointerSize, view, payloadStart: start, payloadEnd, payloadSize } = record;
    const { at, size } = create[version][pointerSize];
    if (payloadSize < size) return 'short';
    const createOptions = view.getUint32(start + at.CreateOptions, true);
    // The bytes of a file id may hold zeros: its text goes on to the NUL that ends the payload.
    const path = (createOptions & fileOpenByFileId) !== 0 ? this.#paths.get(record.bytes, start + size, Math.max(start + size, payloadEnd - 2)) : this.#text(record, start + size);
    return {
      ...head, kind: 'fileStart', provider, type: t.create, irp: pointerAt(view, start + at.Irp, pointerSize),
      fileObject: pointerAt(view, start + at.FileObject, pointerSize), fileKey: 0, issuingTid: threadAt(view, start + at.TTID), path,
      parameters: {
        class: 'create', createOptions, fileAttributes: view.getUint32(start + at.FileAttributes, true), shareAccess: view.getUint32(start + at.ShareAccess, true),
      },
    };
  }

  #parameters(record: EtlRecord, type: FileStartType, version: 0 | 1): FileParameters {
    const { pointerSize, view, payloadStart: start } = record;
    if (readWriteTypes.has(type)) {
      const { at } = readWrite[version][pointerSize];
      return {
        class: 'readWrite', offset: view.getBigInt64(start + at.Offset, true), ioSize: view.getUint32(start + at.IoSize, true),
        ioFlags: view.getUint32(start + at.IoFlags, true), extraFlags: version === 0 ? null : view.getUint32(start + at.ExtraFlags, true),
      };
    }
    if (infoTypes.has(type)) {
      const { at } = info[version][pointerSize];
      return { class: 'info', extraInfo: pointerAt(view, start + at.ExtraInfo, pointerSize), infoClass: view.getUint32(start + at.InfoClass, true) };
    }
    if (!dirTypes.has(type)) return simpleParameters;
    const { at, size } = dir[version][pointerSize];
    return {
      class: 'dir', length: view.getUint32(start + at.Length, true), infoClass: view.getUint32(start + at.InfoClass, true),
      fileIndex: view.getUint32(start + at.FileIndex, true), fileName: this.#text(record, start + size),
    };
  }

  /** CreateNewFile has the payload of a create, the others that of an information event. */
  #note(record: EtlRecord, head: EventHead, type: EtwFileNote['type'], version: 0 | 1, provider: 'FileIo' | 'Kernel-File'): Decoded {
    const { pointerSize, view, payloadStart: start, payloadSize } = record;
    const placed: PlacedLayout<Addresses> = type === 78 ? create[version][pointerSize] : info[version][pointerSize];
    if (payloadSize < placed.size) return 'short';
    const { at } = placed;
    return {
      ...head, kind: 'fileNote', provider, type, irp: pointerAt(view, start + at.Irp, pointerSize), fileObject: pointerAt(view, start + at.FileObject, pointerSize),
      fileKey: type === 78 ? 0 : pointerAt(view, start + info[version][pointerSize].at.FileKey, pointerSize), path: this.#text(record, start + placed.size),
    };
  }

  #end(record: EtlRecord, head: EventHead, provider: 'FileIo' | 'Kernel-File'): Decoded {
    const { pointerSize, view, payloadStart: start, payloadSize } = record;
    const { at, size } = operationEnd[pointerSize];
    if (payloadSize < size) return 'short';
    return {
      ...head, kind: 'fileEnd', provider, irp: pointerAt(view, start + at.Irp, pointerSize), information: pointerAt(view, start + at.ExtraInfo, pointerSize),
      status: view.getUint32(start + at.NtStatus, true),
    };
  }

  #name(record: EtlRecord, head: EventHead, is: EtwFileName['nameIs']): Decoded {
    const { pointerSize, view, payloadStart: start, payloadSize } = record;
    const { size } = fileName[pointerSize];
    if (payloadSize < size) return 'short';
    return { ...head, kind: 'fileName', nameIs: is, fileKey: pointerAt(view, start, pointerSize), path: this.#text(record, start + size) };
  }

  /** What stands before and behind the common block is told by the length: public documents differ. */
  #callback(record: EtlRecord, head: EventHead, type: EtwMinifilter['type']): Decoded {
    const { pointerSize, view, payloadStart, payloadSize, clock } = record;
    const { at, size } = callback[pointerSize];
    const rest = payloadSize - size;
    if (rest < 0) return 'short';
    const timed = rest === 8 || rest === 12;
    const start = payloadStart + (timed ? 8 : 0);
    const status = rest === 12 || (rest === 4 && type !== 96 && type !== 98) ? view.getUint32(start + size, true) : null;
    const initialTime = timed && clock !== null ? clock.time(view.getUint32(payloadStart + 4, true), view.getUint32(payloadStart, true)) : null;
    return {
      ...head, kind: 'minifilter', type, routine: pointerAt(view, start + at.RoutineAddr, pointerSize), fileObject: pointerAt(view, start + at.FileObject, pointerSize),
      fileContext: pointerAt(view, start + at.FileContext, pointerSize), irp: pointerAt(view, start + at.IrpPtr, pointerSize),
      callbackData: pointerAt(view, start + at.CallbackDataPtr, pointerSize), major: view.getUint32(start + at.MajorFunction, true) & 0xff,
      initialTime: initialTime as TraceTime | null, status,
    };
  }

  #text({ bytes, payloadEnd }: EtlRecord, at: number): string {
    return this.#paths.get(bytes, at, endOfText(bytes, at, payloadEnd));
  }
}

/** Version 2 stores the thread as a pointer: its low half is the number. */
function threadAt(view: DataView, at: number): number | null {
  const tid = view.getUint32(at, true);
  return tid === 0 || tid === 0xffff_ffff ? null : tid;
}
