/**
 * Decodes registry events (class 2): path, what was asked, and what came back, shown short.
 *
 * Source: procmon-formats.md 11; the answers are KEY_*_INFORMATION and KEY_VALUE_*_INFORMATION of the Windows headers. They are context
 * beside the file operations and there may be millions of them: a few small values each.
 */
import type { DetailValue } from '../../record.ts';
import { keyClasses, keyDispositions, keySetClasses, valueTypes } from '../procmon/registry.ts';
import { textBytes } from './detailText.ts';
import type { DetailTexts } from './detailText.ts';
import { wideAt } from './values.ts';

type Detail = { [key: string]: DetailValue };

/** Data is shown so far: characters of text, bytes of anything else. */
const shownCharacters = 128;
const shownBytes = 16;

const noDetail: Readonly<Detail> = Object.freeze({});

/** Where the path stands, by operation. */
const pathPlaces: readonly number[] = [8, 8, 2, 12, 16, 12, 16, 16, 16, 2, 2, 2, 4, 2, 4, 2, 2, 2];
export const registryOperationCount = pathPlaces.length;

/** After `decode` returned true its fields hold the event's values until the next call. */
export class RegistryDecoder {
  path: string | null = null;
  detail: Readonly<Detail> = noDetail;

  readonly #texts: DetailTexts;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #start = 0;
  /** Behind the path; the end of the blob; the captured output. */
  #tail = 0;
  #end = 0;
  #extra = 0;
  #extraSize = 0;

  constructor(texts: DetailTexts) {
    this.#texts = texts;
  }

  /** As of the file event decoder. False where the path does not fit. */
  decode(bytes: Uint8Array, view: DataView, start: number, end: number, extra: number, extraSize: number, operation: number): boolean {
    const place = start + (pathPlaces[operation] ?? 2);
    if (place > end) return false;
    const descriptor = view.getUint16(start, true);
    const tail = place + textBytes(descriptor);
    if (tail > end) return false;
    this.#bytes = bytes;
    this.#view = view;
    this.#start = start;
    this.#tail = tail;
    this.#end = end;
    this.#extra = extra;
    this.#extraSize = extraSize;
    this.path = this.#texts.get(bytes, descriptor, place);
    this.detail = this.#decodeOperation(operation);
    return true;
  }

