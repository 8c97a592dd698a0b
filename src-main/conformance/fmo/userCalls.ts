/** Requests of programs, and of the I/O and memory manager (rules 9, 11, 13 and 15). */
import { FILE_OBJECT, fallbackMajors, type IoRequest, type Operation, type OperationKind } from '../../engine/index.ts';
import type { KBUFFER } from '../../driver-api/kbuffer.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FILE_NO_INTERMEDIATE_BUFFERING, FILE_SEQUENTIAL_ONLY, FILE_SYNCHRONOUS_IO_ALERT, FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_THROUGH, FO_CLEANUP_COMPLETE, FO_FILE_OPEN_CANCELLED, FO_HANDLE_CREATED,
  FO_NO_INTERMEDIATE_BUFFERING, FO_SEQUENTIAL_ONLY, FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, FO_WRITE_THROUGH, FSCTL_REQUEST_OPLOCK, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_LOCK_CONTROL, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION,
  IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE, STATUS_FLT_DISALLOW_FAST_IO, STATUS_REPARSE,
  STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { Facts } from './journal.ts';
import { NotationError } from './lineReader.ts';
import { returned, settled, type Outcome } from './outcome.ts';
import type { Pending } from './pending.ts';
import { Arguments, controlForm, createForm, ioRequest, oplockForm, requestForm, setFields, type RequestForm } from './requests.ts';
import type { Call, Value } from './vector.ts';
import { accessOf, constantNamed, dispositionOf, granularLevelOf, levelWord, majorNamed, needFlags, shareOf } from './words.ts';
import { plain, UserHandle, type NamedVolume, type Scope, type World } from './world.ts';

/** A sequence of requests: yields the one to wait for, returns the result. */
type Program = Generator<Operation, Ending, void>;

interface Ending {
  readonly result: unknown;
  readonly facts: Facts;
}

/** Facts a report can ask of a finished request: `info=`, and the oplock answer of rule 13. */
function factsOf(operation: Operation, output: KBUFFER | null = null): Facts {
  const info = operation.information;
  const code = operation.major === IRP_MJ_FILE_SYSTEM_CONTROL ? operation.request?.values['FsControlCode'] : undefined;
  if (code !== FSCTL_REQUEST_OPLOCK || output === null || output.length < 24) return { info };
  // Until the answer is written, the input still stands in the shared buffer.
  const answered = output.u16(2) >= 24;
  const flags = answered ? output.u32(12) : 0;
  return { info, orig: answered ? levelWord(output.u32(4)) : '0', level: answered ? levelWord(output.u32(8)) : '0', ack: flags & 1, flags };
}

/** Runs programs: starts them, and goes on with them when what they wait for has completed. */
export class Programs {
  readonly #world: World;
  readonly #running: { readonly program: Program; waitingFor: Operation; readonly pending: Pending; readonly finish: (ending: Ending) => void }[] = [];
  /** The request that is being issued belongs to this call. */
  #issuing: Pending | null = null;
  /** Creates that ended in a reparse and come again under the same file object. */
  readonly #reparsed = new Map<FILE_OBJECT, Pending>();
  /** Of pended calls: what their completion means, before their program has gone on. */
  /** The last request of the call that has just ended. */
  lastOperation: Operation | null = null;
  readonly #ends = new WeakMap<Pending, (operation: Operation) => Ending | null>();

  constructor(world: World) {
    this.#world = world;
    world.journal.onIssued = (operation) => this.#issued(operation);
    world.journal.onCompleted = (operation) => this.#completed(operation);
    world.journal.onKept = (operation) => this.#kept(operation);
  }

