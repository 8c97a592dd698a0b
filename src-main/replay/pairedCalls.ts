/**
 * Calls that give back what another one took: a release follows an acquire that succeeded, a complete call the MDL read or write that gave out an MDL.
 *
 * Where the first one fails in this run only, the second would not have come. Sources: filter-manager-objects.md FIO-022 to FIO-026.
 */
import type { FILE_OBJECT, Operation } from '../engine/index.ts';
import { ntError, ntSuccess } from '../nt/ntStatus.ts';
import {
  IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE, IRP_MJ_MDL_WRITE_COMPLETE, IRP_MJ_PREPARE_MDL_WRITE,
  IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION,
} from '../nt/values.generated.ts';
import type { NumberedOperation } from '../trace/record.ts';

const givenBackBy: ReadonlyMap<number, number> = new Map([
  [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION], [IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_MOD_WRITE],
  [IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_CC_FLUSH], [IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE], [IRP_MJ_PREPARE_MDL_WRITE, IRP_MJ_MDL_WRITE_COMPLETE],
]);

interface Missed {
  readonly givenBackBy: number;
  readonly operation: number;
}

export class PairedCalls {
  /** What was not got, by file object, oldest first. */
  readonly #missed = new WeakMap<FILE_OBJECT, Missed[]>();
  #any = false;

  /** Before a record is issued: the operation that has not got what this one would give back; 0: it has. */
  find({ major }: NumberedOperation, fileObject: FILE_OBJECT): number {
    const missed = this.#any ? this.#missed.get(fileObject) : undefined;
    const at = missed?.findIndex((one) => one.givenBackBy === major) ?? -1;
    if (missed === undefined || at < 0) return 0;
    const [found] = missed.splice(at, 1);
    return found?.operation ?? 0;
  }

  /** An edit has left a record out: what would give back what it takes, or close what it cleans up, does not come. */
  skipped({ major, index }: NumberedOperation, fileObject: FILE_OBJECT): void {
    const back = major === IRP_MJ_CLEANUP ? IRP_MJ_CLOSE : major === null ? undefined : givenBackBy.get(major);
    if (back !== undefined) this.#miss(fileObject, { givenBackBy: back, operation: index });
  }

  /** After a record was issued as `operation`. */
  issued({ major, status, index }: NumberedOperation, fileObject: FILE_OBJECT, operation: Operation): void {
    const back = operation.isIrp || major === null ? undefined : givenBackBy.get(major);
    if (back === undefined || operation.state !== 'completed' || !ntError(operation.status) || (status !== null && !ntSuccess(status))) return;
    this.#miss(fileObject, { givenBackBy: back, operation: index });
  }

  #miss(fileObject: FILE_OBJECT, one: Missed): void {
    this.#any = true;
    const missed = this.#missed.get(fileObject);
    if (missed === undefined) this.#missed.set(fileObject, [one]);
    else missed.push(one);
  }
}
