/** The host's end of the query worker: started when first asked, one question after the other. */
import { Worker } from 'node:worker_threads';
import { hostErrors } from '../errors.ts';
import { workerFile } from '../places.ts';
import type { QueryMap, QueryName, QueryQuestion, QueryReply } from './messages.ts';
import { fromWorkerError } from './workerError.ts';

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
    await worker?.terminate();
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
      if (this.#waiting.size === 0) worker.unref();
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
