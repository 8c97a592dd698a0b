/**
 * The access a create must have asked for, by what was done with its file object later: ETW does not record DesiredAccess.
 *
 * Source: etw-formats.md 11.5; the access an operation needs is that of the DDI's pages on NtQueryInformationFile, NtSetInformationFile and ZwCreateFile.
 * Paging I/O says nothing of the handle it runs on. What is learnt takes two bytes for each create of the trace, and nothing for all else but open files.
 */
import {
  DELETE, FILE_DELETE_ON_CLOSE, FILE_GENERIC_READ, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_READ_EA, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT,
  FILE_WRITE_ATTRIBUTES, FILE_WRITE_DATA, FILE_WRITE_EA, IRP_PAGING_IO, READ_CONTROL, SYNCHRONIZE, WRITE_DAC,
} from '../../nt/values.generated.ts';
import { dropOldest } from './dropOldest.ts';
import type { EtwFileStart, FileParameters } from './kernelEvent.ts';
import { fileStartTypes } from './kernelEvent.ts';
import { limits } from './limits.ts';
import type { EtwPointer } from './pointer.ts';

const t = fileStartTypes;
const synchronousIo = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
/** Classes that set a size: FileAllocationInformation, FileEndOfFileInformation, FileValidDataLengthInformation. */
const sizeClasses = new Set([19, 20, 39]);
/** Classes any handle may set: FileLinkInformation, FilePositionInformation, FileModeInformation, FileLinkInformationEx. */
const freeClasses = new Set([11, 14, 16, 72]);

/** Bits of DELETE and above are kept shifted down, so that a mask fits 16 bits. */
const packed = (mask: number): number => (mask & 0x1ff) | ((mask & 0x7_0000) >>> 7);
const unpacked = (mask: number): number => (mask & 0x1ff) | ((mask & 0xe00) << 7);

function neededBy(type: number, parameters: FileParameters): number {
  switch (type) {
    case t.read: return isPaging(parameters) ? 0 : FILE_READ_DATA;
    case t.write: return isPaging(parameters) ? 0 : FILE_WRITE_DATA;
    case t.dirEnum: case t.dirNotify: return FILE_READ_DATA;
    case t.queryInfo: return FILE_READ_ATTRIBUTES;
    case t.setInfo: return parameters.class === 'info' ? neededToSet(parameters.infoClass) : 0;
    case t.delete: case t.rename: return DELETE;
    case t.flush: return FILE_WRITE_DATA;
    case t.querySecurity: return READ_CONTROL;
    case t.setSecurity: return WRITE_DAC;
    case t.queryEa: return FILE_READ_EA;
    case t.setEa: return FILE_WRITE_EA;
    default: return 0;
  }
}

const isPaging = (parameters: FileParameters): boolean => parameters.class === 'readWrite' && (parameters.ioFlags & IRP_PAGING_IO) !== 0;

function neededToSet(infoClass: number): number {
  if (sizeClasses.has(infoClass)) return FILE_WRITE_DATA;
  return freeClasses.has(infoClass) ? 0 : FILE_WRITE_ATTRIBUTES;
}

/** Of the creates of one provider, in their order. */
export class UsedAccess {
  #used = new Uint16Array(1024);
  readonly #open = new Map<EtwPointer, number>();
  #learnt = 0;
  #asked = 0;

  /** First pass: every start. */
  learn({ type, fileObject, parameters }: EtwFileStart): void {
    if (type === t.create) {
      this.#create(fileObject);
      return;
    }
    const create = this.#open.get(fileObject);
    if (create === undefined) return;
    if (type === t.close) this.#open.delete(fileObject);
    else this.#used[create] = (this.#used[create] ?? 0) | packed(neededBy(type, parameters));
  }

  #create(fileObject: EtwPointer): void {
    const create = this.#learnt++;
    this.#open.delete(fileObject);
    if (fileObject === 0 || create >= limits.creates) return;
    // Only a trace without closes comes here; what the oldest file objects are used for after so many others is not learnt.
    if (this.#open.size >= limits.running) dropOldest(this.#open);
    if (create >= this.#used.length) {
      const longer = new Uint16Array(this.#used.length * 2);
      longer.set(this.#used);
      this.#used = longer;
    }
    this.#open.set(fileObject, create);
  }

  /** Ends the first pass. */
  learned(): void {
    this.#open.clear();
  }

  /** Second pass: what the next create was used for; 0 where nothing is known. */
  next(): number {
    return unpacked(this.#used[this.#asked++] ?? 0);
  }
}

/** The least a create with these options asks for, and is used for. */
export function desiredAccess(used: number, createOptions: number): number {
  const needed = used | ((createOptions & FILE_DELETE_ON_CLOSE) !== 0 ? DELETE : 0);
  return (needed === 0 ? FILE_GENERIC_READ : needed) | ((createOptions & synchronousIo) !== 0 ? SYNCHRONIZE : 0);
}
