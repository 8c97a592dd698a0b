/**
 * One row of the event log as a line of text: the only place that puts it into words, for the call log and the command line.
 *
 * The log holds numbers; names of operations, layers and statuses are looked up when a row is shown.
 */
import type { EventRow, Irql, LayerInfo } from '../../src-preload/contract/index.ts';
import { routineByName } from '../driver-api/routineTable.ts';
import { assumptionOf } from '../engine/index.ts';
import { irpMjName } from '../nt/names.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { postopCallbackStatus, preopCallbackStatus } from '../nt/tables.generated.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { eventKinds, noResult, pageText, type EventKindName, type EventPage } from '../replay/eventPage.ts';
import type { StoredViolation } from '../session/index.ts';

/** What a row needs from outside its page. */
export interface EventNames {
  readonly layers: readonly LayerInfo[];
  /** Operation by number, as far as the trace knows it. */
  readonly operation: (index: number) => { readonly operation: string; readonly path: string | null; readonly major: number | null } | undefined;
  /** Violation by log position. */
  readonly violation: (number: number) => StoredViolation | undefined;
}

/** One row, with names still as texts and the detail parsed. */
interface Row {
  readonly operation: number;
  readonly kind: EventKindName;
  readonly status: number;
  readonly information: number;
  readonly result: number;
  readonly name: string;
  readonly detail: Detail;
}

type Detail = Readonly<Record<string, unknown>>;

const preName = new Map(preopCallbackStatus.map(([name, value]) => [value, name]));
const postName = new Map(postopCallbackStatus.map(([name, value]) => [value, name]));
const irqls: readonly Irql[] = ['PASSIVE', 'APC', 'DISPATCH'];

export function eventRow(page: EventPage, row: number, names: EventNames): EventRow {
  const c = page.columns;
  const at = (column: Uint32Array): number => column[row] ?? 0;
  const kind = eventKinds[at(c.kind)] ?? 'log';
  const number = page.first + row;
  const layer = names.layers[at(c.layer)];
  const detail = detailOf(pageText(page, at(c.detail)));
  const name = pageText(page, at(c.name));
  const violation = kind === 'violation' || kind === 'hint' ? names.violation(number) : undefined;
  const parts: Row = { operation: at(c.operation), kind, status: at(c.status), information: at(c.information), result: at(c.result), name, detail };
  const rule = ruleOf(parts, pageText(page, at(c.rule)));
  return {
    number,
    operation: parts.operation,
    issued: at(c.issued),
    sequence: at(c.sequence),
    kind,
    depth: at(c.depth),
    layer: at(c.layer),
    layerName: layer?.name ?? '',
    tid: at(c.thread),
    irql: irqls[at(c.irql)] ?? 'PASSIVE',
    text: textOf(parts, names, violation),
    line: at(c.line) === 0 ? null : at(c.line),
    driver: textMember(detail, 'driver') ?? (layer?.kind === 'filter' ? layer.name : null),
    rule,
    assumption: assumptionOf(rule)?.id ?? null,
    violation: violation?.violation ?? (kind === 'violation' || kind === 'hint' ? name : null),
    severity: violation === undefined ? null : severityOf(violation.severity),
  };
}

/** What a row's line of text is made from, for views that are no lists: the routine, what it returned or the status it is about, and what the row itself says. */
export function eventParts(page: EventPage, row: number): { readonly name: string; readonly result: string; readonly own: string } {
  const c = page.columns;
  const at = (column: Uint32Array): number => column[row] ?? 0;
  const detail = detailOf(pageText(page, at(c.detail)));
  const parts: Row = { operation: at(c.operation), kind: eventKinds[at(c.kind)] ?? 'log', status: at(c.status), information: at(c.information), result: at(c.result), name: pageText(page, at(c.name)), detail };
  return { name: parts.name, result: shortResult(parts), own: textMember(detail, 'text') ?? '' };
}

function shortResult(row: Row): string {
  switch (row.kind) {
    case 'done':
    case 'complete': return ioStatus(row);
    case 'status':
    case 'ret': return ntStatusName(row.status);
    default:
  }
  if (row.result === noResult) return '';
  if (row.kind === 'pre') return preName.get(row.result) ?? hexResult(row.result);
  if (row.kind === 'post') return postName.get(row.result) ?? hexResult(row.result);
  return row.kind === 'api' ? resultText(row.name, row.result) : ntStatusName(row.result);
}

