/** The seven types of contexts. CTX-001 (FltAllocateContext; managing-contexts; fltKernel.h). */
import {
  FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_SECTION_CONTEXT, FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_VOLUME_CONTEXT,
} from '../../../nt/values.generated.ts';

/** By value: the WDK name, and the member of FLT_RELATED_CONTEXTS_EX. */
const types = new Map<number, { readonly name: string; readonly member: RelatedMember }>([
  [FLT_VOLUME_CONTEXT, { name: 'FLT_VOLUME_CONTEXT', member: 'VolumeContext' }],
  [FLT_INSTANCE_CONTEXT, { name: 'FLT_INSTANCE_CONTEXT', member: 'InstanceContext' }],
  [FLT_FILE_CONTEXT, { name: 'FLT_FILE_CONTEXT', member: 'FileContext' }],
  [FLT_STREAM_CONTEXT, { name: 'FLT_STREAM_CONTEXT', member: 'StreamContext' }],
  [FLT_STREAMHANDLE_CONTEXT, { name: 'FLT_STREAMHANDLE_CONTEXT', member: 'StreamHandleContext' }],
  [FLT_TRANSACTION_CONTEXT, { name: 'FLT_TRANSACTION_CONTEXT', member: 'TransactionContext' }],
  [FLT_SECTION_CONTEXT, { name: 'FLT_SECTION_CONTEXT', member: 'SectionContext' }],
]);

export type RelatedMember = 'VolumeContext' | 'InstanceContext' | 'FileContext' | 'StreamContext' | 'StreamHandleContext' | 'TransactionContext' | 'SectionContext';

export const FLT_ALL_CONTEXTS = 0x7f;

export const isContextType = (value: unknown): value is number => typeof value === 'number' && types.has(value);

export const contextTypeName = (type: number): string => types.get(type)?.name ?? `context type ${type}`;

/** Every type with its member, in ascending order of values. */
export const relatedMembers: readonly (readonly [type: number, member: RelatedMember])[] = [...types].map(([type, { member }]) => [type, member]);

/** VOL-038: the order in which the contexts of an instance go. */
export const teardownOrder: readonly number[] = [FLT_STREAMHANDLE_CONTEXT, FLT_STREAM_CONTEXT, FLT_FILE_CONTEXT, FLT_SECTION_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_INSTANCE_CONTEXT];
