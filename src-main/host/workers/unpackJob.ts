/** The host's end of an unpacking worker. */
import { Worker } from 'node:worker_threads';
import { hostErrors } from '../errors.ts';
import { workerFile } from '../places.ts';
import type { UnpackDone, UnpackNews, UnpackOrder } from './messages.ts';
import { fromWorkerError } from './workerError.ts';

/** Null where `signal` ended it. */
export function runUnpackJob(order: UnpackOrder, signal: AbortSignal, progress: (done: number, total: number) => void): Promise<UnpackDone | null> {
  if (signal.aborted) return Promise.resolve(null);
  const worker = new Worker(workerFile('unpackWorker'), { workerData: order, execArgv: [], name: 'unpack' });
  const cancel = (): void => void worker.terminate();
  signal.addEventListener('abort', cancel);
  return new Promise<UnpackDone | null>((resolve, reject) => {
    let done: UnpackDone | null = null;
    let failure: Error | null = null;
    worker.on('message', (news: UnpackNews) => {
      if (news.kind === 'progress') progress(news.done, news.total);
      else if (news.kind === 'done') done = news;
      else failure = fromWorkerError(news.error);
    });
    worker.on('error', (error) => (failure ??= hostErrors.workerDied('Unpacking', error instanceof Error ? error.message : String(error))));
    worker.on('exit', (code) => {
      if (signal.aborted) resolve(null);
      else if (failure) reject(failure);
      else if (done) resolve(done);
      else reject(hostErrors.workerDied('Unpacking', `exit code ${code}`));
    });
  }).finally(() => signal.removeEventListener('abort', cancel));
}
