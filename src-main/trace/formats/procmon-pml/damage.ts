/** Where the readers of a log's parts say what is wrong with it: `at` is an offset in the file they read. */
export interface DamageSink {
  /** Something a user should know of though nothing is damaged. */
  note(sentence: string): void;
  damage(at: number, reason: string, records: number): void;
}
