/** What the user has answered to a violation, as the breakpoints keep it. */
import type { BreakpointInfo, StopNote } from '../../../src-preload/contract/index.ts';

/** `FV-084 of encrypt`; as breakpoints leave it out. */
export const violationName = ({ id, driver }: Pick<StopNote, 'id' | 'driver'>): string => (driver === null ? id : `${id} of ${driver}`);

/** `always`: a breakpoint of its own stops for it. */
export function answerGiven(finding: Pick<StopNote, 'id' | 'driver'>, driverId: number | null, list: readonly BreakpointInfo[]): 'ignored' | 'always' | 'none' {
  const names = [violationName(finding), finding.id];
  if (list.some(({ spec: { at } }) => at.kind === 'violation' && at.except.some((one) => names.includes(one)))) return 'ignored';
  return list.some(({ enabled, spec }) => enabled && spec.at.kind === 'violation' && spec.at.id === finding.id && (spec.driverId === null || spec.driverId === driverId)) ? 'always' : 'none';
}
