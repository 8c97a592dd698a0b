/**
 * Checks that come before a routine does anything: IRQL, contexts where there are none, files that are not open.
 *
 * and the end of section 7 of filter-manager-core.md.
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FO_CLEANUP_COMPLETE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN, STATUS_NOT_SUPPORTED, STATUS_REPARSE,
} from '../../nt/values.generated.ts';
import { irqlName } from '../kernel/irql.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import type { Operation } from './operation.ts';
import { highestIrql, isContextRoutine, isStreamContextRoutine } from './routineIrql.ts';

/** What `api` events show for a call the engine did not perform: an engine value, no NTSTATUS. */
export const REFUSED = 'REFUSED';

/** What a driver gets in place of an NTSTATUS for a refused call: an error code with the customer bit, known to no header. */
export const refusedStatus = 0xeff1_0001;

const fileRoutines = new Set(['FltReadFile', 'FltReadFileEx', 'FltWriteFile', 'FltWriteFileEx']);

const whereOf = (activation: ActivationRecord, operation: Operation | null) => ({ filter: activation.filter, instance: activation.instance, operation });

/** False when the call is refused; by the other reading it is told and performed. */
export function checkIrql(core: Core, name: string, operation: Operation | null, max = highestIrql(name)): boolean {
  const { activation } = core;
  if (activation === null || activation.irql <= max) return true;
  const inPost = activation.kind === 'post' || activation.kind === 'drain';
  if (inPost && isContextRoutine(name)) core.violate('FV-092', whereOf(activation, operation));
  else core.violate('FV-090', whereOf(activation, operation), { api: name, irql: irqlName(activation.irql), max: irqlName(max) });
  return core.readings.performedAboveIrql;
}

/**
 * Where the operation is for the filter whose code runs: in its pre or post, or in another of its routines while it holds the
 * operation. Null where it does not hold it.
 */
export function phaseFor(activation: ActivationRecord, operation: Operation): 'pre' | 'post' | null {
  const { kind, filter } = activation;
  if (activation.operation === operation && (kind === 'post' || kind === 'drain' || kind === 'safe')) return 'post';
  if (activation.operation === operation && kind === 'pre') return 'pre';
  const { hold } = operation;
  return hold !== null && hold.instance.filter === filter ? hold.phase : null;
}

/** NOT_SUPPORTED where a file, stream or stream handle has no context. Undefined when the call may go on. */
export function checkContextExists(core: Core, name: string, operation: Operation | null): number | undefined {
  const { activation } = core;
  if (activation === null || operation === null || !isStreamContextRoutine(name)) return undefined;
  const { major } = operation;
  const phase = phaseFor(activation, operation);
  const none = (major === IRP_MJ_CREATE && phase === 'pre') || (major === IRP_MJ_CLOSE && phase === 'post') || major === IRP_MJ_NETWORK_QUERY_OPEN;
  if (!none) return undefined;
  core.violate('FV-093', whereOf(activation, operation));
  return STATUS_NOT_SUPPORTED;
}

const isOpened = (status: number): boolean => ntSuccess(status) && status !== STATUS_REPARSE;

const neverOpen: ReadonlySet<number> = new Set([IRP_MJ_QUERY_OPEN, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_CLOSE]);

/** Whether the file of an operation is open where the filter is with it: not before the create has succeeded, not after the cleanup. */
export function isTargetOpen(activation: ActivationRecord, operation: Operation): boolean {
  const { major, hold, status } = operation;
  const phase = phaseFor(activation, operation);
  if (major === IRP_MJ_CREATE) return phase !== 'pre' && (phase === null || isOpened(hold?.entryStatus ?? 0) || isOpened(status));
  return !neverOpen.has(major) && (major !== IRP_MJ_CLEANUP || phase !== 'post');
}

/** FltReadFile, FltWriteFile: not in pre-create or post-cleanup. False when the call is refused. */
export function checkFileOpen(core: Core, name: string, operation: Operation | null): boolean {
  const { activation } = core;
  if (activation === null || operation === null || !fileRoutines.has(name)) return true;
  const closed = ((operation.iopb.TargetFileObject?.Flags ?? 0) & FO_CLEANUP_COMPLETE) !== 0;
  const open = !closed && isTargetOpen(activation, operation);
  if (!open) core.violate('FV-116', whereOf(activation, operation));
  return open;
}
