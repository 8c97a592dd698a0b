/**
 * Contexts: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 4 (CTX), 3.3 (VOL-038).
 */
import type { Assumption } from './assumption.ts';

const both = <T extends readonly [string, ...string[]]>(values: T): Pick<Assumption, 'values' | 'implemented'> => ({ values, implemented: values });

export const contextsAssumptions: readonly Assumption[] = [
  { id: 'CTX-002', ...both(['survives-detach', 'goes-with-last-instance']), sentence: 'A volume context belongs to the filter and survives the detach of its instances.', source: 'INFERRED; FltSetVolumeContext' },
  { id: 'CTX-008', ...both(['refused', 'accepted']), sentence: 'An allocate callback without a free callback, or the reverse, makes the context registration invalid.', source: 'INFERRED' },
  { id: 'CTX-010', ...both(['as-listed', 'deleting-first']), sentence: 'FltAllocateContext looks at its arguments before it looks whether the filter is being unloaded.', source: 'order INFERRED; FltAllocateContext' },
  { id: 'CTX-011', ...both(['smallest-first', 'registration-order']), sentence: 'Of several context definitions that fit, the smallest fixed one is taken, then the variable one.', source: 'order INFERRED; creating-contexts' },
  { id: 'CTX-012', ...both(['must-be-nonpaged', 'invalid-parameter']), sentence: 'A volume context from paged pool is refused with STATUS_FLT_MUST_BE_NONPAGED_POOL.', source: 'status INFERRED from its message; FltAllocateContext' },
  { id: 'CTX-013', ...both(['marker', 'zeroed']), sentence: 'A fixed-size context holds a marker pattern until it is written.', source: 'pattern INFERRED; FltAllocateContext leaves the contents undefined' },
  { id: 'CTX-021', ...both(['old-is-null', 'old-untouched']), sentence: 'A set that fails for another reason than ALREADY_DEFINED stores NULL_CONTEXT in OldContext.', source: 'INFERRED; FltSetStreamContext speaks of success only' },
  { id: 'CTX-022', ...both(['linked-first', 'present-first', 'unlinked-is-new']), sentence: 'Whether the new context is linked already is looked at before the present context, and a context that was unlinked counts as linked.', source: 'order and last sentence INFERRED; FltSetStreamContext' },
  { id: 'CTX-023', ...both(['target-first', 'owner-first']), sentence: 'A set looks at its target before it looks whether the owner is being torn down.', source: 'order INFERRED; FltSetStreamContext' },
  { id: 'CTX-024', ...both(['refused', 'performed']), sentence: 'Setting a context for another filter\'s instance answers STATUS_INVALID_PARAMETER.', source: 'INFERRED; managing-contexts' },
  { id: 'CTX-026', ...both(['not-supported', 'invalid-parameter']), sentence: 'FltCreateSectionForDataScan without FltRegisterForDataScan answers STATUS_NOT_SUPPORTED.', source: 'status INFERRED; FltCreateSectionForDataScan' },
  { id: 'CTX-034', ...both(['cleared', 'left']), sentence: 'FltReleaseContexts sets the members it has released to NULL.', source: 'INFERRED; FltReleaseContexts' },
  { id: 'CTX-037', ...both(['no-effect', 'freed-context-used']), sentence: 'What a cleanup callback does with the count or link of its own context has no effect.', source: 'INFERRED; PFLT_CONTEXT_CLEANUP_CALLBACK' },
  { id: 'CTX-038', ...both(['released-too-often', 'freed-context-used']), sentence: 'Releasing a context that is freed already counts as released too often (FV-131), every other use as use of a freed context (FV-132).', source: 'INFERRED; releasing-contexts' },
  { id: 'CTX-040', ...both(['after-close', 'before-close']), sentence: 'Stream handle contexts go when the CLOSE has completed, after the contexts of the stream.', source: 'order INFERRED; referencing-contexts' },
  { id: 'CTX-041', ...both(['last-close', 'section-keeps']), sentence: 'The contexts of a stream go with its last close, also while a data-scan section of it is open.', source: 'INFERRED; managing-contexts; a section may keep a stream longer' },
  { id: 'CTX-042', ...both(['stay-until-close', 'go-with-name']), sentence: 'Deleting a file does not remove its contexts; the close that follows does.', source: 'INFERRED' },
  { id: 'CTX-043', ...both(['not-supported', 'not-found']), sentence: 'A file, stream or stream handle context where none can exist answers STATUS_NOT_SUPPORTED (CTX-043, CTX-044, R-7.3).', source: 'status INFERRED; file-system-support-for-contexts' },
  { id: 'CTX-045', ...both(['not-open', 'as-opened']), sentence: 'After a create that failed or ended in STATUS_REPARSE there is no open file object in post.', source: 'INFERRED; FltSetStreamContext' },
  { id: 'CTX-050', ...both(['one-report', 'one-each']), sentence: 'What a filter still holds when it is unregistered is one FV-133 that lists everything.', source: 'INFERRED' },
  { id: 'VOL-038', ...both(['handle-to-instance', 'instance-to-handle']), sentence: 'After the teardown-complete callback contexts go in the order stream handle, stream, file, section, transaction, instance.', source: 'order INFERRED; deleting-contexts' },
];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'CTX-051': 'what the debugger shows of references',
};