  #issued(operation: Operation): void {
    const target = operation.issued.TargetFileObject;
    if (this.#issuing !== null && operation.request !== null) {
      this.#world.pending.link(this.#issuing, operation);
      this.#issuing = null;
    } else if (operation.major === IRP_MJ_CREATE && operation.request !== null && target !== null) {
      const pending = this.#reparsed.get(target);
      if (pending !== undefined) this.#world.pending.link(pending, operation);
    }
  }

  #kept(operation: Operation): void {
    const pending = this.#world.pending.of(operation);
    if (pending?.returnsPending === true) pending.returned = true;
  }

  #completed(operation: Operation): void {
    const pending = this.#world.pending.of(operation);
    if (pending === undefined) return;
    const ending = this.#ends.get(pending)?.(operation) ?? null;
    if (ending !== null) this.#world.pending.end(pending, ending.result, ending.facts);
  }

  issue(pending: Pending, request: IoRequest): Operation {
    this.#issuing = pending;
    try {
      return this.#world.engine.issue(request);
    } finally {
      this.#issuing = null;
    }
  }

  /** The request that a create which ended in a reparse has become; the same operation when nobody sent it again. */
  awaitReparse(fileObject: FILE_OBJECT, pending: Pending, active: boolean): void {
    if (active) this.#reparsed.set(fileObject, pending);
    else this.#reparsed.delete(fileObject);
  }

  /** `ends` tells for each completed request whether the whole call is over with it. */
  start(name: string | null, body: (pending: Pending) => Program, ends: (operation: Operation) => Ending | null, results: (ending: Ending) => readonly unknown[] = () => []): Outcome {
    const pending = this.#world.pending.begin(name);
    this.#ends.set(pending, ends);
    const program = body(pending);
    let given: readonly unknown[] = [];
    const finish = (ending: Ending): void => {
      given = results(ending);
      this.lastOperation = pending.operation;
      // `last` is about the call just made, not about one that ends beside it.
      if (!pending.returned) this.#world.last = { ...ending.facts };
      this.#world.pending.end(pending, ending.result, ending.facts);
    };
    pending.cancel = () => {
      const { operation } = pending;
      if (operation !== null) this.#world.engine.cancel(operation, this.#world.thread('canceller'), 0);
    };
    this.#advance(program, pending, finish);
    const outcome: Outcome = { kind: 'waiting', pending, results: () => given };
    return settled(outcome);
  }

  #advance(program: Program, pending: Pending, finish: (ending: Ending) => void): void {
    for (;;) {
      const step = program.next();
      if (step.done === true) {
        finish(step.value);
        return;
      }
      if (step.value.state === 'completed') continue;
      this.#running.push({ program, waitingFor: step.value, pending, finish });
      return;
    }
  }

  /** Goes on with what can go on. False when nothing could. */
  resume(): boolean {
    let moved = false;
    for (const entry of [...this.#running]) {
      if (entry.waitingFor.state !== 'completed') continue;
      this.#running.splice(this.#running.indexOf(entry), 1);
      this.#advance(entry.program, entry.pending, entry.finish);
      moved = true;
    }
    return moved;
  }
}

/** What user and system calls need. */
export interface CallSeat {
  readonly world: World;
  readonly programs: Programs;
}

const simply = (output: KBUFFER | null = null) => (operation: Operation): Ending => ({ result: operation.status, facts: factsOf(operation, output) });

/** A file object by handle, by the variable of a generated open, or `O.fo`. */
export function fileObjectOf(world: World, value: Value, scope: Scope): FILE_OBJECT {
  const found = plain(world.evaluate(value, scope));
  if (!(found instanceof FILE_OBJECT)) throw new NotationError(null, `“${value.text}” is no open file.`);
  return found;
}

function processOf(world: World, value: Value | null, by: Value | null): string {
  if (by !== null) return by.text;
  const handle = value?.kind === 'word' ? world.variables.get(value.value) : undefined;
  return handle instanceof UserHandle ? handle.process : 'P1';
}

interface Target {
  readonly fileObject: FILE_OBJECT;
  readonly process: string;
  readonly system: boolean;
}

const nameOfCall = (args: Arguments): string | null => args.key('op')?.text ?? null;

/** What an asynchronous handle is used for: the caller goes on, and hears of the end. */
const pendedMajors = new Set<number>([IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_DIRECTORY_CONTROL]);

/** Sends one request and waits for it. */
function send({ world, programs }: CallSeat, name: string | null, target: Target, made: RequestForm, kind: OperationKind, irpFlags: number, operationFlags = 0): Outcome {
  const ends = simply(made.output);
  return programs.start(name, function* (pending) {
    pending.returnsPending = name !== null && pendedMajors.has(made.major);
    const thread = world.thread(target.process, target.system);
    const operation = programs.issue(pending, ioRequest(made, {
      kind, fileObject: target.fileObject, volume: { name: world.volumeOfFile(target.fileObject) }, thread, irpFlags, operationFlags, requestorMode: target.system ? 0 : 1,
    }));
    if (operation.state !== 'completed') {
      world.occupy(thread);
      yield operation;
      world.free(thread);
    }
    return ends(operation);
  }, ends);
}

