/** Writes log files as the WDK's minispy sample does: etw-formats.md 18.1. */

export interface MinispyRow {
  readonly kind?: 'IRP' | 'FIO' | 'FSF' | 'ERR';
  readonly sequence?: number;
  /** `HH:MM:SS:mmm` */
  readonly preOp?: string;
  readonly postOp?: string;
  readonly pid?: number;
  readonly tid?: number;
  readonly major?: string;
  readonly minor?: string;
  readonly irpFlags?: number;
  readonly deviceObject?: bigint;
  readonly fileObject?: bigint;
  readonly transaction?: bigint;
  readonly status?: number;
  readonly information?: bigint | number;
  readonly arguments?: readonly (bigint | number)[];
  readonly name?: string;
}

const ruler = (widths: readonly number[]): string => widths.map((width) => '-'.repeat(width)).join('\t');
const centred = (text: string, width: number): string => ' '.repeat((width - text.length) >> 1).concat(text).padEnd(width);

export function minispyHeading(bits: 32 | 64): string {
  const pointer = bits === 64 ? 18 : 10;
  const widths = [3, 10, 12, 12, 13, 35, 35, 15, pointer, pointer, pointer, pointer + 11, ...Array.from({ length: 5 }, () => pointer), 10, 50];
  const names = [
    'Opr', 'SeqNum', 'PreOp Time', 'PostOp Time', 'Process.Thrd', 'Major Operation', 'Minor Operation', 'IrpFlags', 'DevObj', 'FileObj', 'Transactn', 'status:inform',
    'Arg 1', 'Arg 2', 'Arg 3', 'Arg 4', 'Arg 5', 'Arg 6', 'Name',
  ];
  const titles = names.map((name, i) => (i === 0 || i === 18 ? name : centred(name, widths[i] ?? 0)));
  return `${titles.join('\t')}\r\n${ruler(widths)}\r\n`;
}

const digits = (value: bigint | number, count: number): string => BigInt.asUintN(64, BigInt(value)).toString(16).padStart(count, '0');

export function minispyLine(row: MinispyRow, bits: 32 | 64): string {
  const pointer = (value: bigint | number = 0): string => `0x${digits(value, bits / 4).toUpperCase()}`;
  const flags = row.irpFlags ?? 0;
  const letter = (bit: number, text: string): string => ((flags & bit) !== 0 ? text : '-');
  const words = Array.from({ length: 5 }, (_, i) => pointer(row.arguments?.[i]));
  return [
    row.kind ?? 'IRP', `0x${digits(row.sequence ?? 1, 8).toUpperCase()}`, (row.preOp ?? '10:00:00:000').padEnd(12), (row.postOp ?? row.preOp ?? '10:00:00:000').padEnd(12),
    `${(row.pid ?? 1234).toString(16).padStart(8)}.${(row.tid ?? 1240).toString(16).padEnd(4)} `, (row.major ?? 'IRP_MJ_CREATE').padEnd(35), (row.minor ?? '').padEnd(35),
    `0x${digits(flags, 8)} ${letter(1, 'N')}${letter(2, 'P')}${letter(4, 'S')}${letter(0x40, 'Y')}`, pointer(row.deviceObject), pointer(row.fileObject),
    pointer(row.transaction), `0x${digits(row.status ?? 0, 8)}:${pointer(row.information)}`, ...words, `0x${digits(row.arguments?.[5] ?? 0, 8)}`, row.name ?? '',
  ].join('\t').concat('\r\n');
}

export function writeMinispy(rows: readonly (MinispyRow | string)[], options: { readonly bits?: 32 | 64; readonly heading?: boolean } = {}): Uint8Array {
  const bits = options.bits ?? 64;
  const body = rows.map((row) => (typeof row === 'string' ? row : minispyLine(row, bits))).join('');
  return Buffer.from((options.heading === false ? '' : minispyHeading(bits)) + body, 'utf8');
}

/** The marks minispy leaves where it had no memory for a record. */
export const outOfMemory = (sequence: number): string => `M:\t0x${digits(sequence, 8).toUpperCase()}\tSystem Out of Memory\r\n`;
export const allowanceExceeded = (sequence: number): string => `M:\t0x${digits(sequence, 8).toUpperCase()}\tExceeded Mamimum Allowed Memory Buffers\r\n`;
