/**
 * Decodes the detail blob of a file system event: path, parameters and captured output.
 *
 * Source: procmon-formats.md 9, 10.1, 10.3, 10.4. Covered: every operation that page describes; those it has no layout for (quota, PnP, power, ...)
 * keep their raw FLT_PARAMETERS as hex, and so do minor functions it does not name. Pointers in the parameters are addresses of the traced machine and are left out.
 */
import type { DetailValue, OperationKind, Provenance } from '../../record.ts';
import { controlCodeText } from '../procmon/controlCodes.ts';
import { dispositions, fileClassNames, openResults, syncTypes } from '../procmon/vocabulary.ts';
import { textBytes } from './detailText.ts';
import type { DetailTexts } from './detailText.ts';
import { directoryEntries, fileInformation, fixedAnswerSize, setInformation, volumeInformation } from './information.ts';
import { sidText } from './sids.ts';
import { networkOpenDetail, wideAt } from './values.ts';

type Detail = { [key: string]: DetailValue };
type Provenances = { readonly [field: string]: Provenance };

export const noDetail: Readonly<Detail> = Object.freeze({});
export const allRecorded: Provenances = Object.freeze({});
const informationDerived: Provenances = Object.freeze({ information: 'derived' });
const informationAssumed: Provenances = Object.freeze({ information: 'assumed' });

const statusPending = 0x103;
const statusReparse = 0x104;
const succeeded = (status: number): boolean => status < 0x80000000 && status !== statusPending;

/** Offload requests are the only control codes whose input is in the log. */
const fsctlOffloadRead = 0x94264;
const fsctlOffloadWrite = 0x98268;
const endOfFileClass = 20;
const fsctlPipeInternalRead = 0x116000;
const fsctlPipeInternalWrite = 0x119ff8;

/** Decoder for one file. After `decode` returned true its fields hold the event's values until the next call. */
export class FileEventDecoder {
  path: string | null = null;
  kind: OperationKind = 'other';
  irpFlags = 0;
  offset: bigint | null = null;
  length: number | null = null;
  information: number | null = null;
  detail: Detail = noDetail;
  provenance: Provenances = allRecorded;

  readonly #p: 4 | 8;
  readonly #texts: DetailTexts;
  /** Details that say nothing but flags are shared: most reads, writes and closes. */
  readonly #flagDetails = new Map<number, Detail>();
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** FLT_PARAMETERS, the tail behind the path, the end of the detail blob, the captured output. */
  #b = 0;
  #tail = 0;
  #end = 0;
  #extra = 0;
  #extraSize = 0;

  constructor(pointerSize: 4 | 8, texts: DetailTexts) {
    this.#p = pointerSize;
    this.#texts = texts;
  }

  /** `start` and `end` of the detail blob and the captured output as indices into `bytes`. False where the path does not fit. */
  decode(bytes: Uint8Array, view: DataView, start: number, end: number, extra: number, extraSize: number, major: number, sub: number, status: number): boolean {
    const p = this.#p;
    const pathAt = start + 0x1c + 5 * p;
    if (pathAt > end) return false;
    const descriptor = view.getUint16(start + 0x18 + 5 * p, true);
    const tail = pathAt + textBytes(descriptor);
    if (tail > end) return false;
    this.#bytes = bytes;
    this.#view = view;
    this.#b = start + 0x10;
    this.#tail = tail;
    this.#end = end;
    this.#extra = extra;
    this.#extraSize = extraSize;
    this.path = this.#text(descriptor, pathAt);
    this.offset = null;
    this.length = null;
    this.information = null;
    this.provenance = allRecorded;
    const flags = view.getUint32(start + 0x08, true);
    this.irpFlags = flags & 0x1ffff;
    this.kind = kindOf(view.getUint32(start + 0x0c, true));
    this.detail = this.#decodeParameters(major, sub, status);
    this.#addFlags((flags >>> 20) & 0xff, (flags >>> 17) & 7);
    return true;
  }

