/**
 * Queries and changes below an instance: FltQueryInformationFile and its kin.
 *
 * GEN-026, GEN-041 of filter-manager-objects.md (FltQueryInformationFile; FltSetInformationFile; FltFsControlFile; FltTagFile ...);
 * iopb-and-constants.md for the parameters of each major function.
 */
import {
  FSCTL_DELETE_REPARSE_POINT, FSCTL_SET_REPARSE_POINT, FSCTL_SET_REPARSE_POINT_EX, type IRP_MJ_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_QUERY_INFORMATION, IRP_MJ_SET_INFORMATION,
} from '../../../nt/values.generated.ts';
import { copyBytes, putBytes, SystemBuffer } from '../../iomgr/byteBuffer.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Instance, Volume } from '../instance.ts';
import { checkOpen } from './fileChecks.ts';
import { dying, perform, type Caller, type OwnRequest } from './send.ts';

export interface Outcome {
  readonly status: number;
  readonly information: number;
}

/** On which stack a request goes, and from where. */
export interface Route {
  readonly routine: string;
  readonly volume: Volume;
  /** Null: from the top. */
  readonly instance: Instance | null;
}

/** Sends one request on an open file, or on the volume itself where it has no file object. */
export function* request(core: Core, route: Route, wanted: OwnRequest, caller: Caller, call: CallRecord | null): Blocking<Outcome> {
  const { instance, volume, routine } = route;
  const { fileObject } = wanted;
  const refused = dying(instance, null) || (fileObject === null ? 0 : checkOpen(core, fileObject, caller, 'query'));
  if (refused !== 0) return { status: refused, information: 0 };
  core.logCall(call);
  const operation = yield* perform(core, wanted, volume, instance, caller, `${routine}${fileObject === null ? '' : ` on ${fileObject.id}`}`);
  return { status: operation.status, information: operation.information };
}

export const queryInformation = (fileObject: FILE_OBJECT, buffer: unknown, length: number, informationClass: number): OwnRequest => ({
  major: IRP_MJ_QUERY_INFORMATION, fileObject, member: 'QueryFileInformation', values: { Length: length, FileInformationClass: informationClass, InfoBuffer: buffer }, systemBuffer: true,
});

export const setInformation = (fileObject: FILE_OBJECT, buffer: unknown, length: number, informationClass: number): OwnRequest => ({
  major: IRP_MJ_SET_INFORMATION, fileObject, member: 'SetFileInformation', systemBuffer: true,
  // ReplaceIfExists is the first byte of the rename and link structures; the I/O manager copies it.
  values: { Length: length, FileInformationClass: informationClass, InfoBuffer: buffer, ReplaceIfExists: copyBytes(buffer, 1)[0] ?? 0 },
});

/** METHOD_BUFFERED 0, METHOD_IN_DIRECT 1, METHOD_OUT_DIRECT 2, METHOD_NEITHER 3: the two low bits of a control code. */
const methodMembers = ['Buffered', 'Direct', 'Direct', 'Neither'];

export interface ControlRequest {
  readonly major: typeof IRP_MJ_FILE_SYSTEM_CONTROL | typeof IRP_MJ_DEVICE_CONTROL;
  readonly code: number;
  readonly input: unknown;
  readonly inputLength: number;
  readonly output: unknown;
  readonly outputLength: number;
}

/** One system buffer serves both directions of METHOD_BUFFERED; a buffer of the caller does where it is large enough. */
function systemBufferFor(core: Core, { input, inputLength, output, outputLength }: ControlRequest): unknown {
  if (outputLength === 0) return input;
  if (inputLength === 0) return output;
  const length = Math.max(inputLength, outputLength);
  const buffer = core.options.makeBuffer?.(length) ?? new SystemBuffer(length);
  putBytes(buffer, copyBytes(input, inputLength));
  return buffer;
}

