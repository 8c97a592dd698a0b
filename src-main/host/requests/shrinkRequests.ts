import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { ShrinkService } from '../shrinkService.ts';

export function shrinkRequests(shrinking: ShrinkService): Pick<RequestHandlers, 'shrink.start' | 'shrink.report' | 'shrink.cancel' | 'shrink.run' | 'shrink.save'> {
  return {
    'shrink.start': ({ runId, target }) => shrinking.start(runId, target),
    'shrink.report': () => shrinking.report,
    'shrink.cancel': async () => {
      await shrinking.cancel();
      return {};
    },
    'shrink.run': () => shrinking.run(),
    'shrink.save': ({ folder }) => shrinking.save(folder),
  };
}
