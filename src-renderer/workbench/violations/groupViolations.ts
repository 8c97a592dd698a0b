import type { ViolationRow } from '../../../src-preload/contract/index.ts';

export interface ViolationGroup {
  readonly key: string;
  readonly first: ViolationRow;
  readonly rows: readonly ViolationRow[];
}

const rank = { B: 0, V: 1, W: 2, I: 3 } as const;

/** What a finding is: against a rule, a suspicion, or only worth to be known. */
export type FindingClass = 'violation' | 'hint' | 'information';
export const findingClasses: readonly FindingClass[] = ['violation', 'hint', 'information'];

export function findingClass({ hint, severity }: Pick<ViolationRow, 'hint' | 'severity'>): FindingClass {
  if (hint) return 'hint';
  return severity === 'I' ? 'information' : 'violation';
}

/** The same violation at the same line is one finding, however many operations met it; the severe ones come first. */
export function groupViolations(rows: readonly ViolationRow[]): readonly ViolationGroup[] {
  const groups = new Map<string, ViolationRow[]>();
  for (const row of rows) {
    const key = `${row.id}|${row.driver}|${row.line ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].flatMap(([key, group]) => (group[0] === undefined ? [] : [{ key, first: group[0], rows: group }])).sort((a, b) => rank[a.first.severity] - rank[b.first.severity]);
}
