/** Imports traces into the open session, one after the other, and waits for the end of each. */
import type { EventMap, HostApi, ImportRequest, RequestResult } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { grouped, progress } from './output.ts';

export type ImportDone = EventMap['import.done'];

/** How one of several ended. `cancelled`: before anything of it was imported. */
export type ImportEnd =
  | { readonly kind: 'done'; readonly name: string; readonly done: ImportDone }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'cancelled'; readonly name: string };

/** Tells each end as it comes, what was refused at once first. */
export async function importTraces(api: HostApi, requests: readonly ImportRequest[], ended: (end: ImportEnd) => void | Promise<void>): Promise<void> {
  const waiting = new WaitingJobs(api, ended);
  try {
    waiting.expect(await api.request('trace.open', { sources: requests, into: 'current' }));
    await waiting.allEnded;
  } finally {
    waiting.dispose();
  }
}

/** Imports one trace; throws the sentence that refuses it. */
export async function importTrace(api: HostApi, request: ImportRequest): Promise<ImportDone> {
  let found: ImportEnd | null = null;
  await importTraces(api, [request], (end) => void (found = end));
  const end = found as ImportEnd | null;
  if (end?.kind === 'done') return end.done;
  throw new UserError('import-failed', end?.kind === 'failed' ? end.message : 'The import was cancelled.');
}

class WaitingJobs {
  readonly allEnded: Promise<void>;
  readonly #ended: (end: ImportEnd) => void | Promise<void>;
  readonly #finish: () => void;
  readonly #fail: (error: unknown) => void;
  readonly #listeners: { dispose(): void }[];
  /** Ends may be told before the request that began the imports is answered. */
  readonly #over = new Set<number>();
  #expected: ReadonlySet<number> | null = null;
  /** What is printed stays in order. */
  #told = Promise.resolve();

  constructor(api: HostApi, ended: (end: ImportEnd) => void | Promise<void>) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.allEnded = promise;
    // Waited for later, or not at all where the request itself fails.
    promise.catch(() => undefined);
    this.#finish = resolve;
    this.#fail = reject;
    this.#ended = ended;
    this.#listeners = [
      api.listen('import.progress', (news) => progress(progressLine(news))),
      api.listen('import.done', (news) => this.#end(news.jobId, { kind: 'done', name: news.trace.name, done: news })),
      api.listen('import.failed', (news) => this.#end(news.jobId, { kind: 'failed', name: news.name, message: news.message })),
      api.listen('import.cancelled', (news) => this.#end(news.jobId, { kind: 'cancelled', name: news.name })),
    ];
  }

  expect({ jobs, refused }: RequestResult<'trace.open'>): void {
    for (const { name, message } of refused) this.#tell({ kind: 'failed', name, message });
    this.#expected = new Set(jobs.map((job) => job.jobId));
    this.#check();
  }

  dispose(): void {
    progress('');
    for (const listener of this.#listeners) listener.dispose();
  }

  #end(jobId: number, end: ImportEnd): void {
    this.#over.add(jobId);
    progress('');
    this.#tell(end);
    this.#check();
  }

  #tell(end: ImportEnd): void {
    this.#told = this.#told.then(() => this.#ended(end));
    this.#told.catch(this.#fail);
  }

  #check(): void {
    const expected = this.#expected;
    if (expected !== null && [...expected].every((id) => this.#over.has(id))) void this.#told.then(this.#finish, this.#fail);
  }
}

const phaseWords = { unpacking: 'unpacking', reading: 'importing', sorting: 'sorting', checking: 'hashing' } as const;

/** `importing: 43 %, 1,234,567 operations, 412,000 a second, 12 s left` */
export function progressLine({ phase, done, total, operations, milliseconds }: EventMap['import.progress']): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const parts = [`${phaseWords[phase]}: ${Math.floor(share * 100)} %`];
  if (operations > 0) parts.push(`${grouped(operations)} operations`);
  if (phase === 'reading' && milliseconds >= 500 && operations > 0) parts.push(`${grouped(Math.round(operations / milliseconds) * 1000)} a second`);
  if (milliseconds >= 1000 && share > 0.01) parts.push(`${grouped(Math.ceil((milliseconds / share - milliseconds) / 1000))} s left`);
  return parts.join(', ');
}
