import type { PaneId } from '../stores/layout.ts';

/** What the user does that takes a tour on; null: the card's own button. */
export type TourAction = 'stop' | 'end';

export interface TourStep {
  readonly title: string;
  /** One or two short sentences: what there is to see, and what to do. */
  readonly text: string;
  /** Test id of the control that is pointed at; null: none. */
  readonly target: string | null;
  /** Brought to the front when the step begins. */
  readonly pane?: PaneId;
  /** Driver whose source is opened when the step begins. */
  readonly source?: string;
  /** Operation that is selected when the step begins. */
  readonly operation?: number;
  /** The run stops, or ends: the tour goes on by itself. */
  readonly advance?: TourAction;
}

/** A walk through one sample session. */
export interface Tour {
  /** The sample's name. */
  readonly sample: string;
  readonly steps: readonly TourStep[];
}
