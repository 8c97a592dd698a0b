/** The breakpoints of a session by group: those without one first. */
import type { BreakpointInfo } from '../../../src-preload/contract/index.ts';

export interface BreakpointGroup {
  /** Empty: no group. */
  readonly name: string;
  readonly breakpoints: readonly BreakpointInfo[];
  readonly enabled: 'all' | 'some' | 'none';
}

export function breakpointGroups(list: readonly BreakpointInfo[]): BreakpointGroup[] {
  const names = [...new Set(list.map(({ spec }) => spec.group))].sort((a, b) => (a < b ? -1 : 1));
  return names.map((name) => {
    const breakpoints = list.filter(({ spec }) => spec.group === name);
    const on = breakpoints.filter(({ enabled }) => enabled).length;
    return { name, breakpoints, enabled: on === 0 ? 'none' : on === breakpoints.length ? 'all' : 'some' };
  });
}