/** Fast I/O first, and the IRP when it was refused or is not offered (rule 11). */
function sendWithSecondTry(seat: CallSeat, name: string | null, target: Target, made: RequestForm): Outcome {
  const { world, programs } = seat;
  const ends = simply(made.output);
  const refused = (operation: Operation): boolean => fallbackMajors(operation.kind, operation.major, operation.status).length > 0;
  return programs.start(name, function* (pending) {
    const context = { fileObject: target.fileObject, volume: { name: world.volumeOfFile(target.fileObject) }, thread: world.thread(target.process), irpFlags: 0, requestorMode: 1 } as const;
    const fast = programs.issue(pending, ioRequest(made, { ...context, kind: 'fastio' }));
    if (fast.state !== 'completed') yield fast;
    if (!refused(fast)) return ends(fast);
    const irp = programs.issue(pending, ioRequest(made, { ...context, kind: 'irp' }));
    if (irp.state !== 'completed') yield irp;
    return ends(irp);
  }, (operation) => (refused(operation) ? null : ends(operation)));
}

// -- opening and closing

const flagsByOption: readonly (readonly [number, number])[] = [
  [FILE_SYNCHRONOUS_IO_ALERT, FO_SYNCHRONOUS_IO], [FILE_SYNCHRONOUS_IO_NONALERT, FO_SYNCHRONOUS_IO], [FILE_NO_INTERMEDIATE_BUFFERING, FO_NO_INTERMEDIATE_BUFFERING],
  [FILE_WRITE_THROUGH, FO_WRITE_THROUGH], [FILE_SEQUENTIAL_ONLY, FO_SEQUENTIAL_ONLY],
];

function newFileObject(world: World, id: string, path: string, options: number, related: FILE_OBJECT | null): { fileObject: FILE_OBJECT; volume: NamedVolume } {
  const place = related === null ? world.locate(path) : { volume: [...world.volumes.values()].find(({ device }) => device === related.volume) ?? world.volume('V'), path };
  let flags = place.path === '' && related === null ? FO_VOLUME_OPEN : 0;
  for (const [option, flag] of flagsByOption) if ((options & option) !== 0) flags |= flag;
  const fileObject = new FILE_OBJECT({ id, volume: place.volume.device, name: place.path, flags });
  fileObject.RelatedFileObject = related;
  return { fileObject, volume: place.volume };
}

/** Creates a file object for a path and opens it; the handle gets its name when the create succeeds. */
export function open(seat: CallSeat, handle: string, path: string, args: Arguments): Outcome {
  const { world, programs } = seat;
  const name = nameOfCall(args);
  const process = args.key('by')?.text ?? 'P1';
  const access = args.key('access');
  const share = args.key('share');
  const disposition = args.key('disp');
  const options = args.number(['opts'], 0);
  const key = args.key('key');
  const parentKey = args.key('parentkey');
  const root = args.key('root');
  const operationFlags = args.number(['opflags', 'flags'], 0);
  const made = createForm({
    access: access === null ? 1 : accessOf(access), share: share === null ? 0 : shareOf(share), disposition: disposition === null ? 1 : dispositionOf(disposition), options,
    attributes: args.number(['attributes'], 0x80),
  });
  const related = root === null ? null : fileObjectOf(world, root, { filter: null, data: null });
  const { fileObject, volume } = newFileObject(world, handle, path, options, related);
  if (key !== null || parentKey !== null) world.setOplockKeys(fileObject, key?.text ?? null, parentKey?.text ?? null);
  // A reparse mostly goes on; where it does not, the program says so itself.
  const ends = (operation: Operation): Ending | null => (operation.status === STATUS_REPARSE ? null : simply()(operation));
  const opened = new UserHandle(handle, fileObject, process);
  return programs.start(name, function* (pending) {
    const thread = world.thread(process);
    programs.awaitReparse(fileObject, pending, true);
    programs.issue(pending, ioRequest(made, { kind: 'irp', fileObject, volume: { name: volume.device }, thread, irpFlags: 0, operationFlags, requestorMode: 1 }));
    // The engine's I/O manager sends a redirected create again; the last one counts.
    for (;;) {
      const operation = pending.operation;
      if (operation === null) throw new NotationError(null, 'the create was not issued.');
      if (operation.state !== 'completed') {
        world.occupy(thread);
        yield operation;
        world.free(thread);
      }
      if (operation === pending.operation) break;
    }
    programs.awaitReparse(fileObject, pending, false);
    const last = pending.operation;
    if (last === null) throw new NotationError(null, 'the create was not issued.');
    if (ntSuccess(last.status) && last.status !== STATUS_REPARSE) {
      fileObject.Flags |= FO_HANDLE_CREATED;
      world.openedOn(fileObject, last.volume.name);
      world.variables.set(handle, opened);
    } else if ((fileObject.Flags & FO_FILE_OPEN_CANCELLED) !== 0) {
      // the I/O manager closes what a filter has cancelled, after the create has failed.
      const close = programs.issue(pending, ioRequest(plainForm(IRP_MJ_CLOSE), { kind: 'irp', fileObject, volume: { name: volume.device }, thread, irpFlags: 0, requestorMode: 0 }));
      if (close.state !== 'completed') yield close;
    }
    return simply()(last);
  }, ends);
}

