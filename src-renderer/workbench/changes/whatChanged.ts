/** What a filter did to an operation, read from its events in the run: the words beside a cause. */
import type { EventRow, OperationRow } from '../../../src-preload/contract/index.ts';
import { effectTags } from '../../formatting/effectText.ts';
import type { StatusNames } from '../../formatting/status.ts';

export interface WhatChanged {
  readonly text: string;
  /** Line of the driver that did it, where it is known. */
  readonly place: { readonly driver: string; readonly line: number } | null;
}

/** Behind the issue of an operation whose arguments an edit has changed. */
const editedWords = '(with arguments of yours)';
/** How many changed fields are named; the call log has them all. */
const namedChanges = 2;

export function whatChanged(row: OperationRow, events: readonly EventRow[], names: StatusNames): WhatChanged {
  const status = statusText(row, names);
  if (row.effect === 'not-issued' && row.cause === row.index) return { text: 'an edit of this run left it out', place: null };
  if (row.answer === 'edit') return { text: `an edit of this run answered it${status}`, place: null };
  if (events.some((event) => event.kind === 'issue' && event.text.endsWith(editedWords))) return { text: `an edit of this run gave it other arguments${status}`, place: null };
  const completed = events.find((event) => event.kind === 'pre' && event.text.includes('FLT_PREOP_COMPLETE'));
  if (completed !== undefined) return { text: `${completed.layerName} completed it before the file system${status}`, place: placeOf(completed) };
  const changes = events.filter((event) => event.kind === 'change' && event.driver !== null);
  const [first] = changes;
  if (first !== undefined) {
    const named = changes.slice(0, namedChanges).map((event) => event.text).join('; ');
    const more = changes.length > namedChanges ? ` and ${changes.length - namedChanges} more` : '';
    return { text: `${first.layerName} changed the request: ${named}${more}${status}`, place: placeOf(first) };
  }
  if (row.answer === 'filter') return { text: `a filter completed it${status}`, place: null };
  if (row.answer === 'model' && row.effect !== 'changed') return { text: `the model file system answered${status === '' ? ' it' : status}`, place: null };
  return { text: `${effectTags[row.effect] === 'changed' ? 'changed by a filter' : 'a filter did more than the recording shows'}${status}`, place: null };
}

const placeOf = ({ driver, line }: EventRow): WhatChanged['place'] => (driver === null || line === null ? null : { driver, line });

function statusText({ status, replayedStatus, replayed }: OperationRow, names: StatusNames): string {
  if (replayed !== 'completed' || replayedStatus === null) return '';
  if (status === null || status === replayedStatus) return ` with ${names.shortName(replayedStatus)}`;
  return ` with ${names.shortName(replayedStatus)} instead of ${names.shortName(status)}`;
}
