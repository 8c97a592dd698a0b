/** Requests about breakpoints. */
import type { BreakpointInfo, BreakpointSpec } from './values.ts';

type None = Record<string, never>;

export interface BreakpointRequests {
  'breakpoints.list': { params: None; result: readonly BreakpointInfo[] };
  'breakpoints.add': { params: { spec: BreakpointSpec }; result: BreakpointInfo };
  'breakpoints.update': { params: { id: number; enabled?: boolean; spec?: BreakpointSpec }; result: BreakpointInfo };
  'breakpoints.remove': { params: { id: number }; result: None };
}
