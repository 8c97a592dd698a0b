/**
 * What the six argument columns mean: FLT_PARAMETERS, by major function.
 *
 * Source: etw-formats.md 18.3 and the member offsets of iopb-and-constants.md section 8. Upper halves of members that are narrower than their slot hold
 * whatever was in memory, and are masked. Pointers into the traced machine stay in `Arguments` only.
 */
import { controlCodeText } from '../procmon/controlCodes.ts';
import { dispositions, fileClassNames, openResults, volumeClassNames } from '../procmon/vocabulary.ts';
import { signedWordOf, wideWordOf, wordOf } from '../../hexText.ts';
import type { DetailValue } from '../../record.ts';

type Detail = { [key: string]: DetailValue };

const statusReparse = 0x104;
const succeeded = (status: number): boolean => status < 0x80000000;
const renameClasses = new Set([10, 11, 56, 57, 65, 66, 72, 73]);
const endOfFileClass = 20;

/** Six words as high and low halves, in the order of the columns. */
export class Arguments {
  readonly high = new Uint32Array(6);
  readonly low = new Uint32Array(6);

  /** As `detail` keeps them: the columns as they are. */
  get raw(): readonly (number | bigint)[] {
    const { high, low } = this;
    const at = (index: number): number | bigint => wideWordOf(high[index] ?? 0, low[index] ?? 0);
    return [at(0), at(1), at(2), at(3), at(4), at(5)];
  }
}

/** Decoder of one log. After `decode` its fields hold the operation's values until the next call. */
export class ParameterDecoder {
  offset: bigint | null = null;
  length: number | null = null;
  readonly #wide: boolean;
  #arguments = new Arguments();

  /** `pointerSize` of the traced machine. */
  constructor(pointerSize: 4 | 8) {
    this.#wide = pointerSize === 8;
  }

  /** Adds what the arguments of one operation mean to `detail`. */
  decode(words: Arguments, major: number, minor: number, isFastIo: boolean, status: number, information: number, detail: Detail): void {
    this.#arguments = words;
    this.offset = null;
    this.length = null;
    switch (major) {
      case 0x00: return this.#create(status, information, detail);
      case 0x01: case 0x13: return this.#createPipe(detail);
      case 0x03: case 0x04: return this.#readWrite(detail);
      case 0x05: return this.#fileClass(1, detail);
      case 0x06: return this.#setInformation(detail);
      case 0x07: return this.#queryEa(detail);
      case 0x08: this.length = this.#u32(0); return;
      case 0x0a: case 0x0b: return this.#volumeClass(detail);
      case 0x0c: return this.#directory(minor, detail);
      case 0x0d: return minor === 0 || minor === 4 ? this.#control(detail) : undefined;
      case 0x0e: case 0x0f: return this.#control(detail);
      case 0x11: return this.#lock(isFastIo, detail);
      case 0x14: this.length = this.#u32(1); detail['SecurityInformation'] = this.#u32(0); return;
      case 0x15: detail['SecurityInformation'] = this.#u32(0); return;
      case 0xff: return this.#acquireForSection(detail);
      case 0xf3: return this.#checkIfPossible(detail);
      case 0xf1: case 0xef: return this.#mdl(detail);
      case 0xee: this.offset = this.#large(0); return;
      default:
    }
  }

