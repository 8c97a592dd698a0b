/**
 * Recordings of a few lines, in a notation of their own.
 *
 *     create \docs\a.txt rw RWD OPEN -> SUCCESS 1        access r w d x a (append), share RWD or -, disposition; Information behind the status
 *     create \docs - RWD OPEN DIRECTORY_FILE -> SUCCESS 1
 *     read \docs\a.txt 0+4096 -> END_OF_FILE
 *     set \docs\a.txt Rename FileName=C:\docs\b.txt -> SUCCESS
 *
 * Lines are 10 ticks apart; `for=5` is a duration. Paths are on C: where they do not say otherwise. `@2` at the end makes it another process, `fast` another form.
 */
import { ntStatus } from '../../../src-main/nt/ntStatus.ts';
import { constantValue } from './constants.ts';
import * as nt from '../../../src-main/nt/values.generated.ts';
import type { DetailValue, NumberedOperation, OperationIndex, OperationKind } from '../../../src-main/trace/record.ts';
import { record } from '../operations.ts';

const rights: Readonly<Record<string, number>> = { r: nt.FILE_READ_DATA, w: nt.FILE_WRITE_DATA, a: nt.FILE_APPEND_DATA, x: nt.FILE_EXECUTE, d: nt.DELETE, '-': nt.FILE_READ_ATTRIBUTES };
const shares: Readonly<Record<string, number>> = { R: 1, W: 2, D: 4, '-': 0 };
const bits = (text: string, of: Readonly<Record<string, number>>): number => [...text].reduce((sum, letter) => sum | (of[letter] ?? 0), 0);

const majors: Readonly<Record<string, { readonly major: number; readonly minor?: number; readonly kind?: OperationKind }>> = {
  create: { major: nt.IRP_MJ_CREATE }, read: { major: nt.IRP_MJ_READ }, write: { major: nt.IRP_MJ_WRITE }, query: { major: nt.IRP_MJ_QUERY_INFORMATION }, set: { major: nt.IRP_MJ_SET_INFORMATION },
  cleanup: { major: nt.IRP_MJ_CLEANUP }, close: { major: nt.IRP_MJ_CLOSE }, list: { major: nt.IRP_MJ_DIRECTORY_CONTROL, minor: nt.IRP_MN_QUERY_DIRECTORY },
  lock: { major: nt.IRP_MJ_LOCK_CONTROL, minor: nt.IRP_MN_LOCK }, unlock: { major: nt.IRP_MJ_LOCK_CONTROL, minor: nt.IRP_MN_UNLOCK_SINGLE },
  queryOpen: { major: nt.IRP_MJ_NETWORK_QUERY_OPEN, kind: 'fastio' }, section: { major: nt.IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, kind: 'fsfilter' },
  control: { major: nt.IRP_MJ_FILE_SYSTEM_CONTROL }, device: { major: nt.IRP_MJ_DEVICE_CONTROL }, security: { major: nt.IRP_MJ_QUERY_SECURITY }, ea: { major: nt.IRP_MJ_QUERY_EA },
};

const bytesOfClass: Readonly<Record<string, number>> = { Basic: 40, Standard: 24, Disposition: 1, EndOfFile: 8, Rename: 200, Link: 200, NetworkOpen: 56 };

/** One line, with `index` as its number. */
export function traceLine(line: string, index: number): NumberedOperation {
  const [request = '', result = ''] = line.split('->');
  const words = request.trim().split(/\s+/);
  const [verb = '', given = '', ...rest] = words;
  const pid = rest.some((word) => word === '@2') ? 1 : 0;
  const { major, minor = 0, kind = 'irp' } = majors[verb] ?? { major: 0 };
  const [statusWord = 'SUCCESS', information] = result.trim().split(/\s+/);
  const detail: Record<string, DetailValue> = {};
  for (const word of rest) {
    const [name = '', ...value] = word.split('=');
    if (value.length > 0 && name !== 'for') detail[name] = valueOf(value.join('='));
  }
  const plain = rest.filter((word) => !word.includes('=') && word !== '@2' && word !== 'fast');
  const path = given === '-' ? 'C:' : /^\\(?!\\|Device\\)/.test(given) ? `C:${given}` : given;
  const fields = fieldsOf(verb, plain, detail);
  return {
    ...record(index, {
      operation: verb, major, minor, kind: rest.includes('fast') ? 'fastio' : kind, path, process: pid as NumberedOperation['process'], tid: 100 + pid, status: ntStatus(constantValue(`STATUS_${statusWord}`)),
      information: information === undefined ? null : Number(information), offset: null, length: null, detail, ...durationOf(rest), ...fields,
    }),
    index: index as OperationIndex,
  };
}

const durationOf = (words: readonly string[]): Partial<NumberedOperation> => {
  const given = words.find((word) => word.startsWith('for='));
  return given === undefined ? {} : { duration: BigInt(given.slice(4)) };
};

function valueOf(text: string): DetailValue {
  if (/^\d+$/.test(text)) return Number(text);
  if (text.startsWith('[')) return text.slice(1, -1).split(',').filter((name) => name !== '');
  return text === 'true' ? true : text === 'false' ? false : text;
}

function fieldsOf(verb: string, words: readonly string[], detail: Record<string, DetailValue>): Partial<NumberedOperation> {
  switch (verb) {
    case 'create': {
      const [access = '-', share = '-', disposition = 'OPEN', ...options] = words;
      detail['DesiredAccess'] = bits(access, rights);
      detail['ShareAccess'] = bits(share, shares);
      detail['CreateDisposition'] = constantValue(`FILE_${disposition}`);
      detail['CreateOptions'] = options.reduce((sum, option) => sum | constantValue(`FILE_${option}`), 0);
      return {};
    }
    case 'read':
    case 'write':
    case 'lock':
    case 'unlock': {
      const [offset = '0', length = '0'] = (words[0] ?? '').split('+');
      if (verb.endsWith('lock')) detail['Length'] = Number(length);
      return { offset: BigInt(offset), length: Number(length), irpFlags: words.includes('paging') ? nt.IRP_PAGING_IO | nt.IRP_NOCACHE : 0 };
    }
    case 'query':
    case 'set': {
      const name = words[0] ?? '';
      detail['FileInformationClass'] = constantValue(`File${name}Information`);
      return { length: bytesOfClass[name] ?? 512 };
    }
    case 'list':
      detail['FileInformationClass'] = nt.FileNamesInformation;
      return { length: 4096 };
    case 'control':
    case 'device':
      detail['ControlCode'] = constantValue(words[0] ?? '');
      return {};
    case 'section':
      detail['SyncType'] = 1;
      return {};
    default:
      return { length: Number(words[0] ?? 0) };
  }
}

export const traceLines = (text: string): NumberedOperation[] =>
  text.split('\n').map((line) => line.replace(/#.*$/, '').trim()).filter((line) => line !== '').map((line, at) => traceLine(line, at + 1));
