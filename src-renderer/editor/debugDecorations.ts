/** Breakpoint glyphs and the current line, as Monaco decorations. */
import { filePlace } from '../../src-main/base/driverLines.ts';
import type { BreakpointInfo, MajorInfo } from '../../src-preload/contract/index.ts';
import { linesOfBreakpoint, type CallbackLine } from './callbackLines.ts';
import { monaco } from './monaco.ts';

export interface CurrentLine {
  readonly line: number;
  /** True: the run stands on this line. False: at the entry of the callback declared here. */
  readonly exact: boolean;
  readonly isTop: boolean;
  /** The run has gone on since. */
  readonly isPast: boolean;
}

/** A diamond logs, a circle stops, a triangle does so at the entry of a callback, a ring is gone after its first hit; with a mark where it has a condition; hollow where it is not placed. */
function glyphOf({ enabled, message, verifiedLine, hits, spec }: BreakpointInfo): { readonly className: string; readonly hover: string } {
  const isConditional = spec.condition !== '' || spec.hitCondition !== '' || spec.dependsOn !== null;
  const shape = `glyph-breakpoint${spec.at.kind === 'callback' ? ' glyph-callback' : ''}${spec.once ? ' glyph-once' : ''}${spec.logMessage === '' ? '' : ' glyph-log'}${isConditional ? ' glyph-conditional' : ''}`;
  const what = spec.logMessage !== '' ? `Log message: ${spec.logMessage}` : spec.condition !== '' ? `Breakpoint if ${spec.condition}` : spec.at.kind === 'callback' ? 'Breakpoint at this callback' : spec.once ? 'Breakpoint, once' : 'Breakpoint';
  if (!enabled) return { className: `${shape} glyph-disabled`, hover: `${what} (off)` };
  if (verifiedLine !== null && message !== null) return { className: shape, hover: `${what} · ${message}` };
  if (message !== null) return { className: `${shape} glyph-unverified`, hover: `Breakpoint not placed: ${message}` };
  if (verifiedLine === null && spec.at.kind === 'line') return { className: `${shape} glyph-unverified`, hover: `${what}: its line is looked up when the driver is loaded` };
  return { className: shape, hover: `${what}${hits > 0 ? ` · ${hits} hits` : ''}` };
}

function decorationAt(breakpoint: BreakpointInfo, line: number): monaco.editor.IModelDeltaDecoration {
  const glyph = glyphOf(breakpoint);
  return {
    range: new monaco.Range(line, 1, line, 1),
    // As the current line: glyphs of one height are drawn over each other, a lower one is not drawn at all.
    options: { zIndex: 10, glyphMarginClassName: glyph.className, glyphMarginHoverMessage: { value: glyph.hover }, stickiness: monaco.editor.TrackedRangeStickiness?.NeverGrowsWhenTypingAtEdges ?? 1 },
  };
}

/** Those on lines of a file, and those on callbacks that begin there on `callbacks`. */
export function breakpointDecorations(breakpoints: readonly BreakpointInfo[], { driverId, slot }: { readonly driverId: number; readonly slot: number }, callbacks: readonly CallbackLine[], majors: readonly MajorInfo[]): monaco.editor.IModelDeltaDecoration[] {
  return breakpoints.flatMap((breakpoint) => {
    const { spec } = breakpoint;
    if (spec.at.kind === 'line') {
      const place = filePlace(breakpoint.verifiedLine ?? spec.at.line);
      return spec.driverId === driverId && place.slot === slot ? [decorationAt(breakpoint, place.line)] : [];
    }
    if (spec.driverId !== null && spec.driverId !== driverId) return [];
    const major = spec.where.major === null ? null : (majors.find(({ value }) => value === spec.where.major)?.name ?? '');
    return linesOfBreakpoint(spec, callbacks, major).map((line) => decorationAt(breakpoint, line));
  });
}

const longestLine = 10_000;

export function currentLineDecorations(current: CurrentLine | null): monaco.editor.IModelDeltaDecoration[] {
  if (current === null) return [];
  return [{
    // To the end of the line, where the words stand.
    range: new monaco.Range(current.line, 1, current.line, current.isPast ? longestLine : 1),
    options: {
      isWholeLine: true,
      className: current.isTop ? (current.isPast ? 'line-past' : 'line-current') : 'line-frame',
      ...(current.isPast && current.isTop && { after: { content: '  ← in the past', inlineClassName: 'past-words' } }),
      glyphMarginClassName: current.isTop ? 'glyph-current' : 'glyph-frame',
      glyphMarginHoverMessage: { value: current.isPast ? 'In the past: the run was here' : current.exact ? 'The run stands here' : 'The run stands at the entry of this callback' },
      zIndex: 10,
    },
  }];
}
