/** The requests that programs and the system make: parameters by major function (rules 8, 9 and 11). */
import type { KBUFFER } from '../../driver-api/kbuffer.ts';
import { parameterMembers, UNICODE_STRING, type FILE_OBJECT, type IoRequest, type IoVolume, type OperationKind, type EngineThread } from '../../engine/index.ts';
import { irpMinor } from '../../nt/tables.generated.ts';
import {
  FSCTL_REQUEST_OPLOCK, FSCTL_SET_ZERO_DATA, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL,
  IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE, IRP_MJ_MDL_WRITE_COMPLETE,
  IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_OPEN, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ,
  IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE, IRP_MN_LOCK, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY, SL_RESTART_SCAN, SL_RETURN_SINGLE_ENTRY, SL_WATCH_TREE,
} from '../../nt/values.generated.ts';
import { makeBuffer, textBuffer } from './buffers.ts';
import { informationBuffer, informationLength } from './information.ts';
import { NotationError } from './lineReader.ts';
import type { Argument, Value } from './vector.ts';
import { flagsOf, isTrue, majorWord, minorNamed, needFlags } from './words.ts';
import type { World } from './world.ts';

/** Arguments of a call by key, and the others in order. Keys that nobody asked for are reported. */
export class Arguments {
  readonly #keyed = new Map<string, Value>();
  readonly #positional: Value[] = [];
  readonly #used = new Set<string>(['op', 'by']);

  constructor(args: readonly Argument[]) {
    for (const { key, value } of args) {
      if (key === null) this.#positional.push(value);
      else this.#keyed.set(key, value);
    }
  }

  readonly key = (...keys: string[]): Value | null => {
    for (const key of keys) {
      const value = this.#keyed.get(key);
      if (value === undefined) continue;
      this.#used.add(key);
      return value;
    }
    return null;
  };

  take(what: string): Value {
    const next = this.#positional.shift();
    if (next === undefined) throw new NotationError(null, `the argument ${what} is missing.`);
    return next;
  }

  maybe(): Value | null {
    return this.#positional.shift() ?? null;
  }

  peek(): Value | null {
    return this.#positional[0] ?? null;
  }

  /** Puts an argument under a key. */
  give(key: string, value: Value): void {
    this.#keyed.set(key, value);
  }

  number(keys: readonly string[], otherwise: number): number {
    const value = this.key(...keys);
    return value === null ? otherwise : needFlags(value, 'number');
  }

  truth(...keys: string[]): boolean {
    const value = this.key(...keys);
    return value !== null && isTrue(value);
  }

