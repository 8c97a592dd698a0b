/** What edits of a run are checked against: the operations and processes of its trace, and its drivers. */
import type { Overlay } from '../../src-preload/contract/index.ts';
import { checkOverlay, isOverlay, withOverlay, type CheckedAgainst } from '../replay/overlays/index.ts';
import type { SessionReader } from '../session/index.ts';
import { checkAltitude } from './driverService.ts';
import { hostErrors } from './errors.ts';

/** Of the operations from `first` to `last`. */
export function checkedAgainst({ traces }: SessionReader, trace: number, drivers: CheckedAgainst['drivers'], first = 1, last = Number.POSITIVE_INFINITY): CheckedAgainst {
  return {
    operation: (index) => (index < first || index > last ? undefined : traces.operation(trace, index)), processes: traces.processes(trace), drivers,
    altitude: (altitude) => {
      checkAltitude(altitude);
      return null;
    },
  };
}

/** The edits with one more; an error with one sentence where it cannot be tried. */
export function addOverlay(overlays: readonly Overlay[], added: Overlay, against: CheckedAgainst): readonly Overlay[] {
  const problem = isOverlay(added) ? checkOverlay(added, against) : 'This is no edit of a run.';
  if (problem !== null) throw hostErrors.overlay(problem);
  return withOverlay(overlays, added);
}