  #text(descriptor: number, at: number): string {
    return this.#texts.get(this.#bytes, descriptor, at);
  }

  /** SL_* flags and the I/O priority hint, where there are any. */
  #addFlags(operationFlags: number, priority: number): void {
    if (operationFlags === 0 && priority === 0) return;
    if (this.detail !== noDetail) {
      if (operationFlags !== 0) this.detail['OperationFlags'] = operationFlags;
      if (priority !== 0) this.detail['Priority'] = priority;
      return;
    }
    const key = operationFlags * 8 + priority;
    let shared = this.#flagDetails.get(key);
    if (shared === undefined) {
      shared = {};
      if (operationFlags !== 0) shared['OperationFlags'] = operationFlags;
      if (priority !== 0) shared['Priority'] = priority;
      this.#flagDetails.set(key, Object.freeze(shared));
    }
    this.detail = shared;
  }

  #u32(index: number): number {
    return this.#view.getUint32(this.#b + index, true);
  }

  /** A signed 64-bit value, or null where the detail blob ends before it. */
  #tailWide(index: number): bigint | null {
    return this.#tail + index + 8 <= this.#end ? this.#view.getBigInt64(this.#tail + index, true) : null;
  }

  #decodeParameters(major: number, sub: number, status: number): Detail {
    switch (major) {
      case 0x00: return this.#create(status);
      case 0x01: case 0x13: return this.#createPipe();
      case 0x02: case 0x09: case 0x12: case 0xfa: case 0xfb: case 0xfc: case 0xfe: return noDetail;
      case 0x03: case 0x04: return this.#readWrite(major, status);
      case 0x05: return this.#queryInformation(sub, status);
      case 0x06: return this.#setInformation(sub);
      case 0x07: return this.#queryEa();
      case 0x08: this.length = this.#u32(0); return noDetail;
      case 0x0a: case 0x0b: return this.#volumeInformation(major, sub, status);
      case 0x0c: return sub === 2 ? this.#notify() : sub === 1 ? this.#queryDirectory(status) : this.#raw();
      case 0x0d: case 0x0e: case 0x0f: return this.#control();
      case 0x11: return this.#lock(sub);
      case 0x14: return this.#querySecurity();
      case 0x15: return { SecurityInformation: this.#u32(0) };
      case 0xff: return this.#createMapping();
      case 0xfd: return this.#acquireForModWrite();
      case 0xf2: return this.#queryOpen(status);
      case 0xf1: case 0xef: case 0xf3: return this.#mdlReadWrite(major);
      case 0xee: this.offset = this.#view.getBigInt64(this.#b, true); return noDetail;
      case 0xf0: return noDetail;
      default: return this.#raw();
    }
  }

  #create(status: number): Detail {
    const p = this.#p;
    const options = this.#u32(p);
    const disposition = options >>> 24;
    const allocation = this.#b + 5 * p;
    const detail: Detail = {
      DesiredAccess: this.#tail + 4 <= this.#end ? this.#view.getUint32(this.#tail, true) : null,
      Disposition: dispositions[disposition] ?? String(disposition),
      CreateDisposition: disposition,
      CreateOptions: options & 0xffffff,
      FileAttributes: this.#view.getUint16(this.#b + 2 * p, true),
      ShareAccess: this.#view.getUint16(this.#b + 2 * p + 2, true),
      AllocationSize: wideAt(this.#view, allocation),
    };
    const eaLength = this.#u32(3 * p);
    if (eaLength !== 0) detail['EaLength'] = eaLength;
    const sid = this.#impersonating();
    if (sid !== null) detail['Impersonating'] = sid;
    if (this.#extraSize >= 4) {
      // On STATUS_REPARSE the same field holds the reparse tag.
      this.information = this.#view.getUint32(this.#extra, true);
      if (status === statusReparse) detail['ReparseTag'] = this.information;
      else detail['OpenResult'] = openResults[this.information] ?? String(this.information);
    }
    return detail;
  }

  /** null where the thread was not impersonating. */
  #impersonating(): string | null {
    const at = this.#tail + 8;
    return at > this.#end ? null : sidText(this.#bytes, this.#view, at, this.#bytes[this.#tail + 4] ?? 0, this.#end);
  }

  #createPipe(): Detail {
    const options = this.#u32(this.#p);
    const disposition = options >>> 24;
    const detail: Detail = {
      Disposition: dispositions[disposition] ?? String(disposition),
      CreateDisposition: disposition,
      CreateOptions: options & 0xffffff,
      ShareAccess: this.#view.getUint16(this.#b + 2 * this.#p + 2, true),
    };
    if (this.#extraSize >= 4) {
      this.information = this.#view.getUint32(this.#extra, true);
      detail['OpenResult'] = openResults[this.information] ?? String(this.information);
    }
    return detail;
  }

  #readWrite(major: number, status: number): Detail {
    const p = this.#p;
    this.length = this.#u32(0);
    this.offset = this.#view.getBigInt64(this.#b + 2 * p, true);
    if (major === 0x03) {
      if (this.#extraSize >= 4) {
        this.information = this.#view.getUint32(this.#extra, true);
      } else if (status !== statusPending) {
        // "Absent when none were read or it failed."
        this.information = 0;
        this.provenance = informationDerived;
      }
    } else if (succeeded(status)) {
      // Procmon captures nothing on writes; Windows file systems write all or fail.
      this.information = this.length;
      this.provenance = informationAssumed;
    }
    const key = this.#u32(p);
    return key === 0 ? noDetail : { Key: key };
  }

  #mdlReadWrite(major: number): Detail {
    this.offset = this.#view.getBigInt64(this.#b, true);
    this.length = this.#u32(8);
    const detail: Detail = { Key: this.#u32(8 + this.#p) };
    if (major === 0xf3) detail['CheckForReadOperation'] = (this.#bytes[this.#b + 8 + 2 * this.#p] ?? 0) !== 0;
    return detail;
  }

  #queryInformation(sub: number, status: number): Detail {
    this.length = this.#u32(0);
    const fileClass = this.#u32(this.#p);
    const detail = fileInformation(fileClass, sub, this.#bytes, this.#view, this.#extra, this.#extraSize);
    const size = fixedAnswerSize(sub);
    if (size !== undefined && succeeded(status) && this.#extraSize >= size) {
      this.information = size;
      this.provenance = informationDerived;
    }
    return detail;
  }

  #setInformation(sub: number): Detail {
    this.length = this.#u32(0);
    const room = Math.max(0, this.#end - this.#tail);
    const detail = setInformation(sub, this.#bytes, this.#view, this.#tail, Math.min(this.length, room), this.#p);
    if (sub === endOfFileClass && (this.#bytes[this.#b + 3 * this.#p + 1] ?? 0) !== 0) detail['AdvanceOnly'] = true;
    // The destination of a rename or link stands behind the buffer, as a DOS path.
    if (sub === 10 || sub === 11 || sub === 65 || sub === 66) {
      const at = this.#tail + this.length;
      if (at + 2 <= this.#end) {
        const descriptor = this.#view.getUint16(at, true);
        if (descriptor !== 0 && at + 2 + textBytes(descriptor) <= this.#end) detail['FileName'] = this.#text(descriptor, at + 2);
      }
    }
    return detail;
  }

  #queryEa(): Detail {
    this.length = this.#u32(0);
    return { EaListLength: this.#u32(3 * this.#p), EaIndex: this.#u32(4 * this.#p) };
  }

  #volumeInformation(major: number, sub: number, status: number): Detail {
    this.length = this.#u32(0);
    const complete = major === 0x0a && succeeded(status);
    return volumeInformation(sub, this.#bytes, this.#view, this.#extra, major === 0x0a ? this.#extraSize : 0, complete);
  }

  #queryDirectory(status: number): Detail {
    const p = this.#p;
    this.length = this.#u32(0);
    const fileClass = this.#u32(2 * p);
    let filter: string | null = null;
    if (this.#tail + 2 <= this.#end) {
      const descriptor = this.#view.getUint16(this.#tail, true);
      if (descriptor !== 0 && this.#tail + 2 + textBytes(descriptor) <= this.#end) filter = this.#text(descriptor, this.#tail + 2);
    }
    const detail: Detail = { Class: fileClassNames[fileClass] ?? `class ${fileClass}`, FileInformationClass: fileClass };
    if (filter !== null) detail['Filter'] = filter;
    const index = this.#u32(3 * p);
    if (index !== 0) detail['FileIndex'] = index;
    if (this.#extraSize > 0) {
      const { names, end, whole } = directoryEntries(fileClass, this.#bytes, this.#view, this.#extra, this.#extraSize);
      detail['Entries'] = names;
      if (!whole) detail['EntriesCut'] = true;
      if (whole && succeeded(status)) {
        this.information = end;
        this.provenance = informationDerived;
      }
    }
    return detail;
  }

  #notify(): Detail {
    this.length = this.#u32(0);
    return { CompletionFilter: this.#u32(this.#p) };
  }

  #control(): Detail {
    const code = this.#u32(2 * this.#p);
    const detail: Detail = { Control: controlCodeText(code), ControlCode: code, OutputBufferLength: this.#u32(0), InputBufferLength: this.#u32(this.#p) };
    const offset = code === fsctlOffloadRead ? this.#tailWide(16) : code === fsctlOffloadWrite ? this.#tailWide(8) : null;
    const length = code === fsctlOffloadRead ? this.#tailWide(24) : code === fsctlOffloadWrite ? this.#tailWide(16) : null;
    if (offset !== null) this.offset = offset;
    if (length !== null) this.length = Number(length);
    if (code === fsctlPipeInternalRead) this.length = this.#u32(0);
    if (code === fsctlPipeInternalWrite) this.length = this.#u32(this.#p);
    return detail;
  }

  #lock(sub: number): Detail {
    const p = this.#p;
    this.offset = this.#view.getBigInt64(this.#b + 2 * p, true);
    const length = this.#tailWide(0);
    if (length !== null) this.length = Number(BigInt.asUintN(64, length));
    const detail: Detail = { Key: this.#u32(p) };
    // Number loses digits above 2^53; whole-file locks ask for 2^64 - 1 bytes.
    if (length !== null) detail['Length'] = length >= 0n && length <= 0xffff_ffffn ? Number(length) : BigInt.asUintN(64, length);
    if (sub === 1) {
      detail['FailImmediately'] = (this.#bytes[this.#b + 3 * p + 8] ?? 0) !== 0;
      detail['Exclusive'] = (this.#bytes[this.#b + 3 * p + 9] ?? 0) !== 0;
    }
    return detail;
  }

  /** The length stands behind the kinds of information asked for (FLT_PARAMETERS, QuerySecurity). */
  #querySecurity(): Detail {
    this.length = this.#u32(this.#p);
    return { SecurityInformation: this.#u32(0) };
  }

  #createMapping(): Detail {
    const syncType = this.#u32(0);
    return { SyncType: syncType, SyncTypeName: syncTypes[syncType] ?? String(syncType), PageProtection: this.#u32(4) };
  }

  #acquireForModWrite(): Detail {
    const ending = this.#tailWide(0);
    return ending === null ? noDetail : { EndingOffset: wideAt(this.#view, this.#tail) };
  }

  #queryOpen(status: number): Detail {
    if (this.#extraSize < 56) return noDetail;
    if (succeeded(status)) {
      this.information = 56;
      this.provenance = informationDerived;
    }
    return networkOpenDetail(this.#view, this.#extra);
  }

  /** The parameters of an operation whose layout no sample has shown. */
  #raw(): Detail {
    let hex = '';
    const size = 5 * this.#p + 8;
    for (let i = 0; i < size; i++) hex += (this.#bytes[this.#b + i] ?? 0).toString(16).padStart(2, '0');
    return { Parameters: hex };
  }
}

/** Which way into the file system was taken, by the flags of the callback data. */
function kindOf(callbackFlags: number): OperationKind {
  if ((callbackFlags & 1) !== 0) return 'irp';
  if ((callbackFlags & 2) !== 0) return 'fastio';
  return (callbackFlags & 4) !== 0 ? 'fsfilter' : 'other';
}
