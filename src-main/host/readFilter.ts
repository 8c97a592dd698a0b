/** Reads a filter expression for the page: its terms with their values as written, or what is wrong and where. */
import type { FilterReading, FilterTerm } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import type { Where } from '../trace/where/ast.ts';
import { parseWhere } from '../trace/where/parseWhere.ts';

export function readFilter(text: string): FilterReading {
  if (text.trim() === '') return { term: null, problem: null };
  const written = new Map<Where, string | null>();
  try {
    const where = parseWhere(text, (comparison, value) => written.set(comparison, value));
    return { term: termOf(where, written), problem: null };
  } catch (error) {
    const column = error instanceof UserError ? error.data['column'] : undefined;
    if (!(error instanceof UserError) || typeof column !== 'number') throw error;
    const start = Math.min(column - 1, text.length);
    const word = /^(?:[^\s"'<>=!(),]+|\S)/.exec(text.slice(start))?.[0] ?? '';
    // An opened quotation mark makes wrong all that follows.
    const end = /^["']/.test(word) ? text.length : start + Math.max(1, word.length);
    return { term: null, problem: { message: error.message, start, end } };
  }
}

function termOf(where: Where, written: ReadonlyMap<Where, string | null>): FilterTerm {
  switch (where.kind) {
    case 'and':
    case 'or':
      return { kind: where.kind, terms: where.terms.map((term) => termOf(term, written)) };
    case 'not':
      return { kind: 'not', term: termOf(where.term, written) };
    case 'compare':
      return { kind: 'compare', field: where.field, relation: where.relation, value: written.get(where) ?? null };
  }
}
