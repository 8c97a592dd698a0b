/**
 * Extended attributes: IRP_MJ_QUERY_EA, IRP_MJ_SET_EA, and the list a create brings.
 *
 * Source: MS-FSA 2.1.5.12, 2.1.5.16; FILE_FULL_EA_INFORMATION (MS-FSCC 2.4.16). Name lists and indexes of a query are not
 * evaluated: a query returns every attribute.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_EAS_NOT_SUPPORTED, STATUS_INVALID_PARAMETER, STATUS_NO_EAS_ON_FILE, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { StructureReader, StructureWriter, copyOut, transferBuffer } from './bytes.ts';
import type { ModelFile } from './nodes.ts';
import { complete, numberOf, type ModelRequest } from './request.ts';
import type { ModelVolume } from './volume.ts';

type Ea = readonly [name: string, value: { readonly flags: number; readonly value: Uint8Array }];

/** FILE_NOTIFY_CHANGE_EA */
const changedEa = 0x80;

/** The attributes of a FILE_FULL_EA_INFORMATION list as far as its bytes are known; null where the file system has none. */
export function readEaList(volume: ModelVolume, buffer: unknown, length: number): readonly Ea[] | null {
  if (length === 0) return [];
  if (!volume.features.extendedAttributes) return null;
  const reader = new StructureReader(buffer);
  const list: Ea[] = [];
  for (let at = 0; at + 8 <= length; ) {
    const next = reader.u32('', at);
    const flags = reader.u8('', at + 4);
    const nameLength = reader.u8('', at + 5);
    const valueLength = reader.u16('', at + 6);
    if (next === undefined || flags === undefined || nameLength === undefined || valueLength === undefined) break;
    const name = reader.raw(at + 8, nameLength);
    const value = reader.raw(at + 9 + nameLength, valueLength);
    if (name === undefined || value === undefined) break;
    list.push([String.fromCharCode(...name).toUpperCase(), { flags, value }]);
    if (next === 0) break;
    at += next;
  }
  return list;
}

/** FileEaInformation: bytes the attributes take as a list. */
export const eaBytes = (file: ModelFile): number => [...file.ea].reduce((sum, [name, { value }]) => sum + 9 + name.length + value.length, 0);

export function setEa(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  const view = request.parameters('SetEa');
  const list = readEaList(request.volume, view['EaBuffer'], numberOf(view['Length']));
  if (list === null) return complete(STATUS_EAS_NOT_SUPPORTED);
  for (const [name, ea] of list) {
    if (ea.value.length === 0) handle.file.removeEa(name);
    else handle.file.setEa(name, ea);
  }
  handle.file.times.change = request.services.now();
  request.volume.reportChange(handle.link, changedEa);
  return complete(STATUS_SUCCESS);
}

export function queryEa(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if (!request.volume.features.extendedAttributes) return complete(STATUS_EAS_NOT_SUPPORTED);
  const view = request.parameters('QueryEa');
  const length = numberOf(view['Length']);
  if (handle.file.ea.size === 0) {
    const { unknownEaBytes } = handle.file;
    return complete(unknownEaBytes === 0 ? STATUS_NO_EAS_ON_FILE : unknownEaBytes > length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS);
  }
  const writer = new StructureWriter();
  let last = -1;
  for (const [name, { flags, value }] of handle.file.ea) {
    const at = (writer.length + 3) & ~3;
    if (at + 9 + name.length + value.length > length) break;
    if (last >= 0) writer.u32(last, at - last);
    writer.u32(at, 0).u8(at + 4, flags).u8(at + 5, name.length).u16(at + 6, value.length);
    for (let c = 0; c < name.length; c++) writer.u8(at + 8 + c, name.charCodeAt(c));
    writer.u8(at + 8 + name.length, 0).raw(at + 9 + name.length, value);
    last = at;
  }
  if (last < 0) return complete(STATUS_BUFFER_TOO_SMALL);
  copyOut(transferBuffer(view['EaBuffer'], view['MdlAddress']), writer.bytes);
  return complete(writer.length < eaBytes(handle.file) ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, writer.length);
}
