/**
 * Who is asking: processes and threads, as the trace has them.
 *
 * Source: PsLookupProcessByProcessId, SeLocateProcessImageName, ZwQueryInformationProcess and the pages of the others; driver-api-usage.md
 * 1.3 ("offer from trace data"). Process and thread ids are numbers here; what the trace does not tell is NULL or not found.
 */
import { threadOf, UNICODE_STRING, type EngineThread, type PEPROCESS, type PETHREAD, type Ref } from '../../engine/index.ts';
import {
  STATUS_BUFFER_TOO_SMALL, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_CID, STATUS_INVALID_HANDLE, STATUS_INVALID_INFO_CLASS, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_MIX,
  STATUS_NOT_FOUND, STATUS_PENDING, STATUS_PROCEDURE_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { runningActivation, type ProcessFacts } from '../driverWorld.ts';
import type { KBUFFER } from '../kbuffer.ts';
import type { NotifyKind } from '../notifyRoutines.ts';
import type { DriverServices, Routines } from '../services.ts';
import { structures, unicodeStringType } from '../structures/index.ts';
import { isTrue, put } from './common.ts';

const systemPid = 4;
const systemProcess: PEPROCESS = Object.freeze({ id: 'PEPROCESS(System:4)', pid: systemPid, imageName: 'System' });
const unknownFacts: ProcessFacts = { imagePath: null, commandLine: null, parentPid: null, sessionId: 0, createTime: null, exited: false };

/** PROCESSINFOCLASS, as far as drivers ask for it. */
const processBasicInformation = 0;
const processSessionInformation = 24;
const processImageFileName = 27;
const processImageFileNameWin32 = 43;

/** What GetCurrentProcess stands for: no real handle. */
const currentProcessHandle = Object.freeze({ id: 'HANDLE(current process)' });

class People {
  readonly #services: DriverServices;

  constructor(services: DriverServices) {
    this.#services = services;
  }

  /** The thread that runs; null at the top level of a driver. */
  running(): EngineThread | null {
    return runningActivation(this.#services.world)?.thread ?? null;
  }

  /** H-20: in post the thread may be anybody's. */
  askedForCurrent(): void {
    const { engine } = this.#services.world;
    const { activation } = engine;
    if (activation?.kind === 'post' && activation.operation !== null && activation.thread.eprocess !== activation.operation.thread.eprocess) engine.hint('H-20');
  }

  currentProcess(): PEPROCESS {
    this.askedForCurrent();
    return this.running()?.eprocess ?? systemProcess;
  }

  /** Threads the engine has met are known without a directory. */
  byPid(pid: number): PEPROCESS | null {
    const found = this.#services.world.processes?.process(pid);
    if (found !== undefined && found !== null) return found;
    for (let activation = runningActivation(this.#services.world); activation !== null; activation = activation.parent) {
      if (activation.thread.pid === pid) return activation.thread.eprocess;
    }
    return pid === systemPid ? systemProcess : null;
  }

  byTid(tid: number): PETHREAD | null {
    const found = this.#services.world.processes?.thread(tid);
    if (found !== undefined && found !== null) return found.ethread;
    for (let activation = runningActivation(this.#services.world); activation !== null; activation = activation.parent) {
      if (activation.thread.tid === tid) return activation.thread.ethread;
    }
    return null;
  }

  facts(process: PEPROCESS): ProcessFacts {
    return this.#services.world.processes?.facts(process) ?? unknownFacts;
  }

  /** The full image path where it is known, else the bare name; null for neither. */
  imageName(process: PEPROCESS): string | null {
    const name = this.facts(process).imagePath ?? process.imageName;
    return name === '' ? null : name;
  }

  thread(ethread: unknown): EngineThread | null {
    return threadOf(ethread) ?? null;
  }
}

function questions(services: DriverServices, people: People): Routines {
  const current = (): PETHREAD | null => people.running()?.ethread ?? null;
  const processOf = (ethread: unknown): PEPROCESS => people.thread(ethread)?.eprocess ?? systemProcess;
  const isSystem = (ethread: unknown): boolean => (people.thread(ethread)?.pid ?? systemPid) === systemPid;
  return {
    PsGetCurrentProcessId: () => {
      people.askedForCurrent();
      return people.running()?.pid ?? systemPid;
    },
    PsGetCurrentThreadId: () => people.running()?.tid ?? 0,
    PsGetCurrentThread: current, KeGetCurrentThread: current,
    PsGetCurrentProcess: () => people.currentProcess(), IoGetCurrentProcess: () => people.currentProcess(),
    PsGetProcessId: (process: PEPROCESS) => process.pid,
    PsGetProcessImageFileName: (process: PEPROCESS) => process.imageName.slice(0, 14),
    PsGetProcessCreateTimeQuadPart: (process: PEPROCESS) => people.facts(process).createTime ?? services.world.startTime,
    PsGetProcessExitStatus: (process: PEPROCESS) => (people.facts(process).exited ? STATUS_SUCCESS : STATUS_PENDING),
    PsGetProcessInheritedFromUniqueProcessId: (process: PEPROCESS) => people.facts(process).parentPid ?? 0,
    PsGetProcessSessionId: (process: PEPROCESS) => people.facts(process).sessionId,
    PsGetThreadId: (thread: unknown) => people.thread(thread)?.tid ?? 0,
    PsGetThreadProcess: processOf, IoThreadToProcess: processOf,
    PsGetThreadProcessId: (thread: unknown) => processOf(thread).pid,
    PsIsSystemThread: isSystem, IoIsSystemThread: isSystem,
    PsIsSystemProcess: (process: PEPROCESS) => process.pid === systemPid,
    // Work of a thread that entered from user mode has UserMode as its previous mode; everything the system does has KernelMode.
    ExGetPreviousMode: () => {
      const activation = runningActivation(services.world);
      return activation?.thread.kind === 'requestor' ? (activation.data?.RequestorMode ?? activation.operation?.requestorMode ?? 0) : 0;
    },
    KeGetCurrentProcessorNumber: () => 0,
    ZwCurrentProcess: () => currentProcessHandle, NtCurrentProcess: () => currentProcessHandle,
    PsGetVersion: (major: Ref<number> | null, minor: Ref<number> | null, build: Ref<number> | null) => {
      put(major, windows.major);
      put(minor, windows.minor);
      put(build, windows.build);
      return false;
    },
    RtlGetVersion: (information: object) => {
      Object.assign(information, { dwMajorVersion: windows.major, dwMinorVersion: windows.minor, dwBuildNumber: windows.build, dwPlatformId: 2, szCSDVersion: '' });
      return STATUS_SUCCESS;
    },
    RtlIsNtDdiVersionAvailable: (version: number) => version >>> 0 <= windows.ddi,
    IoGetStackLimits: (low: Ref<number>, high: Ref<number>) => {
      put(low, 0);
      put(high, stackBytes);
    },
    IoGetRemainingStackSize: () => stackBytes,
  };
}

/** The Windows that is simulated: 11, 22H2. */
const windows = { major: 10, minor: 0, build: 22621, ddi: 0x0a00000c } as const;
/** KERNEL_STACK_SIZE for 64 bits: stacks are not measured here. */
const stackBytes = 0x6000;

function lookups(services: DriverServices, people: People): Routines {
  const referenced = (object: PEPROCESS | PETHREAD): void => services.take('reference', object, `reference to ${object.id}`);
  return {
    PsLookupProcessByProcessId: (pid: number, out: Ref<PEPROCESS>) => {
      const process = people.byPid(pid);
      if (process === null) return STATUS_INVALID_CID;
      referenced(process);
      out.value = process;
      return STATUS_SUCCESS;
    },
    PsLookupThreadByThreadId: (tid: number, out: Ref<PETHREAD>) => {
      const thread = people.byTid(tid);
      if (thread === null) return STATUS_INVALID_CID;
      referenced(thread);
      out.value = thread;
      return STATUS_SUCCESS;
    },
    SeLocateProcessImageName: (process: PEPROCESS, out: Ref<UNICODE_STRING>) => {
      const name = people.imageName(process);
      if (name === null) return STATUS_NOT_FOUND;
      out.value = new UNICODE_STRING(name);
      services.take('string', out.value, `image name "${name}"`);
      return STATUS_SUCCESS;
    },
    ZwOpenProcess: (out: Ref<object>, _access: number, _attributes: unknown, clientId: { UniqueProcess?: unknown } | null | undefined) => {
      const pid = clientId?.UniqueProcess;
      if (typeof pid !== 'number') return STATUS_INVALID_PARAMETER_MIX;
      const process = people.byPid(pid);
      if (process === null) return STATUS_INVALID_CID;
      const handle = services.handles.open('Process', process);
      services.take('handle', handle, handle.id);
      out.value = handle;
      return STATUS_SUCCESS;
    },
    ZwQueryInformationProcess: (handle: object, infoClass: number, buffer: KBUFFER | null | undefined, length: number, returned: Ref<number> | null | undefined) => {
      const process = handle === currentProcessHandle ? people.currentProcess() : (services.handles.get(handle)?.object as PEPROCESS | undefined);
      if (process === undefined || !('imageName' in process)) return STATUS_INVALID_HANDLE;
      return queryProcess(people, process, infoClass, buffer ?? null, length, returned ?? null);
    },
  };
}

function queryProcess(people: People, process: PEPROCESS, infoClass: number, buffer: KBUFFER | null, length: number, returned: Ref<number> | null): number {
  if (infoClass === processImageFileName || infoClass === processImageFileNameWin32) return imageFileName(people.imageName(process) ?? '', buffer, length, returned);
  if (infoClass !== processBasicInformation && infoClass !== processSessionInformation) return STATUS_INVALID_INFO_CLASS;
  const size = infoClass === processBasicInformation ? (structures['PROCESS_BASIC_INFORMATION']?.size ?? 0) : 4;
  put(returned, size);
  if (length !== size || buffer === null) return STATUS_INFO_LENGTH_MISMATCH;
  const facts = people.facts(process);
  if (infoClass === processSessionInformation) buffer.setU32(0, facts.sessionId);
  else {
    structures['PROCESS_BASIC_INFORMATION']?.write(buffer, 0, {
      ExitStatus: facts.exited ? STATUS_SUCCESS : STATUS_PENDING, PebBaseAddress: null, AffinityMask: 1, BasePriority: 8, UniqueProcessId: process.pid, InheritedFromUniqueProcessId: facts.parentPid ?? 0,
    });
  }
  return STATUS_SUCCESS;
}

/** A UNICODE_STRING with its text behind it. */
function imageFileName(name: string, buffer: KBUFFER | null, length: number, returned: Ref<number> | null): number {
  const size = unicodeStringType.size + name.length * 2 + 2;
  put(returned, size);
  if (length < size || buffer === null) return length < unicodeStringType.size ? STATUS_BUFFER_TOO_SMALL : STATUS_INFO_LENGTH_MISMATCH;
  buffer.setWstr(unicodeStringType.size, `${name}\0`);
  buffer.setU16(0, name.length * 2);
  buffer.setU16(2, name.length * 2 + 2);
  buffer.setU32(4, 0);
  buffer.setPointer(8, buffer.at(unicodeStringType.size, name.length * 2 + 2));
  return STATUS_SUCCESS;
}

type Notify = (...args: readonly unknown[]) => unknown;

function notifications(services: DriverServices): Routines {
  const list = services.notifications;
  const set = (kind: NotifyKind, routine: Notify): number => {
    if (list.has(kind, routine) || list.isFull(kind)) return STATUS_INVALID_PARAMETER;
    list.add(kind, routine);
    services.take('notification', routine, `${kind} notify routine ${routine.name}`);
    return STATUS_SUCCESS;
  };
  const remove = (kind: NotifyKind, routine: Notify, otherwise: number): number => {
    if (!list.remove(kind, routine)) return otherwise;
    services.ledger.giveBack(routine);
    return STATUS_SUCCESS;
  };
  const process = (kind: NotifyKind) => (routine: Notify, taken: unknown): number => (isTrue(taken) ? remove(kind, routine, STATUS_PROCEDURE_NOT_FOUND) : set(kind, routine));
  return {
    PsSetCreateProcessNotifyRoutine: process('process'),
    PsSetCreateProcessNotifyRoutineEx: process('processEx'),
    PsSetCreateProcessNotifyRoutineEx2: (_type: number, routine: Notify, taken: unknown) => process('processEx')(routine, taken),
    PsSetCreateThreadNotifyRoutine: (routine: Notify) => set('thread', routine),
    PsRemoveCreateThreadNotifyRoutine: (routine: Notify) => remove('thread', routine, STATUS_PROCEDURE_NOT_FOUND),
    PsSetLoadImageNotifyRoutine: (routine: Notify) => set('image', routine),
    PsSetLoadImageNotifyRoutineEx: (routine: Notify) => set('image', routine),
    PsRemoveLoadImageNotifyRoutine: (routine: Notify) => remove('image', routine, STATUS_PROCEDURE_NOT_FOUND),
  };
}

export function processRoutines(services: DriverServices): Routines {
  const people = new People(services);
  return { ...questions(services, people), ...lookups(services, people), ...notifications(services) };
}

