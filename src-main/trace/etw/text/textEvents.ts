/**
 * Makes the correlator's events of the fields a text form gives, by the class and number of the event.
 *
 * Source: etw-formats.md 9.2 to 9.6, 10. A text form may leave fields out (TraceEvent prints no thread beside the header's, xperf no file key).
 */
import type { DetailValue, TraceTime } from '../../record.ts';
import { fileStartTypes } from '../kernelEvent.ts';
import type { EtwEvent, EtwFileStart, EtwLife, EtwMinifilter, FileParameters, FileStartType } from '../kernelEvent.ts';
import { numberSlot as n, textSlot as t } from './fieldSlots.ts';
import type { TextFields } from './textFields.ts';

/** Which layout a FileIo type's parameters have. */
export type FileClass = FileParameters['class'] | 'name' | 'end' | 'note' | 'map' | 'minifilter';

const s = fileStartTypes;
const classes: ReadonlyMap<number, FileClass> = new Map<number, FileClass>([
  [0, 'name'], [32, 'name'], [35, 'name'], [36, 'name'], [37, 'map'], [38, 'map'], [39, 'map'], [40, 'map'],
  [s.create, 'create'], [s.cleanup, 'simple'], [s.close, 'simple'], [s.flush, 'simple'], [s.read, 'readWrite'], [s.write, 'readWrite'],
  [s.setInfo, 'info'], [s.delete, 'info'], [s.rename, 'info'], [s.queryInfo, 'info'], [s.fsControl, 'info'], [s.setLink, 'info'],
  [s.setSecurity, 'info'], [s.querySecurity, 'info'], [s.setEa, 'info'], [s.queryEa, 'info'], [s.dirEnum, 'dir'], [s.dirNotify, 'dir'],
  [76, 'end'], [78, 'note'], [79, 'note'], [80, 'note'], [81, 'note'],
  [96, 'minifilter'], [97, 'minifilter'], [98, 'minifilter'], [99, 'minifilter'], [100, 'minifilter'], [101, 'minifilter'],
]);

/** The layout of a FileIo event; undefined for a number without one. */
export const fileClassOf = (type: number): FileClass | undefined => classes.get(type);

/** False for file events that name nothing: see `learnsFrom`. */
export function learnsFromFile(type: number): boolean {
  const layout = classes.get(type);
  return layout !== undefined && layout !== 'map' && layout !== 'minifilter';
}

const lives: ReadonlyMap<number, EtwLife> = new Map([[1, 'start'], [2, 'end'], [3, 'rundown'], [4, 'endRundown'], [39, 'defunct']]);
const imageLives: ReadonlyMap<number, 'start' | 'end' | 'rundown' | 'endRundown'> = new Map([[10, 'start'], [2, 'end'], [3, 'rundown'], [4, 'endRundown']]);

/** What stands in the head of every event. */
export interface TextHead {
  sourceIndex: number;
  time: TraceTime;
  pid: number | null;
  tid: number | null;
  processor: number | null;
  name: string;
}

const wow64 = 2;
const majorMask = 0xff;

export class TextEvents {
  readonly head: TextHead = { sourceIndex: 0, time: 0n as TraceTime, pid: null, tid: null, processor: null, name: '' };
  readonly #fields: TextFields;

  constructor(fields: TextFields) {
    this.#fields = fields;
  }

  /** Undefined where the event lacks what it is about. */
  file(type: number, provider: 'FileIo' | 'Kernel-File'): EtwEvent | undefined {
    switch (classes.get(type)) {
      case 'name': return this.#fileName(type);
      case 'end': return this.#fileEnd(provider);
      case 'note': return this.#fileNote(type as 78 | 79 | 80 | 81, provider);
      case 'minifilter': return this.#minifilter(type as EtwMinifilter['type']);
      case 'map': return this.other('file mapping event', null);
      case undefined: return this.other('file event of an unknown number', null);
      default: return this.#fileStart(type as FileStartType, provider);
    }
  }

  #fileStart(type: FileStartType, provider: 'FileIo' | 'Kernel-File'): EtwFileStart | undefined {
    const fields = this.#fields;
    if (!fields.has(n.irp)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    const parameters = this.#parameters(type);
    return {
      kind: 'fileStart', sourceIndex, time, pid, tid, processor, name, stack: null, provider, type, irp: fields.pointer(n.irp), fileObject: fields.pointer(n.fileObject),
      fileKey: fields.pointer(n.fileKey), issuingTid: fields.u32(n.threadId) || null, path: this.#path(parameters.class === 'dir'), parameters,
    };
  }

