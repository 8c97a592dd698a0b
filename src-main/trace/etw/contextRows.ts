/**
 * Rows that are no operations: lives of processes and threads, images, disk I/O, minifilter callbacks, losses.
 *
 * Source: etw-formats.md 9.5, 9.6, 10. Keys of `detail` stand in trace/README.md.
 */
import { irpMjName } from '../../nt/names.ts';
import { ntStatus } from '../../nt/ntStatus.ts';
import type { ContextEvent, DetailValue, ProcessIndex } from '../record.ts';
import type { Drivers } from './drivers.ts';
import type { EtwDisk, EtwImage, EtwLoss, EtwMinifilter, EtwProcess, EtwThread } from './kernelEvent.ts';
import { limits } from './limits.ts';
import { unsignedPointer } from './pointer.ts';
import type { EtwPointer } from './pointer.ts';

type Detail = { [key: string]: DetailValue };

/** Whose an event is. */
export interface Owner {
  readonly process: ProcessIndex | null;
  readonly tid: number | null;
}

const nothing = { duration: null, path: null, status: null, operation: null } as const;

export function processRow(event: EtwProcess, process: ProcessIndex): ContextEvent {
  const { sourceIndex, time, life } = event;
  const detail: Detail = { ProcessId: event.processId };
  if (event.parentId !== null) detail['ParentId'] = event.parentId;
  if (event.sessionId !== null) detail['SessionId'] = event.sessionId;
  if (life === 'end' && event.exitStatus !== null) detail['ExitStatus'] = event.exitStatus;
  if (event.commandLine !== null && event.commandLine !== '') detail['CommandLine'] = event.commandLine;
  return { ...nothing, sourceIndex, time, process, tid: event.tid, contextClass: 'process', name: life === 'end' ? 'Process/End' : 'Process/Start', path: event.imagePath, detail };
}

const threadNames = { start: 'Thread/Start', end: 'Thread/End', named: 'Thread/SetName' } as const;

export function threadRow(event: EtwThread, life: 'start' | 'end' | 'named', process: ProcessIndex): ContextEvent {
  const { sourceIndex, time, threadId, threadName } = event;
  const detail: Detail = { ThreadId: threadId };
  if (threadName !== null) detail['Name'] = threadName;
  return { ...nothing, sourceIndex, time, process, tid: threadId, contextClass: 'thread', name: threadNames[life], detail };
}

export function imageRow(event: EtwImage, life: 'start' | 'end', owner: Owner, path: string): ContextEvent {
  const { sourceIndex, time, base, size } = event;
  const detail: Detail = { ImageBase: unsignedPointer(base), ImageSize: size };
  return { ...nothing, ...owner, sourceIndex, time, contextClass: 'image', name: life === 'end' ? 'Image/Unload' : 'Image/Load', path, detail };
}

export function diskRow(event: EtwDisk, owner: Owner, path: string | null): ContextEvent {
  const { sourceIndex, time, response, detail, fileKey } = event;
  const keyed = fileKey === null || fileKey === 0 ? detail : { ...detail, FileKey: unsignedPointer(fileKey) };
  return { ...nothing, ...owner, sourceIndex, time, duration: response, contextClass: 'disk', name: event.event, path, detail: keyed };
}

export function lossRow({ what, sourceIndex, time, count, processor }: EtwLoss): ContextEvent {
  const detail: Detail = {};
  if (count !== null) detail['Count'] = count;
  if (processor !== null) detail['Processor'] = processor;
  return { ...nothing, sourceIndex, time, process: null, tid: null, contextClass: 'lost', name: what === 'events' ? 'EventsLost' : 'BuffersLost', detail };
}

const callbackNames = ['FltPreOpInit', 'FltPostOpInit', 'FltPreOpCompletion', 'FltPostOpCompletion', 'FltPreOpFailure', 'FltPostOpFailure'] as const;
export const callbackName = (type: EtwMinifilter['type']): string => callbackNames[type - 96] ?? 'Flt';

interface Begun {
  readonly time: bigint;
  readonly routine: EtwPointer;
}

/** Rows of minifilter callbacks; remembers those that began, so that their ends know how long they took. */
export class CallbackRows {
  readonly #drivers: Drivers;
  /** By callback data: a pre and a post callback run at different times, but each only once at a time. */
  readonly #pre = new Map<EtwPointer, Begun>();
  readonly #post = new Map<EtwPointer, Begun>();

  constructor(drivers: Drivers) {
    this.#drivers = drivers;
  }

  row(event: EtwMinifilter, owner: Owner, operation: number | null, path: string | null): ContextEvent {
    const { type, sourceIndex, time, status } = event;
    return {
      ...owner, sourceIndex, time, duration: this.#duration(event), contextClass: 'minifilter', name: callbackName(type), path,
      status: status === null ? null : ntStatus(status), detail: this.#detail(event), operation,
    };
  }

  #detail(event: EtwMinifilter): Detail {
    const place = this.#drivers.at(event.routine);
    const detail: Detail = { Major: irpMjName(event.major), MajorFunction: event.major };
    if (place !== null) {
      detail['Driver'] = place.driver;
      detail['DriverOffset'] = place.offset;
    }
    detail['Routine'] = unsignedPointer(event.routine);
    detail['CallbackData'] = unsignedPointer(event.callbackData);
    detail['Irp'] = unsignedPointer(event.irp);
    detail['FileObject'] = unsignedPointer(event.fileObject);
    if (event.fileContext !== 0) detail['FileKey'] = unsignedPointer(event.fileContext);
    if (event.processor !== null) detail['Processor'] = event.processor;
    return detail;
  }

  #duration({ type, callbackData, routine, time, initialTime }: EtwMinifilter): bigint | null {
    const begun = type % 2 === 0 ? this.#pre : this.#post;
    if (type <= 97) {
      if (begun.size >= limits.callbacks) begun.clear();
      begun.set(callbackData, { time, routine });
      return null;
    }
    const known = begun.get(callbackData);
    if (type <= 99) begun.delete(callbackData);
    if (initialTime !== null && initialTime <= time) return time - initialTime;
    return known?.routine === routine && type <= 99 && known.time <= time ? time - known.time : null;
  }
}