export function* control(core: Core, route: Route, fileObject: FILE_OBJECT, wanted: ControlRequest, caller: Caller, call: CallRecord | null): Blocking<Outcome> {
  const { code, input, inputLength, output, outputLength, major } = wanted;
  const fileSystem = major === IRP_MJ_FILE_SYSTEM_CONTROL;
  const method = code & 3;
  const common = { OutputBufferLength: outputLength, InputBufferLength: inputLength, [fileSystem ? 'FsControlCode' : 'IoControlCode']: code };
  const system = method === 0 ? systemBufferFor(core, wanted) : null;
  const values = method === 0 ? { ...common, SystemBuffer: system }
    : method === 3 ? { ...common, InputBuffer: input, OutputBuffer: output, OutputMdlAddress: null } : { ...common, InputSystemBuffer: input, OutputBuffer: output, OutputMdlAddress: null };
  const outcome = yield* request(core, route, {
    major, fileObject, member: `${fileSystem ? 'FileSystemControl' : 'DeviceIoControl'}.${methodMembers[method] ?? 'Buffered'}`, values, systemBuffer: method === 0,
  }, caller, call);
  if (system !== null && system !== output && outputLength > 0) putBytes(output, copyBytes(system, Math.min(outcome.information, outputLength)));
  return outcome;
}

// ---- reparse points (GEN-041)

export interface ReparsePoint {
  readonly tag: number;
  /** 16 bytes; null for a tag of Microsoft's, which has no GUID. */
  readonly guid: Uint8Array | null;
  readonly data: Uint8Array;
}

/** The high bit of a tag: it is Microsoft's own, and the structure has no GUID. */
const isMicrosoftTag = (tag: number): boolean => (tag & 0x8000_0000) !== 0;

/** REPARSE_DATA_BUFFER, or REPARSE_GUID_DATA_BUFFER for everybody else's tags. */
function reparseBuffer({ tag, guid, data }: ReparsePoint): Uint8Array {
  const header = isMicrosoftTag(tag) ? 8 : 24;
  const bytes = new Uint8Array(header + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, tag >>> 0, true);
  view.setUint16(4, data.length, true);
  if (header === 24 && guid !== null) bytes.set(guid, 8);
  bytes.set(data, header);
  return bytes;
}

export interface ExistingReparsePoint {
  readonly tag: number;
  readonly guid: Uint8Array | null;
  readonly flags: number;
}

/** REPARSE_DATA_BUFFER_EX: flags, the tag that is expected to be there, its GUID, 8 reserved bytes, the new structure. */
function extendedBuffer(point: ReparsePoint, existing: ExistingReparsePoint): Uint8Array {
  const inner = reparseBuffer(point);
  const bytes = new Uint8Array(32 + inner.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, existing.flags, true);
  view.setUint32(4, existing.tag >>> 0, true);
  if (existing.guid !== null) bytes.set(existing.guid, 8);
  bytes.set(inner, 32);
  return bytes;
}

function* sendBytes(core: Core, route: Route, fileObject: FILE_OBJECT, code: number, bytes: Uint8Array, caller: Caller, call: CallRecord | null): Blocking<number> {
  const buffer = core.options.makeBuffer?.(bytes.length) ?? new SystemBuffer(bytes.length);
  putBytes(buffer, bytes);
  const outcome = yield* control(core, route, fileObject, { major: IRP_MJ_FILE_SYSTEM_CONTROL, code, input: buffer, inputLength: bytes.length, output: null, outputLength: 0 }, caller, call);
  return outcome.status;
}

export const tagFile = (core: Core, route: Route, fileObject: FILE_OBJECT, point: ReparsePoint, existing: ExistingReparsePoint | null, caller: Caller, call: CallRecord | null): Blocking<number> =>
  (existing === null ? sendBytes(core, route, fileObject, FSCTL_SET_REPARSE_POINT, reparseBuffer(point), caller, call)
    : sendBytes(core, route, fileObject, FSCTL_SET_REPARSE_POINT_EX, extendedBuffer(point, existing), caller, call));

export const untagFile = (core: Core, route: Route, fileObject: FILE_OBJECT, tag: number, guid: Uint8Array | null, caller: Caller, call: CallRecord | null): Blocking<number> =>
  sendBytes(core, route, fileObject, FSCTL_DELETE_REPARSE_POINT, reparseBuffer({ tag, guid, data: new Uint8Array(0) }), caller, call);

/** Sixteen bytes of a GUID, in memory order. */
export function guidBytes(text: string | null): Uint8Array | null {
  const digits = text?.replaceAll(/[{}-]/g, '') ?? '';
  if (digits.length !== 32) return null;
  const bytes = Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (from) => bytes[from] ?? 0);
}