const plainForm = (major: number): RequestForm => ({ major, minor: 0, member: null, values: {}, systemBuffer: false, output: null });

/** The last handle is closed: cleanup, then close unless `only` says so. */
function close(seat: CallSeat, args: Arguments, scope: Scope, only: 'cleanup' | null): Outcome {
  const { world, programs } = seat;
  const name = nameOfCall(args);
  const value = args.take('handle');
  const fileObject = fileObjectOf(world, value, scope);
  const process = processOf(world, value, args.key('by'));
  const last = only === 'cleanup' ? IRP_MJ_CLEANUP : IRP_MJ_CLOSE;
  return programs.start(name, function* (pending) {
    const context = { kind: 'irp', fileObject, volume: { name: world.volumeOfFile(fileObject) }, thread: world.thread(process), irpFlags: 0, requestorMode: 0 } as const;
    let operation: Operation | null = null;
    if ((fileObject.Flags & FO_CLEANUP_COMPLETE) === 0) {
      operation = programs.issue(pending, ioRequest(plainForm(IRP_MJ_CLEANUP), context));
      if (operation.state !== 'completed') yield operation;
      fileObject.Flags |= FO_CLEANUP_COMPLETE;
    }
    if (only === 'cleanup') return { result: operation?.status ?? STATUS_SUCCESS, facts: { info: 0 } };
    const closing = programs.issue(pending, ioRequest(plainForm(IRP_MJ_CLOSE), context));
    if (closing.state !== 'completed') yield closing;
    return { result: STATUS_SUCCESS, facts: { info: 0 } };
  }, (operation) => (operation.major === last ? { result: STATUS_SUCCESS, facts: { info: 0 } } : null));
}

// -- requests of programs

type UserCall = (seat: CallSeat, args: Arguments, scope: Scope) => Outcome;

/** A request on a handle: the first argument is the handle, the rest makes the parameters. */
function onHandle(major: (args: Arguments, seat: CallSeat) => number, position: readonly string[] = []): UserCall {
  return (seat, args, scope) => {
    const { world } = seat;
    const name = nameOfCall(args);
    const value = args.take('handle');
    const target: Target = { fileObject: fileObjectOf(world, value, scope), process: processOf(world, value, args.key('by')), system: false };
    const filled = withPositions(args, position);
    const made = requestForm(major(filled, seat), filled, world);
    setFields(made, filled);
    const fast = filled.key('form')?.text === 'fast';
    const irpFlags = filled.number(['flags'], 0);
    const operationFlags = filled.number(['opflags'], 0) | (made.operationFlags ?? 0);
    filled.finish('this request');
    return fast ? sendWithSecondTry(seat, name, target, made) : send(seat, name, target, made, 'irp', irpFlags, operationFlags);
  };
}

/** `usr.read(h, 0, 10)`: offset and length by position. */
function withPositions(args: Arguments, position: readonly string[]): Arguments {
  for (const key of position) {
    const next = args.peek();
    if (next === null) break;
    args.maybe();
    args.give(key, next);
  }
  return args;
}

const isVolumeClass = (value: Value | null): boolean => value?.kind === 'word' && value.value.startsWith('FileFs');
const isDirectoryClass = (value: Value | null): boolean => value?.kind === 'word' && /Directory(Extd)?Information$|^FileNamesInformation$/.test(value.value);

function queryMajor(args: Arguments): number {
  const next = args.peek();
  if (isVolumeClass(next)) return IRP_MJ_QUERY_VOLUME_INFORMATION;
  if (!isDirectoryClass(next) || next === null) return IRP_MJ_QUERY_INFORMATION;
  args.give('class', next);
  args.maybe();
  return IRP_MJ_DIRECTORY_CONTROL;
}

