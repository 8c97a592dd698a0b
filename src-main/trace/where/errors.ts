/** What is wrong with a filter expression, and at which column. */
import { UserError } from '../../base/userError.ts';

const example = 'operation = ReadFile and path contains "docs" and not status = SUCCESS';
const at = (column: number, problem: string): UserError => new UserError('where-syntax', `Filter, column ${column}: ${problem}; write it like ${example}.`, { column });
const found = (text: string): string => (text === '' ? 'the end' : `“${text}”`);

export const whereErrors = {
  character: (character: string, column: number) => at(column, `“${character}” has no meaning here`),
  quote: (column: number) => at(column, 'this quotation mark is never closed'),
  field: (text: string, column: number, known: readonly string[]) => at(column, `${found(text)} is no field (there are ${known.join(', ')})`),
  relation: (text: string, column: number) => at(column, `${found(text)} where a relation belongs (=, !=, <, <=, >, >=, contains, excludes, begins with, ends with, in)`),
  value: (text: string, column: number) => at(column, `${found(text)} where a value belongs`),
  close: (text: string, column: number) => at(column, `${found(text)} where “)” belongs`),
  rest: (text: string, column: number) => at(column, `${found(text)} where “and”, “or” or the end belongs`),
  number: (text: string, column: number, field: string) => at(column, `“${text}” is no value of ${field}`),
  textRelation: (relation: string, field: string, column: number) => at(column, `“${relation}” compares texts, and ${field} is a number`),
} as const;
