/** The fields of an operation as rows of text, grouped, each with where its value came from. */
import type { OperationDetail, Provenance } from '../../../src-preload/contract/index.ts';
import { detailText } from '../../formatting/detailText.ts';
import { answerWords, effectSentence } from '../../formatting/effectText.ts';
import { formatCount, formatDuration, formatOffset } from '../../formatting/numbers.ts';
import { statusClass, type StatusNames } from '../../formatting/status.ts';
import { formatDateTime } from '../../formatting/time.ts';

export interface FieldRow {
  readonly name: string;
  readonly text: string;
  readonly provenance: Provenance | '';
  readonly tone: string;
  /** Number of an operation that the text names: it can be gone to. */
  readonly operation?: number;
}

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly FieldRow[];
}

export function operationFields(operation: OperationDetail, names: StatusNames, clockOffset = 0n): readonly FieldGroup[] {
  const row = (name: string, text: string | null, key: string, tone = ''): FieldRow[] => (text === null || text === '' ? [] : [{ name, text, provenance: operation.provenance[key] ?? '', tone }]);
  const statusTone = (status: number | null): string => (status === null ? '' : `status-${statusClass(status)}`);
  const replayed = { none: null, completed: operation.replayedStatus === null ? null : names.name(operation.replayedStatus), pending: 'still pending', 'not-issued': 'not issued' }[operation.replayed];
  const { processInfo, cause } = operation;
  const inRun = (name: string, text: string): FieldRow => ({ name, text, provenance: '', tone: '' });
  return [
    {
      title: 'Operation',
      fields: [
        ...row('Time', formatDateTime(operation.time), 'time'), ...row('By its own clock', clockOffset === 0n ? null : formatDateTime(operation.time - clockOffset), 'time'),
        ...row('Major function', operation.majorName, 'major'),
        ...row('Minor function', operation.minorName ?? (operation.minor === 0 ? null : String(operation.minor)), 'minor'),
        ...row('Recorded', operation.status === null ? 'no result' : (operation.statusName ?? names.name(operation.status)), 'status', statusTone(operation.status)),
        ...row('Replayed', replayed, 'replayed', operation.replayed === 'completed' ? statusTone(operation.replayedStatus) : ''),
        ...(operation.answer === null ? [] : [inRun('Answered by', answerWords[operation.answer])]),
        ...(operation.effect === 'none' ? [] : [inRun('In this run', effectSentence(operation.effect, cause, operation.index))]),
        ...(cause === null || cause === operation.index ? [] : [{ ...inRun('Because of', `#${formatCount(cause)}`), operation: cause }]),
        ...row('Duration', operation.duration === null ? null : formatDuration(operation.duration), 'duration'),
        ...row('Offset', operation.offset === null ? null : withDecimal(operation.offset), 'offset'),
        ...row('Length', operation.length === null ? null : withDecimal(BigInt(operation.length)), 'length'),
        ...row('Information', operation.information === null ? null : String(operation.information), 'information'),
        ...row('IrpFlags', operation.irpFlags === 0 ? '0' : operation.irpFlagNames || `0x${operation.irpFlags.toString(16).toUpperCase()}`, 'irpFlags'),
        ...row('Source record', String(operation.sourceIndex), 'sourceIndex'),
      ],
    },
    { title: 'Detail', fields: Object.entries(operation.detail).flatMap(([name, value]) => row(name, operation.detailWords[name] ?? detailText(value), `detail.${name}`).map((field): FieldRow => ({ ...field, provenance: field.provenance === '' ? (operation.provenance['detail'] ?? '') : field.provenance }))) },
    {
      title: 'Process',
      fields: [
        ...row('Name', `${processInfo.name} · ${processInfo.pid}`, 'process'), ...row('Parent', processInfo.parentPid === null ? null : String(processInfo.parentPid), 'parentPid'), ...row('Image', processInfo.imagePath, 'imagePath'),
        ...row('Command line', processInfo.commandLine, 'commandLine'), ...row('User', processInfo.user, 'user'),
      ],
    },
  ].filter((group) => group.fields.length > 0);
}

function withDecimal(value: bigint): string {
  const hex = formatOffset(value);
  return hex === value.toString() ? hex : `${hex} (${value.toString()})`;
}
