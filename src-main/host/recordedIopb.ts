/**
 * The three-way view at a moment of which there is only the log: the request as its record has it, and every change that the log tells, each at its place.
 *
 * The columns are those of a live stop (debugger/stopBuilder.ts), so that the view stays where it is when the moment has been rebuilt.
 */
import type { FieldChange, IopbField, IopbView, StopInfo } from '../../src-preload/contract/index.ts';
import { notRecorded, recordedIopb } from '../replay/recordedIopb.ts';
import { fieldText, isChangedField, type FieldText } from '../replay/valueText.ts';
import type { NumberedOperation } from '../trace/record.ts';

/** A change in the log, with its position there. */
export interface LoggedChange {
  readonly number: number;
  readonly path: string;
  readonly change: FieldChange;
}

/** Log positions: what is at or behind one has not happened yet there (a change is told just before the new value is in place). Null: that moment has not come. */
export interface IopbMoments {
  readonly received: number;
  readonly sent: number | null;
  readonly now: number;
  /** Changes that a post does not see: of its own pre, and of the layers below. Null: none. */
  readonly hidden: { readonly from: number; readonly to: number } | null;
}

const column = (id: IopbView['columns'][number]['id'], title: string, explanation: string): IopbView['columns'][number] => ({ id, title, explanation });

export function recordedColumns(callback: StopInfo['callback'], driver: string | null): IopbView['columns'] {
  const received = column('received', 'received', driver === null ? 'what was issued, as recorded' : 'what this filter\'s pre callback was given, as far as the log tells');
  const now = column('now', 'now', 'the Iopb at this moment, as far as the log tells');
  return callback === 'pre' ? [received, now] : [received, column('sent', 'sent', 'what IoCallDriver was given, as far as the log tells'), now];
}

/** `record`: as it was issued; null for what is in no recording. */
export function recordedFields(record: NumberedOperation | null, changes: readonly LoggedChange[], { received, sent, now, hidden }: IopbMoments, hasSent: boolean): IopbField[] {
  const issued: readonly FieldText[] = record === null ? [] : recordedIopb(record);
  const known = new Map(issued.map((field) => [field.path, field]));
  const paths = [...issued.map(({ path }) => path), ...new Set(changes.map(({ path }) => path).filter((path) => !known.has(path)))];
  const moments = hasSent ? [received, sent, now] : [received, now];
  return paths.map((path): IopbField => {
    const own = changes.filter((one) => one.path === path);
    const base = known.get(path);
    // What nobody has recorded is told by its first change.
    const first = base === undefined || base.text === notRecorded ? textOf(path, own[0]?.change.from ?? notRecorded, record) : base;
    const fields = moments.map((moment): FieldText | null => {
      const last = moment === null ? undefined : own.findLast(({ number }) => number < moment && !(moment === now && hidden !== null && number >= hidden.from && number < hidden.to));
      return moment === null ? null : last === undefined ? first : textOf(path, last.change.to, record);
    });
    const values = fields.map((field) => field?.text ?? null);
    return { path, values, raw: fields.map((field) => field?.raw ?? null), changed: isChangedField(path, values), changes: own.filter(({ number }) => number <= now).map(({ change }) => change) };
  });
}

/** Changes are logged as plain numbers. */
function textOf(path: string, text: string, record: NumberedOperation | null): FieldText {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? fieldText({ path, value: Number(text), type: '' }, record?.major ?? 0) : { path, text, raw: null };
}
