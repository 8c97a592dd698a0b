/**
 * References to kernel objects, and handles.
 *
 * Source: ObReferenceObjectByHandle, ObDereferenceObject, ObOpenObjectByPointer, ZwClose and their pages. File objects of own opens are
 * counted by the engine (OV-063), and their handles are its own.
 */
import { FILE_OBJECT, type Ref } from '../../engine/index.ts';
import { STATUS_ACCESS_DENIED, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { DEVICE_OBJECT } from '../controlDevices.ts';
import { objectTypes, type OBJECT_TYPE } from '../objectTypes.ts';
import type { DriverServices, Routines } from '../services.ts';
import { put } from './common.ts';
import { OBJECT_ATTRIBUTES } from '../objectAttributes.ts';

const idOf = (object: object): string => ('id' in object && typeof object.id === 'string' ? object.id : 'an object');

/** Objects whose references nobody else counts. */
const isOurs = (object: object): boolean => object instanceof DEVICE_OBJECT || /^(?:PEPROCESS|PETHREAD)\(/.test(idOf(object));

class References {
  readonly #services: DriverServices;

  constructor(services: DriverServices) {
    this.#services = services;
  }

  add(object: object): void {
    if (this.#file('ObReferenceObject', object)) return;
    this.#services.take('reference', object, `reference to ${idOf(object)}`);
  }

  remove(routine: string, object: object): void {
    if (this.#services.ledger.get(object)?.kind === 'reference') {
      this.#services.ledger.giveBack(object);
      return;
    }
    if (this.#file('ObDereferenceObject', object)) return;
    if (isOurs(object)) throw new RangeError(`${routine}: the driver has no reference to ${idOf(object)} to give back (REFERENCE_BY_POINTER, 0x18)`);
  }

  /** References to file objects are the engine's. */
  #file(routine: string, object: object): boolean {
    const provided = object instanceof FILE_OBJECT ? this.#services.world.engine.routines[routine] : undefined;
    provided?.(object);
    return provided !== undefined;
  }
}

const typeName = (type: OBJECT_TYPE | null | undefined): string | null => (type === null || type === undefined ? null : type.kind);
const kindOf = (object: object): string => (/^PEPROCESS\(/.test(idOf(object)) ? 'Process' : /^PETHREAD\(/.test(idOf(object)) ? 'Thread' : 'Object');

export function objectRoutines(services: DriverServices): Routines {
  const references = new References(services);
  const { world, handles, ledger } = services;
  const add = (object: object): void => references.add(object);
  const remove = (routine: string) => (object: object): number => {
    references.remove(routine, object);
    return 0;
  };
  return {
    ObReferenceObject: add, ObfReferenceObject: add, ObReferenceObjectWithTag: add,
    ObReferenceObjectByPointer: (object: object, _access: number, type: OBJECT_TYPE | null | undefined) => {
      const kind = kindOf(object);
      const wanted = typeName(type);
      if (wanted !== null && kind !== 'Object' && kind !== wanted) return STATUS_OBJECT_TYPE_MISMATCH;
      add(object);
      return STATUS_SUCCESS;
    },
    ObDereferenceObject: remove('ObDereferenceObject'), ObfDereferenceObject: remove('ObfDereferenceObject'),
    ObDereferenceObjectWithTag: remove('ObDereferenceObjectWithTag'), ObDereferenceObjectDeferDelete: remove('ObDereferenceObjectDeferDelete'),
    ObReferenceObjectByHandle: (handle: object, _access: number, type: OBJECT_TYPE | null | undefined, _mode: number, out: Ref<object>) => {
      const entry = handles.get(handle);
      if (entry === undefined) {
        const file = world.engine.fileObjectOfHandle(handle);
        if (file === null) return STATUS_INVALID_HANDLE;
        if (typeName(type) !== null && type !== objectTypes.IoFileObjectType) return STATUS_OBJECT_TYPE_MISMATCH;
        references.add(file);
        out.value = file;
        return STATUS_SUCCESS;
      }
      const wanted = typeName(type);
      if (wanted !== null && wanted !== entry.kind) return STATUS_OBJECT_TYPE_MISMATCH;
      add(entry.object);
      out.value = entry.object;
      return STATUS_SUCCESS;
    },
    ObOpenObjectByPointer: (object: object, attributes: number, state: unknown, access: number, type: OBJECT_TYPE | null | undefined, mode: number, out: Ref<object>) => {
      const kind = kindOf(object);
      const wanted = typeName(type);
      if (wanted !== null && kind !== 'Object' && kind !== wanted) return STATUS_OBJECT_TYPE_MISMATCH;
      const provided = kind === 'Object' ? world.engine.routines['ObOpenObjectByPointer'] : undefined;
      if (provided !== undefined) return provided(object, attributes, state, access, type, mode, out);
      if (!services.mayAllocate('ObOpenObjectByPointer')) return STATUS_ACCESS_DENIED;
      const handle = handles.open(wanted ?? kind, object);
      services.take('handle', handle, handle.id);
      put(out, handle);
      return STATUS_SUCCESS;
    },
    ZwClose: (handle: object) => {
      if (handles.close(handle)) {
        ledger.giveBack(handle);
        return STATUS_SUCCESS;
      }
      return world.engine.closeHandle(handle) ?? STATUS_INVALID_HANDLE;
    },
    ObCloseHandle: (handle: object) => {
      if (!handles.close(handle)) return world.engine.closeHandle(handle) ?? STATUS_INVALID_HANDLE;
      ledger.giveBack(handle);
      return STATUS_SUCCESS;
    },
    ObIsKernelHandle: () => true,
    InitializeObjectAttributes: (target: Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES, name: unknown, attributes: number, root: unknown, descriptor: unknown) => {
      const fields = { RootDirectory: root ?? null, ObjectName: name ?? null, Attributes: attributes >>> 0, SecurityDescriptor: descriptor ?? null, SecurityQualityOfService: null };
      if ('value' in target) target.value = Object.assign(new OBJECT_ATTRIBUTES(), fields);
      else Object.assign(target, fields);
    },
  };
}
