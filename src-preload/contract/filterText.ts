/**
 * Filters as text, in words, and as the conditions that a filter bar shows.
 *
 * A filter is a list of clauses joined by "and". A clause is one condition or several joined by "or", and may be negated: that is Process Monitor's logic
 * (includes of one column by "or", columns by "and", excludes by "and not") and the groups that a user makes. What else the language can say is kept as it is.
 */
import type { FilterCondition, FilterField, FilterRelation, FilterTerm } from './filterValues.ts';

export interface ConditionClause {
  readonly kind: 'conditions';
  readonly negated: boolean;
  /** At least one. */
  readonly conditions: readonly FilterCondition[];
}

export type FilterClause = ConditionClause | { readonly kind: 'text'; readonly term: FilterTerm };

export const filterFieldTitles: Readonly<Record<FilterField, string>> = {
  process: 'Process', pid: 'PID', tid: 'TID', operation: 'Operation', path: 'Path', status: 'Recorded', time: 'Time', duration: 'Duration', major: 'Major function',
  minor: 'Minor function', kind: 'Form', index: 'Number', offset: 'Offset', length: 'Length', information: 'Information', irpFlags: 'IRP flags',
};
export const filterFields = Object.keys(filterFieldTitles) as readonly FilterField[];
const textFields: readonly FilterField[] = ['process', 'operation', 'path', 'kind'];
export const isFilterTextField = (field: FilterField): boolean => textFields.includes(field);

export const filterRelationWords: Readonly<Record<FilterRelation, string>> = {
  '=': 'is', '!=': 'is not', '<': 'less than', '>': 'more than', '<=': 'at most', '>=': 'at least', contains: 'contains', excludes: 'excludes', 'begins with': 'begins with', 'ends with': 'ends with',
};

/** Process Monitor's eight; of a number the six signs. */
export const filterRelationsOf = (field: FilterField): readonly FilterRelation[] =>
  (isFilterTextField(field) ? ['=', '!=', '<', '>', 'begins with', 'ends with', 'contains', 'excludes'] : ['=', '!=', '<', '>', '<=', '>=']);

// ---- as text