  /** Keys not used yet, e.g. fields of a parameter structure. */
  rest(): [string, Value][] {
    return [...this.#keyed].filter(([key]) => !this.#used.has(key));
  }

  finish(what: string): void {
    const [extra] = this.#positional;
    if (extra !== undefined) throw new NotationError(null, `${what} has no place for the argument ${extra.text}.`);
    const [unknown] = this.rest();
    if (unknown !== undefined) throw new NotationError(null, `${what} has no argument “${unknown[0]}”.`);
  }
}

export interface RequestForm {
  readonly major: number;
  readonly minor: number;
  readonly member: string | null;
  readonly values: Record<string, unknown>;
  readonly systemBuffer: boolean;
  /** SL_* that the arguments stand for. */
  readonly operationFlags?: number;
  /** Where answers come back. */
  readonly output: KBUFFER | null;
}

/** Data transfers of a vector that names no length. */
const usualLength = 512;

const form = (major: number, member: string | null, values: Record<string, unknown>, more: { minor?: number; systemBuffer?: boolean; output?: KBUFFER | null } = {}): RequestForm =>
  ({ major, minor: more.minor ?? 0, member, values, systemBuffer: more.systemBuffer ?? false, output: more.output ?? null });

function transferForm(major: number, args: Arguments): RequestForm {
  const offset = args.number(['offset'], 0);
  const length = args.number(['length'], usualLength);
  const buffer = makeBuffer('user', length);
  const values = { Length: length, Key: args.number(['lockKey'], 0), ByteOffset: BigInt(offset), MdlAddress: null };
  return major === IRP_MJ_READ ? form(major, 'Read', { ...values, ReadBuffer: buffer }, { output: buffer }) : form(major, 'Write', { ...values, WriteBuffer: buffer });
}

const className = (args: Arguments): Value => args.key('class') ?? args.take('class');

function fileInformation(major: number, args: Arguments, world: World): RequestForm {
  const value = className(args);
  const infoClass = needFlags(value, 'information class');
  if (major === IRP_MJ_SET_INFORMATION) {
    const buffer = informationBuffer(value.value as string, args.key, world);
    const replace = args.truth('replace') ? 1 : 0;
    const advance = args.truth('advance', 'advanceOnly') ? 1 : 0;
    const values = { Length: buffer.length, FileInformationClass: infoClass, ParentOfTarget: null, InfoBuffer: buffer };
    return form(major, 'SetFileInformation', { ...values, ...(advance === 1 ? { AdvanceOnly: 1 } : { ReplaceIfExists: replace }) }, { systemBuffer: true });
  }
  const buffer = makeBuffer('system', args.number(['length'], informationLength(value.value as string)));
  return form(major, 'QueryFileInformation', { Length: buffer.length, FileInformationClass: infoClass, InfoBuffer: buffer }, { systemBuffer: true, output: buffer });
}

function volumeInformation(major: number, args: Arguments): RequestForm {
  const infoClass = needFlags(className(args), 'information class');
  const buffer = makeBuffer('system', args.number(['length'], 1024));
  const member = major === IRP_MJ_QUERY_VOLUME_INFORMATION ? 'QueryVolumeInformation' : 'SetVolumeInformation';
  return form(major, member, { Length: buffer.length, FsInformationClass: infoClass, VolumeBuffer: buffer }, { systemBuffer: true, output: buffer });
}

function directoryForm(args: Arguments, minorWord: string | null): RequestForm {
  const operationFlags = (args.truth('restart') ? SL_RESTART_SCAN : 0) | (args.truth('single') ? SL_RETURN_SINGLE_ENTRY : 0) | (args.truth('tree') ? SL_WATCH_TREE : 0);
  return { ...directoryParameters(args, minorWord), operationFlags };
}

function directoryParameters(args: Arguments, minorWord: string | null): RequestForm {
  const minor = minorWord === null ? IRP_MN_QUERY_DIRECTORY : minorNamed(minorWord);
  const buffer = makeBuffer('user', args.number(['length'], 1024));
  if (minor !== IRP_MN_QUERY_DIRECTORY) {
    return form(IRP_MJ_DIRECTORY_CONTROL, 'DirectoryControl.NotifyDirectory', { Length: buffer.length, CompletionFilter: args.number(['filter'], 0x1ff), DirectoryBuffer: buffer }, { minor: IRP_MN_NOTIFY_CHANGE_DIRECTORY });
  }
  const pattern = args.key('pattern');
  return form(IRP_MJ_DIRECTORY_CONTROL, 'DirectoryControl.QueryDirectory', {
    Length: buffer.length, FileName: pattern === null ? null : new UNICODE_STRING(String(pattern.value)), FileInformationClass: args.number(['class'], 3), FileIndex: 0, DirectoryBuffer: buffer, MdlAddress: null,
  }, { minor, output: buffer });
}

const methods = ['Buffered', 'Direct', 'Direct', 'Neither'];

/** A control request with the input a vector gives, and room for the answer. */
export function controlForm(major: number, code: number, input: KBUFFER | null, outputLength: number): RequestForm {
  const group = major === IRP_MJ_FILE_SYSTEM_CONTROL ? 'FileSystemControl' : 'DeviceIoControl';
  const inputLength = input?.length ?? 0;
  const common = { OutputBufferLength: outputLength, InputBufferLength: inputLength, [group === 'FileSystemControl' ? 'FsControlCode' : 'IoControlCode']: code };
  const method = code & 3;
  const member = `${group}.${methods[method] ?? 'Buffered'}`;
  const minor = 0;
  if (method === 0) {
    const length = Math.max(inputLength, outputLength);
    const buffer = length === 0 ? null : makeBuffer('system', length);
    if (buffer !== null && input !== null) buffer.copyFrom(input, inputLength);
    return form(major, member, { ...common, SystemBuffer: buffer }, { minor, systemBuffer: true, output: buffer });
  }
  const output = outputLength === 0 ? null : makeBuffer('user', outputLength);
  return form(major, member, method === 3 ? { ...common, InputBuffer: input, OutputBuffer: output } : { ...common, InputSystemBuffer: input, OutputBuffer: output, OutputMdlAddress: null }, { minor, output });
}

/** FILE_ZERO_DATA_INFORMATION: what `usr.fsctl(h, FSCTL_SET_ZERO_DATA, 0, 10)` means. */
function zeroData(args: Arguments): KBUFFER {
  const number = (value: Value | null, otherwise: number): number => (value === null ? otherwise : needFlags(value, 'number'));
  const offset = number(args.key('offset') ?? args.maybe(), 0);
  const length = number(args.key('length') ?? args.maybe(), usualLength);
  const buffer = makeBuffer('system', 16);
  buffer.setU64(0, BigInt(offset));
  buffer.setU64(8, BigInt(args.number(['beyond'], offset + length)));
  return buffer;
}

function control(major: number, args: Arguments): RequestForm {
  const code = needFlags(args.key('code') ?? args.take('code'), 'control code');
  const given = args.key('in', 'input');
  const input = given === null ? (code === FSCTL_SET_ZERO_DATA ? zeroData(args) : null) : given.kind === 'string' ? textBuffer('system', given.value) : makeBuffer('system', needFlags(given, 'length'));
  return controlForm(major, code, input, args.number(['out', 'output'], 0));
}

/** FSCTL_REQUEST_OPLOCK (OPL-011): version, length, level and flags in; the answer has 24 bytes. */
export function oplockForm(level: number, flags: number): RequestForm {
  const input = makeBuffer('system', 12);
  input.setU16(0, 1);
  input.setU16(2, 12);
  input.setU32(4, level);
  input.setU32(8, flags);
  return controlForm(IRP_MJ_FILE_SYSTEM_CONTROL, FSCTL_REQUEST_OPLOCK, input, 24);
}

function lockForm(args: Arguments, minorWord: string | null): RequestForm {
  const offset = args.key('offset') ?? args.maybe();
  const length = args.key('length') ?? args.maybe();
  const unlock = args.truth('unlock');
  const all = args.truth('all');
  const minor = minorWord === null ? (unlock ? minorNamed(all ? 'UNLOCK_ALL' : 'UNLOCK_SINGLE') : IRP_MN_LOCK) : minorNamed(minorWord);
  return form(IRP_MJ_LOCK_CONTROL, 'LockControl', {
    Length: BigInt(length === null ? 1 : needFlags(length, 'length')), Key: args.number(['lockKey'], 0), ByteOffset: BigInt(offset === null ? 0 : needFlags(offset, 'offset')), ProcessId: null,
    FailImmediately: args.key('wait') === null || !args.truth('wait') ? 1 : 0, ExclusiveLock: args.truth('exclusive') ? 1 : 0,
  }, { minor });
}

/** The parameters of a request of any major; what a vector leaves out has a plain default. */
export function requestForm(major: number, args: Arguments, world: World): RequestForm {
  const minorValue = args.key('minor');
  const minorWord = minorValue === null ? null : minorValue.kind === 'number' ? String(minorValue.value) : minorValue.value;
  switch (major) {
    case IRP_MJ_READ:
    case IRP_MJ_WRITE: return transferForm(major, args);
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION: return fileInformation(major, args, world);
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_VOLUME_INFORMATION: return volumeInformation(major, args);
    case IRP_MJ_DIRECTORY_CONTROL: return directoryForm(args, minorWord);
    case IRP_MJ_FILE_SYSTEM_CONTROL:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL: return control(major, args);
    case IRP_MJ_LOCK_CONTROL: return lockForm(args, minorWord);
    case IRP_MJ_QUERY_EA:
    case IRP_MJ_SET_EA: {
      const buffer = makeBuffer('user', args.number(['length'], 256));
      return form(major, major === IRP_MJ_QUERY_EA ? 'QueryEa' : 'SetEa', { Length: buffer.length, EaBuffer: buffer }, { output: buffer });
    }
    case IRP_MJ_QUERY_SECURITY: {
      const buffer = makeBuffer('user', args.number(['length'], 256));
      return form(major, 'QuerySecurity', { SecurityInformation: args.number(['information'], 4), Length: buffer.length, SecurityBuffer: buffer }, { output: buffer });
    }
    case IRP_MJ_SET_SECURITY: return form(major, 'SetSecurity', { SecurityInformation: args.number(['information'], 4) });
    case IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION:
      return form(major, 'AcquireForSectionSynchronization', { SyncType: args.number(['SyncType'], 1), PageProtection: args.number(['PageProtection', 'protection'], 2) });
    case IRP_MJ_ACQUIRE_FOR_MOD_WRITE: return form(major, 'AcquireForModifiedPageWriter', { EndingOffset: BigInt(args.number(['EndingOffset'], 4096)) });
    case IRP_MJ_QUERY_OPEN: {
      const buffer = makeBuffer('system', 72);
      return form(major, 'QueryOpen', { FileInformation: buffer, Length: buffer.length, FileInformationClass: args.number(['class'], 68) }, { output: buffer });
    }
    case IRP_MJ_NETWORK_QUERY_OPEN: {
      const buffer = makeBuffer('system', 56);
      return form(major, 'NetworkQueryOpen', { NetworkInformation: buffer }, { output: buffer });
    }
    case IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE:
      return form(major, 'FastIoCheckIfPossible', { FileOffset: BigInt(args.number(['offset'], 0)), Length: args.number(['length'], usualLength), LockKey: 0, CheckForReadOperation: args.key('write') === null ? 1 : 0 });
    case IRP_MJ_MDL_READ:
    case IRP_MJ_PREPARE_MDL_WRITE:
      return form(major, major === IRP_MJ_MDL_READ ? 'MdlRead' : 'PrepareMdlWrite', { FileOffset: BigInt(args.number(['offset'], 0)), Length: args.number(['length'], usualLength), Key: 0, MdlChain: null });
    case IRP_MJ_MDL_READ_COMPLETE: return form(major, 'MdlReadComplete', { MdlChain: null });
    case IRP_MJ_MDL_WRITE_COMPLETE: return form(major, 'MdlWriteComplete', { FileOffset: BigInt(args.number(['offset'], 0)), MdlChain: null });
    default: return form(major, null, {}, minorWord === null ? {} : { minor: minorOf(major, minorWord) });
  }
}

function minorOf(major: number, word: string): number {
  const number = flagsOf(word);
  if (number !== undefined) return number;
  const row = irpMinor.find(({ name, major: of }) => name === `IRP_MN_${word}` && of === `IRP_MJ_${majorWord(major)}`);
  return row?.value ?? minorNamed(word);
}

export interface CreateFacts {
  readonly access: number;
  readonly share: number;
  readonly disposition: number;
  readonly options: number;
  readonly attributes: number;
}

export function createForm({ access, share, disposition, options, attributes }: CreateFacts): RequestForm {
  return form(IRP_MJ_CREATE, 'Create', {
    SecurityContext: { DesiredAccess: access, FullCreateOptions: options, AccessState: { OriginalDesiredAccess: access, RemainingDesiredAccess: 0, PreviouslyGrantedAccess: access } },
    Options: ((disposition << 24) | (options & 0xffffff)) >>> 0, FileAttributes: attributes, ShareAccess: share, EaLength: 0, EaBuffer: null, AllocationSize: 0n,
  });
}

/** Fields of the parameter structure that a vector names itself: `SyncType=0`. */
export function setFields(made: RequestForm, args: Arguments): void {
  if (made.member === null) return;
  const fields = parameterMembers.get(made.member)?.fields ?? [];
  for (const [key, value] of args.rest()) {
    const field = fields.find(({ name }) => name.toLowerCase() === key.toLowerCase());
    if (field === undefined) continue;
    args.key(key);
    made.values[field.name] = needFlags(value, 'number');
  }
}

export interface RequestContext {
  readonly kind: OperationKind;
  readonly fileObject: FILE_OBJECT | null;
  readonly volume: IoVolume;
  readonly thread: EngineThread;
  readonly irpFlags: number;
  readonly operationFlags?: number;
  readonly requestorMode: 0 | 1;
  readonly topLevelIrp?: boolean;
}

export function ioRequest(made: RequestForm, context: RequestContext): IoRequest {
  const { major, minor, member, values, systemBuffer } = made;
  return { operationFlags: 0, irql: 0, major, minor, member, values, systemBuffer, ...context };
}
