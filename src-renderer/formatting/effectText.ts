/** Who answered an operation in a run, and what a change has done to it, in words. */
import type { AnswerSource, Effect } from '../../src-preload/contract/index.ts';
import { formatCount } from './numbers.ts';

export const answerWords: Readonly<Record<AnswerSource, string>> = { recorded: 'the recording', model: 'the model file system', filter: 'a filter', edit: 'an edit of this run' };

/** A letter in a cell; an answer as recorded is the usual and needs none. */
export const answerMarks: Readonly<Record<AnswerSource, string>> = { recorded: '', model: 'M', filter: 'F', edit: 'E' };

/** A word on a row. What is not issued says so in its cell. */
export const effectTags: Readonly<Record<Effect, string>> = { none: '', 'not-issued': '', changed: 'changed', consequence: 'affected', redirected: 'redirected' };

/** `Affected by a change, because of #12.` */
export function effectSentence(effect: Effect, cause: number | null, index: number): string {
  const because = cause === null || cause === index ? '' : `, because of #${formatCount(cause)}`;
  switch (effect) {
    case 'none': return '';
    case 'changed': return `A filter or an edit changed it${because}.`;
    case 'consequence': return `Something it depends on was changed${because}: the recorded answer no longer stands.`;
    case 'redirected': return `Its file object leads to another file than in the recording${because}.`;
    case 'not-issued': return cause === index ? 'An edit of this run left it out.' : cause === null ? 'The record is no request, so there is nothing to issue.' : `A program that met this run would not have issued it${because}.`;
  }
}

/** The same in a cell: `not issued, because of #12`. */
export function effectPhrase(effect: Effect, cause: number | null, index: number): string {
  const because = cause === null || cause === index ? '' : `, because of #${formatCount(cause)}`;
  if (effect === 'not-issued' && cause === index) return 'left out by an edit';
  const words: Readonly<Record<Effect, string>> = { none: 'differs from the recording', changed: 'changed by a filter or an edit', consequence: 'answered anew', redirected: 'on another file than recorded', 'not-issued': 'not issued' };
  return `${words[effect]}${because}`;
}
