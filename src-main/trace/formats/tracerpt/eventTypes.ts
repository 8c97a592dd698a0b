/**
 * What an event of tracerpt's output is, by its class (or provider), number and version.
 *
 * Source: etw-formats.md 9.1 (classes), 10 (other kernel events and manifests), 14 and 15.
 */
import { diskLayout, fileLayout, imageLayout, processLayout, threadLayout, volumeLayout } from '../../etw/text/mofLayouts.ts';
import type { Layout } from '../../etw/text/mofLayouts.ts';
import { numberSlot as n, textBase, textSlot } from '../../etw/text/fieldSlots.ts';
import { diskEventNames, kernelFileTypes } from '../../etw/text/textEvents.ts';

export type EventKind =
  | { readonly kind: 'file'; readonly type: number; readonly provider: 'FileIo' | 'Kernel-File' }
  | { readonly kind: 'process' | 'thread'; readonly type: number }
  /** `nameLast`: the file name stands in the last column, behind columns whose number differs. */
  | { readonly kind: 'image'; readonly type: number; readonly nameLast: boolean }
  | { readonly kind: 'disk'; readonly event: string }
  | { readonly kind: 'volume' }
  | { readonly kind: 'header' | 'masks' }
  | { readonly kind: 'other'; readonly reason: string };

export interface EventType {
  /** By which records are counted: `FileIo/Create`. */
  readonly name: string;
  readonly is: EventKind;
  /** Fields in their order, for a form without names. */
  readonly layout: Layout;
}

const classes: ReadonlyMap<string, string> = new Map([
  ['{90cbdc39-4a3e-11d1-84f4-0000f80464e3}', 'fileio'], ['{3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c}', 'diskio'], ['{3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c}', 'process'],
  ['{3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c}', 'thread'], ['{2cb15d1d-5fc1-11d2-abe1-00a0c911f518}', 'image'], ['{68fdd900-4a3e-11d1-84f4-0000f80464e3}', 'eventtrace'],
  ['{9b79ee91-b5fd-41c0-a243-4248e266e9d0}', 'systemconfigex'], ['{d837ca92-12b9-44a5-ad6a-3a65b3578aa8}', 'splitio'],
  ['{01853a65-418f-4f36-aefc-dc0f1d2fd235}', 'systemconfig'], ['{ae53722e-c863-11d2-8659-00c04fa321a1}', 'registry'],
  ['{3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c}', 'pagefault'], ['{ce1dbfb4-137e-4da6-87b0-3f59aa102cbc}', 'perfinfo'], ['{def2fe46-7bd6-4b80-bd94-f57fe20d0ce3}', 'stackwalk'],
  ['{edd08927-9cc4-4e65-b970-c2560fb5c289}', 'microsoft-windows-kernel-file'], ['{22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716}', 'microsoft-windows-kernel-process'],
]);

const reasons: ReadonlyMap<string, string> = new Map([
  ['registry', 'registry event'], ['tcpip', 'network event'], ['udpip', 'network event'], ['pagefault', 'memory event'], ['perfinfo', 'profiling event'],
  ['stackwalk', 'stack'], ['eventtrace', 'log record'], ['systemconfig', 'log record'], ['systemconfigex', 'log record'], ['splitio', 'disk event'],
]);

/** The class of an event by its name or GUID, in lower case; a name that is not known stays what it is. */
export function classOf(nameOrGuid: string): string {
  const lower = nameOrGuid.toLowerCase();
  return classes.get(lower) ?? lower;
}

const imageName = textBase + textSlot.imageName;
const none: Layout = [];
const processStart: readonly Layout[] = [
  [n.processId, -1, n.parentId, n.sessionId, imageName],
  [n.processId, -1, n.parentId, n.sessionId, -1, imageName],
  [n.processId, -1, n.parentId, n.sessionId, -1, imageName],
  [n.processId, -1, -1, n.parentId, -1, n.sessionId, -1, -1, -1, -1, imageName],
];

