/** Whether a run notes who writes into buffers and contexts: one that somebody stops in, and one that rebuilds a moment of the past. */
import { KBUFFER } from '../driver-api/kbuffer.ts';
import { noteContextFields, type EventPoint } from '../engine/index.ts';
import { valueText } from '../replay/valueText.ts';
import { currentCallSite } from './callSite.ts';

export interface NotedRun {
  readonly point: () => EventPoint;
  /** Does something that is no doing of a driver's. */
  readonly aside: (look: () => void) => void;
}

/** Null: nothing is noted. */
export function noteValues(run: NotedRun | null): void {
  KBUFFER.noting = run === null ? null : { point: run.point, site: currentCallSite };
  noteContextFields(run === null ? null : (value) => {
    if (typeof value !== 'object') return valueText(value);
    let text = '';
    // What is in an object may be memory: looking is no read of it.
    run.aside(() => (text = valueText(value)));
    return text;
  });
}
