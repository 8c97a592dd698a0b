/**
 * What becomes of STATUS_REPARSE.
 *
 * GEN-012 (own opens, resolved inside), GEN-040 (an ordinary create: the I/O manager starts again at the top with the new name),
 * GEN-013 (mount points and symbolic links).
 */
import { IO_REPARSE, IO_REPARSE_GLOBAL, IRP_MJ_CREATE, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_REPARSE } from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import type { Core } from '../core.ts';
import type { Operation } from '../operation.ts';
import { deviceOf } from './devices.ts';

/** FLT_MAX_DEVICE_REPARSE_ATTEMPTS */
const mostRounds = 64;

/** GEN-012 (INFERRED use of the limit): the other reading is the object manager's own limit. */
export const reparseRounds = (core: Core): number => (core.is('GEN-012', 'thirty-two') ? 32 : mostRounds);

/** The name to go on with; null when a reparse point leads nowhere that is known. */
export function nameAfterReparse(core: Core, fileObject: FILE_OBJECT, information: number): string | null {
  if (information === IO_REPARSE || information === 1 || information === IO_REPARSE_GLOBAL) return fileObject.FileName.Buffer;
  const services = core.options.fileSystem;
  const target = services?.reparseTarget?.(fileObject) ?? null;
  if (target !== null || services === undefined) return target;
  const found = services.resolve(fileObject.volume, fileObject.FileName.Buffer);
  const leads = found.volume !== fileObject.volume || found.path.toLowerCase() !== fileObject.FileName.Buffer.toLowerCase();
  return leads && found.path !== '' ? `${found.volume}${found.path}` : null;
}

/**
 * GEN-040: whether the I/O manager sends this create again. A recording has the second create of what its own file system redirected;
 * the host says so with `reparse: 'filters'`.
 */
export function comesAgain(core: Core, operation: Operation): boolean {
  if (operation.major !== IRP_MJ_CREATE || operation.kind !== 'irp' || operation.status !== STATUS_REPARSE || operation.request === null) return false;
  const { reparse = 'none' } = core.options;
  return reparse === 'all' || (reparse === 'filters' && operation.completedBy !== null);
}

/** Sends the create again with the new name: the same request from the issuer's point of view. */
export function sendAgain(core: Core, operation: Operation): void {
  const { request } = operation;
  const fileObject = operation.initial.targetFileObject;
  if (request === null || fileObject === null || core.issue === null) return;
  const name = nameAfterReparse(core, fileObject, operation.information);
  if (name === null) return finish(operation);
  const next = deviceOf(core, name);
  const volume = next?.volume ?? operation.volume;
  const round = (request.reparseRound ?? 0) + 1;
  const goesOn = round < reparseRounds(core);
  core.event({ kind: 'reparse', operation, name, volume: volume.name, goesOn, rule: 'GEN-040' });
  if (!goesOn) {
    if (operation.completedBy !== null) core.hint('C-18', { filter: operation.completedBy.filter, instance: operation.completedBy, operation }, { name, n: String(round) }, null);
    // What the issuer is told; every round has told its own status.
    operation.shown.assign(STATUS_OBJECT_NAME_NOT_FOUND, 0);
    return finish(operation);
  }
  fileObject.FileName = new UNICODE_STRING(next?.path ?? name);
  fileObject.RelatedFileObject = null;
  const { index: _index, ...again } = request;
  operation.successor = core.issue({ ...again, volume, unnumbered: true, reparseRound: round }, operation.followUp);
}

/** Nothing comes after this round. */
function finish(operation: Operation): void {
  operation.followUp?.(operation);
}
