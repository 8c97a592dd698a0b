/** Kinds of context events in the words of the page. */
import type { ContextClass } from '../../../src-preload/contract/index.ts';

export const contextClassTitles: Readonly<Record<ContextClass, string>> = {
  process: 'Process', thread: 'Thread', image: 'Image', registry: 'Registry', network: 'Network', profiling: 'Profiling', disk: 'Disk', minifilter: 'Minifilter', name: 'Name', lost: 'Lost', other: 'Other',
};
