/**
 * Security descriptors: accepted, without effect; and generic access rights, which are arithmetic.
 *
 * Source: RtlCreateSecurityDescriptor, RtlSetDaclSecurityDescriptor, RtlMapGenericMask; driver-api-usage.md 1.3 ("accept, no effect").
 */
import type { Ref } from '../../engine/index.ts';
import { FILE_ALL_ACCESS, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE, STATUS_SUCCESS, STATUS_UNKNOWN_REVISION } from '../../nt/values.generated.ts';
import type { Routines } from '../services.ts';
import { isTrue } from './common.ts';

interface Mapping {
  readonly GenericRead: number;
  readonly GenericWrite: number;
  readonly GenericExecute: number;
  readonly GenericAll: number;
}

const fileMapping: Mapping = Object.freeze({ GenericRead: FILE_GENERIC_READ, GenericWrite: FILE_GENERIC_WRITE, GenericExecute: FILE_GENERIC_EXECUTE, GenericAll: FILE_ALL_ACCESS });
const generic = { all: 0x10000000, execute: 0x20000000, write: 0x40000000, read: 0x80000000 } as const;
const securityDescriptorRevision = 1;

export const securityRoutines: Routines = {
  RtlCreateSecurityDescriptor: (descriptor: object, revision: number) => {
    if (revision !== securityDescriptorRevision) return STATUS_UNKNOWN_REVISION;
    Object.assign(descriptor, { Revision: revision, Control: 0, Dacl: null });
    return STATUS_SUCCESS;
  },
  RtlSetDaclSecurityDescriptor: (descriptor: object, present: unknown, dacl: unknown) => {
    Object.assign(descriptor, { DaclPresent: isTrue(present), Dacl: dacl ?? null });
    return STATUS_SUCCESS;
  },
  RtlSetOwnerSecurityDescriptor: () => STATUS_SUCCESS,
  RtlValidSecurityDescriptor: () => true,
  RtlLengthSecurityDescriptor: () => 20,
  RtlMapGenericMask: (mask: Ref<number>, mapping: Mapping) => {
    let access = mask.value >>> 0;
    if ((access & generic.read) !== 0) access |= mapping.GenericRead;
    if ((access & generic.write) !== 0) access |= mapping.GenericWrite;
    if ((access & generic.execute) !== 0) access |= mapping.GenericExecute;
    if ((access & generic.all) !== 0) access |= mapping.GenericAll;
    mask.value = (access & 0x0fffffff) >>> 0;
  },
  IoGetFileObjectGenericMapping: () => fileMapping,
};
