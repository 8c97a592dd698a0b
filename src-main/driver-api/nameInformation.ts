/**
 * FltGetFileNameInformation and its relatives, over the names the trace recorded.
 *
 * Source: FltGetFileNameInformation; filter-manager-core.md section 7 (last paragraph); driver-api-usage.md 5.4. Every format gives
 * the recorded name. Not covered: tunneling, name providers, short names, the TopLevelIrp rule.
 */
import { assertExists } from '../base/assert.ts';
import { UNICODE_STRING, type FILE_OBJECT, type FLT_CALLBACK_DATA, type Ref } from '../engine/index.ts';
import {
  FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, IRP_PAGING_IO, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_NAME_CACHE_MISS,
  STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../nt/values.generated.ts';
import type { DriverWorld } from './driverWorld.ts';

const formatMask = 0xff;
const queryMask = 0xff00;

export class FLT_FILE_NAME_INFORMATION {
  readonly Format: number;
  readonly Name: UNICODE_STRING;
  readonly Volume: UNICODE_STRING;
  Share = new UNICODE_STRING('');
  Extension = new UNICODE_STRING('');
  Stream = new UNICODE_STRING('');
  FinalComponent = new UNICODE_STRING('');
  ParentDir = new UNICODE_STRING('');
  /** FLTFL_FILE_NAME_PARSED_* */
  NamesParsed = 0;
  #references = 1;

  constructor(format: number, volume: string, path: string) {
    this.Format = format;
    this.Volume = new UNICODE_STRING(volume);
    this.Name = new UNICODE_STRING(volume + path);
  }

  static reference(info: FLT_FILE_NAME_INFORMATION, by: 1 | -1): number {
    info.#references += by;
    return info.#references;
  }

  /** Splits the part behind the volume: `\dir\name.ext:stream`. */
  static parse(info: FLT_FILE_NAME_INFORMATION): void {
    const whole = info.Name.Buffer.slice(info.Volume.Buffer.length);
    const stream = /:[^\\]*$/.exec(whole);
    const path = stream === null ? whole : whole.slice(0, stream.index);
    const last = path.lastIndexOf('\\');
    const final = path.slice(last + 1);
    const dot = final.lastIndexOf('.');
    info.Stream = new UNICODE_STRING(stream === null ? '' : stream[0]);
    info.ParentDir = new UNICODE_STRING(path.slice(0, last + 1));
    info.FinalComponent = new UNICODE_STRING(final + (stream?.[0] ?? ''));
    info.Extension = new UNICODE_STRING(dot < 0 ? '' : final.slice(dot + 1));
    info.NamesParsed = 0xf;
  }
}

export interface NameRoutines {
  FltGetFileNameInformation(data: FLT_CALLBACK_DATA, options: number, out: Ref<FLT_FILE_NAME_INFORMATION>): number;
  FltParseFileNameInformation(info: FLT_FILE_NAME_INFORMATION): number;
  FltReleaseFileNameInformation(info: FLT_FILE_NAME_INFORMATION): void;
  FltReferenceFileNameInformation(info: FLT_FILE_NAME_INFORMATION): void;
}

export function nameRoutines(world: DriverWorld): NameRoutines {
  const cached = new WeakSet<FILE_OBJECT>();
  const known = (info: unknown): FLT_FILE_NAME_INFORMATION => {
    if (!(info instanceof FLT_FILE_NAME_INFORMATION)) throw new TypeError('this is no FLT_FILE_NAME_INFORMATION: pass the value of the box that FltGetFileNameInformation filled');
    return info;
  };
  return {
    FltGetFileNameInformation: (data, options, out) => {
      const refused = world.engine.checkCall('FltGetFileNameInformation', data);
      if (refused !== undefined) return refused as number;
      if ((options & formatMask) === 0 || (options & queryMask) === 0) return STATUS_INVALID_PARAMETER;
      const fileObject = data.Iopb.TargetFileObject;
      const name = fileObject === null ? null : world.fileName(fileObject);
      if (fileObject === null || name === null) return STATUS_FLT_INVALID_NAME_REQUEST;
      const inCache = cached.has(fileObject) && (options & queryMask) !== FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY;
      if (!inCache && (options & queryMask) === FLT_FILE_NAME_QUERY_CACHE_ONLY) return STATUS_FLT_NAME_CACHE_MISS;
      if (!inCache && (data.Iopb.IrpFlags & IRP_PAGING_IO) !== 0) return STATUS_FLT_INVALID_NAME_REQUEST;
      cached.add(fileObject);
      assertExists(out, 'FltGetFileNameInformation needs a box for the result').value = new FLT_FILE_NAME_INFORMATION(options & formatMask, name.volume, name.path);
      return STATUS_SUCCESS;
    },
    FltParseFileNameInformation: (info) => {
      FLT_FILE_NAME_INFORMATION.parse(known(info));
      return STATUS_SUCCESS;
    },
    FltReleaseFileNameInformation: (info) => {
      if (FLT_FILE_NAME_INFORMATION.reference(known(info), -1) < 0) throw new RangeError('FltReleaseFileNameInformation was called once too often for this name');
    },
    FltReferenceFileNameInformation: (info) => {
      FLT_FILE_NAME_INFORMATION.reference(known(info), 1);
    },
  };
}
