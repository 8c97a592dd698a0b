/**
 * How much the tables of names may hold.
 *
 * They grow with what a trace names (processes, threads, files, stacks), not with its events; a machine running for days stays far below. A source made
 * to fill the memory does not: what comes behind a limit is not learned, and reported.
 */
export const limits = {
  processes: 1 << 18,
  threads: 1 << 20,
  fileNames: 1 << 22,
  fileObjects: 1 << 20,
  modules: 1 << 20,
  stacks: 1 << 18,
  running: 1 << 18,
  /** Of which what they were used for is kept, in two bytes each. */
  creates: 1 << 24,
  callbacks: 1 << 14,
  volumes: 4096,
} as const;
