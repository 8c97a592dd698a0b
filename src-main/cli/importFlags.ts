/** What the user says of a trace on the command line: `--date`, `--utc-offset`, `--clock-offset`, `--member`, `--unpack-limit`. */
import { InvalidArgumentError, type Command } from 'commander';
import type { ImportChoices } from '../../src-preload/contract/index.ts';
import { ticksOfDate } from '../host/index.ts';

export interface ImportFlags {
  readonly date?: bigint;
  readonly utcOffset?: number;
  readonly clockOffset?: bigint;
  readonly member?: string;
  readonly unpackLimit?: number;
}

export function addImportFlags(command: Command): Command {
  return command
    .option('--date <yyyy-mm-dd>', 'first day, for a trace without dates', date)
    .option('--utc-offset <hours>', 'how far its local times are ahead of UTC, e.g. +02:00', utcOffset)
    .option('--member <name>', 'which trace of a zip archive; the largest if left out')
    .option('--unpack-limit <size>', 'how large a wrapped trace may become, e.g. 200G', size);
}

export function addClockFlag(command: Command, says = 'moves its clock, e.g. +1.25ms, -300us, 2s'): Command {
  return command.option('--clock-offset <time>', says, clockOffset);
}

export function choicesOf({ date: assumedDate, utcOffset: offset, clockOffset: clock, member, unpackLimit }: ImportFlags): ImportChoices {
  return {
    ...(assumedDate !== undefined && { assumedDate }), ...(offset !== undefined && { utcOffset: offset }), ...(clock !== undefined && { clockOffset: clock }),
    ...(member !== undefined && { member }), ...(unpackLimit !== undefined && { unpackedBytes: unpackLimit }),
  };
}

function date(text: string): bigint {
  const ticks = ticksOfDate(text);
  if (ticks === null) throw new InvalidArgumentError('Give a day, e.g. 2026-07-31.');
  return ticks;
}

function utcOffset(text: string): number {
  const match = /^([+-]?)(\d{1,2})(?::?(\d\d))?$/.exec(text);
  const minutes = Number(match?.[2]) * 60 + Number(match?.[3] ?? 0);
  if (match === null || minutes > 14 * 60 || Number(match[3] ?? 0) > 59) throw new InvalidArgumentError('Give hours and minutes, e.g. +02:00 or -5.');
  return match[1] === '-' ? -minutes : minutes;
}

const unitTicks = { s: 10_000_000, ms: 10_000, us: 10, µs: 10, ns: 0.01 } as const;

function clockOffset(text: string): bigint {
  const match = /^([+-]?)(\d{1,15})(?:\.(\d{1,9}))?(s|ms|us|µs|ns)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Give a time with its unit (s, ms, us, ns), e.g. +1.25ms.');
  const [, sign, whole = '', fraction = '', unit = ''] = match;
  // In nanoseconds, exactly; a tick is 100 of them.
  const nanoseconds = BigInt(Math.round(unitTicks[unit as keyof typeof unitTicks] * 100));
  const amount = (BigInt(whole + fraction) * nanoseconds) / 10n ** BigInt(fraction.length);
  return ((sign === '-' ? -amount : amount)) / 100n;
}

const sizeUnits = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

function size(text: string): number {
  const match = /^(\d{1,12})([KMGT]?)B?$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('Give a size, e.g. 200G.');
  return Number(match[1]) * sizeUnits[(match[2] ?? '').toUpperCase() as keyof typeof sizeUnits];
}
