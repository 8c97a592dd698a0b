/**
 * The life of a file object or a file, from the operations that may belong to it, added in order.
 *
 * Which operations are of one handle is told by the same rules as in a replay (fileObjects.ts).
 */
import type { FILE_OBJECT } from '../../engine/index.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FILE_DELETE_ON_CLOSE, FileDispositionInformation, FileDispositionInformationEx, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, IRP_PAGING_IO,
} from '../../nt/values.generated.ts';
import type { DetailValue, NumberedOperation } from '../../trace/record.ts';
import { FileObjects, targetPath } from '../fileObjects.ts';
import { pathKey } from '../recordedPaths.ts';
import { ByteRanges } from './byteRanges.ts';
import type { NameSpan } from './fileNames.ts';

export interface HandleLife {
  /** Null where the trace does not show its create. */
  readonly opened: number | null;
  readonly first: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  /** Details of its create. */
  readonly detail: { readonly [key: string]: DetailValue };
  last: number;
  deletes: number | null;
  cleanup: number | null;
  close: number | null;
  operations: number;
  read: number;
  written: number;
}

/** What a life is made from, of the operations that belong to it. */
export interface FileLife {
  /** Numbers of the operations, in order. */
  readonly indexes: Uint32Array;
  /** Number of the handle of each, from 1. */
  readonly handleOf: Uint32Array;
  readonly handles: readonly HandleLife[];
  readonly bytes: { read: number; written: number; pagingRead: number; pagingWritten: number };
  readonly read: ByteRanges;
  readonly written: ByteRanges;
}

interface RenamedHandle {
  readonly handle: number;
  readonly pid: number;
  readonly isOwn: boolean;
}

export class FileLifeBuilder {
  readonly #files = new FileObjects();
  readonly #seen = new Map<FILE_OBJECT, number>();
  readonly #handles: HandleLife[] = [];
  /** Of each operation, side by side: a file may have a million of them. `handle`: place in `#handles`. */
  readonly #rows = { index: [] as number[], handle: [] as number[], role: [] as number[], offset: [] as number[], bytes: [] as number[] };
  /** Null: the handle that `index` uses. */
  readonly #spans: readonly (NameSpan & { readonly key: string })[] | null;
  readonly #index: number;
  #wanted = -1;
  /** By the key of the old name. */
  readonly #renamed = new Map<string, RenamedHandle>();

  constructor(of: 'handle' | 'file', index: number, spans: readonly NameSpan[]) {
    this.#spans = of === 'handle' ? null : spans.map((span) => ({ ...span, key: pathKey(span.path) }));
    this.#index = index;
  }

