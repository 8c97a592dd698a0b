/** A filter of Process Monitor as an expression of ours. Columns and relations: procmon-formats.md 12.1 and 17. */
import { filterText, filterWords, isFilterTextField, termOfClauses, withRule, type FilterClause, type FilterCondition, type FilterField, type FilterRelation, type ImportedFilter } from '../../src-preload/contract/index.ts';
import { ntStatusShortName } from '../nt/ntStatus.ts';
import { readProcmonRules, type ProcmonRule } from '../trace/formats/procmon-filters/readRules.ts';
import { procmonResultStatus } from '../trace/formats/procmon/resultTexts.ts';
import { hostErrors } from './errors.ts';
import { readFilter } from './readFilter.ts';

const fieldOf: Readonly<Record<number, FilterField>> = { 40053: 'process', 40054: 'pid', 40072: 'tid', 40055: 'operation', 40071: 'path', 40056: 'status', 40077: 'duration' };
const columnTitles: Readonly<Record<number, string>> = {
  40056: 'Result', 40052: 'Date & Time', 40057: 'Detail', 40058: 'Sequence', 40064: 'Company', 40065: 'Description', 40066: 'Command Line', 40067: 'User', 40068: 'Image Path', 40069: 'Session',
  40076: 'Relative Time', 40078: 'Time of Day', 40081: 'Version', 40082: 'Event Class', 40083: 'Authentication ID', 40084: 'Virtualized', 40085: 'Integrity', 40086: 'Category',
  40087: 'Parent PID', 40088: 'Architecture', 40164: 'Completion Time', 40178: 'Process Start',
};
const eventClass = 40082;
const relations: readonly FilterRelation[] = ['=', '!=', '<', '>', 'begins with', 'ends with', 'contains', 'excludes'];
const relationWords = ['is', 'is not', 'less than', 'more than', 'begins with', 'ends with', 'contains', 'excludes'];

export function importFilter(fileName: string, bytes: Uint8Array): ImportedFilter {
  const rules = readProcmonRules(bytes)?.filter;
  if (rules === undefined) throw hostErrors.noProcmonFilter(fileName);
  const leftOut: string[] = [];
  let clauses: readonly FilterClause[] = [];
  for (const rule of rules) {
    if (isAboutOthers(rule)) continue;
    const condition = conditionOf(rule);
    if (condition === null) leftOut.push(ruleWords(rule));
    else clauses = withRule(clauses, rule.include ? 'include' : 'exclude', condition);
  }
  return { name: fileName.replace(/^.*[\\/]/, '').replace(/\.pm[fc]$/i, ''), text: filterText(termOfClauses(clauses)), leftOut };
}

/** A trace has file operations only: what a rule says of the other classes is met already. */
function isAboutOthers({ column, relation, include, value }: ProcmonRule): boolean {
  if (column !== eventClass || relation > 1) return false;
  const isFiles = value.toLowerCase() === 'file system';
  return (relation === 0) === (include ? isFiles : !isFiles);
}

function conditionOf(rule: ProcmonRule): FilterCondition | null {
  const field = fieldOf[rule.column];
  const relation = relations[rule.relation];
  const value = field === undefined ? null : valueOf(field, rule.value);
  if (field === undefined || relation === undefined || value === null) return null;
  const condition: FilterCondition = { kind: 'compare', field, relation, value };
  // Of a number the language knows no part.
  return isFilterTextField(field) || readFilter(filterText(condition)).problem === null ? condition : null;
}

function valueOf(field: FilterField, text: string): string | null {
  if (field === 'status') {
    const status = procmonResultStatus(text);
    return status === undefined ? null : ntStatusShortName(status);
  }
  // Seconds, with the decimal mark of whoever made the rule.
  if (field === 'duration') return /^\d+(?:[.,]\d+)?$/.test(text) ? `${text.replace(',', '.')}s` : null;
  return text;
}

const ruleWords = ({ column, relation, include, value }: ProcmonRule): string =>
  `${include ? 'Include' : 'Exclude'}: ${titleOf(column)} ${relationWords[relation] ?? `relation ${relation}`} ${value === '' ? '“”' : value}`;

function titleOf(column: number): string {
  const field = fieldOf[column];
  if (field === undefined || columnTitles[column] !== undefined) return columnTitles[column] ?? `column ${column}`;
  return filterWords({ kind: 'compare', field, relation: '=', value: '' }).replace(/ is .*$/, '');
}