/** An API row stands under the rule of its routine; the table names it. */
function ruleOf(row: Row, rule: string): string {
  if (rule !== '' || row.kind !== 'api') return rule;
  return /\b(?:R-\d+\.\d+|[A-Z]{3}-\d{3})\b/.exec(routineByName.get(row.name)?.source ?? '')?.[0] ?? '';
}

function textOf(row: Row, names: EventNames, violation: StoredViolation | undefined): string {
  const own = textMember(row.detail, 'text');
  switch (row.kind) {
    case 'issue':
      return `${operationText(row.operation, names)}${own === undefined ? '' : ` (${own})`}`;
    case 'pre':
      return called('pre', row.result === noResult ? '' : (preName.get(row.result) ?? hexResult(row.result)));
    case 'post':
      return called(`post${own === undefined ? '' : ` (${own})`}, ${ioStatus(row)}`, row.result === noResult ? '' : (postName.get(row.result) ?? hexResult(row.result)));
    case 'status':
      return called(`status callback, told ${ntStatusName(row.status)}`, '');
    case 'lower':
      return 'is sent the request';
    case 'done':
      return `completes it: ${ioStatus(row)}`;
    case 'ret':
      return `its dispatch routine returns ${ntStatusName(row.status)}`;
    case 'complete':
      return `completed: ${ioStatus(row)}`;
    case 'api':
      return own ?? apiText(row);
    case 'change':
      return changeText(row);
    case 'violation':
    case 'hint':
      return findingText(row, violation);
    case 'load':
    case 'teardown':
    case 'cancel':
    case 'work':
    case 'port':
      return called(own ?? row.name, row.result === noResult ? '' : ntStatusName(row.result));
    case 'error':
      return own ?? textMember(row.detail, 'message') ?? '';
    case 'log':
    case 'wait':
    case 'unknown':
      return own ?? '';
  }
}

/** `FV-021 (A-01): ...`: a violation names the bug of drivers that it is evidence of; a hint says what to do. */
function findingText(row: Row, violation: StoredViolation | undefined): string {
  const explains = textMember(row.detail, 'explains');
  const advice = textMember(row.detail, 'advice');
  return `${row.name}${explains === undefined ? '' : ` (${explains})`}: ${violation?.sentence ?? textMember(row.detail, 'sentence') ?? ''}${advice === undefined ? '' : ` Advice: ${advice}.`}`;
}

function operationText(index: number, names: EventNames): string {
  if (index === 0) return 'before the first operation';
  if (index >= generatedFrom) return `generated I/O ${index - generatedFrom}`;
  const operation = names.operation(index);
  if (!operation) return `operation ${index}`;
  const major = operation.major === null ? '' : ` (${irpMjName(operation.major)})`;
  return `${operation.operation}${major}  ${operation.path ?? ''}`.trimEnd();
}

const called = (what: string, result: string): string => `${what}${result === '' ? '' : ` → ${result}`}`;

const ioStatus = (row: Row): string => `${ntStatusName(row.status)}${row.information === 0 ? '' : ` / ${row.information}`}`;
const hexResult = (value: number): string => `0x${value.toString(16).toUpperCase()}`;

function apiText(row: Row): string {
  const own = textMember(row.detail, 'text');
  if (row.name === '') return own ?? '';
  const result = row.result === noResult ? '' : ` → ${resultText(row.name, row.result)}`;
  return `${row.name}(${textMember(row.detail, 'arguments') ?? ''})${result}`;
}

// What a routine answers is a status, a truth value or a number, by the API table.
function resultText(routine: string, value: number): string {
  const returns = routineByName.get(routine)?.returns ?? 'NTSTATUS';
  if (returns === 'BOOLEAN' || returns === 'boolean') return value === 0 ? 'FALSE' : 'TRUE';
  if (returns === 'NTSTATUS') return ntStatusName(value);
  return preopTypes.has(returns) ? (preName.get(value) ?? String(value)) : String(value);
}

const preopTypes = new Set(['FLT_PREOP_CALLBACK_STATUS']);

function changeText(row: Row): string {
  const from = textMember(row.detail, 'from') ?? '?';
  const to = textMember(row.detail, 'to') ?? '?';
  const by = textMember(row.detail, 'by');
  return `${row.name}: ${from} → ${to}${by === undefined ? '' : `  by ${by}`}`;
}

/** A detail that is no JSON object says nothing: the text may come from a stranger's session. */
export function detailOf(text: string): Detail {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Detail) : {};
  } catch {
    return {};
  }
}

export function textMember(detail: Detail, name: string): string | undefined {
  const value = detail[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

export const severityOf = (text: string): 'B' | 'V' | 'W' | 'I' => (text === 'B' || text === 'V' || text === 'W' ? text : 'I');