  add(op: NumberedOperation, pid: number): void {
    const { fileObject } = this.#files.forOperation(op, pid);
    this.#files.afterOperation(op, pid, fileObject, null);
    const renamed = this.#renamedBefore(op, pid, !this.#seen.has(fileObject));
    let handle = renamed?.handle ?? this.#seen.get(fileObject);
    if (handle === undefined) this.#seen.set(fileObject, (handle = this.#handles.push(handleOf(op, pid)) - 1));
    if (op.index === this.#index) this.#wanted = handle;
    const isOwn = this.#spans === null || renamed?.isOwn === true || this.#belongs(op);
    if (op.major === IRP_MJ_SET_INFORMATION && targetPath(op) !== null && op.status !== null && ntSuccess(op.status)) this.#renamed.set(pathKey(op.path), { handle, pid, isOwn });
    if (!isOwn) return;
    const role = roleOf(op);
    const isTransfer = role === 'read' || role === 'written';
    this.#rows.index.push(op.index);
    this.#rows.handle.push(handle);
    this.#rows.role.push(roles.indexOf(role) * 2 + ((op.irpFlags & IRP_PAGING_IO) === 0 ? 0 : 1));
    this.#rows.offset.push(isTransfer ? Number(op.offset ?? -1n) : -1);
    this.#rows.bytes.push(isTransfer ? (op.information ?? op.length ?? 0) : 0);
  }

  end(): FileLife {
    const { index, handle, role, offset, bytes } = this.#rows;
    const own = Uint32Array.from(index.keys()).filter((at) => this.#spans !== null || handle[at] === this.#wanted);
    const numbers = new Map<number, number>();
    const handles: HandleLife[] = [];
    const life: FileLife = {
      indexes: own.map((at) => index[at] ?? 0), handleOf: new Uint32Array(own.length), handles, bytes: { read: 0, written: 0, pagingRead: 0, pagingWritten: 0 }, read: new ByteRanges(), written: new ByteRanges(),
    };
    own.forEach((at, place) => {
      const known = this.#handles[handle[at] ?? 0];
      if (known === undefined) return;
      let number = numbers.get(handle[at] ?? 0);
      if (number === undefined) numbers.set(handle[at] ?? 0, (number = handles.push(known)));
      life.handleOf[place] = number;
      const code = role[at] ?? 0;
      count(life, known, { index: index[at] ?? 0, role: roles[code >> 1] ?? 'other', paging: code % 2 === 1, offset: offset[at] ?? -1, bytes: bytes[at] ?? 0 });
    });
    return life;
  }

  /** A source may go on to call a file by the name its handle was opened by: the rename's handle, as long as nobody has opened that name anew. */
  #renamedBefore(op: NumberedOperation, pid: number, isUnknown: boolean): RenamedHandle | undefined {
    if (this.#renamed.size === 0) return undefined;
    const key = pathKey(op.path);
    const renamed = this.#renamed.get(key);
    if (renamed === undefined) return undefined;
    if (op.major === IRP_MJ_CREATE ? op.status !== null && ntSuccess(op.status) : op.major === IRP_MJ_CLOSE) this.#renamed.delete(key);
    return op.major !== IRP_MJ_CREATE && isUnknown && renamed.pid === pid ? renamed : undefined;
  }

  #belongs(op: NumberedOperation): boolean {
    const key = pathKey(op.path);
    return (this.#spans ?? []).some((span) => span.key === key && (span.from === null || op.index > span.from) && (span.until === null || op.index <= span.until));
  }
}

const roles = ['other', 'read', 'written', 'cleanup', 'close', 'deletes', 'keeps'] as const;
type Role = (typeof roles)[number];

/** What is counted of an operation. */
interface Counted {
  readonly index: number;
  readonly role: Role;
  readonly paging: boolean;
  readonly offset: number;
  readonly bytes: number;
}

function roleOf(op: NumberedOperation): Role {
  if (op.major === IRP_MJ_CLEANUP) return 'cleanup';
  if (op.major === IRP_MJ_CLOSE) return 'close';
  if (op.status === null || !ntSuccess(op.status)) return 'other';
  if (op.major === IRP_MJ_READ) return 'read';
  if (op.major === IRP_MJ_WRITE) return 'written';
  if (op.major === IRP_MJ_CREATE) return (Number(op.detail['CreateOptions'] ?? 0) & FILE_DELETE_ON_CLOSE) !== 0 ? 'deletes' : 'other';
  return op.major === IRP_MJ_SET_INFORMATION ? dispositionOf(op.detail) : 'other';
}

/** FILE_DISPOSITION_DELETE is bit 0 of FILE_DISPOSITION_INFORMATION_EX.Flags. Where a source does not say which of the two, deleting is what the request is for. */
function dispositionOf(detail: NumberedOperation['detail']): Role {
  if (detail['FileInformationClass'] === FileDispositionInformation) return detail['DeleteFile'] === false ? 'keeps' : 'deletes';
  if (detail['FileInformationClass'] !== FileDispositionInformationEx) return 'other';
  return typeof detail['Flags'] === 'number' && (detail['Flags'] & 1) === 0 ? 'keeps' : 'deletes';
}

const handleOf = (op: NumberedOperation, pid: number): HandleLife => ({
  opened: op.major === IRP_MJ_CREATE ? op.index : null, first: op.index, process: op.process, pid, tid: op.tid, detail: op.major === IRP_MJ_CREATE ? op.detail : {},
  last: op.index, deletes: null, cleanup: null, close: null, operations: 0, read: 0, written: 0,
});

function count(life: FileLife, handle: HandleLife, op: Counted): void {
  handle.last = op.index;
  handle.operations++;
  switch (op.role) {
    case 'cleanup': handle.cleanup ??= op.index; break;
    case 'close': handle.close ??= op.index; break;
    case 'deletes': handle.deletes = op.index; break;
    case 'keeps': handle.deletes = null; break;
    case 'read':
    case 'written':
      handle[op.role] += op.bytes;
      life.bytes[op.paging ? (op.role === 'read' ? 'pagingRead' : 'pagingWritten') : op.role] += op.bytes;
      // Without an offset, and with the special ones (at the end, at the current position), the place is not known.
      if (op.offset >= 0) life[op.role].add(op.offset, op.offset + op.bytes);
      break;
    case 'other': break;
  }
}
