/** Why a run has stopped, in the protocol's words. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { StopInfo } from '../../src-preload/contract/index.ts';
import type { BreakpointKind } from './breakpoints.ts';
import { brokenAt, brokenWord } from './stopView.ts';

export type StopReason = Pick<DebugProtocol.StoppedEvent['body'], 'reason' | 'description' | 'text'>;

/** What the session knows beside the stop itself. */
export interface StopOccasion {
  /** The last moment of a run that is over. */
  readonly atEnd: boolean;
  /** Before the first line of a driver. */
  readonly entry: boolean;
  readonly kindOf: (breakpoint: number) => BreakpointKind | null;
}

export function reasonOf(stop: StopInfo, { atEnd, entry, kindOf }: StopOccasion): StopReason {
  if (atEnd) return { reason: 'pause', description: 'The run has come to its end' };
  switch (stop.reason) {
    case 'breakpoint': return breakpointReason(stop, stop.breakpointIds.map(kindOf));
    case 'unknown-bytes': return { reason: 'exception', description: 'Reads bytes that nobody recorded', text: 'A callback reads bytes that nobody recorded.' };
    case 'exception': {
      const note = brokenAt(stop);
      const description = note === undefined ? undefined : brokenWord(note);
      return { reason: 'exception', ...(description !== undefined && { description }), text: note?.sentence ?? '' };
    }
    case 'pause': return { reason: 'pause' };
    case 'goto': return { reason: 'goto' };
    case 'step': return { reason: entry ? 'entry' : 'step' };
  }
}

function breakpointReason(stop: StopInfo, kinds: readonly (BreakpointKind | null)[]): StopReason {
  if (kinds.includes('line')) return { reason: 'breakpoint' };
  if (kinds.includes('exception')) {
    const note = brokenAt(stop);
    return note === undefined ? { reason: 'exception' } : { reason: 'exception', description: `Stopped at ${note.id}`, text: note.sentence };
  }
  return { reason: kinds.includes('data') ? 'data breakpoint' : 'function breakpoint' };
}
