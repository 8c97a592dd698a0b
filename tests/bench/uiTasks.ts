/**
 * What kept the page's main thread busy, from a Chromium trace.
 *
 * Events as in the "Trace Event Format" document: complete events (`X`) with `ts` and `dur` in microseconds and `tdur`, the time the
 * thread really ran: on a machine that does other things too, only that tells how long a task is.
 */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly functionName?: string; readonly type?: string; readonly url?: string } };
}

export interface Task {
  /** Milliseconds the thread ran. */
  readonly cpu: number;
  /** Milliseconds by the clock. */
  readonly wall: number;
  /** What it did itself longest, with milliseconds, the longest first. */
  readonly parts: readonly { readonly what: string; readonly cpu: number }[];
}

export const taskCategories = ['-*', 'toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', '__metadata'];
const taskName = 'RunTask';
/** Chromium's own word for the page's main thread. */
const mainThread = 'CrRendererMain';
const mostParts = 3;

/** Tasks of the page's main thread, the longest first. Of several renderers the busiest is the page's. */
export function mainThreadTasks(events: readonly TraceEvent[]): Task[] {
  const threads = events.filter(({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === mainThread).map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && event.dur !== undefined));
  const busy = (thread: readonly TraceEvent[]): number => thread.filter(({ name }) => name === taskName).reduce((sum, { dur = 0 }) => sum + dur, 0);
  const page = threads.toSorted((a, b) => busy(b) - busy(a))[0] ?? [];
  // An event of the same start that lasts longer is the outer one.
  const sorted = page.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks: Task[] = [];
  for (let at = 0; at < sorted.length;) {
    const outer = sorted[at];
    if (outer === undefined) break;
    const end = outer.ts + (outer.dur ?? 0);
    let next = at + 1;
    while ((sorted[next]?.ts ?? Infinity) < end) next++;
    if (outer.name === taskName) tasks.push({ cpu: cpuOf(outer) / 1000, wall: (outer.dur ?? 0) / 1000, parts: partsOf(sorted.slice(at + 1, next)) });
    at = next;
  }
  return tasks.sort((a, b) => b.cpu - a.cpu);
}

const cpuOf = (event: TraceEvent): number => event.tdur ?? event.dur ?? 0;

/** Time in each event without that in events inside it, by name. */
function partsOf(inside: readonly TraceEvent[]): Task['parts'] {
  const own = new Map<string, number>();
  const open: { readonly what: string; readonly end: number }[] = [];
  for (const event of inside) {
    while ((open.at(-1)?.end ?? Infinity) <= event.ts) open.pop();
    const above = open.at(-1);
    if (above !== undefined) own.set(above.what, (own.get(above.what) ?? 0) - cpuOf(event));
    const what = wordsOf(event);
    own.set(what, (own.get(what) ?? 0) + cpuOf(event));
    open.push({ what, end: event.ts + (event.dur ?? 0) });
  }
  return [...own].map(([what, cpu]) => ({ what, cpu: cpu / 1000 })).sort((a, b) => b.cpu - a.cpu).slice(0, mostParts);
}

function wordsOf({ name, args }: TraceEvent): string {
  const { functionName, type, url } = args?.data ?? {};
  const of = functionName ?? type ?? (name === 'EvaluateScript' || name === 'v8.compile' ? url?.split('/').at(-1) : undefined);
  return of === undefined || of === '' ? name : `${name} ${of}`;
}