  #u32(index: number): number {
    return this.#view.getUint32(this.#start + index, true);
  }

  #decodeOperation(operation: number): Readonly<Detail> {
    switch (operation) {
      case 0: case 1: return this.#open(operation === 1);
      case 3: return this.#queryKey();
      case 4: return this.#setValue();
      case 5: return this.#queryValue();
      case 6: return this.#enumValue();
      case 7: return this.#enumKey();
      case 8: return this.#setInfoKey();
      case 12: return this.#second('HivePath');
      case 14: return this.#second('NewName');
      default: return noDetail;
    }
  }

  #open(create: boolean): Detail {
    const detail: Detail = { DesiredAccess: this.#u32(4) };
    if (this.#extraSize < 8) return detail;
    const granted = this.#view.getUint32(this.#extra, true);
    if (granted !== 0) detail['GrantedAccess'] = granted;
    const disposition = this.#view.getUint32(this.#extra + 4, true);
    if (create && disposition !== 0) detail['Disposition'] = keyDispositions[disposition] ?? disposition;
    return detail;
  }

  #queryKey(): Detail {
    const keyClass = this.#u32(8);
    const detail: Detail = { Query: keyClasses[keyClass] ?? keyClass, Length: this.#u32(4) };
    this.#keyAnswer(keyClass, detail);
    return detail;
  }

  #enumKey(): Detail {
    const keyClass = this.#u32(12);
    const detail: Detail = { Index: this.#u32(8), Query: keyClasses[keyClass] ?? keyClass, Length: this.#u32(4) };
    this.#keyAnswer(keyClass, detail);
    return detail;
  }

  /** KEY_*_INFORMATION: the counts, or the name. */
  #keyAnswer(keyClass: number, detail: Detail): void {
    const size = this.#extraSize;
    const at = this.#extra;
    const view = this.#view;
    if (keyClass === 0 && size >= 16) this.#answerName(detail, 12, 16);
    else if (keyClass === 1 && size >= 24) this.#answerName(detail, 20, 24);
    else if (keyClass === 3 && size >= 4) this.#answerName(detail, 0, 4);
    else if (keyClass === 2 && size >= 36) Object.assign(detail, { SubKeys: view.getUint32(at + 20, true), Values: view.getUint32(at + 32, true) });
    else if (keyClass === 4 && size >= 24) Object.assign(detail, { SubKeys: view.getUint32(at + 12, true), Values: view.getUint32(at + 20, true) });
    else if (keyClass === 5 && size >= 4) detail['UserFlags'] = view.getUint32(at, true);
    else if (keyClass === 6 && size >= 4) detail['Virtualization'] = view.getUint32(at, true);
    else if (keyClass === 7 && size >= 4) detail['HandleTags'] = view.getUint32(at, true);
    if (keyClass <= 4 && keyClass !== 3 && size >= 8) detail['LastWriteTime'] = wideAt(view, at);
  }

  /** A text whose size stands at `lengthAt` of the answer, as far as it was captured. */
  #answerName(detail: Detail, lengthAt: number, nameAt: number): void {
    const wanted = this.#view.getUint32(this.#extra + lengthAt, true);
    const here = Math.min(wanted, this.#extraSize - nameAt);
    detail['Name'] = this.#texts.utf16(this.#bytes, this.#extra + nameAt, this.#extra + nameAt + (here & ~1));
    if (here < wanted) detail['NameCut'] = true;
  }

  #queryValue(): Detail {
    return this.#valueAnswer(this.#u32(8), { Length: this.#u32(4) });
  }

  #enumValue(): Detail {
    return this.#valueAnswer(this.#u32(12), { Index: this.#u32(8), Length: this.#u32(4) });
  }

  /** KEY_VALUE_*_INFORMATION; the type and the length are then the value's, as Procmon shows them. */
  #valueAnswer(valueClass: number, detail: Detail): Detail {
    const size = this.#extraSize;
    const at = this.#extra;
    if (valueClass === 0 && size >= 12) {
      detail['Type'] = typeName(this.#view.getUint32(at + 4, true));
      this.#answerName(detail, 8, 12);
    } else if ((valueClass === 1 || valueClass === 3) && size >= 20) {
      this.#answerName(detail, 16, 20);
      this.#value(detail, this.#view.getUint32(at + 4, true), this.#view.getUint32(at + 12, true), this.#view.getUint32(at + 8, true));
    } else if (valueClass === 2 && size >= 12) {
      this.#value(detail, this.#view.getUint32(at + 4, true), this.#view.getUint32(at + 8, true), 12);
    } else if (valueClass === 4 && size >= 8) {
      this.#value(detail, this.#view.getUint32(at, true), this.#view.getUint32(at + 4, true), 8);
    }
    return detail;
  }

  #value(detail: Detail, type: number, length: number, dataAt: number): void {
    detail['Type'] = typeName(type);
    detail['Length'] = length;
    const there = Math.max(0, Math.min(length, this.#extraSize - dataAt));
    this.#data(detail, type, this.#extra + dataAt, length, there);
  }

  #setValue(): Detail {
    const type = this.#u32(4);
    const length = this.#u32(8);
    const captured = this.#view.getUint16(this.#start + 12, true);
    const detail: Detail = { Type: typeName(type), Length: length };
    this.#data(detail, type, this.#tail, length, Math.min(length, captured, this.#end - this.#tail));
    return detail;
  }

  #setInfoKey(): Detail {
    const setClass = this.#u32(4);
    const length = this.#u32(8);
    const detail: Detail = { Class: keySetClasses[setClass] ?? setClass, Length: length };
    const there = Math.min(length, this.#view.getUint16(this.#start + 12, true), this.#end - this.#tail);
    if (setClass === 0 && there >= 8) detail['LastWriteTime'] = wideAt(this.#view, this.#tail);
    else if (there >= 4) detail['Value'] = this.#view.getUint32(this.#tail, true);
    return detail;
  }

  /** Another text behind the path: the file a hive is loaded from, the new name of a key. */
  #second(key: string): Readonly<Detail> {
    const text = this.#texts.optional(this.#bytes, this.#view.getUint16(this.#start + 2, true), this.#tail, this.#end);
    return text === null ? noDetail : { [key]: text };
  }

  /** `there` of `length` bytes of a value's data were captured. */
  #data(detail: Detail, type: number, at: number, length: number, there: number): void {
    if (length === 0) return;
    if (type === 4 && there >= 4) detail['Data'] = this.#view.getUint32(at, true);
    else if (type === 5 && there >= 4) detail['Data'] = this.#view.getUint32(at, false);
    else if (type === 11 && there >= 8) detail['Data'] = wideAt(this.#view, at);
    else if (type === 1 || type === 2 || type === 6 || type === 7) this.#textData(detail, type === 7, at, there, there < length);
    else this.#binaryData(detail, at, there, there < length);
  }

  #textData(detail: Detail, several: boolean, at: number, there: number, cut: boolean): void {
    const stop = at + (Math.min(there, shownCharacters * 2) & ~1);
    const text = this.#texts.utf16(this.#bytes, at, stop);
    const nul = text.indexOf('\0');
    detail['Data'] = several ? text.replace(/\0+$/, '').split('\0').join(', ') : nul < 0 ? text : text.slice(0, nul);
    if ((several || nul < 0) && (cut || there > shownCharacters * 2)) detail['DataCut'] = true;
  }

  #binaryData(detail: Detail, at: number, there: number, cut: boolean): void {
    let text = '';
    for (let i = 0; i < Math.min(there, shownBytes); i++) text += `${i === 0 ? '' : ' '}${hexBytes[this.#bytes[at + i] ?? 0] ?? ''}`;
    detail['Data'] = text;
    if (cut || there > shownBytes) detail['DataCut'] = true;
  }
}

const hexBytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

const typeName = (type: number): string | number => valueTypes[type] ?? type;
