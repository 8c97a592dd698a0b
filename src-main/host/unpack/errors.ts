/** Why a wrapped file is not imported. */
import { UserError } from '../../base/userError.ts';
import { readableTraces } from '../../trace/errors.ts';

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toLocaleString('en-US', { maximumFractionDigits: 1 })} GB`;

export const unpackErrors = {
  nothingInside: (name: string, wrapping: string) =>
    new UserError('unpack-broken', `“${name}” begins like a ${wrapping} stream, but nothing of it can be unpacked; copy it again from where it was made.`, { name, wrapping }),

  emptyZip: (name: string) => new UserError('unpack-empty', `“${name}” is a zip archive without files; open one that has a trace in it.`, { name }),

  closedZip: (name: string, entry: string, obstacle: string) =>
    new UserError('unpack-closed', `“${entry}” in “${name}” cannot be unpacked: ${obstacle}; unpack it with the program that made it and open the trace inside.`, { name, entry }),

  noTraceInZip: (name: string, count: number, entries: readonly string[]) =>
    new UserError(
      'unpack-no-trace',
      `“${name}” is a zip archive without a trace FltReplay can read (${count} ${count === 1 ? 'file' : 'files'} in it, the largest: ${entries.join(', ')}); what may be in one is ${readableTraces}.`,
      { name, count },
    ),

  noMember: (name: string, member: string, members: readonly string[]) =>
    new UserError('unpack-member', `There is no trace “${member}” in “${name}”; there ${members.length === 1 ? 'is' : 'are'} ${members.slice(0, 20).join(', ')}.`, { name, member }),

  tooDeep: (name: string) => new UserError('unpack-deep', `“${name}” is wrapped more than twice; unpack it and open the trace inside.`, { name }),

  tooLarge: (name: string, limit: number) =>
    new UserError(
      'unpack-limit',
      `“${name}” unpacks to more than ${gigabytes(limit)}, where FltReplay stops (import --unpack-limit takes another limit, e.g. 200G); or unpack it yourself and open the trace inside.`,
      { name, limit },
    ),

  suspicious: (name: string, ratio: number) =>
    new UserError(
      'unpack-ratio',
      `“${name}” unpacks to more than ${ratio} times its size, as archives do that are made to fill a disk; if you trust it, unpack it yourself, or set a limit with import --unpack-limit.`,
      { name, ratio },
    ),

  diskFull: (name: string, folder: string, spare: number) =>
    new UserError('unpack-disk', `There is not enough room in “${folder}” to unpack “${name}” (${gigabytes(spare)} are left free); make room and open it again.`, { name, folder }),
} as const;
