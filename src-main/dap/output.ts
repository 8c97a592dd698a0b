/** What drivers print and what rules they break, as output with its place in the source. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventRow, HostApi, RunInfo } from '../../src-preload/contract/index.ts';
import type { Client } from './client.ts';
import type { Sources } from './sources.ts';

type Output = DebugProtocol.OutputEvent['body'];

/** More lines of a kind than this nobody reads in a console. */
const mostLines = 10_000;
const pageSize = 1000;
/** So many new events are read through for lines that drivers have printed. */
const readThrough = 4000;
/** While a run goes on, it is asked for what is new at most so often. */
const pollMilliseconds = 500;

export class RunOutput {
  readonly #api: HostApi;
  readonly #client: Client;
  readonly #sources: Sources;
  readonly #send: (output: Output) => void;
  readonly #runId: number;
  /** Events looked at, lines among them. */
  #seen = 0;
  #lines = 0;
  #violations = 0;
  #polling: Promise<void> = Promise.resolve();
  #polledAt = 0;

  constructor(api: HostApi, client: Client, sources: Sources, runId: number, send: (output: Output) => void) {
    this.#api = api;
    this.#client = client;
    this.#sources = sources;
    this.#runId = runId;
    this.#send = send;
  }

  /** The run has written more; what it is can wait a moment. */
  appended(): void {
    if (performance.now() - this.#polledAt >= pollMilliseconds) void this.poll().catch(() => undefined);
  }

  /** Sends all there is so far. */
  poll(): Promise<void> {
    this.#polledAt = performance.now();
    this.#polling = this.#polling.catch(() => undefined).then(async () => {
      await this.#printed();
      await this.#broken();
      this.#polledAt = performance.now();
    });
    return this.#polling;
  }

  async #printed(): Promise<void> {
    if (this.#lines >= mostLines) return;
    const { count } = await this.#api.request('events.page', { runId: this.#runId, offset: 0, limit: 0, operation: null, kinds: null });
    // What a step has added is read as it is; a search would begin at the start of the log.
    if (count - this.#seen <= readThrough) await this.#readThrough(count);
    else await this.#search(count);
    this.#seen = count;
    if (this.#lines >= mostLines) this.#send({ category: 'console', output: `Drivers have printed more than ${mostLines} lines; the others are in the call log only.\n` });
  }

  async #readThrough(count: number): Promise<void> {
    for (let offset = this.#seen; offset < count; offset += pageSize) {
      const { rows } = await this.#api.request('events.page', { runId: this.#runId, offset, limit: Math.min(pageSize, count - offset), operation: null, kinds: null });
      this.#tellPrinted(rows.filter((row) => row.kind === 'log'));
    }
  }

  async #search(count: number): Promise<void> {
    for (let more = true; more && this.#lines < mostLines;) {
      const { rows } = await this.#api.request('events.page', { runId: this.#runId, offset: this.#lines, limit: pageSize, operation: null, kinds: ['log'] });
      const known = rows.filter((row) => row.number < count);
      this.#tellPrinted(known);
      more = known.length === pageSize;
    }
  }

  #tellPrinted(rows: readonly EventRow[]): void {
    for (const { driver, line, text, issued, sequence } of rows) this.#send({ category: 'stdout', output: `${issued}:${sequence}  ${driver ?? ''}: ${text}\n`, ...this.#place(driver, line) });
    this.#lines += rows.length;
  }

  async #broken(): Promise<void> {
    while (this.#violations < mostLines) {
      const { rows } = await this.#api.request('violations.page', { runId: this.#runId, offset: this.#violations, limit: pageSize });
      for (const { id, severity, hint, sentence, rule, driver, line, issued, sequence } of rows) {
        const what = hint ? 'hint' : `violation, severity ${severity}`;
        this.#send({ category: hint || severity === 'I' || severity === 'W' ? 'console' : 'stderr', output: `${issued}:${sequence}  ${id} (${what}) ${sentence}${rule === '' ? '' : ` [${rule}]`}\n`, ...this.#place(driver, line) });
      }
      this.#violations += rows.length;
      if (rows.length < pageSize) return;
      if (this.#violations >= mostLines) this.#send({ category: 'console', output: `There are more than ${mostLines} violations and hints; the others are in the violation list only.\n` });
    }
  }

  /** What has come of a run, when it is over. */
  summary(run: RunInfo): void {
    const { problem } = run;
    if (problem !== null) this.#send({ category: 'stderr', output: `${problem.message}\n`, ...this.#place(problem.driver, problem.line) });
    const lines = [
      `${run.operations} operations (${run.firstOperation} to ${run.lastOperation}), ${run.events} events, ${run.violations} violations, ${run.differences} divergences from the recording`,
      `event hash ${run.eventHash ?? 'none: the run did not come to its end'}`,
    ];
    this.#send({ category: 'console', output: `${lines.join('\n')}\n` });
  }

  #place(driver: string | null, line: number | null): Pick<Output, 'source' | 'line'> {
    const place = line === null ? undefined : this.#sources.place(driver, line);
    return place === undefined ? {} : { source: place.source, line: this.#client.lineToClient(place.line) };
  }
}
