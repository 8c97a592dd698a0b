/**
 * FILE_OBJECT as drivers see it.
 *
 * Source: driver-api-usage.md 5.4. The I/O manager and the file system fill it; what a simulated file system does not know
 * stays null.
 */
import { LARGE_INTEGER } from '../kernel/largeInteger.ts';
import { UNICODE_STRING } from '../kernel/unicodeString.ts';

export interface FileObjectDescription {
  /** Stable printable name, e.g. `fo17`. */
  readonly id: string;
  /** Name of the volume it lies on, as given to `addVolume`. */
  readonly volume: string;
  readonly name?: string;
  /** FO_* */
  readonly flags?: number;
}

export interface FileObjectFriend {
  /** The transaction it was opened in; null for none. Not a member in C either: IoGetTransactionParameterBlock finds it. */
  transaction(fileObject: FILE_OBJECT): object | null;
  setTransaction(fileObject: FILE_OBJECT, transaction: object): void;
  /** The instance below which its operations start (GEN-003); null: at the top of the stack. */
  below(fileObject: FILE_OBJECT): object | null;
  startBelow(fileObject: FILE_OBJECT, instance: object): void;
  /** It lies on the stack of the I/O manager (FIO-020) and is gone with its operation. */
  isOnStack(fileObject: FILE_OBJECT): boolean;
  putOnStack(fileObject: FILE_OBJECT): void;
  /** What the file system keeps of the open; null where it is none of its own. */
  open(fileObject: FILE_OBJECT): object | null;
  setOpen(fileObject: FILE_OBJECT, open: object | null): void;
  /** Tells of looks at FileName. */
  watchName(fileObject: FILE_OBJECT, looked: () => void): void;
}

export let fileObjectFriend: FileObjectFriend;

export class FILE_OBJECT {
  #transaction: object | null = null;
  #below: object | null = null;
  #onStack = false;
  #fileName: UNICODE_STRING;
  #looked: (() => void) | null = null;
  #open: object | null = null;
  readonly id: string;
  readonly volume: string;
  RelatedFileObject: FILE_OBJECT | null = null;
  Flags: number;
  ReadAccess = false;
  WriteAccess = false;
  DeleteAccess = false;
  SharedRead = false;
  SharedWrite = false;
  SharedDelete = false;
  FsContext: object | null = null;
  FsContext2: object | null = null;
  SectionObjectPointer: object | null = null;
  Vpb: object | null = null;
  DeviceObject: object | null = null;
  PrivateCacheMap: object | null = null;
  CurrentByteOffset = new LARGE_INTEGER();

  constructor(description: FileObjectDescription) {
    this.id = description.id;
    this.volume = description.volume;
    this.#fileName = new UNICODE_STRING(description.name ?? '');
    this.Flags = description.flags ?? 0;
  }

  static {
    fileObjectFriend = {
      transaction: (fileObject) => fileObject.#transaction,
      setTransaction: (fileObject, transaction) => {
        fileObject.#transaction = transaction;
      },
      below: (fileObject) => fileObject.#below,
      startBelow: (fileObject, instance) => {
        fileObject.#below = instance;
      },
      isOnStack: (fileObject) => fileObject.#onStack,
      putOnStack: (fileObject) => {
        fileObject.#onStack = true;
      },
      open: (fileObject) => fileObject.#open,
      setOpen: (fileObject, open) => {
        fileObject.#open = open;
      },
      watchName: (fileObject, looked) => {
        fileObject.#looked = looked;
      },
    };
  }

  get FileName(): UNICODE_STRING {
    this.#looked?.();
    return this.#fileName;
  }

  set FileName(value: UNICODE_STRING) {
    this.#fileName = value;
  }

  toString(): string {
    return this.id;
  }
}
