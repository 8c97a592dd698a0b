import { UserError } from '../../base/userError.ts';
import type { WorkerError } from './messages.ts';

/** An error on its way out of a worker thread. */
export function toWorkerError(error: unknown): WorkerError {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The same error on the host's side. */
export function fromWorkerError(error: WorkerError): Error {
  return error.code === 'internal' ? new Error(error.message) : new UserError(error.code, error.message);
}
