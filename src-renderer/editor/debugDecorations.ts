/** Breakpoint glyphs and the current line, as Monaco decorations. */
import type { BreakpointInfo } from '../../src-preload/contract/index.ts';
import { monaco } from './monaco.ts';

export interface CurrentLine {
  readonly line: number;
  /** True: the run stands on this line. False: at the entry of the callback declared here. */
  readonly exact: boolean;
  readonly isTop: boolean;
}

function glyphOf(breakpoint: BreakpointInfo): { readonly className: string; readonly hover: string } {
  if (!breakpoint.enabled) return { className: 'glyph-breakpoint glyph-disabled', hover: 'Breakpoint (off)' };
  if (breakpoint.message !== null) return { className: 'glyph-breakpoint glyph-unverified', hover: `Breakpoint not placed: ${breakpoint.message}` };
  if (breakpoint.verifiedLine === null) return { className: 'glyph-breakpoint glyph-unverified', hover: 'Breakpoint: its line is looked up when the driver is loaded' };
  return { className: 'glyph-breakpoint', hover: `Breakpoint${breakpoint.hits > 0 ? ` · ${breakpoint.hits} hits` : ''}` };
}

export function breakpointDecorations(breakpoints: readonly BreakpointInfo[], driverId: number): readonly { readonly id: number; readonly decoration: monaco.editor.IModelDeltaDecoration }[] {
  return breakpoints.flatMap((breakpoint) => {
    const { spec } = breakpoint;
    if (spec.at.kind !== 'line' || spec.driverId !== driverId) return [];
    const line = breakpoint.verifiedLine ?? spec.at.line;
    const glyph = glyphOf(breakpoint);
    return [{
      id: breakpoint.id,
      decoration: {
        range: new monaco.Range(line, 1, line, 1),
        options: { glyphMarginClassName: glyph.className, glyphMarginHoverMessage: { value: glyph.hover }, stickiness: monaco.editor.TrackedRangeStickiness?.NeverGrowsWhenTypingAtEdges ?? 1 },
      },
    }];
  });
}

export function currentLineDecorations(current: CurrentLine | null): monaco.editor.IModelDeltaDecoration[] {
  if (current === null) return [];
  return [{
    range: new monaco.Range(current.line, 1, current.line, 1),
    options: {
      isWholeLine: true,
      className: current.isTop ? 'line-current' : 'line-frame',
      glyphMarginClassName: current.isTop ? 'glyph-current' : 'glyph-frame',
      glyphMarginHoverMessage: { value: current.exact ? 'The run stands here' : 'The run stands at the entry of this callback' },
      zIndex: 10,
    },
  }];
}