  #u32(index: number): number {
    return this.#arguments.low[index] ?? 0;
  }

  /** A LARGE_INTEGER; on 32-bit Windows it takes two slots. */
  #large(index: number): bigint {
    const { high, low } = this.#arguments;
    return this.#wide ? signedWordOf(high[index] ?? 0, low[index] ?? 0) : signedWordOf(low[index + 1] ?? 0, low[index] ?? 0);
  }

  /** Index of the slot `index` behind a LARGE_INTEGER. */
  #behindLarge(index: number): number {
    return this.#wide ? index : index + 1;
  }

  #create(status: number, information: number, detail: Detail): void {
    const disposition = this.#u32(1) >>> 24;
    detail['Disposition'] = dispositions[disposition] ?? String(disposition);
    detail['CreateDisposition'] = disposition;
    detail['CreateOptions'] = this.#u32(1) & 0xffffff;
    detail['FileAttributes'] = this.#u32(2) & 0xffff;
    detail['ShareAccess'] = this.#u32(2) >>> 16;
    // The sixth column is 64 bits wide in both layouts.
    detail['AllocationSize'] = wideWordOf(this.#arguments.high[5] ?? 0, this.#u32(5));
    if (this.#u32(3) !== 0) detail['EaLength'] = this.#u32(3);
    if (status === statusReparse) detail['ReparseTag'] = information;
    else if (succeeded(status)) detail['OpenResult'] = openResults[information] ?? String(information);
  }

  #createPipe(detail: Detail): void {
    const disposition = this.#u32(1) >>> 24;
    detail['Disposition'] = dispositions[disposition] ?? String(disposition);
    detail['CreateDisposition'] = disposition;
    detail['CreateOptions'] = this.#u32(1) & 0xffffff;
    detail['ShareAccess'] = this.#u32(2) >>> 16;
  }

  #readWrite(detail: Detail): void {
    this.length = this.#u32(0);
    this.offset = this.#large(2);
    if (this.#u32(1) !== 0) detail['Key'] = this.#u32(1);
  }

  #fileClass(index: number, detail: Detail): void {
    this.length = this.#u32(0);
    const value = this.#u32(index);
    detail['Class'] = fileClassNames[value] ?? `class ${value}`;
    detail['FileInformationClass'] = value;
  }

  #volumeClass(detail: Detail): void {
    this.length = this.#u32(0);
    const value = this.#u32(1);
    detail['Class'] = volumeClassNames[value] ?? `class ${value}`;
    detail['FsInformationClass'] = value;
  }

  #setInformation(detail: Detail): void {
    this.#fileClass(1, detail);
    const { high, low } = this.#arguments;
    if (renameClasses.has(this.#u32(1))) {
      detail['ReplaceIfExists'] = (this.#u32(3) & 0xff) !== 0;
      if ((high[2] ?? 0) !== 0 || (low[2] ?? 0) !== 0) detail['ParentOfTarget'] = wordOf(high[2] ?? 0, low[2] ?? 0);
    } else if (this.#u32(1) === endOfFileClass) {
      detail['AdvanceOnly'] = ((this.#u32(3) >>> 8) & 0xff) !== 0;
    }
  }

  #queryEa(detail: Detail): void {
    this.length = this.#u32(0);
    detail['EaListLength'] = this.#u32(2);
    detail['EaIndex'] = this.#u32(3);
  }

  #directory(minor: number, detail: Detail): void {
    if (minor === 1) {
      this.#fileClass(2, detail);
      detail['FileIndex'] = this.#u32(3);
    } else if (minor === 2 || minor === 3) {
      this.length = this.#u32(0);
      detail['CompletionFilter'] = this.#u32(1);
    }
  }

  #control(detail: Detail): void {
    detail['Control'] = controlCodeText(this.#u32(2));
    detail['ControlCode'] = this.#u32(2);
    detail['InputBufferLength'] = this.#u32(1);
    detail['OutputBufferLength'] = this.#u32(0);
  }

  /** The range's length is behind a pointer. The two flags are filled in for fast I/O only; an IRP carries them in flags that minispy does not print. */
  #lock(isFastIo: boolean, detail: Detail): void {
    this.offset = this.#large(2);
    if (this.#u32(1) !== 0) detail['Key'] = this.#u32(1);
    if (!isFastIo) return;
    const flags = this.#u32(this.#behindLarge(4));
    detail['FailImmediately'] = (flags & 0xff) !== 0;
    detail['Exclusive'] = ((flags >>> 8) & 0xff) !== 0;
  }

  #acquireForSection(detail: Detail): void {
    detail['SyncType'] = this.#u32(0);
    detail['PageProtection'] = this.#wide ? (this.#arguments.high[0] ?? 0) : this.#u32(1);
  }

  #checkIfPossible(detail: Detail): void {
    this.offset = this.#large(0);
    const behind = this.#behindLarge(1);
    this.length = this.#u32(behind);
    if (this.#u32(behind + 1) !== 0) detail['Key'] = this.#u32(behind + 1);
    detail['CheckForReadOperation'] = (this.#u32(behind + 2) & 0xff) !== 0;
  }

  #mdl(detail: Detail): void {
    this.offset = this.#large(0);
    const behind = this.#behindLarge(1);
    this.length = this.#u32(behind);
    if (this.#u32(behind + 1) !== 0) detail['Key'] = this.#u32(behind + 1);
  }
}