  /** In events about directories the file name is the search pattern. */
  #path(isDirectory: boolean): string | null {
    const fields = this.#fields;
    return (isDirectory ? fields.text(t.directory) : fields.text(t.path) || fields.text(t.fileName)) || null;
  }

  #parameters(type: FileStartType): FileParameters {
    const fields = this.#fields;
    switch (classes.get(type)) {
      case 'create': return { class: 'create', createOptions: this.#createOptions(), fileAttributes: fields.u32(n.fileAttributes), shareAccess: fields.u32(n.shareAccess) };
      case 'readWrite':
        return { class: 'readWrite', offset: fields.wide(n.offset), ioSize: fields.u32(n.ioSize), ioFlags: fields.u32(n.ioFlags), extraFlags: fields.optional(n.extraFlags) };
      case 'info': return { class: 'info', extraInfo: fields.pointer(n.extraInfo), infoClass: fields.u32(n.infoClass) };
      case 'dir':
        return { class: 'dir', length: fields.u32(n.length), infoClass: fields.u32(n.infoClass), fileIndex: fields.u32(n.fileIndex), fileName: fields.text(t.fileName) };
      default: return { class: 'simple' };
    }
  }

  /** TraceEvent prints the disposition by itself. */
  #createOptions(): number {
    const fields = this.#fields;
    const options = fields.u32(n.createOptions);
    return fields.has(n.createDisposition) ? ((options & 0xff_ffff) | (fields.u32(n.createDisposition) << 24)) >>> 0 : options;
  }

  #fileEnd(provider: 'FileIo' | 'Kernel-File'): EtwEvent | undefined {
    const fields = this.#fields;
    if (!fields.has(n.irp) || !fields.has(n.status)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'fileEnd', sourceIndex, time, pid, tid, processor, name, stack: null, provider, irp: fields.pointer(n.irp), information: fields.pointer(n.extraInfo),
      status: fields.u32(n.status),
    };
  }

  #fileNote(type: 78 | 79 | 80 | 81, provider: 'FileIo' | 'Kernel-File'): EtwEvent | undefined {
    const fields = this.#fields;
    if (!fields.has(n.irp)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'fileNote', sourceIndex, time, pid, tid, processor, name, stack: null, provider, type, irp: fields.pointer(n.irp), fileObject: fields.pointer(n.fileObject),
      fileKey: fields.pointer(n.fileKey), path: this.#path(false) ?? '',
    };
  }

  /** The first field is called FileObject in the classic events, and is the file's key. */
  #fileName(type: number): EtwEvent | undefined {
    const fields = this.#fields;
    const slot = fields.has(n.fileKey) ? n.fileKey : n.fileObject;
    if (!fields.has(slot)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'fileName', sourceIndex, time, pid, tid, processor, name, stack: null, nameIs: type === 32 ? 'born' : type === 35 ? 'dies' : 'alive', fileKey: fields.pointer(slot),
      path: this.#path(false) ?? '',
    };
  }

  #minifilter(type: EtwMinifilter['type']): EtwEvent | undefined {
    const fields = this.#fields;
    if (!fields.has(n.routine)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'minifilter', sourceIndex, time, pid, tid, processor, name, stack: null, type, routine: fields.pointer(n.routine), fileObject: fields.pointer(n.fileObject),
      fileContext: fields.pointer(n.fileContext), irp: fields.pointer(n.irp), callbackData: fields.pointer(n.callbackData),
      major: fields.u32(n.majorFunction) & majorMask,
      // A raw clock reading, whose zero no text form tells.
      initialTime: null, status: fields.optional(n.status),
    };
  }

  process(type: number): EtwEvent | undefined {
    const life = lives.get(type);
    if (life === undefined) return this.other('process event', null);
    const fields = this.#fields;
    if (!fields.has(n.processId)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    const image = fields.text(t.imageName);
    const folder = image.lastIndexOf('\\');
    return {
      kind: 'process', sourceIndex, time, pid, tid, processor, name, stack: null, life, processId: fields.u32(n.processId), parentId: fields.optional(n.parentId),
      sessionId: fields.optional(n.sessionId), exitStatus: fields.optional(n.exitStatus), user: fields.text(t.user) || null, imageName: image.slice(folder + 1),
      imagePath: folder < 0 ? null : image, commandLine: fields.text(t.commandLine) || null, is64Bit: (fields.u32(n.flags) & wow64) !== 0 ? false : null,
      createTime: null, exitTime: null,
    };
  }

  thread(type: number): EtwEvent | undefined {
    const life = type === 72 ? 'named' : lives.get(type);
    if (life === undefined) return this.other('thread event', null);
    const fields = this.#fields;
    const slot = fields.has(n.tThreadId) ? n.tThreadId : n.threadId;
    if (!fields.has(n.processId) || !fields.has(slot)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'thread', sourceIndex, time, pid, tid, processor, name, stack: null, life, processId: fields.u32(n.processId), threadId: fields.u32(slot),
      threadName: fields.text(t.threadName) || null,
    };
  }

  image(type: number): EtwEvent | undefined {
    const life = imageLives.get(type);
    if (life === undefined) return this.other('image event', null);
    const fields = this.#fields;
    if (!fields.has(n.imageBase)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return {
      kind: 'image', sourceIndex, time, pid, tid, processor, name, stack: null, life, processId: fields.optional(n.processId), base: fields.pointer(n.imageBase),
      size: fields.u32(n.imageSize), path: fields.text(t.fileName) || fields.text(t.imageName),
    };
  }

  volume(): EtwEvent | undefined {
    const fields = this.#fields;
    if (!fields.hasText(t.ntPath)) return undefined;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return { kind: 'volume', sourceIndex, time, pid, tid, processor, name, stack: null, ntPath: fields.text(t.ntPath), dosPath: fields.text(t.dosPath) };
  }

  /** `event` is what the row is called; `response` in 100 ns. */
  disk(event: string, response: bigint | null): EtwEvent {
    const fields = this.#fields;
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    const detail: { [key: string]: DetailValue } = {};
    if (fields.has(n.irp)) detail['Irp'] = fields.detail(n.irp);
    if (fields.has(n.diskNumber)) detail['DiskNumber'] = fields.u32(n.diskNumber);
    if (fields.has(n.irpFlags)) detail['IrpFlags'] = fields.u32(n.irpFlags);
    if (fields.has(n.transferSize)) detail['TransferSize'] = fields.u32(n.transferSize);
    if (fields.has(n.offset)) detail['ByteOffset'] = fields.detail(n.offset);
    const key = fields.has(n.fileKey) ? n.fileKey : n.fileObject;
    return {
      kind: 'disk', sourceIndex, time, pid, tid, processor, name, stack: null, event, fileKey: fields.has(key) ? fields.pointer(key) : null,
      issuingTid: fields.u32(n.threadId) || null, response, detail,
    };
  }

  masks(masks: readonly number[]): EtwEvent {
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return { kind: 'groupMasks', sourceIndex, time, pid, tid, processor, name, stack: null, masks };
  }

  other(reason: string, row: Extract<EtwEvent, { kind: 'other' }>['row']): EtwEvent {
    const { sourceIndex, time, pid, tid, processor, name } = this.head;
    return { kind: 'other', sourceIndex, time, pid, tid, processor, name, stack: null, reason, row };
  }
}

/** FileIo type of an id of Microsoft-Windows-Kernel-File (etw-formats.md 10.5). */
export const kernelFileTypes: ReadonlyMap<number, number> = new Map([
  [10, 32], [11, 35], [12, s.create], [13, s.cleanup], [14, s.close], [15, s.read], [16, s.write], [17, s.setInfo], [18, s.delete], [19, s.rename], [20, s.dirEnum],
  [21, s.flush], [22, s.queryInfo], [23, s.fsControl], [24, 76], [25, s.dirNotify], [26, 79], [27, 80], [28, 81], [29, s.rename], [30, 78],
  [31, s.setSecurity], [32, s.querySecurity], [33, s.setEa], [34, s.queryEa],
]);

/** What disk events are called, by number (etw-formats.md 9.6). */
export const diskEventNames: ReadonlyMap<number, string> = new Map([
  [10, 'DiskRead'], [11, 'DiskWrite'], [12, 'DiskReadInit'], [13, 'DiskWriteInit'], [14, 'DiskFlush'], [15, 'DiskFlushInit'], [16, 'DiskIoRedirectedInit'],
  [55, 'OpticalRead'], [56, 'OpticalWrite'], [57, 'OpticalFlush'], [58, 'OpticalReadInit'], [59, 'OpticalWriteInit'], [60, 'OpticalFlushInit'],
]);