/** Event ids of Microsoft-Windows-Kernel-Process (etw-formats.md 10.7). */
function kernelProcess(id: number, version: number): readonly [EventKind, Layout] {
  switch (id) {
    case 1: return [{ kind: 'process', type: 1 }, processStart[Math.min(version, 3)] ?? none];
    case 15: return [{ kind: 'process', type: 3 }, processStart[version === 0 ? 1 : 3] ?? none];
    case 2: return [{ kind: 'process', type: 2 }, [n.processId]];
    case 3: return [{ kind: 'thread', type: 1 }, [n.processId, n.threadId]];
    case 4: return [{ kind: 'thread', type: 2 }, [n.processId, n.threadId]];
    case 5: return [{ kind: 'image', type: 10, nameLast: false }, [n.imageBase, n.imageSize, n.processId, -1, -1, -1, imageName]];
    case 6: return [{ kind: 'image', type: 2, nameLast: false }, [n.imageBase, n.imageSize, n.processId, -1, -1, -1, imageName]];
    default: return [{ kind: 'other', reason: 'manifest event' }, none];
  }
}

function kindOf(className: string, id: number, opcode: number, version: number): readonly [EventKind, Layout] {
  switch (className) {
    case 'fileio': return [{ kind: 'file', type: opcode, provider: 'FileIo' }, fileLayout(opcode, version)];
    case 'microsoft-windows-kernel-file': {
      const type = kernelFileTypes.get(id);
      // Version 0 has the layouts of the classic version 2.
      return type === undefined ? [{ kind: 'other', reason: 'manifest event' }, none] : [{ kind: 'file', type, provider: 'Kernel-File' }, fileLayout(type, version === 0 ? 2 : 3)];
    }
    case 'microsoft-windows-kernel-process': return kernelProcess(id, version);
    case 'process': return [{ kind: 'process', type: opcode }, processLayout(version)];
    case 'thread': return [{ kind: 'thread', type: opcode }, threadLayout];
    case 'image': return [{ kind: 'image', type: opcode, nameLast: true }, imageLayout(version)];
    case 'diskio': {
      const event = diskEventNames.get(opcode);
      return event === undefined ? [{ kind: 'other', reason: 'disk event' }, none] : [{ kind: 'disk', event }, diskLayout(opcode)];
    }
    case 'systemconfigex': return opcode === 35 ? [{ kind: 'volume' }, volumeLayout] : [{ kind: 'other', reason: 'log record' }, none];
    case 'eventtrace':
      if (opcode === 0) return [{ kind: 'header' }, none];
      return [opcode === 5 || opcode === 32 ? { kind: 'masks' } : { kind: 'other', reason: 'log record' }, none];
    default: return [{ kind: 'other', reason: reasons.get(className) ?? 'manifest event' }, none];
  }
}

/** Image loads of old systems are events of the process class. */
const oldImageLoad = 10;
const maximumTypes = 20_000;

/** Types of events met so far: a trace has some hundred. */
export class EventTypes {
  readonly #byClass = new Map<string, Map<number, EventType>>();
  #count = 0;

  /** `opcodeName` counts where the type is met first. */
  get(nameOrGuid: string, id: number, opcode: number, version: number, opcodeName: string): EventType {
    let types = this.#byClass.get(nameOrGuid);
    if (types === undefined) {
      types = new Map();
      if (this.#count < maximumTypes) this.#byClass.set(nameOrGuid, types);
    }
    const key = (id * 256 + opcode) * 256 + version;
    const known = types.get(key);
    if (known !== undefined) return known;
    const made = makeType(nameOrGuid, id, opcode, version, opcodeName);
    this.#count += 1;
    if (this.#count < maximumTypes) types.set(key, made);
    return made;
  }
}

function makeType(nameOrGuid: string, id: number, opcode: number, version: number, opcodeName: string): EventType {
  const className = classOf(nameOrGuid);
  const isImage = className === 'process' && opcode === oldImageLoad;
  const [is, layout] = kindOf(isImage ? 'image' : className, id, opcode, version);
  const number = opcodeName !== '' && opcodeName !== '0' && opcodeName !== 'Info' ? opcodeName : id > 0 ? `id ${id}` : String(opcode);
  return { name: `${nameOrGuid}/${number}`, is, layout };
}
