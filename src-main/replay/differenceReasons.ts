/** Why an operation of a run ended otherwise than in the recording: a closed list, for the fidelity report. */
import { differenceClass, differenceClasses } from './knowledge/differenceClass.ts';
import type { ReplayTag } from './replayTag.ts';
import type { ReasonText } from './runReportBuilder.ts';

const reasons = {
  filter: 'A filter of the stack completed the request, or changed its result.',
  changed: 'A filter of the stack changed the request, and the model file system answered it.',
  edited: 'An edit of this run changed its arguments or its answer.',
  consequence: 'Something it depends on was changed earlier in this run.',
  redirected: 'Its file object leads to another file than in the recording.',
  'not-issued': 'It was not issued: its handle never came to be, the request had become pointless, or an edit of this run left it out.',
  pending: 'It was still pending at the end of the run.',
} as const;

const reason = (id: keyof typeof reasons): ReasonText => ({ id, sentence: reasons[id] });

/** Of an operation that has no result. */
export const plainReason = (id: 'not-issued' | 'pending'): ReasonText => reason(id);

export function differenceReason(tag: ReplayTag): ReasonText {
  if (tag.source === 'edit') return reason('edited');
  if (tag.source === 'filter' || tag.source === 'recorded') return reason('filter');
  if (tag.isEdited) return reason('edited');
  if (tag.effect === 'changed' || tag.effect === 'consequence' || tag.effect === 'redirected') return reason(tag.effect);
  const id = differenceClass(tag.record, tag.answer, tag.fileObjectOrigin);
  return { id, sentence: differenceClasses[id] };
}
