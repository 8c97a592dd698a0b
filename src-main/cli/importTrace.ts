/** Imports a trace into the open session and waits for the end. */
import type { EventMap, HostApi, ImportSource } from '../../src-preload/contract/index.ts';
import { UserError } from '../base/userError.ts';
import { grouped, progress } from './output.ts';

export type ImportDone = EventMap['import.done'];

export function importTrace(api: HostApi, source: ImportSource): Promise<ImportDone> {
  return new Promise((resolve, reject) => {
    const listeners = [
      api.listen('import.progress', (news) => {
        const percent = news.total === 0 ? 100 : Math.floor((news.done / news.total) * 100);
        progress(`importing: ${percent} %, ${grouped(news.operations)} operations`);
      }),
      api.listen('import.done', (news) => end(() => resolve(news))),
      api.listen('import.failed', (news) => end(() => reject(new UserError('import-failed', news.message)))),
    ];
    const end = (then: () => void): void => {
      progress('');
      for (const listener of listeners) listener.dispose();
      then();
    };
    api.request('trace.open', { sources: [{ source }], into: 'current' }).catch((error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))));
  });
}
