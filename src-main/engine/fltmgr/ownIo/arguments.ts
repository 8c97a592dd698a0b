/** Arguments that routines of own I/O have in common, read from whatever a driver passed. */
import { copyBytes, byteBufferOf } from '../../iomgr/byteBuffer.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { quadPartOf } from '../../kernel/largeInteger.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import { IO_STATUS_BLOCK } from '../ioStatus.ts';
import { ecpOf, EcpList } from './ecp.ts';
import type { ObjectAttributes } from './create.ts';
import { wrongHandle } from '../wrongHandle.ts';

export function fileObjectArg(value: unknown): FILE_OBJECT {
  if (value instanceof FILE_OBJECT) return value;
  throw new TypeError('FileObject is no PFILE_OBJECT.');
}

/** A variable the routine may store to; null for NULL. */
export const outArg = (value: unknown): Ref<unknown> | null => (typeof value === 'object' && value !== null && 'value' in value ? (value as Ref<unknown>) : null);

export function store(out: Ref<unknown> | null, value: unknown): void {
  if (out !== null) out.value = value;
}

/** IO_STATUS_BLOCK, or a variable for one: an empty one gets a new structure. */
export function storeStatus(block: unknown, status: number, information: number): void {
  if (typeof block !== 'object' || block === null) return;
  const variable = 'value' in block ? block : null;
  if (variable !== null && (typeof variable.value !== 'object' || variable.value === null)) variable.value = new IO_STATUS_BLOCK();
  const members = (variable === null ? block : variable.value) as { Status: number; Information: number };
  members.Status = status;
  members.Information = information;
}

export function ulongArg(name: string, value: unknown): number {
  if (value === null || value === undefined) return 0;
  const number = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number >>> 0;
  throw new TypeError(`${name} is a ULONG; ${String(value)} was given.`);
}

/** LARGE_INTEGER by value or by address; null for NULL. */
export function largeArg(name: string, value: unknown): bigint | null {
  if (value === null || value === undefined) return null;
  const inner = typeof value === 'object' && 'value' in value ? value.value : value;
  const quad = quadPartOf(inner);
  if (quad === undefined) throw new TypeError(`${name} is a LARGE_INTEGER; ${String(inner)} was given.`);
  return quad;
}

/** A buffer, as the file system will get it. `length` may not be more than it holds. */
export function bufferArg(core: Core, routine: string, value: unknown, length: number): unknown {
  if (value === null || value === undefined) return null;
  const buffer = core.options.bufferOf?.(value) ?? value;
  const bytes = byteBufferOf(buffer);
  if (bytes !== null && length > bytes.length) throw new TypeError(`${routine}: Length is ${length}, but the buffer has ${bytes.length} bytes.`);
  return buffer;
}

/** OBJECT_ATTRIBUTES, or a variable that holds them. */
export function attributesArg(value: unknown): ObjectAttributes {
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (typeof inner !== 'object' || inner === null || !('ObjectName' in inner)) throw new TypeError('ObjectAttributes is no OBJECT_ATTRIBUTES; see InitializeObjectAttributes.');
  const { ObjectName: name } = inner;
  const text = typeof name === 'string' ? name : typeof name === 'object' && name !== null && 'Buffer' in name ? String(name.Buffer) : '';
  return { name: text, root: 'RootDirectory' in inner ? inner.RootDirectory : null, attributes: 'Attributes' in inner ? ulongArg('Attributes', inner.Attributes) : 0 };
}

/** IO_DRIVER_CREATE_CONTEXT. */
export function driverContextArg(value: unknown): { readonly ecpList: EcpList | null; readonly transaction: object | null } {
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (inner instanceof EcpList) return { ecpList: inner, transaction: null };
  if (typeof inner !== 'object' || inner === null) return { ecpList: null, transaction: null };
  const list = 'ExtraCreateParameter' in inner ? inner.ExtraCreateParameter : null;
  const parameters = 'TxnParameters' in inner ? inner.TxnParameters : null;
  const transaction = typeof parameters === 'object' && parameters !== null && 'TransactionObject' in parameters ? parameters.TransactionObject : null;
  return { ecpList: list instanceof EcpList ? list : null, transaction: typeof transaction === 'object' ? transaction : null };
}

export function ecpListArg(value: unknown): EcpList {
  if (value instanceof EcpList) return value;
  throw wrongHandle('EcpList', value, 'EcpList is no list of extra create parameters.');
}

export function ecpArg(value: unknown): NonNullable<ReturnType<typeof ecpOf>> {
  const ecp = ecpOf(value);
  if (ecp === null) throw new TypeError('EcpContext is no extra create parameter.');
  return ecp;
}

/** Bytes of an input buffer, for requests that combine them with others. */
export const inputBytes = (core: Core, value: unknown, length: number): Uint8Array => copyBytes(core.options.bufferOf?.(value) ?? value, length);
