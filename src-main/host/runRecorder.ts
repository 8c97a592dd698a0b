/** Stores what a run sends, a few pages at a time, and tells the clients that there is more. */
import type { ResultPage } from '../replay/eventPage.ts';
import type { PackedEventPage } from '../replay/packedEventPage.ts';
import type { HostContext } from './hostContext.ts';
import { pageViolations } from './pageViolations.ts';

/** What waits is written at least so often, in one transaction. */
const flushMilliseconds = 50;
const flushPages = 16;

export class RunRecorder {
  readonly #context: HostContext;
  readonly #run: number;
  readonly #layerNames: () => readonly string[];
  #events: PackedEventPage[] = [];
  #results: ResultPage[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** Length of the log so far. */
  count = 0;

  constructor(context: HostContext, run: number, layerNames: () => readonly string[]) {
    this.#context = context;
    this.#run = run;
    this.#layerNames = layerNames;
  }

  eventPage(page: PackedEventPage): void {
    if (page.count === 0) return;
    this.#events.push(page);
    this.count = Math.max(this.count, page.first + page.count);
    this.#schedule();
  }

  resultPage(page: ResultPage): void {
    this.#results.push(page);
    this.#schedule();
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#events.length === 0 && this.#results.length === 0) return;
    const events = this.#events;
    const results = this.#results;
    this.#events = [];
    this.#results = [];
    const violations = events.flatMap((page) => pageViolations(page, this.#layerNames()));
    this.#context.write(({ runs }) => runs.addPages(this.#run, events, results, violations));
    if (events.length > 0) this.#context.emit('events.appended', { runId: this.#run, count: this.count });
  }

  #schedule(): void {
    if (this.#events.length + this.#results.length >= flushPages) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMilliseconds);
  }
}
