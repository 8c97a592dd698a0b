/**
 * Who wrote which bytes of a buffer, and when: kept only while somebody may ask for it.
 *
 * One note stands for what is written next to each other by the same one without an event in between, so that a loop over a buffer is one note.
 */
import type { CallSite, EventPoint } from '../engine/index.ts';

/** Where a run stands that notes who writes. */
export interface NotingRun {
  /** The last event. */
  readonly point: () => EventPoint;
  /** The driver's line that runs. */
  readonly site: () => CallSite | null;
}

export interface BufferNote {
  /** From the start of the allocation. */
  readonly start: number;
  readonly end: number;
  /** Index into the buffer's writers; 0: no driver. */
  readonly writer: number;
  /** The last event before it. */
  readonly point: EventPoint;
  readonly site: CallSite | null;
}

/** Older notes than these are dropped. */
const mostNotes = 256;

export function noteWrite(notes: BufferNote[], start: number, end: number, writer: number, run: NotingRun): void {
  const point = run.point();
  const last = notes.at(-1);
  if (last?.writer === writer && last.point.issued === point.issued && last.point.sequence === point.sequence && start <= last.end && end >= last.start) {
    notes[notes.length - 1] = { ...last, start: Math.min(start, last.start), end: Math.max(end, last.end) };
    return;
  }
  if (notes.length === mostNotes) notes.shift();
  notes.push({ start, end, writer, point, site: writer === 0 ? null : run.site() });
}
