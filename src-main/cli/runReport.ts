/** What `run` says of how far a run is the recording, who answered, and what a change has touched. */
import { changedSettings, type OperationRow, type RunInfo, type RunReport } from '../../src-preload/contract/index.ts';
import { percentText } from '../base/percent.ts';
import type { DriverPlaces } from './driverPlaces.ts';
import { grouped } from './output.ts';

/** How many affected operations are written out in full; all are counted. */
export const shownAffected = 20;
/** How wide the names of operations may make their column. */
const widestName = 40;

export const settingLines = ({ settings }: RunInfo): string[] => changedSettings(settings).map(([name, word]) => `setting      ${name} = ${word}`);

/** What became of the edits of a run. */
export const editLines = ({ edits }: RunInfo): string[] => edits.map(({ text, applied, note }) => `edit         ${text}${applied === true ? '' : `: no effect${note === '' ? '' : `, ${note}`}`}`);

/** The sections of the text report; `affected` holds the first of the affected operations. */
export function reportLines(report: RunReport, affected: readonly OperationRow[], places: DriverPlaces): string[] {
  return [...fidelityLines(report.fidelity), ...answerLines(report.answers), ...affectedLines(report.affected, affected), ...unknownLines(report.unknownReads, places)];
}

function fidelityLines({ compared, equal, rows, reasons }: RunReport['fidelity']): string[] {
  if (compared === 0) return ['fidelity     the recording shows no completed operation to compare with'];
  const width = Math.min(widestName, Math.max(...rows.map((row) => row.operation.length)));
  return [
    `fidelity     ${grouped(equal)} of ${grouped(compared)} compared operations end as recorded (${percentText(equal, compared)})`,
    `  ${'operation'.padEnd(width)}  ${'compared'.padStart(12)}  ${'equal'.padStart(12)}  ${'percent'.padStart(8)}`,
    ...rows.map((row) => `  ${row.operation.padEnd(width)}  ${grouped(row.compared).padStart(12)}  ${grouped(row.equal).padStart(12)}  ${percentText(row.equal, row.compared).padStart(8)}`),
    ...reasons.map((reason) => `  ${grouped(reason.count)} differ, first #${reason.first}: ${reason.sentence} [${reason.id}]`),
  ];
}

const answerLines = ({ recorded, model, filter, edit = 0 }: RunReport['answers']): string[] => [
  `answered     ${grouped(recorded)} as recorded, ${grouped(model)} by the model file system, ${grouped(filter)} by a filter${edit === 0 ? '' : `, ${grouped(edit)} by an edit`}`,
];

function affectedLines(counts: RunReport['affected'], first: readonly OperationRow[]): string[] {
  const total = affectedTotal(counts);
  if (total === 0) return ['affected     none'];
  const { changed, consequence, redirected, notIssued } = counts;
  const parts = [[changed, 'changed'], [notIssued, 'not issued'], [redirected, 'redirected'], [consequence, 'otherwise as a consequence']] as const;
  return [
    `affected     ${grouped(total)}: ${parts.filter(([count]) => count > 0).map(([count, words]) => `${grouped(count)} ${words}`).join(', ')}`,
    ...first.map((op) => `  #${op.index} ${op.operation} ${op.path ?? ''}: ${effectText(op)}`),
    ...(total > first.length ? [`  ... and ${grouped(total - first.length)} more`] : []),
  ];
}

export const affectedTotal = ({ changed, consequence, redirected, notIssued }: RunReport['affected']): number => changed + consequence + redirected + notIssued;

/** `not issued, because of #12` */
function effectText({ index, effect, cause }: OperationRow): string {
  const because = cause === null || cause === index ? '' : `, because of #${cause}`;
  switch (effect) {
    case 'changed': return `changed by a filter${because}`;
    case 'not-issued': return cause === index ? 'left out by an edit' : `not issued${because}`;
    case 'redirected': return `on another file than recorded${because}`;
    case 'consequence': return `answered anew${because}`;
    case 'none': return 'not affected';
  }
}

function unknownLines({ count, places: readers }: RunReport['unknownReads'], places: DriverPlaces): string[] {
  if (count === 0) return [];
  return [
    `unknown      ${grouped(count)} reads of bytes that nobody recorded`,
    ...readers.map((reader) => `  ${places.text(reader.driver, reader.line)} x ${grouped(reader.count)}, first #${reader.first}`),
  ];
}

/** One object a kind of operation. */
export const fidelityJson = (report: RunReport): object[] => report.fidelity.rows.map((row) => ({ type: 'fidelity', ...row, percent: row.compared === 0 ? null : (row.equal * 100) / row.compared }));

export const affectedJson = (op: OperationRow): object => ({
  type: 'affected', index: op.index, operation: op.operation, path: op.path, effect: op.effect, cause: op.cause, answer: op.answer, recorded: op.status, replayed: op.replayedStatus, state: op.replayed,
});
