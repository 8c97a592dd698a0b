/**
 * The words minispy prints for operations, and the codes behind them.
 *
 * Source: etw-formats.md 18.2, and the sample's own user program (Windows-driver-samples, filesys/miniFilter/minispy/user), which shortens two names,
 * prints the code of IRP_MJ_QUERY_OPEN under its older name, and writes codes it does not know as `Unknown Irp major function (28)`.
 */
import { irpMjFromName, irpMnFromName } from '../../../nt/names.ts';
import { byteAfter } from './text.ts';

export const transactionNotify = 'IRP_MJ_TRANSACTION_NOTIFY';

const majorAliases: ReadonlyMap<string, number> = new Map([
  ['IRP_MJ_ACQUIRE_FOR_SECTION_SYNC', 0xff],
  ['IRP_MJ_RELEASE_FOR_SECTION_SYNC', 0xfe],
  ['IRP_MJ_NOTIFY_STREAM_FO_CREATION', 0xf9],
]);

const minorAliases: ReadonlyMap<string, number> = new Map([['IRP_MN_TRACK_LINK', 4]]);

/** The major function of a name in the Major Operation column; undefined for what minispy never prints there. */
export function minispyMajor(name: string): number | undefined {
  return majorAliases.get(name) ?? irpMjFromName(name) ?? byteAfter(name, 'Unknown Irp major function (');
}

/** The minor function of a name in the Minor Operation column; undefined where there is none. */
export function minispyMinor(name: string): number | undefined {
  return name === '' ? undefined : (minorAliases.get(name) ?? irpMnFromName(name) ?? byteAfter(name, 'Unknown Irp minor code ('));
}
