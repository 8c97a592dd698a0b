/**
 * The parameters of a create, and which combinations are refused outright.
 *
 * Sources: MS-FSA 2.1.5.1 (parameter checks), filter-manager-objects.md OPL-031, OPL-032; IC-037, IC-038.
 */
import {
  DELETE, FILE_APPEND_DATA, FILE_COMPLETE_IF_OPLOCKED, FILE_CREATE, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE, FILE_EXECUTE, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE,
  FILE_ALL_ACCESS, FILE_NON_DIRECTORY_FILE, FILE_NO_INTERMEDIATE_BUFFERING, FILE_OPEN, FILE_OPEN_BY_FILE_ID, FILE_OPEN_IF, FILE_OPEN_REPARSE_POINT, FILE_OPEN_REQUIRING_OPLOCK,
  FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_READ_EA, FILE_RESERVE_OPFILTER, FILE_SHARE_READ, FILE_SUPERSEDE, FILE_SYNCHRONOUS_IO_ALERT,
  FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_ATTRIBUTES, GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE, MAXIMUM_ALLOWED, READ_CONTROL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
  SYNCHRONIZE,
} from '../../nt/values.generated.ts';
import { bigintOf, numberOf, type ModelRequest } from './request.ts';

export interface CreateParameters {
  /** Specific rights: generic ones are mapped. */
  readonly access: number;
  readonly share: number;
  readonly disposition: number;
  readonly options: number;
  readonly attributes: number;
  readonly allocation: bigint;
  readonly eaBuffer: unknown;
  readonly eaLength: number;
}

const genericRights: readonly (readonly [number, number])[] = [
  [GENERIC_READ, FILE_GENERIC_READ], [GENERIC_WRITE, FILE_GENERIC_WRITE], [GENERIC_EXECUTE, FILE_GENERIC_EXECUTE], [GENERIC_ALL, FILE_ALL_ACCESS], [MAXIMUM_ALLOWED, FILE_ALL_ACCESS],
];

const anyGeneric = GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL | MAXIMUM_ALLOWED;

/** RtlMapGenericMask with the file mapping. There is no security model here: MAXIMUM_ALLOWED grants everything. */
export function mapAccess(access: number): number {
  if ((access & anyGeneric) === 0) return access >>> 0;
  let mapped = access & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL | MAXIMUM_ALLOWED);
  for (const [generic, rights] of genericRights) if ((access & generic) !== 0) mapped |= rights;
  return mapped >>> 0;
}

export function createParameters(request: ModelRequest): CreateParameters {
  const view = request.parameters('Create');
  const packed = numberOf(view['Options']) >>> 0;
  const security = view['SecurityContext'];
  const desired = typeof security === 'object' && security !== null && 'DesiredAccess' in security ? numberOf(security.DesiredAccess) : 0;
  return {
    access: mapAccess(desired), share: numberOf(view['ShareAccess']), disposition: packed >>> 24, options: packed & 0xff_ffff, attributes: numberOf(view['FileAttributes']),
    allocation: bigintOf(view['AllocationSize']), eaBuffer: view['EaBuffer'], eaLength: numberOf(view['EaLength']),
  };
}

export const has = (value: number, bits: number): boolean => (value & bits) !== 0;

/** FILE_SUPERSEDE, FILE_OVERWRITE, FILE_OVERWRITE_IF */
export const overwrites = ({ disposition }: CreateParameters): boolean => disposition === FILE_SUPERSEDE || disposition === FILE_OVERWRITE || disposition === FILE_OVERWRITE_IF;

/** STATUS_SUCCESS, or why the combination is refused before anything is looked at. */
export function checkParameters(p: CreateParameters): number {
  const { options, access } = p;
  const synchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
  const refused =
    p.disposition > FILE_OVERWRITE_IF ||
    (has(options, FILE_DIRECTORY_FILE) && (has(options, FILE_NON_DIRECTORY_FILE) || (p.disposition !== FILE_OPEN && p.disposition !== FILE_CREATE && p.disposition !== FILE_OPEN_IF))) ||
    (options & synchronous) === synchronous ||
    (has(options, FILE_DELETE_ON_CLOSE) && !has(access, DELETE)) ||
    (has(options, FILE_COMPLETE_IF_OPLOCKED) && has(options, FILE_RESERVE_OPFILTER)) ||
    (has(options, FILE_COMPLETE_IF_OPLOCKED) && has(options, FILE_OPEN_REQUIRING_OPLOCK)) ||
    (has(options, FILE_NO_INTERMEDIATE_BUFFERING) && has(access, FILE_APPEND_DATA) && !has(access, 2));
  return refused ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

const attributeRights = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE;
const only = (access: number, rights: number): boolean => (access & ~rights) === 0;

/** OPL-031: breaks nothing among the legacy oplocks. */
export const sparesLegacy = (p: CreateParameters): boolean => only(p.access, attributeRights) && !has(p.options, FILE_RESERVE_OPFILTER);
/** OPL-031: the harmless set of granular oplocks has READ_CONTROL too. */
export const sparesGranular = (p: CreateParameters): boolean => only(p.access, attributeRights | READ_CONTROL) && !has(p.options, FILE_RESERVE_OPFILTER);

/** OPL-032: whether a create breaks FILTER. */
export function breaksFilter(p: CreateParameters, is: (assumption: string, word: string) => boolean): boolean {
  const wantsMore = !only(p.access, attributeRights | FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE | READ_CONTROL);
  const keepsReadersOut = !has(p.share, FILE_SHARE_READ);
  return is('OPL-032', 'access-and-share') ? wantsMore && keepsReadersOut : wantsMore || keepsReadersOut;
}

export const opensReparsePoint = (p: CreateParameters): boolean => has(p.options, FILE_OPEN_REPARSE_POINT);
export const opensById = (p: CreateParameters): boolean => has(p.options, FILE_OPEN_BY_FILE_ID);
