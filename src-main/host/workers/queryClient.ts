/** The host's end of the query worker: started when first asked, one question after the other. */
import { Worker } from 'node:worker_threads';
import { hostErrors } from '../errors.ts';
import { workerFile } from '../places.ts';
import type { QueryMap, QueryName, QueryQuestion, QueryReply } from './messages.ts';
import { fromWorkerError } from './workerError.ts';

const closeMilliseconds = 2000;

export class QueryClient {
  #worker: Worker | null = null;
  #nextId = 1;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

  ask<N extends QueryName>(name: N, params: QueryMap[N]['params']): Promise<QueryMap[N]['result']> {
    const worker = this.#start();
    const question: QueryQuestion = { id: this.#nextId++, name, params };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { resolve, reject });
      worker.postMessage(question);
    });
  }

  /** Ends the worker and whatever it was asked; the next question starts a new one. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#fail('it was closed');
    if (!worker) return;
    // Asked to close its databases itself; ended only when a statement keeps it from hearing that.
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close');
    const timer = setTimeout(() => void worker.terminate(), closeMilliseconds);
    await exited;
    clearTimeout(timer);
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(workerFile('queryWorker'), { execArgv: [], name: 'query' });
    worker.unref();
    worker.on('message', (reply: QueryReply) => {
      const entry = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) entry?.reject(fromWorkerError(reply.error));
      else entry?.resolve(reply.result as never);
    });
    const ended = (reason: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#fail(reason);
    };
    worker.on('error', (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => ended(`exit code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #fail(reason: string): void {
    for (const entry of this.#waiting.values()) entry.reject(hostErrors.workerDied('The query', reason));
    this.#waiting.clear();
  }
}
