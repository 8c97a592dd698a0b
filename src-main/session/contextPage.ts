/** Context events in pages, as operations are. */
import type { NTSTATUS } from '../nt/ntStatus.ts';
import { PageBuilder, type Page } from '../replay/pages/pageBuilder.ts';
import { contextClasses, type ContextClass, type ContextEvent, type DetailValue, type ProcessIndex, type TraceTime } from '../trace/record.ts';
import { detailFromText, detailToText } from './detailText.ts';

/** `process` and `operation` are one more than the number they mean; 0: none. `contextClass`: index into `contextClasses`. */
export const contextSchema = {
  time: 'i64', duration: 'i64', sourceIndex: 'f64', operation: 'f64', process: 'u32', tid: 'u32', status: 'u32', name: 'text', path: 'text', detail: 'detail', contextClass: 'u8', flags: 'u8',
} as const;

const has = { duration: 1, tid: 2, status: 4 } as const;
// Append only: stored pages keep their numbers.
const classCodes = Object.fromEntries(contextClasses.map((name, code) => [name, code])) as Readonly<Record<ContextClass, number>>;

export class ContextPageBuilder extends PageBuilder<typeof contextSchema> {
  constructor(capacity: number) {
    super(contextSchema, capacity);
  }

  add(event: ContextEvent): void {
    const c = this.columns;
    const row = this.count;
    const detail = detailToText(event.detail);
    c.time[row] = event.time;
    c.duration[row] = event.duration ?? 0n;
    c.sourceIndex[row] = event.sourceIndex;
    c.operation[row] = event.operation === null ? 0 : event.operation + 1;
    c.process[row] = event.process === null ? 0 : event.process + 1;
    c.tid[row] = event.tid ?? 0;
    c.status[row] = event.status ?? 0;
    c.name[row] = this.texts.add(event.name);
    c.path[row] = event.path === null ? 0 : this.texts.add(event.path);
    c.detail[row] = detail === '{}' ? 0 : this.details.add(detail);
    c.contextClass[row] = classCodes[event.contextClass];
    c.flags[row] = (event.duration === null ? 0 : has.duration) | (event.tid === null ? 0 : has.tid) | (event.status === null ? 0 : has.status);
    this.added(event.time, event.sourceIndex);
  }
}

export function contextEventAt({ columns: c, texts, details }: Page<typeof contextSchema>, row: number): ContextEvent {
  const flags = c.flags[row] ?? 0;
  const [process, operation, path, detail] = [c.process[row] ?? 0, c.operation[row] ?? 0, c.path[row] ?? 0, c.detail[row] ?? 0];
  return {
    sourceIndex: c.sourceIndex[row] ?? 0,
    time: (c.time[row] ?? 0n) as TraceTime,
    duration: flags & has.duration ? (c.duration[row] ?? 0n) : null,
    process: process === 0 ? null : ((process - 1) as ProcessIndex),
    tid: flags & has.tid ? (c.tid[row] ?? 0) : null,
    contextClass: contextClasses[c.contextClass[row] ?? 0] ?? 'other',
    name: texts[(c.name[row] ?? 0) - 1] ?? '',
    path: path === 0 ? null : (texts[path - 1] ?? ''),
    status: flags & has.status ? ((c.status[row] ?? 0) as NTSTATUS) : null,
    detail: detail === 0 ? {} : detailFromText(details[detail - 1] ?? null),
    operation: operation === 0 ? null : operation - 1,
  };
}

/** What a search may know of a page without opening it: how many of each class, and which operations they may belong to. */
export interface ContextSummary {
  readonly classes: Readonly<Partial<Record<ContextClass, number>>>;
  /** Lowest and highest `sourceIndex` of an operation; null where none belongs to one. */
  readonly operations: readonly [number, number] | null;
}

export function contextSummary(page: Page<typeof contextSchema>): string {
  const counts = new Array<number>(contextClasses.length).fill(0);
  let [low, high] = [Infinity, -1];
  for (let row = 0; row < page.count; row++) {
    const code = page.columns.contextClass[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
    const operation = (page.columns.operation[row] ?? 0) - 1;
    if (operation < 0) continue;
    low = Math.min(low, operation);
    high = Math.max(high, operation);
  }
  const classes = Object.fromEntries(contextClasses.map((name, code) => [name, counts[code] ?? 0]).filter(([, count]) => count !== 0));
  return JSON.stringify({ classes, operations: high < 0 ? null : [low, high] } satisfies ContextSummary);
}

/** The file may be a stranger's: what is no count is none. */
export function parseContextSummary(text: string | null): ContextSummary {
  const { classes, operations } = detailFromText(text);
  const counts = typeof classes === 'object' && classes !== null ? Object.entries(classes).filter(([, count]) => typeof count === 'number' && count > 0) : [];
  const [low, high] = Array.isArray(operations) ? (operations as readonly DetailValue[]) : [];
  return { classes: Object.fromEntries(counts), operations: typeof low === 'number' && typeof high === 'number' ? [low, high] : null };
}
