import type { EventKind } from '../../../src-preload/contract/index.ts';

export interface EventGroup {
  readonly id: string;
  readonly title: string;
  /** Null: every kind. */
  readonly kinds: readonly EventKind[] | null;
}

/** The call log's filters, from everything to the few lines most people look for. */
export const eventGroups: readonly EventGroup[] = [
  { id: 'all', title: 'All events', kinds: null },
  { id: 'callbacks', title: 'Callbacks', kinds: ['pre', 'post', 'status', 'lower', 'done'] },
  { id: 'status', title: 'Status callbacks', kinds: ['status'] },
  { id: 'log', title: 'DbgPrint', kinds: ['log'] },
  { id: 'changes', title: 'Field changes', kinds: ['change'] },
  { id: 'api', title: 'API calls', kinds: ['api'] },
  { id: 'work', title: 'Work items and completions', kinds: ['work', 'complete', 'cancel'] },
  { id: 'ports', title: 'Communication ports', kinds: ['port'] },
  { id: 'violations', title: 'Violations, information and hints', kinds: ['violation', 'hint', 'unknown', 'error'] },
];