const bareWord = /^[^\s"'<>=!(),]+$/;
const keywords = new Set(['and', 'or', 'not', 'in', 'null', 'none']);

/** A value as the language writes it. */
export function filterValueText(value: string | null): string {
  if (value === null) return 'null';
  if (bareWord.test(value) && !keywords.has(value.toLowerCase())) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`;
}

export function filterText(term: FilterTerm | null): string {
  if (term === null) return '';
  switch (term.kind) {
    case 'compare':
      return `${term.field} ${term.relation} ${filterValueText(term.value)}`;
    case 'not':
      return `not ${within(term.term, ['and', 'or'])}`;
    case 'and':
      return term.terms.map((inner) => within(inner, ['or', 'and'])).join(' and ');
    case 'or':
      return term.terms.map((inner) => within(inner, ['or'])).join(' or ');
  }
}

/** A list of one term is that term. */
const within = (term: FilterTerm, wrapped: readonly FilterTerm['kind'][]): string => (wrapped.includes(term.kind) ? `(${filterText(term)})` : filterText(term));

// ---- in words

export function conditionWords({ field, relation, value }: FilterCondition): string {
  const title = filterFieldTitles[field];
  if (value === null) return `${title} is ${relation === '!=' ? 'known' : 'unknown'}`;
  return `${title} ${filterRelationWords[relation]} ${value === '' ? '“”' : value}`;
}

/** `Process is WINWORD.EXE and Path ends with .docx and not Operation is QueryOpen`. */
export function filterWords(term: FilterTerm | null): string {
  if (term === null) return '';
  switch (term.kind) {
    case 'compare':
      return conditionWords(term);
    case 'not':
      return `not ${wordsWithin(term.term, ['and', 'or'])}`;
    case 'and':
      return term.terms.map((inner) => wordsWithin(inner, ['or', 'and'])).join(' and ');
    case 'or':
      return term.terms.map((inner) => wordsWithin(inner, ['or'])).join(' or ');
  }
}

const wordsWithin = (term: FilterTerm, wrapped: readonly FilterTerm['kind'][]): string => (wrapped.includes(term.kind) ? `(${filterWords(term)})` : filterWords(term));

// ---- as clauses

export function clausesOf(term: FilterTerm | null): readonly FilterClause[] {
  if (term === null) return [];
  if (term.kind === 'and') return term.terms.flatMap(clausesOf);
  let inner = term;
  let negated = false;
  while (inner.kind === 'not') {
    inner = inner.term;
    negated = !negated;
  }
  const conditions = conditionsOf(inner);
  return [conditions === null ? { kind: 'text', term } : { kind: 'conditions', negated, conditions }];
}

/** What is joined by "or" alone; null for anything else. */
function conditionsOf(term: FilterTerm): readonly FilterCondition[] | null {
  if (term.kind === 'compare') return [term];
  if (term.kind !== 'or') return null;
  const lists = term.terms.map(conditionsOf);
  return lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? []);
}

export function termOfClause(clause: FilterClause): FilterTerm {
  if (clause.kind === 'text') return clause.term;
  const [first] = clause.conditions;
  const any: FilterTerm = clause.conditions.length === 1 && first !== undefined ? first : { kind: 'or', terms: clause.conditions };
  return clause.negated ? { kind: 'not', term: any } : any;
}

export function termOfClauses(clauses: readonly FilterClause[]): FilterTerm | null {
  const terms = clauses.map(termOfClause);
  return terms.length <= 1 ? (terms[0] ?? null) : { kind: 'and', terms };
}

const isSame = (a: FilterCondition, b: FilterCondition): boolean => a.field === b.field && a.relation === b.relation && a.value === b.value;

/** Adds a rule as Process Monitor does: an include joins those of its column, an exclude stands for itself and wins. */
export function withRule(clauses: readonly FilterClause[], action: 'include' | 'exclude', condition: FilterCondition): readonly FilterClause[] {
  const negated = action === 'exclude';
  const known = clauses.some((clause) => clause.kind === 'conditions' && clause.negated === negated && clause.conditions.some((other) => isSame(other, condition))
    && clause.conditions.every((other) => negated || other.field === condition.field));
  if (known) return clauses;
  const own = negated ? -1 : clauses.findIndex((clause) => clause.kind === 'conditions' && !clause.negated && clause.conditions.every((other) => other.field === condition.field));
  return own < 0 ? [...clauses, { kind: 'conditions', negated, conditions: [condition] }] : withAlternative(clauses, own, condition);
}

/** Adds a condition to a clause, joined by "or". */
export function withAlternative(clauses: readonly FilterClause[], at: number, condition: FilterCondition): readonly FilterClause[] {
  return clauses.map((clause, index) => (index === at && clause.kind === 'conditions' ? { ...clause, conditions: [...clause.conditions, condition] } : clause));
}

/** Takes a condition out of its clause, and the clause away with its last one. */
export function withoutCondition(clauses: readonly FilterClause[], at: number, which: number): readonly FilterClause[] {
  return clauses.flatMap((clause, index) => {
    if (index !== at) return [clause];
    if (clause.kind === 'text') return [];
    const conditions = clause.conditions.filter((_, other) => other !== which);
    return conditions.length === 0 ? [] : [{ ...clause, conditions }];
  });
}

export function withReplaced(clauses: readonly FilterClause[], at: number, which: number, condition: FilterCondition): readonly FilterClause[] {
  return clauses.map((clause, index) => (index === at && clause.kind === 'conditions' ? { ...clause, conditions: clause.conditions.map((other, own) => (own === which ? condition : other)) } : clause));
}

/** The opposite of a clause. */
export function withInverted(clauses: readonly FilterClause[], at: number): readonly FilterClause[] {
  return clauses.map((clause, index) => {
    if (index !== at) return clause;
    if (clause.kind === 'conditions') return { ...clause, negated: !clause.negated };
    return { kind: 'text', term: clause.term.kind === 'not' ? clause.term.term : { kind: 'not', term: clause.term } };
  });
}
