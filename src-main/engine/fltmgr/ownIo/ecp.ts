/**
 * Extra create parameters: lists of typed contexts that travel with a create.
 *
 * GEN-014, GEN-043, GEN-044 of filter-manager-objects.md (FltAllocateExtraCreateParameter and its kin; system-defined-ecps); OPL-003 for
 * the oplock keys. A context is an object that its driver puts members on.
 */
import { IRP_MJ_CREATE, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_2, STATUS_INVALID_PARAMETER_3, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { extendFileObject } from '../../fsrtl/fileObjectExtension.ts';
import { PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { ActivationRecord } from '../activation.ts';
import type { Core } from '../core.ts';
import type { Filter, Instance, Volume } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { takeReference } from '../references.ts';
import { whenCompleted } from './send.ts';

/** Types that the engine itself reads (constants.json, ecpGuids). */
const targetType = '{ce08041d-f411-447f-b70d-ccee45c23fac}';
const oplockKeyType = '{48850596-3050-4be7-9863-fec350ce8d7f}';
const dualOplockKeyType = '{41621a14-b08b-4df1-b676-a05ffdf01bea}';

/** FLTTCFL_AUTO_REPARSE */
const automaticReparse = 0x1;

export type EcpCleanup = (context: object, type: string) => unknown;

/** What C calls the ECP context: memory of the caller's. */
export class EcpContext {
  readonly id: string;
  [member: string]: unknown;

  constructor(id: string) {
    this.id = id;
    Object.defineProperty(this, 'id', { enumerable: false, writable: false });
  }

  toString(): string {
    return this.id;
  }
}

/** The header in front of a context. */
export interface Ecp {
  readonly context: EcpContext;
  readonly type: string;
  readonly size: number;
  readonly filter: Filter;
  readonly cleanup: EcpCleanup | null;
  acknowledged: boolean;
  fromUserMode: boolean;
  list: EcpList | null;
  freed: boolean;
}

export class EcpList {
  readonly id: string;
  readonly #parameters: Ecp[] = [];
  #freed = false;
  /** The create that owns it now, and frees it at its end. */
  #owner: Operation | null = null;

  constructor(id: string) {
    this.id = id;
  }

  static parameters(list: EcpList): Ecp[] {
    return list.#parameters;
  }

  static freed(list: EcpList): boolean {
    return list.#freed;
  }

  static free(list: EcpList): void {
    list.#freed = true;
  }

  static owner(list: EcpList): Operation | null {
    return list.#owner;
  }

  static own(list: EcpList, operation: Operation): void {
    list.#owner = operation;
  }

  toString(): string {
    return this.id;
  }
}

const headers = new WeakMap<EcpContext, Ecp>();
const lists = new WeakMap<Operation, EcpList>();
const guidForm = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** `{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}` in lower case, of a GUID structure or text; null for anything else. */
export function guidText(value: unknown): string | null {
  if (typeof value === 'string') {
    const text = guidForm.exec(value)?.[1];
    return text === undefined ? null : `{${text.toLowerCase()}}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  if ('value' in value) return guidText(value.value);
  if ('Data1' in value && 'Data2' in value && 'Data3' in value && 'Data4' in value) {
    const digits = (part: unknown, count: number): string => (Number(part) >>> 0).toString(16).padStart(count, '0');
    const tail = Array.from(value.Data4 as ArrayLike<number>, (byte) => digits(byte, 2)).join('');
    return `{${digits(value.Data1, 8)}-${digits(value.Data2, 4)}-${digits(value.Data3, 4)}-${tail.slice(0, 4)}-${tail.slice(4)}}`;
  }
  return guidText(String(value));
}

export const ecpOf = (context: unknown): Ecp | null => (context instanceof EcpContext ? (headers.get(context) ?? null) : null);

const findIn = (list: EcpList, type: string | null): Ecp | null => EcpList.parameters(list).find((one) => one.type === type) ?? null;

// ---- lists and parameters

export function allocateList(core: Core, filter: Filter): EcpList {
  const list = new EcpList(core.newHandle('ECP_LIST').id);
  core.ledger.take(filter, 'ecpList', list, list.id, core.site());
  return list;
}

export function allocateParameter(core: Core, filter: Filter, type: string, size: number, cleanup: EcpCleanup | null): EcpContext {
  const context = new EcpContext(core.newHandle('ECP').id);
  headers.set(context, { context, type, size, filter, cleanup, acknowledged: false, fromUserMode: false, list: null, freed: false });
  core.ledger.take(filter, 'ecpList', context, `${context.id} ${type}`, core.site());
  return context;
}

export function insertParameter(core: Core, list: EcpList, ecp: Ecp): number {
  if (ecp.list !== null || ecp.freed || EcpList.freed(list) || findIn(list, ecp.type) !== null) return STATUS_INVALID_PARAMETER;
  EcpList.parameters(list).push(ecp);
  ecp.list = list;
  core.ledger.giveBack(ecp.filter, ecp.context);
  return STATUS_SUCCESS;
}

/** Takes a parameter out of its list; it is its caller's again. */
export function removeParameter(core: Core, filter: Filter, list: EcpList, type: string | null): Ecp | null {
  const ecp = findIn(list, type);
  if (ecp === null) return null;
  const parameters = EcpList.parameters(list);
  parameters.splice(parameters.indexOf(ecp), 1);
  ecp.list = null;
  core.ledger.take(filter, 'ecpList', ecp.context, `${ecp.context.id} ${ecp.type}`, core.site());
  return ecp;
}

export const findParameter = findIn;

/** The one behind `context`, or the first for NULL. */
export function nextParameter(list: EcpList, context: unknown): Ecp | null {
  const parameters = EcpList.parameters(list);
  if (context === null || context === undefined) return parameters[0] ?? null;
  const at = parameters.findIndex((one) => one.context === context);
  return at < 0 ? null : (parameters[at + 1] ?? null);
}

/** Where a cleanup callback runs: inside the call that frees, or at the end of the create. */
type Where = Pick<ActivationRecord, 'operation' | 'thread' | 'irql'>;

function discard(core: Core, ecp: Ecp, where: Where | null): void {
  ecp.freed = true;
  if (ecp.cleanup === null || where === null) return;
  const record = core.enter('routine', 'EcpCleanupCallback', where.operation, ecp.filter, null, where.thread, where.irql);
  const { cleanup, context, type } = ecp;
  record.routine = cleanup as () => unknown;
  core.run(record, () => cleanup(context, type));
}

/** OV-070: an owner that frees what it does not own any more has no effect. */
export function freeParameter(core: Core, ecp: Ecp, activation: ActivationRecord | null): void {
  if (ecp.freed || ecp.list !== null) {
    core.violate('OV-070', { filter: activation?.filter ?? ecp.filter, instance: activation?.instance ?? null, operation: activation?.operation ?? null }, { object: `${ecp.context.id} ${ecp.type}` });
    return;
  }
  core.ledger.giveBack(ecp.filter, ecp.context);
  discard(core, ecp, activation);
}

export function freeList(core: Core, list: EcpList, filter: Filter, activation: ActivationRecord | null): void {
  if (EcpList.freed(list) || EcpList.owner(list) !== null) {
    core.violate('OV-070', { filter, instance: activation?.instance ?? null, operation: activation?.operation ?? null }, { object: list.id });
    return;
  }
  core.ledger.giveBack(filter, list);
  discardList(core, list, activation);
}

function discardList(core: Core, list: EcpList, where: Where | null): void {
  EcpList.free(list);
  for (const ecp of [...EcpList.parameters(list)]) discard(core, ecp, where);
}

// ---- with a create

export const isIrpCreate = ({ kind, major }: Operation): boolean => kind === 'irp' && major === IRP_MJ_CREATE;

export const ecpListOf = (operation: Operation): EcpList | null => lists.get(operation) ?? null;

/** FltSetEcpListIntoCallbackData: from then on the list is the create's. */
export function setEcpList(core: Core, operation: Operation, list: EcpList | null, filter: Filter): number {
  if (!isIrpCreate(operation)) return STATUS_INVALID_PARAMETER_2;
  if (list === null) {
    lists.delete(operation);
    return STATUS_SUCCESS;
  }
  if (lists.has(operation)) return STATUS_INVALID_PARAMETER_3;
  if (EcpList.freed(list)) return STATUS_INVALID_PARAMETER;
  lists.set(operation, list);
  EcpList.own(list, operation);
  core.ledger.giveBack(filter, list);
  // The I/O manager frees it at the end of the create.
  whenCompleted(operation, () => {
    if (!EcpList.freed(list)) discardList(core, list, core.activation ?? { operation, thread: operation.thread, irql: PASSIVE_LEVEL });
  });
  return STATUS_SUCCESS;
}

/** A list that the caller of a create passes stays the caller's. */
export function attachEcpList(operation: Operation, list: EcpList | null): void {
  if (list === null) return;
  lists.set(operation, list);
  const fileObject = operation.initial.targetFileObject;
  if (fileObject === null) return;
  const single = findIn(list, oplockKeyType)?.context['OplockKey'];
  const dual = findIn(list, dualOplockKeyType)?.context;
  const oplockKey = guidText(dual?.['OplockKey'] ?? single);
  const parentOplockKey = guidText(dual?.['ParentOplockKey']);
  if (oplockKey !== null || parentOplockKey !== null) extendFileObject(fileObject, { oplockKey, parentOplockKey });
}

export const wantsAutomaticReparse = (list: EcpList | null): boolean => list !== null && (Number(findIn(list, targetType)?.context['Flags'] ?? 0) & automaticReparse) !== 0;

/** GEN-014: the acknowledged parameter tells where the open ended, with references that the caller gives back. */
export function settleTargetEcp(core: Core, list: EcpList | null, instance: Instance | null, volume: Volume): void {
  const ecp = list === null ? null : findIn(list, targetType);
  if (ecp === null) return;
  const { context } = ecp;
  context['Instance'] = instance?.handle ?? null;
  context['Volume'] = volume.handle;
  if (instance !== null) takeReference(core, instance);
  takeReference(core, volume);
  ecp.acknowledged = true;
}
