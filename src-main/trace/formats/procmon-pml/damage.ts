/** Where the readers of a log's tables say what is wrong with it: `at` is an offset in the file they read. */
export interface DamageSink {
  damage(at: number, reason: string, records: number): void;
}