const legacyRequests: Readonly<Record<string, string>> = { L1: 'FSCTL_REQUEST_OPLOCK_LEVEL_1', L2: 'FSCTL_REQUEST_OPLOCK_LEVEL_2', BATCH: 'FSCTL_REQUEST_BATCH_OPLOCK', FILTER: 'FSCTL_REQUEST_FILTER_OPLOCK' };

const requestFlag = 1;
const ackFlag = 2;

function control(code: string): RequestForm {
  return controlForm(IRP_MJ_FILE_SYSTEM_CONTROL, constantNamed(code) ?? 0, null, 0);
}

/** `usr.oplock(h, BATCH)`, `usr.ack(h, RH)`, `usr.ack(h, FSCTL_…)` */
function oplockCall(flag: number): UserCall {
  return (seat, args, scope) => {
    const { world } = seat;
    const name = nameOfCall(args);
    const handle = args.take('handle');
    const target: Target = { fileObject: fileObjectOf(world, handle, scope), process: processOf(world, handle, args.key('by')), system: false };
    const level = args.take('level');
    const flags = args.number(['flags'], flag);
    args.finish('an oplock request');
    const legacy = level.kind === 'word' ? (legacyRequests[level.value] ?? (level.value.startsWith('FSCTL_') ? level.value : undefined)) : undefined;
    if (legacy !== undefined) return send(seat, name, target, control(legacy), 'irp', 0);
    const granular = granularLevelOf(level);
    if (granular === undefined) throw new NotationError(null, `“${level.text}” is no oplock level.`);
    return send(seat, name, target, oplockForm(granular, flags), 'irp', 0);
  };
}

/** Asks for the network-open information of a path: fast I/O, and the long way when that is refused (FIO-011). */
const queryAttributes: UserCall = (seat, args) => {
  const { world, programs } = seat;
  const name = nameOfCall(args);
  const path = String(args.take('path').value);
  const process = args.key('by')?.text ?? 'P1';
  const { fileObject, volume } = newFileObject(world, 'attributes', path, 0, null);
  const made = requestForm(IRP_MJ_NETWORK_QUERY_OPEN, new Arguments([]), world);
  const ends = simply();
  return programs.start(name, function* (pending) {
    const thread = world.thread(process);
    const context = { fileObject, volume: { name: volume.device }, thread, irpFlags: 0, requestorMode: 1 } as const;
    const fast = programs.issue(pending, ioRequest(made, { ...context, kind: 'fastio' }));
    if (fast.state !== 'completed') yield fast;
    const majors = fallbackMajors('fastio', fast.major, fast.status);
    let answer = fast;
    const { fileObject: slow } = newFileObject(world, 'attributes', path, 0, null);
    for (const major of majors) {
      const form = major === IRP_MJ_CREATE ? createForm({ access: 0x80, share: 7, disposition: 1, options: 0, attributes: 0 })
        : major === IRP_MJ_QUERY_INFORMATION ? requestForm(major, new Arguments([{ key: 'class', value: { kind: 'word', value: 'FileNetworkOpenInformation', text: 'FileNetworkOpenInformation' } }]), world)
          : plainForm(major);
      const operation = programs.issue(pending, ioRequest(form, { ...context, fileObject: slow, kind: 'irp' }));
      if (operation.state !== 'completed') yield operation;
      if (major === IRP_MJ_CREATE || major === IRP_MJ_QUERY_INFORMATION) answer = operation;
      if (major === IRP_MJ_CLEANUP) slow.Flags |= FO_CLEANUP_COMPLETE;
      if (major === IRP_MJ_CREATE && (!ntSuccess(operation.status) || operation.status === STATUS_REPARSE)) break;
    }
    return ends(answer);
  }, () => null);
};

