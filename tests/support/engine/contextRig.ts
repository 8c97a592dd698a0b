/** A rig over a file system of names, with a filter whose code a test runs from outside and contexts by name. */
import {
  FILE_OBJECT, type FLT_REGISTRATION, type IoRequest, type Irql, type Operation, type Ref,
} from '../../../src-main/engine/index.ts';
import { IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE } from '../../../src-main/nt/values.generated.ts';
import { NamesOnlyFileSystem } from './names.ts';
import { makeRig, type Rig, type RigFilter } from './rig.ts';

export interface ContextRig extends Rig {
  readonly fileSystem: NamesOnlyFileSystem;
  /** Cleanup callbacks so far: filter and context. */
  readonly cleaned: string[];
  /** Runs code of a filter outside any I/O, at PASSIVE_LEVEL unless told. */
  as<T>(filter: string, body: () => T, irql?: Irql): T;
  /** Allocates for a filter and names the context. */
  allocate(filter: string, type: number, size?: number, pool?: number): object;
  /** Context of a get, null where it found none, with its status in `lastStatus`. */
  get(filter: string, routine: string, ...args: unknown[]): object | null;
  lastStatus: number;
  open(path: string): FILE_OBJECT;
  close(fileObject: FILE_OBJECT): void;
  io(major: number, fileObject: FILE_OBJECT, request?: Partial<IoRequest>): Operation;
  count(filter: string, context: object): number;
}

export const PagedPool = 1;
export const NonPagedPool = 0;
export const KEEP = 1;
export const REPLACE = 0;

/** Rows of a registration: type and size, each with a cleanup callback that notes itself. */
export type Sizes = readonly (readonly [type: number, size: number | bigint, flags?: number])[];

export function contextRig(filters: Readonly<Record<string, { readonly altitude: string; readonly contexts: Sizes; readonly registration?: FLT_REGISTRATION }>>, options: Parameters<typeof makeRig>[2] = {}): ContextRig {
  const fileSystem = new NamesOnlyFileSystem(['\\f', '\\g', '\\d\\f']);
  const cleaned: string[] = [];
  const names = new Map<object, string>();
  const rows: RigFilter[] = Object.entries(filters).map(([name, { altitude, contexts, registration }]) => ({
    name, altitude, registration: {
      InstanceQueryTeardownCallback: () => 0,
      ContextRegistration: contexts.map(([type, size, flags = 0]) => [type, flags, (context: object) => void cleaned.push(`${name} ${names.get(context) ?? '?'}`), size, 'Test']),
      ...registration,
    },
  }));
  const rig = makeRig(rows, (call) => fileSystem.dispatch(call), { fileSystem, ...options });
  let files = 0;
  const extended: ContextRig = Object.assign(rig, {
    fileSystem, cleaned, lastStatus: 0,
    as<T>(filter: string, body: () => T, irql: Irql = 0): T {
      const result: { value?: T } = {};
      rig.engine.runRoutine(rig.filter(filter), 'Test', rig.thread, irql, null, () => {
        result.value = body();
      });
      return result.value as T;
    },
    allocate(filter: string, type: number, size = 8, pool = PagedPool): object {
      const result: Ref<object | null> = { value: null };
      extended.lastStatus = extended.as(filter, () => Number(rig.call('FltAllocateContext', rig.filter(filter).handle, type, size, pool, result)));
      if (result.value === null) throw new Error(`FltAllocateContext: 0x${extended.lastStatus.toString(16)}`);
      names.set(result.value, `c${names.size + 1}`);
      return result.value;
    },
    get(filter: string, routine: string, ...args: unknown[]): object | null {
      const result: Ref<object | null> = { value: null };
      extended.lastStatus = extended.as(filter, () => Number(rig.call(routine, ...args, result)));
      return result.value;
    },
    open(path: string): FILE_OBJECT {
      const fileObject = new FILE_OBJECT({ id: `fo${++files}`, volume: 'V1', name: path });
      extended.io(IRP_MJ_CREATE, fileObject);
      return fileObject;
    },
    close(fileObject: FILE_OBJECT): void {
      extended.io(IRP_MJ_CLEANUP, fileObject);
      extended.io(IRP_MJ_CLOSE, fileObject);
    },
    io: (major: number, fileObject: FILE_OBJECT, request: Partial<IoRequest> = {}) => rig.issue({ major, fileObject, member: null, values: {}, ...request }),
    count: (filter: string, context: object) => rig.engine.contextsOf(rig.filter(filter)).find(({ object }) => object === context)?.count ?? 0,
  });
  return extended;
}
