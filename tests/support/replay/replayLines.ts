/** Replays a recording of a few lines through the model file system alone. */
import { ntStatusName } from '../../../src-main/nt/ntStatus.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';
import { process } from '../operations.ts';
import { ModelRun, type ModelRunOptions } from './modelRun.ts';
import { traceLines } from './traceLines.ts';

/** Device of `C:`. */
export const volumeName = '\\Device\\HarddiskVolume3';
const shown = (status: number, information: number | null): string => `${ntStatusName(status).replace('STATUS_', '')}${(information ?? 0) === 0 ? '' : ` ${information}`}`;
const recordedOf = (record: NumberedOperation): string => shown(record.status ?? 0, record.information);

export interface Replayed {
  readonly run: ModelRun;
  readonly recorded: readonly string[];
  readonly model: readonly string[];
}

export function replayLines(text: string, options: ModelRunOptions = {}): Replayed {
  const records = traceLines(text);
  const model: string[] = records.map(() => 'waits');
  const run = new ModelRun([process(0, 500, 'app.exe'), process(1, 600, 'other.exe')], { ...options, ended: (record, status, information) => {
    // What a recording does not tell is not compared.
    model[record.index - 1] = shown(status, record.information === null ? 0 : information);
  } });
  for (const record of records) run.issue(record);
  return { run, recorded: records.map(recordedOf), model };
}
