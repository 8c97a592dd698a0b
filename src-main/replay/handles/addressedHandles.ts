/**
 * Handles by the address of their file object, for recordings that tell it (ETW, minispy).
 *
 * An address is used again once its file object is gone (etw-formats.md 9.4), and the close may be among the lost events: a create takes the address over,
 * and so does an operation on what cannot be the same file.
 */
import type { DetailValue, NumberedOperation } from '../../trace/record.ts';
import { OldestKeys } from './oldestKeys.ts';
import type { OpenFile } from './openFile.ts';
import { pathKey } from '../recordedPaths.ts';

export type Address = number | bigint | string;

interface Addressed {
  readonly file: OpenFile;
  /** Address of the stream; null as long as no operation has told it. */
  fileKey: DetailValue;
  /** As last recorded; null where no operation has had one. */
  path: string | null;
}

/** Null where the recording has none. */
export function addressOf(op: NumberedOperation): Address | null {
  const value = op.detail['FileObject'];
  return (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') && value !== 0 && value !== '' ? value : null;
}

export class AddressedHandles {
  /** In order of their opening. */
  readonly #byAddress = new Map<Address, Addressed>();
  readonly #oldest = new OldestKeys(this.#byAddress);
  readonly #maximum: number;
  readonly #forgotten: (file: OpenFile) => void;

  /** `forgotten`: it was one too many, or its address is another's by now. */
  constructor(maximum: number, forgotten: (file: OpenFile) => void = () => undefined) {
    this.#maximum = maximum;
    this.#forgotten = forgotten;
  }

  bind(address: Address, file: OpenFile, op: NumberedOperation): void {
    const before = this.#byAddress.get(address);
    this.#byAddress.delete(address);
    if (before !== undefined && before.file.fileObject !== file.fileObject) this.#forgotten(before.file);
    if (this.#byAddress.size >= this.#maximum) this.#forgetOldest();
    this.#byAddress.set(address, { file, fileKey: op.detail['FileKey'] ?? null, path: op.path });
  }

  unbind(address: Address): void {
    this.#byAddress.delete(address);
  }

  /** The handle that the operation used; undefined where the address means something else by now, or nothing yet. */
  find(address: Address, op: NumberedOperation): OpenFile | undefined {
    const known = this.#byAddress.get(address);
    if (known === undefined || !isSameFile(known, op)) return undefined;
    known.fileKey ??= op.detail['FileKey'] ?? null;
    known.path = op.path ?? known.path;
    return known.file;
  }

  /** A rename through the handle has succeeded. */
  renamed(address: Address, target: string): void {
    const known = this.#byAddress.get(address);
    if (known !== undefined) known.path = target;
  }

  #forgetOldest(): void {
    const address = this.#oldest.next();
    const known = address === undefined ? undefined : this.#byAddress.get(address);
    if (address === undefined || known === undefined) return;
    this.#byAddress.delete(address);
    this.#forgotten(known.file);
  }
}

/** One stream for a file object's whole life; the path may change, when a folder above it or the file itself is renamed. */
function isSameFile({ fileKey, path }: Addressed, op: NumberedOperation): boolean {
  const key = op.detail['FileKey'] ?? null;
  if (fileKey !== null && key !== null) return fileKey === key;
  return path === op.path || path === null || op.path === null || op.detail['RenamedSince'] === true || pathKey(path) === pathKey(op.path);
}
