/** Stores what a run sends, a few pages at a time, and tells the clients that there is more. */
import { eventKindCode, pageText, type ResultPage } from '../replay/eventPage.ts';
import { hasKind, unpackEventPage, type PackedEventPage } from '../replay/packedEventPage.ts';
import type { StoredViolation } from '../session/index.ts';
import { detailOf, severityOf, textMember } from './eventText.ts';
import type { HostContext } from './hostContext.ts';

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
    const violations = events.flatMap((page) => this.#violations(page));
    this.#context.write(({ runs }) => runs.addPages(this.#run, events, results, violations));
    if (events.length > 0) this.#context.emit('events.appended', { runId: this.#run, count: this.count });
  }

  #schedule(): void {
    if (this.#events.length + this.#results.length >= flushPages) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMilliseconds);
  }

  // A violation's sentence, severity and source travel in the detail of its row.
  #violations(packed: PackedEventPage): StoredViolation[] {
    if (!hasKind(packed, eventKindCode.violation) && !hasKind(packed, eventKindCode.hint)) return [];
    const page = unpackEventPage(packed.columns, packed.first, packed.count, JSON.parse(packed.texts) as string[]);
    const c = page.columns;
    const found: StoredViolation[] = [];
    for (let row = 0; row < page.count; row++) {
      const kind = c.kind[row];
      if (kind !== eventKindCode.violation && kind !== eventKindCode.hint) continue;
      const detail = detailOf(pageText(page, c.detail[row] ?? 0));
      const line = c.line[row] ?? 0;
      found.push({
        number: page.first + row,
        violation: pageText(page, c.name[row] ?? 0),
        severity: severityOf(textMember(detail, 'severity') ?? ''),
        hint: kind === eventKindCode.hint,
        sentence: textMember(detail, 'sentence') ?? '',
        rule: pageText(page, c.rule[row] ?? 0),
        source: textMember(detail, 'source') ?? '',
        driver: textMember(detail, 'driver') ?? this.#layerNames()[c.layer[row] ?? 0] ?? '',
        line: line === 0 ? null : line,
        operation: c.operation[row] ?? 0,
        issued: c.issued[row] ?? 0,
        sequence: c.sequence[row] ?? 0,
      });
    }
    return found;
  }
}
