/** One event of a text export as its reader holds it: the cells of a row, or the elements of an event. */
export interface TextRow {
  /** Text of a cell; equal ones are one string where they repeat. '' for a column that is not there. */
  text(column: number): string;
  /** A plain decimal number; -1 for anything else. */
  count(column: number): number;
  /** Ticks since midnight; NaN for what is no time. */
  timeOfDay(column: number): number;
  /** Ticks of a duration in seconds, or of hours, minutes and seconds; null for what is none, or empty. */
  duration(column: number): bigint | null;
}
