/** Requests that look at what a stop holds beside its operation. */
import type { BufferView, EngineObjects } from './inspectValues.ts';

type None = Record<string, never>;

export interface InspectRequests {
  /** Everything the simulated system holds at the present stop. Looking changes nothing. */
  'debug.objects': { params: None; result: EngineObjects };
  /** Bytes of a buffer at the present stop: that of a field in a column of the view, or of an expression. `structure`: null for the operation's own, empty for none. */
  'debug.buffer': {
    params: {
      of: { readonly kind: 'field'; readonly column: 'received' | 'snapshot' | 'sent' | 'now'; readonly path: string } | { readonly kind: 'expression'; readonly expression: string; readonly frameId: number | null };
      offset: number; length: number; structure: string | null;
    };
    result: BufferView;
  };
}
