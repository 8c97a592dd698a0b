/** Requests about breakpoints. */
import type { BreakpointDraft, BreakpointInfo, BreakpointLogLine, BreakpointProblem } from './breakpointValues.ts';

type None = Record<string, never>;

export interface BreakpointRequests {
  'breakpoints.list': { params: None; result: readonly BreakpointInfo[] };
  /** Rejects with a sentence where it cannot be used; `breakpoints.check` says the place. */
  'breakpoints.add': { params: { spec: BreakpointDraft; enabled?: boolean }; result: BreakpointInfo };
  'breakpoints.update': { params: { id: number; enabled?: boolean; spec?: BreakpointDraft }; result: BreakpointInfo };
  'breakpoints.remove': { params: { id: number }; result: None };
  /** Null where nothing is wrong. */
  'breakpoints.check': { params: { spec: BreakpointDraft }; result: { problem: BreakpointProblem | null } };
  /** Switches every breakpoint of a group on or off; null: all there are. */
  'breakpoints.setGroupEnabled': { params: { group: string | null; enabled: boolean }; result: readonly BreakpointInfo[] };
  /** As JSON, with drivers by name. */
  'breakpoints.export': { params: None; result: { fileName: string; text: string } };
  /** Adds what a file has. `placed`: which of the file each is; `left`: sentences about what could not be added. */
  'breakpoints.import': { params: { text: string }; result: { added: number; placed: readonly { readonly position: number; readonly id: number }[]; left: readonly string[] } };
  /** Whether runs stop for this violation of this driver (by name; null: nobody's) again: `ignore` leaves it out of every breakpoint that would, `always` undoes that and adds one where there is none. */
  'breakpoints.answer': { params: { violation: string; severity: 'B' | 'V' | 'W' | 'I'; driver: string | null; answer: 'ignore' | 'always' }; result: readonly BreakpointInfo[] };
  /** Whether runs stop where they break off: at a driver's exception, a bug check, a deadlock. `stop` absent: only asks; `keep`: also for the next start of the program. */
  'breakpoints.whenBroken': { params: { stop?: boolean; keep?: boolean }; result: { stop: boolean } };
  /** The newest lines that breakpoints have logged in the present run. */
  'breakpoints.logs': { params: None; result: { runId: number | null; lines: readonly BreakpointLogLine[]; dropped: number } };
}

export interface BreakpointEvents {
  'breakpoints.changed': readonly BreakpointInfo[];
  'breakpoints.whenBroken': { stop: boolean };
  'breakpoints.logged': { runId: number; lines: readonly BreakpointLogLine[] };
}
