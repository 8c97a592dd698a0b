import { describe, expect, it } from 'vitest';
import { clausesOf, filterText, filterWords, termOfClauses, withInverted, withoutCondition, withRule, type FilterClause, type FilterCondition, type FilterTerm } from '../../../src-preload/contract/index.ts';
import { readFilter } from '../../../src-main/host/readFilter.ts';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';

const condition = (field: FilterCondition['field'], relation: FilterCondition['relation'], value: string | null): FilterCondition => ({ kind: 'compare', field, relation, value });
const word = condition('process', '=', 'WINWORD.EXE');
const excel = condition('process', '=', 'EXCEL.EXE');
const docx = condition('path', 'ends with', '.docx');
const query = condition('operation', '=', 'QueryOpen');
const read = (text: string): FilterTerm | null => {
  const { term, problem } = readFilter(text);
  expect(problem).toBeNull();
  return term;
};

describe('rules as in Process Monitor', () => {
  it('joins includes of one column by or, columns by and, and lets each exclude win', () => {
    let clauses: readonly FilterClause[] = [];
    for (const [action, rule] of [['include', word], ['include', docx], ['exclude', query], ['include', excel], ['include', word]] as const) clauses = withRule(clauses, action, rule);
    const term = termOfClauses(clauses);
    expect(filterText(term)).toBe('(process = WINWORD.EXE or process = EXCEL.EXE) and path ends with .docx and not operation = QueryOpen');
    expect(filterWords(term)).toBe('(Process is WINWORD.EXE or Process is EXCEL.EXE) and Path ends with .docx and not Operation is QueryOpen');
  });

  it('takes a condition away, and its group with the last one', () => {
    const clauses = clausesOf(read('(process = a or process = b) and pid = 4'));
    expect(filterText(termOfClauses(withoutCondition(clauses, 0, 0)))).toBe('process = b and pid = 4');
    expect(filterText(termOfClauses(withoutCondition(withoutCondition(clauses, 0, 0), 0, 0)))).toBe('pid = 4');
  });

  it('inverts a clause, and back', () => {
    const clauses = clausesOf(read('process = a and (pid = 1 and tid = 2 or tid = 3)'));
    expect(filterText(termOfClauses(withInverted(clauses, 0)))).toBe('not process = a and (pid = 1 and tid = 2 or tid = 3)');
    expect(filterText(termOfClauses(withInverted(withInverted(clauses, 1), 1)))).toBe(filterText(termOfClauses(clauses)));
  });
});

describe('chips, text and chips again', () => {
  it('keeps what chips cannot say as text', () => {
    expect(clausesOf(read('pid = 4 and (process = a and path = b or tid = 3)')).map(({ kind }) => kind)).toEqual(['conditions', 'text']);
    expect(clausesOf(read('not (pid = 4 or process = a)'))).toEqual([{ kind: 'conditions', negated: true, conditions: [condition('pid', '=', '4'), condition('process', '=', 'a')] }]);
  });

  it('is the same, whatever the values have in them', () => {
    const random = seededRandom(20_260_605);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const pieces = ['C:\\Users', '\\\\server\\', '"', "'", '""', '\\', ' ', 'and', 'null', 'or', '(', ')', ',', '=', '<', 'ä', '.docx', 'not', '%', '\t'];
    const text = (): string => Array.from({ length: Math.floor(random() * 5) }, () => pick(pieces)).join('');
    const any = (): FilterCondition => pick([
      () => condition('path', pick(['=', '!=', '<', '>', 'begins with', 'ends with', 'contains', 'excludes'] as const), text()),
      () => condition('process', '=', text()), () => condition('status', pick(['=', '!='] as const), pick(['ACCESS_DENIED', 'error', '0xC0000022', null])),
      () => condition('duration', '>', pick(['5ms', '1.5s', '20us'])), () => condition('pid', '=', '712'), () => condition('path', '!=', null),
    ])();
    for (let round = 0; round < 2000; round++) {
      const clauses: readonly FilterClause[] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({ kind: 'conditions', negated: random() < 0.4, conditions: Array.from({ length: 1 + Math.floor(random() * 3) }, any) }));
      const source = filterText(termOfClauses(clauses));
      expect(clausesOf(read(source)), `round ${round}: ${source}`).toEqual(clauses);
    }
  });
});

describe('a filter with a mistake', () => {
  it.each([
    ['operaton = ReadFile', 'operaton'], ['pid = four and tid = 3', 'four'], ['path = "C:\\docs', '"C:\\docs'], ['pid = 4 tid = 5', 'tid'], ['pid = 4 and', ''],
  ])('%s is wrong at “%s”', (text, wrong) => {
    const { problem } = readFilter(text);
    expect(text.slice(problem?.start, problem?.end)).toBe(wrong);
  });
});
