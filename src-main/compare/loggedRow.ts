/** One row of an event log as comparing looks at it, and its value in words. */
import { generatedFrom } from '../base/generatedIo.ts';
import { type EventKindName, eventKinds, type EventPage, noResult, pageText } from '../replay/eventPage.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { postopCallbackStatus, preopCallbackStatus } from '../nt/tables.generated.ts';

export interface LoggedRow {
  /** What the operation is known by in both sides: its number, or one of our own for generated I/O. */
  readonly identity: number;
  readonly operation: number;
  readonly issued: number;
  readonly sequence: number;
  readonly kind: EventKindName;
  readonly layer: string;
  readonly isFilter: boolean;
  readonly name: string;
  readonly status: number;
  readonly information: number;
  readonly result: number;
  readonly detail: string;
}

export interface SideLayer {
  readonly name: string;
  readonly isFilter: boolean;
}

export function loggedRow(page: EventPage, row: number, identity: number, layer: SideLayer): LoggedRow {
  const c = page.columns;
  const kind = eventKinds[c.kind[row] as number] ?? 'log';
  return {
    identity, operation: c.operation[row] as number, issued: c.issued[row] as number, sequence: c.sequence[row] as number, kind, layer: layer.name, isFilter: layer.isFilter, name: pageText(page, c.name[row] as number),
    status: c.status[row] as number, information: c.information[row] as number, result: c.result[row] as number, detail: hasWords(kind) || (kind === 'issue' && (c.operation[row] as number) >= generatedFrom) ? pageText(page, c.detail[row] as number) : '',
  };
}

/** Rows that are told apart by their words too. */
const hasWords = (kind: EventKindName): boolean => kind === 'change' || kind === 'log' || kind === 'error';

/** Objects are numbered as they are made: one more in a run moves the numbers of all that come later. */
export const withoutNumbers = (text: string): string => text.replace(/#\d+/g, '#');

const preName = new Map(preopCallbackStatus.map(([name, value]) => [value, name]));
const postName = new Map(postopCallbackStatus.map(([name, value]) => [value, name]));

const ioStatus = ({ status, information }: LoggedRow): string => `${ntStatusName(status)}${information === 0 ? '' : ` / ${information}`}`;
const returned = (result: number, names: ReadonlyMap<number, string>): string => (result === noResult ? '' : ` → ${names.get(result) ?? `0x${result.toString(16).toUpperCase()}`}`);

/** What a row says beside its place. */
export function valueOf(row: LoggedRow): string {
  switch (row.kind) {
    case 'pre': return returned(row.result, preName).slice(3) || 'called';
    case 'post': return `${ioStatus(row)}${returned(row.result, postName)}`;
    case 'status': case 'ret': return ntStatusName(row.status);
    case 'done': case 'complete': return ioStatus(row);
    case 'lower': return 'is sent the request';
    case 'issue': return 'issued';
    case 'change': return member(row.detail, 'to');
    case 'log': case 'error': return member(row.detail, row.kind === 'log' ? 'text' : 'message');
    case 'violation': case 'hint': return 'reported';
    case 'api': return row.result === noResult ? 'called' : `called → ${row.result === 0 ? '0' : `0x${row.result.toString(16).toUpperCase()}`}`;
    default: return row.result === noResult ? 'there' : ntStatusName(row.result);
  }
}

/** A detail that is no JSON object says nothing: the session may be a stranger's. */
export function member(detail: string, name: string): string {
  if (detail === '') return '';
  try {
    const value = (JSON.parse(detail) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  } catch {
    return '';
  }
}

/** What an edit adds says so itself: `your copy of #2`. */
const addedWords = ({ isFilter, layer, detail }: LoggedRow): string => (isFilter ? '' : member(detail, 'text')) || `generated I/O by ${layer}`;

export function whatOf(row: LoggedRow): string {
  const generated = row.operation >= generatedFrom ? ' of generated I/O' : '';
  switch (row.kind) {
    case 'pre': case 'post': return `${row.kind} of ${row.layer}${generated}`;
    case 'status': return `status callback of ${row.layer}${generated}`;
    case 'lower': return `request at the file system${generated}`;
    case 'done': return `answer of the file system${generated}`;
    case 'ret': return `return of the file system's routine${generated}`;
    case 'complete': return `completion${generated}`;
    case 'issue': return row.operation >= generatedFrom ? addedWords(row) : row.name === '' ? 'issued' : row.name;
    case 'change': return row.name;
    case 'violation': case 'hint': return row.name;
    case 'api': return `${row.name} by ${row.layer}`;
    case 'log': return `message of ${row.layer}`;
    default: return `${row.kind}${row.name === '' ? '' : ` ${row.name}`} of ${row.layer}${generated}`;
  }
}

/** Rows of an operation with one key are matched in their order. */
export const keyOf = (row: LoggedRow): string => (row.kind === 'change' ? `change ${row.name}` : `${row.kind} ${row.layer} ${row.name}`);
