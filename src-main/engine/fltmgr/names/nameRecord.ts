/**
 * FLT_FILE_NAME_INFORMATION: one name, shared by every filter that asks for it.
 *
 * NAM-034, NAM-044 of filter-manager-objects.md: the record is read-only; parsing fills the parsed members once. Writes are dropped
 * and told (OV-051), reads of members that were not parsed give empty strings and are told (OV-057).
 */
import {
  FLTFL_FILE_NAME_PARSED_EXTENSION, FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT, FLTFL_FILE_NAME_PARSED_PARENT_DIR, FLTFL_FILE_NAME_PARSED_STREAM,
} from '../../../nt/values.generated.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import type { NameParts } from './parseName.ts';

/** What a record tells the engine of. */
export interface NameWatch {
  written(record: FLT_FILE_NAME_INFORMATION, field: string): void;
  unparsed(record: FLT_FILE_NAME_INFORMATION, field: string): void;
}

/** A string of a shared record: reading is free, changes are dropped. */
class SharedString extends UNICODE_STRING {
  readonly #changed: () => void;

  constructor(text: string, changed: () => void) {
    super(text);
    this.#changed = changed;
  }

  override get Buffer(): string {
    return super.Buffer;
  }

  override set Buffer(_text: string) {
    this.#changed();
  }

  override get Length(): number {
    return super.Length;
  }

  override set Length(_bytes: number) {
    this.#changed();
  }

  override get MaximumLength(): number {
    return super.MaximumLength;
  }

  override set MaximumLength(_bytes: number) {
    this.#changed();
  }
}

export interface NameInit {
  readonly format: number;
  readonly name: string;
  /** Empty for short names. */
  readonly volume: string;
  readonly redirector: boolean;
}

export interface NameFriend {
  parse(record: FLT_FILE_NAME_INFORMATION, parts: NameParts | null): void;
  redirector(record: FLT_FILE_NAME_INFORMATION): boolean;
  /** References of all filters together. */
  references(record: FLT_FILE_NAME_INFORMATION): number;
  addReferences(record: FLT_FILE_NAME_INFORMATION, by: 1 | -1): void;
}

export let nameFriend: NameFriend;

type ParsedMember = 'Share' | 'Extension' | 'Stream' | 'FinalComponent' | 'ParentDir';

const wholeName = FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT | FLTFL_FILE_NAME_PARSED_EXTENSION | FLTFL_FILE_NAME_PARSED_STREAM | FLTFL_FILE_NAME_PARSED_PARENT_DIR;

export class FLT_FILE_NAME_INFORMATION {
  readonly #init: NameInit;
  readonly #watch: NameWatch;
  readonly #name: UNICODE_STRING;
  readonly #volume: UNICODE_STRING;
  #parsed: Readonly<Record<ParsedMember, UNICODE_STRING>> | null = null;
  #namesParsed = 0;
  #references = 0;

  constructor(init: NameInit, watch: NameWatch) {
    this.#init = init;
    this.#watch = watch;
    this.#name = this.#string(init.name, 'Name');
    this.#volume = this.#string(init.volume, 'Volume');
  }

  static {
    nameFriend = {
      parse: (record, parts) => record.#parse(parts),
      redirector: (record) => record.#init.redirector,
      references: (record) => record.#references,
      addReferences: (record, by) => {
        record.#references += by;
      },
    };
  }

  #string(text: string, field: string): UNICODE_STRING {
    return new SharedString(text, () => this.#watch.written(this, field));
  }

  #parse(parts: NameParts | null): void {
    if (this.#parsed !== null) return;
    const { share = '', extension = '', stream = '', finalComponent = '', parentDir = '' } = parts ?? {};
    this.#parsed = {
      Share: this.#string(share, 'Share'), Extension: this.#string(extension, 'Extension'), Stream: this.#string(stream, 'Stream'),
      FinalComponent: this.#string(finalComponent, 'FinalComponent'), ParentDir: this.#string(parentDir, 'ParentDir'),
    };
    this.#namesParsed = parts === null ? 0 : wholeName;
  }

  #member(field: ParsedMember): UNICODE_STRING {
    if (this.#parsed === null) this.#watch.unparsed(this, field);
    return this.#parsed?.[field] ?? this.#string('', field);
  }

  /** In bytes on 64-bit Windows. */
  get Size(): number {
    return 120;
  }

  set Size(_value: number) {
    this.#watch.written(this, 'Size');
  }

  /** FLTFL_FILE_NAME_PARSED_* */
  get NamesParsed(): number {
    return this.#namesParsed;
  }

  set NamesParsed(_value: number) {
    this.#watch.written(this, 'NamesParsed');
  }

  get Format(): number {
    return this.#init.format;
  }

  set Format(_value: number) {
    this.#watch.written(this, 'Format');
  }

  get Name(): UNICODE_STRING {
    return this.#name;
  }

  set Name(_value: UNICODE_STRING) {
    this.#watch.written(this, 'Name');
  }

  get Volume(): UNICODE_STRING {
    return this.#volume;
  }

  set Volume(_value: UNICODE_STRING) {
    this.#watch.written(this, 'Volume');
  }

  get Share(): UNICODE_STRING {
    return this.#member('Share');
  }

  set Share(_value: UNICODE_STRING) {
    this.#watch.written(this, 'Share');
  }

  get Extension(): UNICODE_STRING {
    return this.#member('Extension');
  }

  set Extension(_value: UNICODE_STRING) {
    this.#watch.written(this, 'Extension');
  }

  get Stream(): UNICODE_STRING {
    return this.#member('Stream');
  }

  set Stream(_value: UNICODE_STRING) {
    this.#watch.written(this, 'Stream');
  }

  get FinalComponent(): UNICODE_STRING {
    return this.#member('FinalComponent');
  }

  set FinalComponent(_value: UNICODE_STRING) {
    this.#watch.written(this, 'FinalComponent');
  }

  get ParentDir(): UNICODE_STRING {
    return this.#member('ParentDir');
  }

  set ParentDir(_value: UNICODE_STRING) {
    this.#watch.written(this, 'ParentDir');
  }

  toString(): string {
    return this.#name.Buffer;
  }
}
