import { describe, expect, it } from 'vitest';
import type { UserError } from '../../../../src-main/base/userError.ts';
import { parseWhere } from '../../../../src-main/trace/where/parseWhere.ts';

function refusal(source: string): { column: unknown; message: string } {
  try {
    parseWhere(source);
  } catch (error) {
    return { column: (error as UserError).data['column'], message: (error as UserError).message };
  }
  return { column: null, message: '' };
}

describe('a filter expression', () => {
  it('binds not before and before or', () => {
    const term = (pid: bigint): object => ({ kind: 'compare', field: 'pid', relation: '=', value: { kind: 'number', number: pid } });
    expect(parseWhere('pid = 1 or not pid = 2 and pid = 3')).toEqual({
      kind: 'or', terms: [term(1n), { kind: 'and', terms: [{ kind: 'not', term: term(2n) }, term(3n)] }],
    });
  });

  it.each([
    ['operaton = ReadFile', 1, /“operaton” is no field/],
    ['operation ReadFile', 11, /“ReadFile” where a relation belongs/],
    ['pid = 4 and', 12, /the end is no field/],
    ['path contains', 14, /the end where a value belongs/],
    ['path = "C:\\docs', 8, /never closed/],
    ['(pid = 4', 9, /where “\)” belongs/],
    ['pid = 4 tid = 5', 9, /where “and”, “or” or the end belongs/],
    ['pid = four', 7, /“four” is no value of pid/],
    ['status = NO_SUCH_STATUS', 10, /is no value of status/],
    ['offset contains 4', 8, /compares texts, and offset is a number/],
    ['', 1, /the end is no field/],
  ])('%s is refused at column %i', (source, column, message) => {
    const found = refusal(source);
    expect(found.column).toBe(column);
    expect(found.message).toMatch(message);
    expect(found.message).toContain(`column ${column}`);
  });
});
