/** What `run` says of the callbacks beside those that the trace recorded. */
import type { CallbackDifference, GroundTruthReport } from '../../src-preload/contract/index.ts';
import { percentText } from '../base/percent.ts';
import { grouped } from './output.ts';

const kindWords: Readonly<Record<CallbackDifference['kind'], string>> = {
  'missing-callback': 'a callback ran in the recording and not in the run', 'extra-callback': 'a callback ran in the run and not in the recording', 'other-order': 'callbacks ran in another order',
  'other-status': 'a callback met or left another status',
};

type StatusNames = ReadonlyMap<number, string>;

/** Nothing for a trace without minifilter events. */
export function groundTruthLines(report: GroundTruthReport | null, names: StatusNames): string[] {
  if (report === null) return [];
  const { compared, same, kinds, differences, filters, withoutRecording } = report;
  return [
    compared === 0 ? 'callbacks    no operation has recorded callbacks to compare with' : `callbacks    ${grouped(same)} of ${grouped(compared)} operations with recorded callbacks ran the same ones, in their order and with their status (${percentText(same, compared)})`,
    ...kinds.map(({ kind, count, first }) => `  ${grouped(count)} differ, first #${first}: ${kindWords[kind]} [${kind}]`),
    ...differences.map((one) => `  #${one.operation} ${differenceText(one, names)}`),
    ...filters.map(({ name, callbacks, driver }) => `  recorded ${name}, ${grouped(callbacks)} events: ${driver === null ? 'not in the stack, not compared' : `compared with ${driver}`}`),
    ...withoutRecording.map((driver) => `  ${driver}: no recorded filter, not compared`),
  ];
}

function differenceText({ kind, phase, driver, recorded, replayed }: CallbackDifference, names: StatusNames): string {
  const text = (status: number | null): string => (status === null ? 'none' : (names.get(status) ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`));
  const callback = `${phase}operation callback of ${driver}`;
  switch (kind) {
    case 'missing-callback': return `${callback}: did not run`;
    case 'extra-callback': return `${callback}: ran`;
    case 'other-order': return `${callback}: ran too early or too late`;
    case 'other-status': return `${callback}: recorded ${text(recorded)}, replayed ${replayed === null ? 'went on' : text(replayed)}`;
  }
}

export const groundTruthJson = (report: GroundTruthReport | null): object[] => (report === null ? [] : [{ type: 'callbacks', ...report }]);