const userCalls: Readonly<Record<string, UserCall>> = {
  create: (seat, args) => {
    const handle = args.take('the name of the handle').text;
    const path = args.take('path');
    if (path.kind !== 'string') throw new NotationError(null, 'create: the path stands in quotation marks.');
    const outcome = open(seat, handle, path.value, args);
    args.finish('create');
    return outcome;
  },
  read: onHandle(() => IRP_MJ_READ, ['offset', 'length']),
  write: onHandle(() => IRP_MJ_WRITE, ['offset', 'length']),
  setinfo: onHandle((args) => (isVolumeClass(args.peek()) ? IRP_MJ_SET_VOLUME_INFORMATION : IRP_MJ_SET_INFORMATION)),
  query: onHandle(queryMajor),
  fsctl: onHandle(() => IRP_MJ_FILE_SYSTEM_CONTROL),
  lock: onHandle(() => IRP_MJ_LOCK_CONTROL),
  flush: onHandle(() => IRP_MJ_FLUSH_BUFFERS),
  notify: onHandle((args) => {
    args.give('minor', { kind: 'word', value: 'NOTIFY_CHANGE_DIRECTORY', text: 'NOTIFY_CHANGE_DIRECTORY' });
    return IRP_MJ_DIRECTORY_CONTROL;
  }),
  oplock: oplockCall(requestFlag),
  ack: oplockCall(ackFlag),
  close: (seat, args, scope) => close(seat, args, scope, null),
  cleanup: (seat, args, scope) => close(seat, args, scope, 'cleanup'),
  queryAttributes,
  cancel: (seat, args) => {
    const value = args.take('operation');
    const pending = seat.world.pending.named(value.text);
    if (pending === undefined) throw new NotationError(null, `there is no operation ${value.text}.`);
    pending.cancel?.();
    return returned(undefined);
  },
};

/** Undefined when programs have no such call. */
export function userCall(seat: CallSeat, call: Call, scope: Scope): Outcome | undefined {
  return userCalls[call.routine]?.(seat, new Arguments(call.args), scope);
}

// -- requests of the system

function systemRequest(kind: OperationKind): UserCall {
  return (seat, args, scope) => {
    const { world } = seat;
    const name = nameOfCall(args);
    const majorValue = args.take('major');
    const major = majorNamed(majorValue.value as string);
    const handle = args.take('handle');
    const target: Target = { fileObject: fileObjectOf(world, handle, scope), process: processOf(world, handle, args.key('by')), system: true };
    const filled = withPositions(args, major === IRP_MJ_READ || major === IRP_MJ_WRITE ? ['offset', 'length'] : []);
    const made = requestForm(major, filled, world);
    setFields(made, filled);
    const irpFlags = filled.number(['flags'], 0);
    const operationFlags = filled.number(['opflags'], 0) | (made.operationFlags ?? 0);
    filled.finish(`sys.${kind}`);
    const outcome = send(seat, name, { ...target, process: 'System' }, made, kind, irpFlags, operationFlags);
    if (kind !== 'fastio') return outcome;
    // A fast I/O call answers FALSE where the caller may come again with an IRP.
    const { operation } = outcome.kind === 'waiting' ? outcome.pending : { operation: seat.programs.lastOperation };
    if (outcome.kind !== 'returned' || operation === null) return outcome;
    return operation.status === STATUS_FLT_DISALLOW_FAST_IO ? returned(false) : outcome;
  };
}

/** The acquire and release pair of FIO-024. */
const createSection: UserCall = (seat, args, scope) => {
  const { world, programs } = seat;
  const name = nameOfCall(args);
  const fileObject = fileObjectOf(world, args.take('handle'), scope);
  const protection = needFlags(args.take('protection'), 'page protection');
  args.finish('createSection');
  const acquire = requestForm(IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, new Arguments([]), world);
  acquire.values['PageProtection'] = protection;
  const context = () => ({ kind: 'fsfilter', fileObject, volume: { name: world.volumeOfFile(fileObject) }, thread: world.thread('System', true), irpFlags: 0, requestorMode: 0 }) as const;
  return programs.start(name, function* (pending) {
    const acquired = programs.issue(pending, ioRequest(acquire, context()));
    if (acquired.state !== 'completed') yield acquired;
    if (!ntSuccess(acquired.status)) return { result: acquired.status, facts: { info: 0 } };
    const released = programs.issue(pending, ioRequest(plainForm(IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION), context()));
    if (released.state !== 'completed') yield released;
    return { result: STATUS_SUCCESS, facts: { info: 0 } };
  }, () => null);
};

const systemRequests: Readonly<Record<string, UserCall>> = {
  irp: systemRequest('irp'),
  fastio: systemRequest('fastio'),
  fsfilter: systemRequest('fsfilter'),
  createSection,
};

/** Undefined when it is no I/O of the system. */
export function systemIo(seat: CallSeat, call: Call, scope: Scope): Outcome | undefined {
  return systemRequests[call.routine]?.(seat, new Arguments(call.args), scope);
}
